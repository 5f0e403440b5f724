#include "terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

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

} // namespace

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

} // namespace examples
