// The errors that end a stream, as we read and write them.
#pragma once

#include "bridge/error.hpp"
#include "headstock/error.hpp"
#include "headstock/stanza.hpp"

#include <string>
#include <string_view>
#include <system_error>

namespace headstock::detail {

/// A peer's <stream:error/> (RFC 6120 4.9), as Errc::stream_failed.
Error read_stream_error(const Element& error);
/// The peer has ended the stream for something that it was sent, which is not to be sent again.
bool blames_content(const Error& stream_error);
/// A refusal in a stanza error, in words of `what`, under `code`.
Error refusal(Errc code, std::string_view what, const StanzaError& error);
/// An element that came in the place of what was due.
Error out_of_place(const Element& element, std::string_view due);
/// A parser's fault as ours.
Error read_parse_error(const bridge::ParseError& error);

/// The stream error to send before we close (RFC 6120 4.9.3); empty when none fits.
std::string_view condition_of(const std::error_code& code);
std::string stream_error(std::string_view condition);

} // namespace headstock::detail
