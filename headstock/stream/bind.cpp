#include "headstock/stream/bind.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {

Element bind_request(std::string_view id, std::string_view resource) {
    auto iq = iq_set().set("id", id);
    auto& bind = iq.append("bind", ns::bind);
    if (!resource.empty()) bind.add("resource", resource);
    return iq;
}

std::optional<Jid> bound_jid(const Element& answer, const Jid& account, Error& error) {
    if (answer.attribute("type") == "error") {
        error = refusal(Errc::bind_failed, "the server refused to bind the resource",
                        StanzaError::of(answer));
        return std::nullopt;
    }
    auto jid = Jid::parse(bridge::trim(answer.child("bind", ns::bind).child("jid").text()), &error);
    if (!jid) {
        error = {Errc::bind_failed, "the server bound an address that is no JID: " + error.text};
        return std::nullopt;
    }
    const bool same =
        account.local().empty() ? jid->domain() == account.domain() : jid->bare() == account.bare();
    if (same && !jid->is_bare()) return jid;
    error = {Errc::unexpected_identity, concat({"the server logged us in as ", jid->str(),
                                                ", not as ", account.bare().str()})};
    return std::nullopt;
}

} // namespace headstock::detail
