#include "headstock/session/saved_session.hpp"

#include "bridge/conversion.hpp"
#include "bridge/element.hpp"
#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock::detail {
namespace {

using bridge::Element;

// The version is in the name.
constexpr std::string_view saved_ns = "urn:headstock:saved-session:1";

Element to_element(const Unsent& one) {
    Element stanza{"stanza", saved_ns};
    stanza.set("kind", one.stanza).set("to", one.to).set("id", one.id);
    if (one.state != DeliveryState::queued) stanza.set("written", "true");
    return std::move(stanza).add_text(one.xml);
}

Unsent read_stanza(const Element& stanza) {
    Unsent one;
    one.stanza = stanza.attribute("kind");
    one.to = stanza.attribute("to");
    one.id = stanza.attribute("id");
    one.xml = stanza.text();
    if (stanza.attribute("written") == "true") one.state = DeliveryState::written;
    return one;
}

std::optional<SavedSession> read_session(const Element& saved) {
    const auto jid = Jid::parse(saved.attribute("jid"));
    const auto handled = bridge::convert<std::uint32_t>(saved.attribute("handled"));
    const auto acked = bridge::convert<std::uint32_t>(saved.attribute("acked"));
    const auto sent = bridge::convert<std::uint32_t>(saved.attribute("sent"));
    if (!jid || !handled || !acked || !sent || saved.attribute("id").empty()) return std::nullopt;
    SavedSession session{*jid, {std::string{saved.attribute("id")}, *handled}, *acked, *sent, {}};
    for (const auto& stanza : saved.children("stanza"))
        session.stanzas.push_back(read_stanza(stanza));
    if (session.sent > session.stanzas.size()) return std::nullopt;
    return session;
}

} // namespace

std::string to_text(const SavedSession& session) {
    Element saved{"session", saved_ns};
    saved.set("jid", session.jid.str())
        .set("id", session.resumption.id)
        .set("handled", std::to_string(session.resumption.handled))
        .set("acked", std::to_string(session.acked))
        .set("sent", std::to_string(session.sent));
    for (const auto& one : session.stanzas) saved.add(to_element(one));
    return saved.xml();
}

std::optional<SavedSession>
read_saved_session(std::string_view text, const Jid& account, Error& error) {
    const auto saved = Element::parse(text);
    auto session = saved && saved->is("session", saved_ns) ? read_session(*saved) : std::nullopt;
    if (!session) {
        error = {
            Errc::invalid_option,
            "Options::saved_session is no session that this version has saved; leave it empty"};
    } else if (session->jid.bare() != account.bare()) {
        error = {Errc::invalid_option,
                 concat({"Options::saved_session is a session of ", session->jid.str(),
                         ", and not of ", account.str()})};
        session.reset();
    }
    return session;
}

} // namespace headstock::detail
