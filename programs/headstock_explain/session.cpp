#include "programs/headstock_explain/session.hpp"

#include "programs/headstock_explain/bad_input.hpp"

#include "headstock/ns.hpp"
#include "headstock/options.hpp"
#include "headstock/printable.hpp"
#include "headstock/stanza.hpp"

#include <string>

namespace explaining {

Session::Session(const Identity& who) {
    if (who.component) {
        be_component(who);
    } else {
        be_client(who);
    }
}

headstock::ClientApi& Session::client() {
    if (component_) return *component_;
    return stage_->client();
}

void Session::be_client(const Identity& who) {
    if (who.jid.local().empty())
        throw BadInput("'" + headstock::printable(who.jid.bare().str()) +
                       "' is no account: say who the client is with --jid, or --component");
    stage_.emplace(headstock::testing::Stage::in_clear(), 1, who.jid.bare().str());
    stage_->server().settings().resource = std::string{who.jid.resource()};
    if (who.session) stage_->login();
}

// Its handshake (XEP-0114) needs no server: any answer of this kind will do.
void Session::be_component(const Identity& who) {
    headstock::ComponentOptions options;
    options.tls = headstock::ComponentTls::unencrypted;
    component_.emplace(who.jid.str(), "secret", options);
    if (const auto error = component_->check())
        throw BadInput(headstock::printable(error.message()));
    if (!who.session) return;
    component_->tick(0);
    component_->connected();
    component_->received("<stream:stream xmlns='jabber:component:accept' id='1' "
                         "xmlns:stream='http://etherx.jabber.org/streams'><handshake/>");
    if (!component_->ready())
        throw std::logic_error("no session: " + component_->error().message());
}

void Session::has_asked(const bridge::Element& answer) {
    using headstock::StanzaType;
    const auto type = headstock::stanza_type(answer);
    if (headstock::stanza_kind(answer) != headstock::StanzaKind::iq ||
        (type != StanzaType::result && type != StanzaType::error))
        throw BadInput("--asked is for an iq of type result or error");
    if (!answer.has_attribute("id")) return; // and nobody can ask so that it is an answer
    auto question = headstock::iq_get().set("id", answer.attribute("id"));
    if (answer.has_attribute("from")) question.set("to", answer.attribute("from"));
    if (component_) question.set("from", answer.attribute("to"));
    question.add(bridge::Element{"ping", "urn:xmpp:ping"});
    const auto sent = client().request(question, [](const headstock::Response&) {});
    if (!sent) throw BadInput("--asked: " + headstock::printable(sent.error.message()));
}

} // namespace explaining
