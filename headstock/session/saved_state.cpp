#include "headstock/saved_state.hpp"

#include "bridge/conversion.hpp"
#include "bridge/element.hpp"
#include "bridge/parser.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/error.hpp"
#include "headstock/session/state_parts.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace headstock {
namespace {

using bridge::Element;
using detail::Hash, detail::KeptKeys, detail::KeptToken, detail::SavedSession, detail::StateParts;

// The version is in the name.
constexpr std::string_view state_ns = "urn:headstock:saved-state:1";

constexpr std::array hash_names{std::pair{"SHA-1", Hash::sha1}, std::pair{"SHA-256", Hash::sha256},
                                std::pair{"SHA-512", Hash::sha512}};

// --- to text -------------------------------------------------------------------------------------

Element to_element(const Unsent& one) {
    Element stanza{"stanza", state_ns};
    stanza.set("kind", one.stanza).set("to", one.to).set("id", one.id);
    if (one.state != DeliveryState::queued) stanza.set("written", "true");
    return std::move(stanza).add_text(one.xml);
}

Element to_element(const SavedSession& session) {
    Element saved{"session", state_ns};
    saved.set("jid", session.jid.str())
        .set("id", session.resumption.id)
        .set("handled", detail::decimal(session.resumption.handled))
        .set("acked", detail::decimal(session.acked))
        .set("sent", detail::decimal(session.sent));
    for (const auto& one : session.stanzas) saved.add(to_element(one));
    return saved;
}

Element to_element(const KeptKeys& kept) {
    const auto* name = std::find_if(hash_names.begin(), hash_names.end(),
                                    [&](const auto& each) { return each.second == kept.hash; });
    Element keys{"keys", state_ns};
    return keys.set("hash", name->first)
        .set("salt", detail::base64_encode(kept.salt))
        .set("iterations", detail::decimal(kept.iterations))
        .set("client", detail::base64_encode(kept.keys.client_key.view()))
        .set("server", detail::base64_encode(kept.keys.server_key.view()));
}

Element to_element(const KeptToken& kept) {
    Element token{"token", state_ns};
    return token.set("user", kept.username)
        .set("mechanism", kept.mechanism)
        .set("value", kept.token.view());
}

// --- from text -----------------------------------------------------------------------------------

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

std::optional<detail::Digest> read_key(std::string_view text, Hash hash) {
    const auto bytes = detail::base64_decode(text);
    if (!bytes || bytes->size() != detail::digest_size(hash)) return std::nullopt;
    detail::Digest key{hash};
    std::copy(bytes->begin(), bytes->end(), key.data());
    return key;
}

std::optional<KeptKeys> read_keys(const Element& saved) {
    const auto* name = std::find_if(hash_names.begin(), hash_names.end(), [&](const auto& each) {
        return each.first == saved.attribute("hash");
    });
    if (name == hash_names.end()) return std::nullopt;
    const auto salt = detail::base64_decode(saved.attribute("salt"));
    const auto iterations = bridge::convert<std::uint32_t>(saved.attribute("iterations"));
    const auto client = read_key(saved.attribute("client"), name->second);
    const auto server = read_key(saved.attribute("server"), name->second);
    if (!salt || !iterations || !client || !server) return std::nullopt;
    return KeptKeys{name->second, *salt, *iterations, {*client, *server}};
}

std::optional<KeptToken> read_token(const Element& saved) {
    KeptToken token{std::string{saved.attribute("user")}, std::string{saved.attribute("mechanism")},
                    detail::Secret{saved.attribute("value")}};
    if (token.username.empty() || token.mechanism.empty() || token.token.empty())
        return std::nullopt;
    return token;
}

// The server may have bound another name than the account's.
bool is_of(const Jid& bound, const Jid& account) {
    return !bound.is_bare() && bound.domain() == account.domain();
}

std::optional<StateParts> read_state(const Element& saved) {
    const auto account = Jid::parse(saved.attribute("account"));
    if (!account || !account->is_bare() || saved.attribute("agent").empty()) return std::nullopt;
    StateParts parts{.account = *account,
                     .user_agent_id = std::string{saved.attribute("agent")},
                     .needs_no_plain = saved.attribute("plain") == "never"};
    if (const auto& keys = saved.child("keys", state_ns)) {
        parts.keys = read_keys(keys);
        if (!parts.keys) return std::nullopt;
    }
    if (const auto& token = saved.child("token", state_ns)) {
        parts.token = read_token(token);
        if (!parts.token) return std::nullopt;
    }
    if (const auto& session = saved.child("session", state_ns)) {
        parts.session = read_session(session);
        if (!parts.session || !is_of(parts.session->jid, *account)) return std::nullopt;
    }
    return parts;
}

class WholeRoot final : public bridge::Demands {
public:
    bridge::Demand decide(bridge::StartTag& start) override {
        return start.depth() == 0 ? bridge::Demand::build | bridge::Demand::at_end
                                  : bridge::Demand::skip;
    }
};

// Element::parse() takes less than a client may leave: many short stanzas need more room than their
// text, and the text is the program's own.
std::optional<StateParts> read_text(std::string_view text) {
    using bridge::Parser;
    const bridge::Limits limits{.held_bytes = (std::size_t{64} << 20) + 16 * text.size()};
    WholeRoot demands;
    Parser parser{demands, limits, bridge::Dialect::document};
    std::optional<StateParts> parts;
    const auto keep = [&](const Parser::Event& event) {
        if (event.kind == Parser::Event::end && event.element->is("state", state_ns))
            parts = read_state(*event.element);
        return event.kind != Parser::Event::more && event.kind != Parser::Event::error;
    };
    parser.feed(text);
    while (keep(parser.next())) {
    }
    auto event = parser.finish();
    while (event.kind != Parser::Event::finish && keep(event)) event = parser.finish();
    if (parser.error().fault == bridge::ParseFault::no_memory) throw std::bad_alloc{};
    return parser.error() ? std::nullopt : parts;
}

} // namespace

SavedState StateParts::make(StateParts parts) {
    SavedState state;
    state.parts_ = std::make_shared<const StateParts>(std::move(parts));
    return state;
}

std::optional<SavedState> SavedState::parse(std::string_view text, Error* error) {
    if (text.empty()) return SavedState{};
    auto parts = read_text(text);
    if (parts) return StateParts::make(std::move(*parts));
    if (error != nullptr)
        *error = {Errc::invalid_option,
                  "the text is no saved state that this version can read; begin with an empty one"};
    return std::nullopt;
}

std::string SavedState::text() const {
    if (!parts_) return {};
    Element saved{"state", state_ns};
    saved.set("account", parts_->account.str()).set("agent", parts_->user_agent_id);
    if (parts_->needs_no_plain) saved.set("plain", "never");
    if (parts_->keys) saved.add(to_element(*parts_->keys));
    if (parts_->token) saved.add(to_element(*parts_->token));
    if (parts_->session) saved.add(to_element(*parts_->session));
    return saved.xml();
}

Jid SavedState::account() const { return parts_ ? parts_->account : Jid{}; }
std::string SavedState::user_agent_id() const { return parts_ ? parts_->user_agent_id : ""; }
bool SavedState::has_session() const { return parts_ && parts_->session; }
bool SavedState::has_keys() const { return parts_ && parts_->keys; }
bool SavedState::has_token() const { return parts_ && parts_->token; }

} // namespace headstock
