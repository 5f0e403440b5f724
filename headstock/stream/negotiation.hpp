// What is said before a session is ready, as plain functions: elements read, elements made, words of
// errors.  The order in which they are said is session.cpp's.
#pragma once

#include "bridge/error.hpp"
#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// Our stream header (RFC 6120 4.7); `from` only once the stream is secured (4.7.1).
std::string stream_header(const Jid& account, bool with_from);

/// A peer's <stream:features/> (RFC 6120 4.3.2), as far as it matters here.
struct Features {
    bool starttls = false;
    bool starttls_required = false;
    bool bind = false;
    bool session_required = false; ///< Legacy (RFC 3921 section 3), without <optional/>.
    std::vector<std::string> mechanisms{};
    std::vector<std::string> namespaces{}; ///< Of all that is offered, each as often as it stands.
};
Features read_features(const Element& features);

/// A peer's <stream:error/> (RFC 6120 4.9), as Errc::stream_failed.
Error read_stream_error(const Element& error);
/// A peer's SASL <failure/> (RFC 6120 6.5), as Errc::not_authorized.
Error read_sasl_failure(const Element& failure);
/// A refusal in a stanza error, in words of `what`, under `code`.
Error refusal(Errc code, std::string_view what, const StanzaError& error);

/// A parser's fault as ours.
Error read_parse_error(const bridge::ParseError& error);
/// The stream error to send before we close (RFC 6120 4.9.3); empty when none fits.
std::string_view condition_of(const std::error_code& code);
std::string stream_error(std::string_view condition);

/// An element of the SASL namespace: <response>, <abort>, or with a mechanism <auth>; `text` is base64.
std::string
sasl_element(std::string_view name, std::string_view text, std::string_view mechanism = {});

/// The data of a <challenge/> or <success/>: "=" and nothing both stand for empty data (RFC 6120
/// 6.4.2).  Nothing when it is not base64.
std::optional<std::string> sasl_data(const Element& element);

Element bind_request(std::string_view id, std::string_view resource);

} // namespace headstock::detail
