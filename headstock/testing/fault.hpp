// Where and how a connection in memory is broken.
#pragma once

#include "headstock/export.hpp"

#include <cstdint>
#include <string>

namespace headstock::testing {

/// One place at which what client and server say to each other is broken, counted from the first
/// connection on.  Sweep goes through all of them.
struct Fault {
    /// What is done there.
    enum class Kind : std::uint8_t {
        none,
        split,           ///< What the server says reaches the client in two reads, parted here.
        cut_from_server, ///< The connection is lost when the client has read so many bytes.
        cut_from_client, ///< The connection is lost when the server has read so many bytes.
        lost_ack,        ///< The server's acknowledgement (XEP-0198) behind so many is not said.
        doubled_ack,     ///< It is said twice.
    };
    /// What the client is told of a cut.
    enum class End : std::uint8_t {
        reset,   ///< An error, as by RST.
        closed,  ///< No error, as by FIN.
        stalled, ///< Nothing: no byte more comes from that side, and the other way is open.
    };
    Kind kind = Kind::none;
    std::uint64_t after = 0; ///< Bytes; acknowledgements, of a fault of one.
    End end = End::reset;    ///< Of a cut.

    /// For the words of a failed check: "cut_from_server after 17 bytes", or
    /// "cut_from_server after 17 bytes, stalled".
    HEADSTOCK_API std::string text() const;
};

} // namespace headstock::testing
