#include "command_line.hpp"

#include "bridge/conversion.hpp"

#include <CLI/CLI.hpp>
#include <pthread.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace examples {
namespace {

// A terminal without echo, until the end of the scope or of the program: a signal restores it too.
class Silence {
public:
    Silence() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        silent_ = true;
        std::signal(SIGINT, &Silence::restore_and_die);
        std::signal(SIGTERM, &Silence::restore_and_die);
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence() {
        if (!silent_) return;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
        std::cerr << '\n';
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    static void restore_and_die(int signal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }

    static inline termios before_{};
    bool silent_ = false;
};

std::string ask(const std::string& what) {
    std::cerr << what << ": " << std::flush;
    std::string line;
    std::getline(std::cin, line);
    return line;
}

std::string ask_secret(const std::string& what) {
    const Silence silence;
    return ask(what);
}

void ask_for(const CLI::Option& option, std::string& value) {
    value = ask(option.get_description());
    if (std::cin) return;
    std::cerr << option.get_name() << " is missing\n";
    std::exit(1);
}

} // namespace

CommandLine::CommandLine(const std::string& about) : app_(std::make_unique<CLI::App>(about)) {
    app_->failure_message(
        [](const CLI::App*, const CLI::Error& error) { return std::string{error.what()} + '\n'; });
    app_->add_option("-j,--jid", jid, "the account, as in user@example.org");
    app_->add_option("-p,--password", password,
                     "its password (or HEADSTOCK_PASSWORD, or be asked)");
    app_->add_option("-a,--address", address_, "host:port to connect to, not the JID's domain");
    app_->add_option("--ca", options.ca_file, "a PEM file with the authorities to trust");
    app_->add_flag("-d,--debug,-v,--verbose", debug, "show every stanza on standard output");
    app_->add_flag("-q,--quiet", quiet, "say nothing but errors");
}

CommandLine::~CommandLine() = default;

void CommandLine::require(const std::string& names, std::string& value, const std::string& about) {
    required_.push_back({app_->add_option(names, value, about), &value});
}

void CommandLine::allow(const std::string& names, std::string& value, const std::string& about) {
    app_->add_option(names, value, about);
}

void CommandLine::allow(const std::string& names, unsigned& value, const std::string& about) {
    app_->add_option(names, value, about)->check(CLI::PositiveNumber);
}

void CommandLine::parse(int argc, char** argv) {
    try {
        app_->parse(argc, argv);
        read_address();
    } catch (const CLI::ParseError& error) {
        std::exit(app_->exit(error) == 0 ? 0 : 1);
    }
    if (jid.empty()) jid = ask("JID");
    const char* kept = std::getenv("HEADSTOCK_PASSWORD");
    if (password.empty()) password = kept != nullptr ? kept : ask_secret("Password");
    for (const auto& [option, value] : required_) {
        if (option->count() == 0) ask_for(*option, *value);
    }
}

void CommandLine::read_address() {
    if (address_.empty()) return;
    const auto colon = address_.rfind(':');
    const auto port = colon == address_.npos
                          ? std::nullopt
                          : bridge::convert<std::uint16_t>(address_.substr(colon + 1));
    if (!port) throw CLI::ValidationError("--address", "write host:port, as in 127.0.0.1:5222");
    options.hostname = address_.substr(0, colon);
    options.port = *port;
    if (options.hostname.starts_with('[') && options.hostname.ends_with(']'))
        options.hostname = options.hostname.substr(1, options.hostname.size() - 2);
}

StopOnSignal::StopOnSignal(std::function<void()> stop) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::thread{[this, stop = std::move(stop)] {
        for (int signal = 0; sigwait(&signals_, &signal) == 0 && !done_;) stop();
    }};
}

StopOnSignal::~StopOnSignal() {
    done_ = true;
    pthread_kill(waiter_.native_handle(), SIGTERM);
    waiter_.join();
}

int report(const headstock::Error& error) {
    if (!error) return 0;
    std::cerr << error.message() << '\n';
    return 1;
}

} // namespace examples
