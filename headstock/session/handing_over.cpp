// What a client has of the one before it, and leaves to the next one: SavedState.
#include "headstock/events.hpp"
#include "headstock/saved_state.hpp"
#include "headstock/session/session.hpp"
#include "headstock/session/state_parts.hpp"
#include "headstock/text/concat.hpp"

#include <cstdio>
#include <utility>

namespace headstock::detail {
namespace {

// Version 4: of random numbers (RFC 4122 section 4.4).
std::string random_uuid(Randomness* randomness) {
    const auto version = (random_number(randomness) & ~std::uint64_t{0xf000}) | 0x4000u;
    const auto variant = random_number(randomness) >> 2 | std::uint64_t{1} << 63;
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx",
                  static_cast<unsigned>(version >> 32),
                  static_cast<unsigned>(version >> 16 & 0xffff),
                  static_cast<unsigned>(version & 0xffff), static_cast<unsigned>(variant >> 48),
                  static_cast<unsigned long long>(variant & 0xffff'ffff'ffff));
    return text;
}

} // namespace

void Session::take_saved_state() {
    const auto state = *std::exchange(options_.saved_state, SavedState{}); // it is used once
    const auto* const parts = StateParts::of(state);
    if (parts == nullptr) return;
    if (parts->account != credentials_.account.bare()) {
        saved_error_ = std::make_unique<Error>(
            Errc::invalid_option, concat({"Options::saved_state is of ", parts->account.str(),
                                          ", and not of ", credentials_.account.bare().str()}));
        return;
    }
    user_agent_id_ = parts->user_agent_id;
    state_told_ = true;
    credentials_.needs_no_plain = parts->needs_no_plain;
    if (parts->keys) credentials_.keys = std::make_unique<KeptKeys>(*parts->keys);
    if (parts->token) credentials_.token = std::make_unique<KeptToken>(*parts->token);
    if (parts->session && options_.stream_management) go_on_with(*parts->session);
}

void Session::go_on_with(const SavedSession& saved) {
    outbox_.restore(saved.stanzas, saved.sent);
    acks_.restore(saved.resumption, saved.acked);
    stream_->set_resumption(acks_.resumption());
    take_address(saved.jid);
    had_address_ = true;
}

// The connection ends, and the stream on it does not.  There may be none any more, or one that is
// being closed, and a session that waits for the next one.
void Session::leave_to_another() {
    const bool has_session = (state_ == State::ready && acks_.on()) ||
                             (negotiating() && acks_.suspended()) || coming_back_;
    if (!has_session || !acks_.can_resume() || !options_.saved_state)
        return stop(options_.timeouts.stop);
    const bool was_lost = std::exchange(coming_back_, false);
    if (was_lost) error_ = {};
    tell_stopping({});
    if (abandoned() || (is_closed() && !was_lost)) return; // a hook was quicker
    credentials_.forget_password();
    next_try_.reset();
    threaded_.drop_queued("the client was suspended");
    answer_ack_request();
    suspend(); // now, while it is known what the row handles that asks for this
    suspending_ = true;
    become_closed();
}

void Session::save_session() {
    outbox_.hold();
    saved_ = std::make_unique<SavedSession>(SavedSession{
        jid_, acks_.resumption(), acks_.acknowledged(), outbox_.sent(), outbox_.unsent()});
}

std::string Session::user_agent_id() {
    if (user_agent_id_.empty()) user_agent_id_ = random_uuid(rule_.randomness);
    return user_agent_id_;
}

SavedState Session::saved_state() {
    StateParts parts{.account = credentials_.account.bare(), .user_agent_id = user_agent_id()};
    if (options_.save_keys && credentials_.keys) parts.keys = *credentials_.keys;
    if (options_.save_keys && credentials_.token) parts.token = *credentials_.token;
    if (saved_) parts.session = *saved_;
    parts.needs_no_plain = credentials_.needs_no_plain;
    return StateParts::make(std::move(parts));
}

void Session::tell_state_changed() {
    if (!options_.saved_state && !options_.save_keys) return;
    const bool new_keys = std::exchange(credentials_.keys_changed, false) && options_.save_keys;
    const bool is_new = !std::exchange(state_told_, true);
    const bool new_floor = std::exchange(credentials_.needs_no_plain_changed, false);
    if (is_new || new_keys || new_floor || saved_) tell(SavedStateChanged{});
}

} // namespace headstock::detail
