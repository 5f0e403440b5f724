#include "command_line.hpp"

#include "bridge/conversion.hpp"
#include "terminal.hpp"

#include <getopt.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <optional>
#include <utility>

namespace examples {
namespace {

constexpr int first_without_letter = 256; // getopt tells options by a number; up to here letters

[[noreturn]] void refuse(const std::string& option, const std::string& why) {
    std::cerr << option << why << '\n';
    std::exit(1);
}

} // namespace

CommandLine::CommandLine(std::string about) : about_(std::move(about)) {
    allow("-h,--help", help_, "show this");
    allow("-j,--jid", jid, "the account, as in user@example.org");
    allow("-p,--password", password, "its password (or HEADSTOCK_PASSWORD, or be asked)");
    allow("-a,--address", address_, "host:port to connect to, not the JID's domain");
    allow("--dns", options.name_servers, "host:port of the name server to ask, not the system's");
    allow("--ca", options.ca_file, "a PEM file with the authorities to trust");
    allow("-d,--debug", debug, "show every stanza on standard output");
    allow("-v,--verbose", debug, "the same");
    allow("-q,--quiet", quiet, "say nothing but errors");
}

void CommandLine::add(const Option& option) { known_.push_back(option); }

void CommandLine::parse(int argc, char** argv) {
    read(argc, argv);
    if (help_) show_help(argv[0]);
    read_address();
    if (jid.empty()) jid = ask("JID");
    const char* kept = std::getenv("HEADSTOCK_PASSWORD");
    if (password.empty()) password = kept != nullptr ? kept : ask_secret("Password");
    for (const auto& option : known_) {
        if (option.required && !option.given) ask_for(option);
    }
}

void CommandLine::read(int argc, char** argv) {
    std::string letters;
    std::vector<::option> words;
    for (auto& option : known_) {
        const bool flag = std::holds_alternative<bool*>(option.value);
        option.key = option.names[1] == '-' ? first_without_letter + static_cast<int>(words.size())
                                            : option.names[1];
        if (option.key < first_without_letter)
            letters.append(1, option.names[1]).append(flag ? "" : ":");
        words.push_back(
            {option.word() + 2, flag ? no_argument : required_argument, nullptr, option.key});
    }
    words.push_back({});
    for (int key = 0;
         (key = getopt_long(argc, argv, letters.c_str(), words.data(), nullptr)) != -1;)
        take(key);
    if (optind < argc) refuse(argv[optind], ": not expected here (--help shows what is)");
}

void CommandLine::take(int key) {
    const auto option = std::find_if(known_.begin(), known_.end(),
                                     [&](const Option& known) { return known.key == key; });
    if (option == known_.end()) std::exit(1); // getopt has said why
    option->given = true;
    if (auto* const* text = std::get_if<std::string*>(&option->value)) {
        **text = optarg;
    } else if (auto* const* number = std::get_if<unsigned*>(&option->value)) {
        **number = bridge::convert<unsigned>(optarg).value_or(0);
        if (**number == 0) refuse(option->word(), ": write a number from 1 up");
    } else {
        *std::get<bool*>(option->value) = true;
    }
}

void CommandLine::show_help(const char* program) const {
    std::cout << about_ << "\nUsage: " << program << " [OPTION]...\n\n" << std::left;
    for (const auto& option : known_) {
        const bool flag = std::holds_alternative<bool*>(option.value);
        std::cout << "  " << std::setw(27) << std::string{option.names} + (flag ? "" : " ...")
                  << option.about << '\n';
    }
    std::exit(0);
}

void CommandLine::read_address() {
    if (address_.empty()) return;
    const auto colon = address_.rfind(':');
    const auto port = colon == address_.npos
                          ? std::nullopt
                          : bridge::convert<std::uint16_t>(address_.substr(colon + 1));
    if (!port) refuse("--address", ": write host:port, as in 127.0.0.1:5222");
    options.hostname = address_.substr(0, colon);
    options.port = *port;
    if (options.hostname.starts_with('[') && options.hostname.ends_with(']'))
        options.hostname = options.hostname.substr(1, options.hostname.size() - 2);
}

void CommandLine::ask_for(const Option& option) {
    *std::get<std::string*>(option.value) = ask(option.about);
    if (!std::cin) refuse(option.word(), " is missing");
}

int report(const headstock::Error& error) {
    if (!error) return 0;
    std::cerr << error.message() << '\n';
    return 1;
}

} // namespace examples
