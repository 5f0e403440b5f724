#include "tests/simulation/walk.hpp"

#include "headstock/ns.hpp"
#include "tests/simulation/walk_object.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <stdexcept>

namespace simulation {

using headstock::Element, headstock::Errc, headstock::Error;

namespace {

constexpr int most_steps = 200;
constexpr unsigned deepest = 3; // callbacks in one another that do something
struct Thrown {};

} // namespace

Walk::Walk(std::uint64_t seed)
    : chance_(seed), means_(seed), server_({.plain = chance_.one_in(2),
                                            .sasl2 = chance_.one_in(2),
                                            .stream_management = !chance_.one_in(4)}),
      may_destroy_(chance_.one_in(2)), may_end_(chance_.one_in(2)),
      shows_(std::getenv("HEADSTOCK_WALK_SHOW") != nullptr) {
    means_.handshake = [this] {
        server_.secured();
        return std::optional{Error{}};
    };
    client_ = std::make_unique<Client>(means_, "romeo@example.org", "secret", options());
    for (int i = 0; i < 4; ++i) objects_.push_back(std::make_unique<WalkObject>(*this));
    register_object(false);
    set_on_exception();
}

Walk::~Walk() { gone_ = true; }

headstock::Options Walk::options() {
    headstock::Options options;
    if (chance_.one_in(3)) {
        options.tls = headstock::Tls::disabled;
        options.insecure_plain_password = true;
    } else if (chance_.one_in(3)) {
        options.tls = headstock::Tls::direct;
    } else {
        server_.settings().starttls = headstock::testing::StartTls::offered;
    }
    if (!chance_.one_in(4)) options.reconnect = headstock::Backoff{.before_first_session = true};
    options.resend_unconfirmed = options.reconnect && chance_.one_in(2);
    options.stream_management = !chance_.one_in(4);
    options.bind2 = chance_.one_in(4);
    options.pipelining = !chance_.one_in(4);
    if (chance_.one_in(2)) options.saved_state = headstock::SavedState{};
    options.save_keys = options.saved_state && chance_.one_in(2);
    if (chance_.one_in(3)) options.offline_queue = headstock::OfflineQueue::drop_oldest;
    if (chance_.one_in(3)) options.limits.queued = options.limits.unacked = 8u << 10;
    if (chance_.one_in(3)) options.limits.posted = 8;
    if (chance_.one_in(4)) options.limits.threaded = 1u << 10;
    return options;
}

// --- what the client calls -----------------------------------------------------------------------

void Walk::is_wrong(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
    show(("! " + what).c_str());
}

void Walk::show(const char* what, const void* who) const {
    if (shows_) std::fprintf(stderr, "%*s%s %p\n", static_cast<int>(2 * depth_), "", what, who);
}

void Walk::note_call(const char* what) {
    ++figures_.calls;
    show(what);
    if (gone_) is_wrong(std::string{what} + " of a client that is destroyed");
}

void Walk::call(const Callback& callback) {
    note_call(callback.what);
    if (!callback.live) is_wrong(std::string{callback.what} + " that was taken back is called");
    if (callback.once && callback.calls > 1)
        is_wrong(std::string{callback.what} + " is called again");
}

void Walk::inside(const char*) {
    if (depth_ == deepest || gone_) return;
    ++depth_;
    for (auto left = chance_.below(3); left > 0 && !gone_; --left) act();
    --depth_;
    if (chance_.one_in(12)) throw Thrown{};
}

void Walk::inside_thread(const char* what) {
    note_call(what);
    if (!gone_ && chance_.one_in(3)) post();
    if (chance_.one_in(8)) throw Thrown{};
}

// --- what happens --------------------------------------------------------------------------------

std::string Walk::go() {
    for (int i = 0; i < most_steps && !gone_ && !client_->over() && wrong_.empty(); ++i) step();
    if (!gone_) come_to_an_end();
    if (!gone_) check_end();
    gone_ = true;
    client_.reset();
    scopes_.clear();
    replies_.clear();
    on_exception_ = log_ = nullptr;
    for (const auto& each : callbacks_)
        if (each.use_count() > 1) is_wrong(std::string{each->what} + " outlives its client");
    return wrong_;
}

void Walk::step() {
    if (!up_) {
        chance_.one_in(3) ? act() : pass(chance_.below(20'000));
        if (!gone_ && wants_attempt()) connect();
        return;
    }
    switch (chance_.below(10)) {
    case 0:
    case 1:
        act();
        break;
    case 2:
        server_says();
        break;
    case 3:
        server_answers();
        break;
    case 4:
        pass(chance_.one_in(20) ? 90'000 : chance_.below(400));
        break;
    case 5:
        if (chance_.one_in(6)) lose();
        break;
    default:
        client_writes();
        server_reads();
        client_reads();
    }
    if (!gone_ && chance_.one_in(2)) means_.threads.run_all();
    if (!gone_) close_if_due();
}

// Of every kind that a row, a function or the client itself looks at.
void Walk::server_says() {
    if (server_.bound().empty() || server_.ended()) return;
    static constexpr const char* stanzas[] = {
        "<message from='juliet@example.org/b' type='chat'><body>hi</body></message>",
        "<message from='juliet@example.org/b'><body>a</body><body xml:lang='de'>b</body></message>",
        "<iq type='get' from='juliet@example.org/b' id='g'><query xmlns='jabber:iq:version'/></iq>",
        "<iq type='set' from='juliet@example.org/b' id='s'><later xmlns='urn:later'/></iq>",
        "<iq type='get' from='juliet@example.org/b' id='t'><slow xmlns='urn:slow'/></iq>",
        "<iq type='get' from='juliet@example.org/b' id='u'><other xmlns='urn:other'/></iq>",
        "<iq type='result' from='juliet@example.org/b' id='nobody'/>",
        "<presence from='juliet@example.org/b'/>",
        "<message from='juliet@example.org/b' type='error'><error type='cancel'/></message>"};
    const auto stanza =
        Element::parse("<s xmlns='jabber:client'>" +
                       std::string{stanzas[chance_.below(std::size(stanzas))]} + "</s>");
    ++said_;
    server_.says(stanza->first_child());
    if (chance_.one_in(4) && server_.settings().stream_management) server_.asks_for_ack();
    if (chance_.one_in(60)) server_.says("</stream:stream>");
    if (chance_.one_in(60))
        server_.says("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "</stream:error></stream:stream>");
}

void Walk::server_answers() {
    for (const auto& stanza : server_.take_stanzas()) {
        const auto& iq = stanza.element;
        const auto type = iq.attribute("type");
        if (iq.local_name() != "iq" || (type != "get" && type != "set") || chance_.one_in(3))
            continue;
        if (server_.bound().empty() || server_.ended()) return;
        Element answer{"iq", headstock::ns::client};
        answer.set("id", iq.attribute("id")).set("type", chance_.one_in(2) ? "result" : "error");
        if (iq.has_attribute("to")) answer.set("from", iq.attribute("to"));
        server_.says(answer);
    }
}

void Walk::client_writes() {
    client_->pump();
    if (gone_ || !up_) return;
    if (const auto request = client_->core().take_key_request())
        client_->core().derived(headstock::detail::derive_keys(*request));
    if (gone_) return;
    client_->pump();
    if (gone_) return;
    const auto output = client_->output();
    const auto size = output.empty() ? 0 : chance_.piece_of(output.size());
    to_server_ += output.substr(0, size);
    client_->written(size);
}

// A client that gives up its login says so to a server that does not understand it.
void Walk::server_reads() {
    if (gone_ || server_gave_up_) return;
    const auto size = to_server_.empty() ? 0 : chance_.piece_of(to_server_.size());
    const auto bytes = to_server_.substr(0, size);
    to_server_.erase(0, size);
    try {
        server_.receive(bytes);
    } catch (const std::runtime_error& error) {
        server_gave_up_ = true;
        if (!client_->wants_close()) is_wrong(error.what());
    }
}

void Walk::client_reads() {
    if (gone_) return;
    to_client_ += server_.take_output();
    if (!up_ || to_client_.empty() || client_->wants_close()) return;
    const auto size = static_cast<std::ptrdiff_t>(chance_.piece_of(to_client_.size()));
    const std::vector<char> piece(to_client_.begin(), to_client_.begin() + size);
    to_client_.erase(0, piece.size());
    client_->received({piece.data(), piece.size()});
}

bool Walk::wants_attempt() {
    if (!up_ && !wants_attempt_) wants_attempt_ = client_->wants_connection();
    return !up_ && wants_attempt_;
}

void Walk::connect() {
    show("= connect");
    wants_attempt_ = server_gave_up_ = false;
    server_.settings().keeps_sessions = !chance_.one_in(3);
    client_->tick(now_);
    if (gone_) return;
    if (chance_.one_in(6)) return client_->disconnected({Errc::connect_failed, "refused"});
    up_ = true;
    server_.connected();
    client_->connected();
}

void Walk::lose() {
    show("= the connection ends");
    ++figures_.losses;
    up_ = false;
    server_.take_output();
    to_server_.clear();
    to_client_.clear();
    client_->disconnected(chance_.one_in(2) ? Error{} : Error{Errc::connection_lost, "cut"});
}

void Walk::close_if_due() {
    if (client_->over() || !client_->wants_close()) return;
    client_->pump();
    if (gone_ || !client_->output().empty()) return;
    up_ ? lose() : client_->disconnected();
}

void Walk::pass(std::uint64_t milliseconds) {
    const auto end = now_ + milliseconds;
    for (int ticks = 0; ticks < 100; ++ticks) {
        const auto due = client_->deadline();
        if (!due || *due > end) break;
        now_ = std::max(*due, now_ + 1);
        client_->tick(now_);
        if (gone_) return;
        client_->pump();
        if (gone_ || (!up_ && wants_attempt())) return;
    }
    now_ = std::max(now_, end);
    client_->tick(now_);
    if (!gone_) client_->pump();
}

// --- the end -------------------------------------------------------------------------------------

void Walk::come_to_an_end() {
    show("= stop");
    if (!client_->over()) client_->stop();
    for (int i = 0; i < 300 && !gone_ && !client_->over(); ++i) {
        client_writes();
        server_reads();
        client_reads();
        if (gone_) return;
        close_if_due();
        if (gone_) return;
        pass(2'000);
        if (gone_) return;
        if (wants_attempt()) connect();
    }
    if (gone_) return;
    if (!client_->over()) return is_wrong("the client has no end");
    ++figures_.ends;
}

bool Walk::ends() {
    using headstock::detail::State;
    return ending_ || client_->core().session().state() > State::ready;
}

void Walk::check_end() {
    means_.threads.run_all();
    client_->pump();
    for (const auto& each : callbacks_)
        if (each->live && each->owed && each->calls == 0)
            is_wrong(std::string{each->what} + " was not called by the end");
    check_objects();
}

void Walk::check_objects() {
    for (const auto& each : objects_)
        if (each && each->registered && !each->registered_late && !each->over())
            is_wrong("terminated did not come");
}

} // namespace simulation
