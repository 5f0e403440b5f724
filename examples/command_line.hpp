// The options that every example has: who, where, how loud.
#pragma once

#include "headstock/headstock.hpp"

#include <cstring>
#include <string>
#include <variant>
#include <vector>

namespace examples {

/// What was said on the command line, by letters (-j, -dq), words (--jid x, --jid=x) and beginnings
/// of words that no other has.
class CommandLine {
public:
    explicit CommandLine(std::string about);
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    /// One more option, which is asked for when it is not given; before parse().  `names` is
    /// "--word" or "-l,--word"; it and `about` are not copied.
    void require(const char* names, std::string& value, const char* about) {
        add({names, about, &value, true});
    }
    /// One more, which may be given: a text, a number from 1 up, or a flag.
    template <class T>
    void allow(const char* names, T& value, const char* about) {
        add({names, about, &value});
    }
    /// Ends the program when the options are wrong, or after --help.  Asks for what is not given:
    /// JID, password, what is required; the password without echo.
    void parse(int argc, char** argv);

    std::string jid;
    std::string password;
    headstock::Options options;
    bool debug = false;
    bool quiet = false;

private:
    struct Option {
        const char* word() const { return std::strstr(names, "--"); }

        const char* names;
        const char* about;
        std::variant<std::string*, unsigned*, bool*> value;
        bool required = false;
        bool given = false;
        int key = 0;
    };

    void add(const Option& option);
    void read(int argc, char** argv);
    void take(int key);
    void show_help(const char* program) const;
    void read_address();
    static void ask_for(const Option& option);

    std::vector<Option> known_;
    std::string about_;
    std::string address_;
    bool help_ = false;
};

/// Prints why a session failed, in one line; the exit status of the program.
int report(const headstock::Error& error);

} // namespace examples
