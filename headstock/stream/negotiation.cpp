#include "headstock/stream/negotiation.hpp"

#include "bridge/conversion.hpp"
#include "bridge/writer.hpp"
#include "headstock/base/out_of_memory.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>

namespace headstock::detail {
namespace {

// The condition is the first child of the given namespace that is not <text/>.
std::string condition_in(const Element& error, std::string_view ns) {
    for (const auto& child : error.children()) {
        if (child.ns() == ns && child.local_name() != "text")
            return std::string{child.local_name()};
    }
    return "undefined-condition";
}

std::string name_of(const Element& condition) {
    return condition ? concat({"{", condition.ns(), "}", condition.local_name()}) : "";
}

// It stands beside the condition, in a namespace of its own.
std::string application_condition_in(const Element& error, std::string_view ns) {
    for (const auto& child : error.children()) {
        if (child.ns() != ns) return name_of(child);
    }
    return {};
}

} // namespace

std::string stream_header(const Jid& account, bool with_from) {
    auto header = concat({"<?xml version='1.0'?><stream:stream xmlns='", ns::client,
                          "' xmlns:stream='", ns::stream, "' to='"});
    bridge::escape_attribute(account.domain(), header);
    if (with_from && !account.local().empty()) {
        header += "' from='";
        bridge::escape_attribute(account.bare().str(), header);
    }
    header += "' version='1.0'>";
    return header;
}

Features read_features(const Element& features) {
    Features read;
    const auto& starttls = features.child("starttls", ns::tls);
    read.starttls = static_cast<bool>(starttls);
    read.starttls_required = static_cast<bool>(starttls.child("required"));
    read.bind = static_cast<bool>(features.child("bind", ns::bind));
    const auto& session = features.child("session", ns::session);
    read.session_required = session && !session.child("optional");
    for (const auto& mechanism : features.child("mechanisms", ns::sasl).children("mechanism")) {
        read.mechanisms.emplace_back(bridge::trim(mechanism.text()));
    }
    for (const auto& feature : features.children()) read.namespaces.emplace_back(feature.ns());
    return read;
}

Error read_stream_error(const Element& error) {
    Error read;
    read.code = make_error_code(Errc::stream_failed);
    read.condition = condition_in(error, ns::streams);
    read.application_condition = application_condition_in(error, ns::streams);
    read.peer_text = error.child("text", ns::streams).text();
    read.text = "the server ended the stream: " + read.condition;
    if (read.condition == "conflict") read.text += " (another client took this resource)";
    if (read.condition != "see-other-host") return read;
    read.other_host = bridge::trim(error.child("see-other-host", ns::streams).text());
    if (!read.peer_text.empty()) read.text += concat({" '", read.other_host, "'"});
    if (read.peer_text.empty()) read.peer_text = read.other_host;
    read.text += " (set Options::hostname to follow it)";
    return read;
}

Error read_sasl_failure(const Element& failure) {
    Error read;
    read.condition = condition_in(failure, ns::sasl);
    read.application_condition = application_condition_in(failure, ns::sasl);
    read.code = make_error_code(Errc::not_authorized);
    read.text = "login refused: " + read.condition;
    if (read.condition == "not-authorized") read.text += " (wrong user name or password)";
    read.peer_text = failure.child("text").text();
    return read;
}

Error refusal(Errc code, std::string_view what, const StanzaError& error) {
    Error read{code, concat({what, ": ", to_string(error.condition)})};
    read.condition = to_string(error.condition);
    read.application_condition = name_of(error.application);
    read.peer_text = error.text;
    return read;
}

Error read_parse_error(const bridge::ParseError& error) {
    if (error.fault == bridge::ParseFault::no_memory) return out_of_memory();
    const auto code = [&] {
        switch (error.fault) {
        case bridge::ParseFault::restricted_xml:
            return Errc::restricted_xml;
        case bridge::ParseFault::unsupported_encoding:
            return Errc::unsupported_encoding;
        case bridge::ParseFault::limit_exceeded:
            return Errc::policy_violation;
        default:
            return Errc::not_well_formed;
        }
    }();
    return {code, "the server sent what a stream may not hold: " + error.message()};
}

std::string_view condition_of(const std::error_code& code) {
    if (code.category() != headstock_category()) return {};
    switch (static_cast<Errc>(code.value())) {
    case Errc::not_well_formed:
        return "not-well-formed";
    case Errc::restricted_xml:
        return "restricted-xml";
    case Errc::unsupported_encoding:
        return "unsupported-encoding";
    case Errc::policy_violation:
        return "policy-violation";
    case Errc::unexpected_element:
        return "unsupported-stanza-type";
    case Errc::unexpected_identity:
        return "invalid-from";
    case Errc::timed_out:
        return "connection-timeout";
    case Errc::out_of_memory:
        return "resource-constraint";
    default:
        return {};
    }
}

std::string stream_error(std::string_view condition) {
    return concat({"<stream:error><", condition, " xmlns='", ns::streams, "'/></stream:error>"});
}

std::string sasl_element(std::string_view name, std::string_view text, std::string_view mechanism) {
    const auto how = mechanism.empty() ? "" : concat({" mechanism='", mechanism, "'"});
    const auto start = concat({"<", name, " xmlns='", ns::sasl, "'", how});
    return text.empty() ? start + "/>" : concat({start, ">", text, "</", name, ">"});
}

std::optional<std::string> sasl_data(const Element& element) {
    const auto text = bridge::trim(element.text());
    return text.empty() || text == "=" ? std::optional{std::string{}} : base64_decode(text);
}

Element bind_request(std::string_view id, std::string_view resource) {
    auto iq = iq_set().set("id", id);
    auto& bind = iq.append("bind", ns::bind);
    if (!resource.empty()) bind.add("resource", resource);
    return iq;
}

} // namespace headstock::detail
