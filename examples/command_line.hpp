// The options that every example has: who, where, how loud; and an orderly end by signal.
#pragma once

#include "headstock/headstock.hpp"

#include <CLI/CLI.hpp>
#include <pthread.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <thread>

namespace examples {

/// Reads a line from the terminal, without echo when it is secret.
inline std::string ask(const std::string& what, bool secret) {
    std::cerr << what << ": " << std::flush;
    termios before{};
    const bool hide = secret && tcgetattr(STDIN_FILENO, &before) == 0;
    if (hide) {
        auto silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string line;
    std::getline(std::cin, line);
    if (hide) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::cerr << '\n';
    }
    return line;
}

/// What was said on the command line.  Add options of your own to `app`, then parse().
class CommandLine {
public:
    explicit CommandLine(const std::string& about) : app{about} {
        app.add_option("-j,--jid", jid, "the account, as in user@example.org");
        app.add_option("-p,--password", password, "its password (or set HEADSTOCK_PASSWORD, or be asked)");
        app.add_option("-a,--address", address_, "host:port to connect to, instead of the JID's domain");
        app.add_option("--ca", options.ca_file, "a PEM file with the certificate authorities to trust");
        app.add_flag("-d,--debug", debug, "show every stanza on standard output");
        app.add_flag("-q,--quiet", quiet, "say nothing but errors");
    }

    /// Ends the program when the options are wrong, or after --help.
    void parse(int argc, char** argv) {
        try {
            app.parse(argc, argv);
            read_address();
        } catch (const CLI::ParseError& error) {
            std::exit(app.exit(error) == 0 ? 0 : 1);
        }
        if (jid.empty()) jid = ask("JID", false);
        const char* kept = std::getenv("HEADSTOCK_PASSWORD");
        if (password.empty()) password = kept != nullptr ? kept : ask("Password", true);
    }

    CLI::App app;
    std::string jid;
    std::string password;
    headstock::Options options;
    bool debug = false;
    bool quiet = false;

private:
    void read_address() {
        if (address_.empty()) return;
        const auto colon = address_.rfind(':');
        const auto port = colon == address_.npos ? std::nullopt
                                                 : bridge::convert<std::uint16_t>(address_.substr(colon + 1));
        if (!port) throw CLI::ValidationError("--address", "write host:port, as in 127.0.0.1:5222");
        options.hostname = address_.substr(0, colon);
        options.port = *port;
    }

    std::string address_;
};

/// Calls `stop` when Ctrl-C or SIGTERM comes, from a thread of its own: so `stop` must be something
/// that any thread may call, as AsyncClient::stop() is.  Make it before any other thread.
class StopOnSignal {
public:
    explicit StopOnSignal(std::function<void()> stop) {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        waiter_ = std::thread{[this, stop = std::move(stop)] {
            for (int signal = 0; sigwait(&signals_, &signal) == 0 && !done_;) stop();
        }};
    }

    ~StopOnSignal() {
        done_ = true;
        pthread_kill(waiter_.native_handle(), SIGTERM);
        waiter_.join();
    }

private:
    sigset_t signals_{};
    std::atomic<bool> done_ = false;
    std::thread waiter_;
};

/// Prints why a session failed, in one line; the exit status of the program.
inline int report(const headstock::Error& error) {
    if (!error) return 0;
    std::cerr << error.message() << '\n';
    return 1;
}

} // namespace examples
