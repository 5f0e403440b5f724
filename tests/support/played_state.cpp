#include "tests/support/played_state.hpp"

#include "headstock/session/state_parts.hpp"
#include "tests/support/state_table.hpp"

#include <chrono>
#include <map>
#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace support {
namespace {

namespace detail = headstock::detail;
using detail::Phase, detail::State, detail::Step;

const std::map<std::string, Place> places{
    {"header", {Phase::header, State::negotiating, "<?xml"}},
    {"features", {Phase::features}},
    {"starttls", {Phase::starttls, State::negotiating, "<starttls "}},
    {"securing", {Phase::securing}},
    {"tls-header", {Phase::header, State::negotiating, "<?xml"}},
    {"tls-features", {Phase::features}},
    {"form", {Phase::form, State::negotiating, "<iq type='get'"}},
    {"filling", {Phase::filling}},
    {"submitted", {Phase::registering, State::negotiating, "<iq type='set'"}},
    {"auth", {Phase::authenticating, State::negotiating, "<auth "}},
    {"deriving", {Phase::deriving}},
    {"response", {Phase::authenticating, State::negotiating, "<response "}},
    {"auth2", {Phase::authenticating, State::negotiating, "<authenticate "}},
    {"deriving2", {Phase::deriving}},
    {"response2", {Phase::authenticating, State::negotiating, "<response "}},
    {"token", {Phase::authenticating, State::negotiating, "<authenticate "}},
    {"new-header", {Phase::header, State::negotiating, "<?xml"}},
    {"new-features", {Phase::features}},
    {"bind", {Phase::binding, State::negotiating, "<iq type='set'"}},
    {"resume", {Phase::resuming}},
    {"features2", {Phase::features}},
    {"bound2", {Phase::features}},
    {"legacy", {Phase::bound, State::opening, "<iq type='set'"}},
    {"ready", {Phase::bound, State::ready}},
    {"enabling", {Phase::bound, State::ready, "<enable "}},
    {"managed", {Phase::bound, State::ready}},
    {"stopping", {Phase::bound, State::closing, "</stream:stream>"}},
    {"m-stopping", {Phase::bound, State::closing, "<a "}},
    {"ended", {Phase::over, State::closed}},
    {"c-header", {Phase::header, State::negotiating, "<?xml"}},
    {"c-no-id", {Phase::no_id}},
    {"c-handshake", {Phase::handshake, State::negotiating, "<handshake>"}},
    {"c-ready", {Phase::bound, State::ready}},
    {"c-stopping", {Phase::bound, State::closing, "</stream:stream>"}},
    {"c-ended", {Phase::over, State::closed}},
};

bool is_of_component(std::string_view state) { return state.starts_with("c-"); }

// The same for each login.
const detail::ScramKeys& derive(const detail::KeyRequest& request) {
    static const auto keys = detail::derive_keys(request);
    return keys;
}

} // namespace

const Place& place_of(const std::string& state) { return places.at(state); }

Played::Played(const std::string& state)
    : state_(state), settings_(settings()),
      session_(headstock::Jid{is_of_component(state) ? "e.test" : "romeo@e.test/r"},
               detail::Secret{"secret"},
               settings_,
               this) {
    session_.add_object(typeid(Witness), &witness, {detail::rows_of<Witness>, {}},
                        detail::hooks_of<Witness, Played>());
    session_.set_tokens([this] { return next_token(); });
    session_.tick(1);
    session_.connected();
    for (const auto& word : state_table().way_to(state)) {
        said = take();
        play(word);
    }
    const auto left = take();
    if (!left.empty()) said = left;
}

void Played::play(const std::string& word, bool in_bytes) {
    if (word == "TLS") {
        expect(Step::start_tls);
        session_.secured();
    } else if (word == "KEY") {
        expect(Step::derive_key);
        session_.derived(derive(session_.key_request()));
    } else if (word == "STOP") {
        session_.stop(std::chrono::seconds{5});
    } else {
        hear(text_of(word), in_bytes);
    }
}

std::string Played::take() {
    auto bytes = session_.outbox().take();
    session_.outbox().confirm(session_.outbox().taken());
    return bytes;
}

bool Played::is_at(const std::string& state) const {
    const auto& place = place_of(state);
    return session_.phase() == place.phase && session_.state() == place.state;
}

void Played::close() {
    session_.stop(std::chrono::seconds{5});
    session_.disconnected({});
}

void Played::hear(std::string_view text, bool in_bytes) {
    if (!in_bytes) return session_.received(text);
    for (const auto byte : text) session_.received({&byte, 1});
}

std::string Played::text_of(const std::string& word) const {
    const auto& texts = state_table().texts;
    return texts.at(is_of_component(state_) && word == "header" ? "component-header" : word);
}

detail::Settings Played::settings() {
    if (is_of_component(state_))
        return headstock::ComponentOptions{.tls = headstock::ComponentTls::unencrypted};
    headstock::Options options;
    options.liveness = {};
    options.bind2 = state_ == "bound2";
    if (state_ == "form" || state_ == "submitted") options.registration = &at_once_;
    if (state_ == "filling") options.registration = &slow_;
    if (state_ == "token" || state_ == "resume") options.saved_state = saved();
    return options;
}

headstock::SavedState Played::saved() const {
    detail::StateParts parts{.account = headstock::Jid{"romeo@e.test"}, .user_agent_id = "u"};
    if (state_ == "token")
        parts.token = detail::KeptToken{"romeo", "HT-SHA-256-NONE", detail::Secret{"t"}};
    if (state_ == "resume")
        parts.session = detail::SavedSession{headstock::Jid{"romeo@e.test/r"}, {"kept", 0}};
    return detail::StateParts::make(std::move(parts));
}

std::string Played::next_token() {
    static const std::vector<std::string> usual{"nonce", "bind", "session"};
    static const std::vector<std::string> registering{"form", "submitted", "nonce", "bind"};
    return (settings_.registration ? registering : usual).at(tokens_++);
}

void Played::expect(Step step) {
    if (session_.step() != step) throw std::logic_error("the script of " + state_ + " is wrong");
    session_.step_taken();
}

} // namespace support
