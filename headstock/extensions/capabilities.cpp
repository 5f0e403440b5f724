#include "headstock/extensions/capabilities.hpp"

#include "headstock/digest.hpp"
#include "headstock/extensions/verification_string.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_questions = 8; // at a time
constexpr std::size_t most_own_versions = 8;
constexpr std::chrono::seconds longest_question{30};

} // namespace

Capabilities::Capabilities(Disco& disco, std::string node) : disco_(disco), node_(std::move(node)) {
    if (node_.empty())
        throw std::invalid_argument("headstock: Capabilities: a program's node is a URI of it");
    disco_.add_feature(ns::capabilities);
}

Capabilities& Capabilities::notify(std::string_view node) {
    disco_.add_feature(std::string{node} + "+notify");
    return *this;
}

Capabilities& Capabilities::ask_only(std::function<bool(const Jid& who)> whom) {
    may_ask_ = std::move(whom);
    return *this;
}

void Capabilities::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) session_ended();
    client_ = client.link();
    ++session_;
    asking_ = 0;
    looking_ = false;
    look_soon(); // for a Presence that was ready before
}

void Capabilities::resumed() {
    look_soon();
    ask();
}

void Capabilities::session_ended() {
    told_rooms_ = half_told_ = false;
    others_.forget_everybody();
}

void Capabilities::cleanup() { client_ = {}; }

// --- ours ----------------------------------------------------------------------------------------

Capabilities::Made Capabilities::make() const {
    Made made{disco_.info(), {}, {}};
    auto verification = verification_string(made.info);
    if (!verification.well_formed)
        throw std::logic_error("headstock: Capabilities: Disco has an identity or a FORM_TYPE "
                               "twice, which others refuse (XEP-0115 5.4)");
    made.text = std::move(verification.text);
    made.version = sha1_base64(made.text);
    return made;
}

// Whoever has heard of an older version may still ask for it.
void Capabilities::keep(const Made& made) {
    version_ = made.version;
    auto node = node_ + '#' + made.version;
    disco_.set_node(node, made.info);
    std::erase(versions_, node);
    versions_.push_back(std::move(node));
    if (versions_.size() > most_own_versions) {
        disco_.remove_node(versions_.front());
        versions_.pop_front();
    }
    others_.learn(made.text); // another instance of the program need not be asked
}

void Capabilities::prepared(const PresencePrepared& event) {
    const auto made = make();
    const bool directed = event.presence.has_attribute("to");
    if (made.version != version_) {
        // Rooms are shown presence of their own: who is left with an old one is shown it, too.
        if (!version_.empty() && !telling_ && (directed || told_rooms_)) {
            half_told_ = true;
            look_soon();
        }
        keep(made);
    }
    told_rooms_ = told_rooms_ || directed;
    event.presence.add(CapabilitiesHash{node_, version_, "sha-1", {}});
}

// Once for all that changes until the loop's next turn.
void Capabilities::look_soon() {
    auto* client = client_.get();
    if (client == nullptr || looking_) return;
    const auto timer =
        client->after(std::chrono::milliseconds{0}, [self = Link{*this, serving_.lifetime()}] {
            if (auto* here = self.get()) here->look();
        });
    looking_ = static_cast<bool>(timer);
}

// While a connection is lost it waits for resumed().
void Capabilities::look() {
    looking_ = false;
    auto* client = client_.get();
    if (client == nullptr || !client->ready()) return;
    if (!std::exchange(half_told_, false) && make().version == version_) return;
    telling_ = true;
    const Link self{*this, lifetime_};
    client->emit_now(PresenceOutdated{});
    if (auto* here = self.get()) here->telling_ = false;
}

// --- theirs --------------------------------------------------------------------------------------

void Capabilities::came(const CapabilitiesHash& said, const Tag& presence) {
    const auto who = from(presence);
    auto* client = client_.get();
    if (!who || client == nullptr || *who == client->jid()) return;
    const bool known = others_.announced(*who, said, !may_ask_ || may_ask_(*who));
    ask();
    if (known) client->emit_now(CapabilitiesKnown{*who});
}

void Capabilities::gone(const Tag& presence) {
    if (const auto who = from(presence)) others_.left(*who);
}

void Capabilities::refused(const Tag& presence, const StanzaError& error) {
    if (says_absent(error.condition)) gone(presence);
}

// One that cannot be sent is not tried again before there is something else to ask.
void Capabilities::ask() {
    auto* client = client_.get();
    while (client != nullptr && client->ready() && asking_ < most_questions) {
        const auto question = others_.next();
        if (!question) return;
        if (!ask(*client, *question)) {
            others_.answered(*question, nullptr);
            return;
        }
        ++asking_;
    }
}

Delivery Capabilities::ask(ClientApi& client, const detail::CapabilitiesCache::Question& question) {
    return client.request(
        question.whom, DiscoInfoQuery{question.node},
        [self = Link{*this, serving_.lifetime()}, question,
         session = session_](const Answer<DiscoInfo>& answer) {
            if (auto* here = self.get()) here->answered(question, answer, session);
        },
        longest_question);
}

void Capabilities::answered(const detail::CapabilitiesCache::Question& question,
                            const Answer<DiscoInfo>& answer,
                            std::uint64_t session) {
    if (session == session_) --asking_;
    const auto known = others_.answered(question, answer ? &*answer : nullptr);
    ask();
    tell(known);
}

// A row of the event may end this and the client.
void Capabilities::tell(const std::vector<Jid>& known) {
    const auto link = client_;
    const Link self{*this, lifetime_};
    for (const auto& who : known) {
        auto* client = link.get();
        if (client == nullptr || self.get() == nullptr) return;
        client->emit_now(CapabilitiesKnown{who});
    }
}

template <class F>
bool Capabilities::any_of(Address jid, const F& f) const {
    const auto who = jid.jid();
    if (!who) return false;
    const auto texts = others_.find_all(*who);
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string* text) { return f(*text); });
}

bool Capabilities::is_known(Address jid) const {
    return any_of(jid, [](const std::string&) { return true; });
}

bool Capabilities::supports(Address jid, std::string_view feature) const {
    return any_of(jid, [&](const std::string& text) { return tells_feature(text, feature); });
}

bool Capabilities::has_identity(Address jid,
                                std::string_view category,
                                std::string_view type) const {
    return any_of(jid,
                  [&](const std::string& text) { return tells_identity(text, category, type); });
}

} // namespace headstock
