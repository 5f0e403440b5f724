// A log that was saved, read back: what the server said in it, and what the client did.
#pragma once

#include "bridge/element.hpp"
#include "headstock/export.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::testing {

/// The stanzas of a client's log, in order; replay() (replay.hpp) says them again.
///
///     const auto recording = headstock::testing::Recording::read("report.log");
///
/// It reads what ClientApi::set_log() writes: the lines of a file, of a stream, or that a function
/// was given, and LogLayout::indented too.  The log of one client, of its whole life or of a part.
///
/// What a log does not have it cannot give back:
///  - secrets, in whose place the length stands: the element is as the log shows it;
///  - what is behind the first 64 KiB of a stanza: that stanza is not here;
///  - logins.  What is negotiated is passed over, stream management (XEP-0198) and the binding of a
///    resource among it; that there was a login is an entry;
///  - bytes: how they were cut, and how it was written what means the same in XML;
///  - what the program did by itself: what it sent is here, and not what for;
///  - a literal "&#10;" in a CDATA section, which is read as the line break that the log writes so.
///
/// The first two are told in `gaps`.
struct Recording {
    /// What an entry is.
    enum class Kind : std::uint8_t {
        login,    ///< The client has logged in, at first or again.
        received, ///< The server said this stanza in a session.
        sent,     ///< The client did.
    };
    /// One of these.
    struct Entry {
        Kind kind = Kind::login;
        std::size_t line = 0; ///< Where it stands in the log; the first line is 1.
        /// As the log has it: the clock of that machine, which may have been set meanwhile.
        std::chrono::sys_time<std::chrono::milliseconds> time{};
        bridge::Element stanza{}; ///< In jabber:client; empty for a login.
    };

    /// The full JID that was bound first or, where the log does not show that, the address of the
    /// first stanza that came; or empty.  For the account of the Stage.
    std::string account{};
    std::vector<Entry> entries{};    ///< In the order of the log.
    std::vector<std::string> gaps{}; ///< What is missing, or not as it was: "line 12: ...".

    /// Throws std::runtime_error, with the number of the line, for a line that is none of a log's,
    /// for a stanza that is not well-formed, and for the log of a component.  Empty lines are
    /// passed over.
    HEADSTOCK_API static Recording parse(std::string_view log);
    /// The same from a file; one that cannot be read is a std::runtime_error too.
    HEADSTOCK_API static Recording read(const std::string& path);
};

} // namespace headstock::testing
