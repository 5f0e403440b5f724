#include "headstock/stream/component.hpp"

#include "bridge/writer.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {
namespace {

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits{"0123456789abcdef"};
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace

Error check_component_address(const Jid& address) {
    if (address.local().empty() && address.resource().empty()) return {};
    return {Errc::invalid_jid,
            concat({"a component has the address of a domain, without user or resource, not '",
                    address.str(), "'"})};
}

Error clear_text_refused() {
    return {Errc::tls_required,
            "nothing was sent, since the server is not known to be on this machine; set "
            "ComponentOptions::tls to ComponentTls::direct, or to ComponentTls::unencrypted to "
            "talk in clear"};
}

std::string component_header(const Jid& domain) {
    std::string header = "<?xml version='1.0'?><stream:stream xmlns='";
    header.append(ns::component).append("' xmlns:stream='").append(ns::stream).append("' to='");
    bridge::escape_attribute(domain.str(), header);
    return header += "'>";
}

std::string handshake(std::string_view id, std::string_view secret) {
    std::string both{id};
    both.reserve(id.size() + secret.size()); // so that no copy of the secret is left behind
    both += secret;
    const auto proof = hexadecimal(digest(Hash::sha1, both).view());
    wipe(both);
    return concat({"<handshake>", proof, "</handshake>"});
}

Error read_component_error(const Element& error, const Jid& domain) {
    auto read = read_stream_error(error);
    const auto say = [&](std::string_view why) {
        read.text = concat({"the server ended the stream: ", read.condition, " (", why, ")"});
    };
    if (read.condition == "not-authorized") {
        read.code = make_error_code(Errc::not_authorized);
        read.text = concat(
            {"login refused: not-authorized (wrong secret, or the server knows no component ",
             domain.str(), ")"});
    } else if (read.condition == "host-unknown") {
        say("it knows no component " + domain.str());
    } else if (read.condition == "conflict") {
        say(domain.str() + " is connected already, or is a domain of its own");
    }
    return read;
}

} // namespace headstock::detail
