// What a server sends, made up in the process: the shapes and sizes that side-by-side runs use.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// Whole stanzas for romeo@e.test/r, in jabber:client; they may be sent again and again.
struct Traffic {
    std::string bytes{};
    std::size_t units = 0; ///< How many of what is counted: stanzas, or items of a roster.
};

/// m1: chat messages with a body; some 200 bytes each.
const Traffic& chat();
/// m2: presence, chat, room messages and receipts with the usual extensions; some 550 bytes each.
const Traffic& everyday();
/// m3: one roster of 10,000 contacts, pushed; its units are the contacts, some 110 bytes each.
const Traffic& roster();
/// m4: events of some 400 Atom entries each, 200 KiB.
const Traffic& feed();

/// The stream header that stands before all of it.
inline constexpr std::string_view stream_header =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

/// Calls `f` with the bytes in reads of the size that a socket gives.
template <class F>
void in_reads(std::string_view bytes, F f) {
    constexpr std::size_t read_size = 64 * 1024;
    for (std::size_t at = 0; at < bytes.size(); at += read_size) f(bytes.substr(at, read_size));
}

} // namespace bench
