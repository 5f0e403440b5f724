// What the program is asked on its command line.
#pragma once

#include <optional>
#include <string>

namespace explaining {

/// Files are named as the user has them; "-" is standard input.
struct CommandLine {
    std::string table{};
    std::string stanza = "-";
    std::string jid{};       ///< Empty: whom the stanza is to.
    std::string component{}; ///< The domain of a component; empty: we are a client.
    bool asked = false;      ///< The stanza answers a request of ours.
    bool session = true;     ///< The session is bound.
};

/// Reads the options and names.  Nothing when --help or --version was asked for, which is printed.
/// Throws BadInput for a wrong use; of an option that there is not, getopt has printed its name
/// before.
std::optional<CommandLine> read_command_line(int argc, char** argv);

} // namespace explaining
