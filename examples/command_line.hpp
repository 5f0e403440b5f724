// The options that every example has: who, where, how loud; and an orderly end by signal.
#pragma once

#include "headstock/headstock.hpp"

#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace examples {

/// What was said on the command line.
class CommandLine {
public:
    explicit CommandLine(const std::string& about);
    ~CommandLine();

    /// One more option, which is asked for when it is not given; before parse().
    void require(const std::string& names, std::string& value, const std::string& about);
    /// One more, which may be given.
    void allow(const std::string& names, std::string& value, const std::string& about);
    /// The same for a number from 1 up.
    void allow(const std::string& names, unsigned& value, const std::string& about);
    /// Ends the program when the options are wrong, or after --help.  Asks for what is not given: JID,
    /// password, what is required; the password without echo.
    void parse(int argc, char** argv);

    std::string jid;
    std::string password;
    headstock::Options options;
    bool debug = false;
    bool quiet = false;

private:
    void read_address();

    struct Required {
        const CLI::Option* option;
        std::string* value;
    };

    std::unique_ptr<CLI::App> app_;
    std::vector<Required> required_;
    std::string address_;
};

/// Calls `stop` when Ctrl-C or SIGTERM comes, from a thread of its own: so `stop` must be something
/// that any thread may call, as AsyncClient::stop() is.  Make it before any other thread.
class StopOnSignal {
public:
    explicit StopOnSignal(std::function<void()> stop);
    ~StopOnSignal();

private:
    sigset_t signals_{};
    std::atomic<bool> done_ = false;
    std::thread waiter_;
};

/// Prints why a session failed, in one line; the exit status of the program.
int report(const headstock::Error& error);

} // namespace examples
