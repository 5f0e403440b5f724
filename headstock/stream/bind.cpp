#include "headstock/stream/bind.hpp"

#include "bridge/conversion.hpp"
#include "bridge/writer.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/text/concat.hpp"

#include <string>
#include <utility>

namespace headstock::detail {
namespace {

Error stranger(const Jid& given, const Jid& account) {
    return {Errc::unexpected_identity, concat({"the server logged us in as ", given.str(),
                                               ", not as ", account.bare().str()})};
}

} // namespace

Element bind_request(std::string_view id, std::string_view resource) {
    auto iq = iq_set().set("id", id);
    auto& bind = iq.append("bind", ns::bind);
    if (!resource.empty()) bind.add("resource", resource);
    return iq;
}

std::string bind2_request(std::string_view tag, std::string_view together) {
    std::string xml = concat({"<bind xmlns='", ns::bind2, "'>"});
    if (!tag.empty()) {
        xml += "<tag>";
        bridge::escape_text(tag, xml);
        xml += "</tag>";
    }
    return xml.append(together).append("</bind>");
}

std::optional<Jid> jid_in_bind(const Element& answer, Error* error) {
    return Jid::parse(bridge::trim(answer.child("bind", ns::bind).child("jid").text()), error);
}

std::optional<Jid>
bound_jid(const Element& answer, const Jid& account, Server server, Error& error) {
    if (answer.attribute("type") == "error") {
        error = refusal(Errc::bind_failed, "the server refused to bind the resource",
                        StanzaError::of(answer));
        return std::nullopt;
    }
    auto jid = jid_in_bind(answer, &error);
    if (!jid) {
        error = {Errc::bind_failed, "the server bound an address that is no JID: " + error.text};
        return std::nullopt;
    }
    error = accept_bound(*jid, account, server);
    return error ? std::nullopt : jid;
}

Error accept_bound(const Jid& bound, const Jid& account, Server server) {
    return bound.is_bare() ? stranger(bound, account) : accept_identity(bound, account, server);
}

Error accept_identity(const Jid& given, const Jid& account, Server server) {
    const bool same = given.bare() == account.bare();
    const bool ours = given.domain() == account.domain();
    const bool named = account.local().empty() || !given.local().empty();
    const bool may_rename = account.local().empty() || server == Server::verified;
    if (named && (same || (ours && may_rename))) return {};
    auto error = stranger(given, account);
    if (ours && !may_rename) error.text += ", and has not proved who it is";
    return error;
}

} // namespace headstock::detail
