#include "headstock/session/addressing.hpp"

#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"

#include <string>
#include <utility>

namespace headstock::detail {
namespace {

// What is wrong with the addresses of a component's stanza; empty when nothing is.
std::string fault_of(std::string_view to, std::string_view from, const Jid& domain) {
    if (to.empty())
        return concat({"a component's stanza needs a to, and this one has none (the component is ",
                       domain.str(), ")"});
    if (const auto sender = Jid::parse(from); sender && sender->domain() == domain.str()) return {};
    return concat({"a component sends from its domain ", domain.str(),
                   " and the addresses in it only, not from '", from, "'"});
}

// Servers end the stream of a client that names another sender (RFC 6120 8.1.2.1, invalid-from).
Outgoing refuse_sender(std::string_view from, const Jid& own) {
    return refuse(concat({"a client sends from its own account ", own.bare().str(),
                          " only, not from '", from, "': leave from out"}));
}

} // namespace

Outgoing write_from_client(const Element& stanza, const WritingRule& rule, std::string& out) {
    auto written = write_stanza(stanza, out, rule);
    if (written.error || written.from.empty()) return written;
    return refuse_sender(written.from, *rule.own);
}

Outgoing check_raw_from_client(std::string_view xml, const Jid& own) {
    auto out = check_raw(xml, ns::client);
    if (out.error || out.from.empty() || is_own(out.from, own)) return out;
    return refuse_sender(out.from, own);
}

Outgoing write_from_component(const Element& stanza, const WritingRule& rule, std::string& out) {
    auto written = write_stanza(stanza, out, rule);
    if (written.error) return written;
    if (auto fault = fault_of(written.to, written.from, *rule.sender); !fault.empty())
        return refuse(std::move(fault));
    return written;
}

Outgoing check_raw_from_component(std::string_view xml, const Jid& domain) {
    auto out = check_raw(xml, ns::component);
    if (out.error || out.kind == StanzaKind::none) return out;
    if (out.from.empty())
        return refuse("a component's raw stanza needs a from: write the address that it is from");
    if (auto fault = fault_of(out.to, out.from, domain); !fault.empty())
        return refuse(std::move(fault));
    return out;
}

} // namespace headstock::detail
