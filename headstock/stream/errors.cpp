#include "headstock/stream/errors.hpp"

#include "bridge/conversion.hpp"
#include "headstock/base/out_of_memory.hpp"
#include "headstock/login/conditions.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>

namespace headstock::detail {

Error read_stream_error(const Element& error) {
    Error read;
    read.code = make_error_code(Errc::stream_failed);
    read.condition = condition_in(error, ns::streams);
    read.application_condition = application_condition_in(error, ns::streams);
    read.peer_text = beginning(error.child("text", ns::streams).text());
    read.text = "the server ended the stream: " + read.condition;
    if (read.condition == "conflict") read.text += " (another client took this resource)";
    if (read.condition != "see-other-host") return read;
    read.other_host = beginning(bridge::trim(error.child("see-other-host", ns::streams).text()));
    if (!read.peer_text.empty()) read.text += concat({" '", read.other_host, "'"});
    if (read.peer_text.empty()) read.peer_text = read.other_host;
    return read;
}

bool blames_content(const Error& stream_error) {
    static constexpr std::array blaming{
        "bad-format",          "bad-namespace-prefix", "improper-addressing",
        "invalid-from",        "invalid-namespace",    "invalid-xml",
        "not-well-formed",     "policy-violation",     "restricted-xml",
        "undefined-condition", "unsupported-encoding", "unsupported-stanza-type",
    };
    return stream_error.code == Errc::stream_failed &&
           std::find(blaming.begin(), blaming.end(), stream_error.condition) != blaming.end();
}

Error refusal(Errc code, std::string_view what, const StanzaError& error) {
    Error read{code, concat({what, ": ", to_string(error.condition)})};
    read.condition = to_string(error.condition);
    read.application_condition = qualified_name(error.application);
    read.peer_text = beginning(error.text);
    return read;
}

Error out_of_place(const Element& element, std::string_view due) {
    return {Errc::unexpected_element,
            concat({"the server sent <", beginning(element.local_name()), " xmlns='",
                    beginning(element.ns()), "'> instead of ", due})};
}

Error read_parse_error(const bridge::ParseError& error) {
    if (error.fault == bridge::ParseFault::no_memory) return out_of_memory();
    const auto told = [&](Errc code, std::string_view what) {
        return Error{code, concat({"the server sent ", what, ": ", error.message()})};
    };
    switch (error.fault) {
    case bridge::ParseFault::restricted_xml:
        return told(Errc::restricted_xml, "XML that XMPP does not allow");
    case bridge::ParseFault::unsupported_encoding:
        return told(Errc::unsupported_encoding, "text in the wrong encoding");
    case bridge::ParseFault::limit_exceeded:
        return told(Errc::policy_violation, "more than our limits allow");
    default:
        return told(Errc::not_well_formed, "what is not XML");
    }
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

} // namespace headstock::detail
