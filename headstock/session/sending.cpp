// The session's way out, and its log: what leaves and what is said about it.  No transition is
// here.
#include "headstock/dispatch/reply_state.hpp"
#include "headstock/ns.hpp"
#include "headstock/session/addressing.hpp"
#include "headstock/session/session.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

using bridge::Parser;

namespace {

// `id` is made before the stanza is kept: afterwards nothing may throw.
Delivery delivery_of(Error error, std::string id) {
    if (error) id.clear();
    return {std::move(error), std::move(id)};
}

} // namespace

Delivery Session::send(const Element& stanza) {
    Draft draft{outbox_};
    const auto out = write_to(draft, stanza);
    std::string id{out.id()};
    return delivery_of(submit(draft, out, Room::limited), std::move(id));
}

// What a row returned needs no Delivery.  An answer is owed, so it always enters: that a peer which
// asks and does not read cannot make more and more of them is seen to by not reading from it.
Error Session::pass_on(const Element& stanza) {
    Draft draft{outbox_};
    return submit(draft, write_to(draft, stanza), Room::always);
}

Delivery Session::send_raw(std::string_view xml) {
    Draft draft{outbox_};
    const auto out =
        role_ == Role::component ? check_raw_from_component(xml, jid_) : check_raw(xml, ns::client);
    draft.bytes() += xml;
    std::string id{out.id()};
    return delivery_of(submit(draft, out, Room::limited), std::move(id));
}

Delivery Session::request(const Element& iq,
                          Requests::Callback callback,
                          std::chrono::milliseconds timeout,
                          bool keeps_answer) {
    Draft draft{outbox_};
    auto out = write_to(draft, iq);
    if (!out.error && out.type != StanzaType::get && out.type != StanzaType::set)
        out.error = Error{Errc::invalid_stanza, "not sent: a request is an iq of type get or set"};
    std::string id{out.id()};
    return delivery_of(
        submit(draft, out, Room::limited, std::move(callback), timeout, keeps_answer),
        std::move(id));
}

Outgoing Session::write_to(Draft& draft, const Element& stanza) const {
    return role_ == Role::component ? write_from_component(stanza, jid_, draft.bytes())
                                    : write_from_client(stanza, jid_, draft.bytes());
}

Error Session::submit(Draft& draft, const Outgoing& out, Room room) {
    return submit(draft, out, room, {}, options_.timeouts.request, true);
}

Error Session::submit(Draft& draft,
                      const Outgoing& out,
                      Room room,
                      Requests::Callback callback,
                      std::chrono::milliseconds timeout,
                      bool keeps_answer) {
    auto error = refuse_reason(out, room);
    const bool request =
        out.kind == StanzaKind::iq && (out.type == StanzaType::get || out.type == StanzaType::set);
    // Destroyed after the draft: what a refused callback owns may send when it is destroyed.
    std::optional<Requests::Pending> pending;
    if (!error && request) {
        pending = Requests::Pending{
            .id = std::string{out.id()},
            .to = std::string{out.to},
            .callback = std::move(callback),
            .deadline = saturated(now_, std::max<std::uint64_t>(ms_count(timeout), 1)),
            .keeps_answer = keeps_answer,
            .asker = std::string{role_ == Role::component ? out.from : ""}};
        if (!requests_.add(std::move(*pending)))
            error = {Errc::invalid_stanza, concat({"not sent: an iq with the id ", out.id(),
                                                   " waits for its answer already"})};
    }
    if (error) {
        draft.drop();
    } else {
        keep(draft, out, request);
    }
    return error;
}

// With its request or, when memory runs out, without a trace of either.
void Session::keep(Draft& draft, const Outgoing& out, bool request) {
    try {
        draft.keep({out.name, out.to, out.id()});
    } catch (...) {
        draft.drop(); // before the callback is destroyed, which may send
        if (request) requests_.take(requests_.youngest());
        throw;
    }
    note_presence(out);
    if (outbox_.released()) log_sent(draft.xml());
}

Error Session::refuse_reason(const Outgoing& out, Room room) const {
    if (out.error) return *out.error;
    if (state_ >= State::closing || abandoned())
        return {Errc::not_ready, "not sent: the session has ended"};
    if (room == Room::limited && outbox_.pending() > options_.limits.queued)
        return too_much_queued();
    return {};
}

Error Session::too_much_queued() const {
    return {Errc::not_ready, concat({"not sent: ", std::to_string(outbox_.pending()),
                                     " bytes would wait to be written, more than ",
                                     std::to_string(options_.limits.queued), " (Limits::queued)"})};
}

Reply Session::make_reply(const Tag& iq) {
    const auto owed = std::make_shared<OwedAnswer>();
    owed->request = Element::copy_of(iq);
    owed->send = [this](const Element& stanza) {
        if (const auto error = pass_on(stanza)) note(error.text);
    };
    auto job = Inbox::one([owed] {
        owed->send(owed->answer ? owed->answer
                                : error_reply(owed->request, {Condition::internal_server_error}));
    });
    return Reply{std::make_unique<ReplyState>(ReplyState{owed, inbox_, std::move(job)})};
}

void Session::start(std::shared_ptr<ThreadedCall> call) { threaded_.start(std::move(call)); }

std::size_t Session::room_for_calls() const { return threaded_.room(); }

std::string Session::why_no_room(std::size_t size) const { return threaded_.why_no_room(size); }

bool Session::post_event(const void* key, std::shared_ptr<const void> event) {
    // The inbox is closed before the session is destroyed.
    return post([this, key, event = std::move(event)] { emit(key, event.get()); });
}

// One of them may call stop(), which runs in here those behind it: what was given before goes out
// before.
void Session::run_inbox() {
    posted_.splice(posted_.end(), inbox_->take());
    while (!posted_.empty()) run_posted();
}

// What is owed is ours: what it throws, for want of memory, is no user's mistake.
void Session::run_posted() {
    Inbox::Jobs first;
    first.splice(first.end(), posted_, posted_.begin());
    const auto& [run, owed] = first.front();
    if (abandoned()) return;
    owed ? run() : void(dispatcher_.guarded("a posted function", run));
}

// Objects registered by a handler of this very event do not see it any more.
bool Session::emit(const void* key, const void* event) {
    if (told_ >= Told::terminated) return false;
    const auto last = registry_.youngest();
    registry_.for_each([&](Registry::Object& object) {
        if (object.ticket > last) return;
        for (const auto& row : object.events) {
            if (row.event == key && object.alive)
                dispatcher_.guarded(row.name, [&] { row.call(object.address, event); });
        }
    });
    return !abandoned();
}

std::uint64_t Session::add_timer(std::chrono::milliseconds delay,
                                 std::chrono::milliseconds period,
                                 Timers::Function f) {
    if (state_ == State::over || abandoned()) return 0;
    return timers_.add(saturated(now_, ms_count(delay)), ms_count(period), std::move(f));
}

// What stop() has to take back: that we are there for everybody (RFC 6121 4.5.2).
void Session::note_presence(const Outgoing& out) {
    if (out.kind != StanzaKind::presence || !out.to.empty()) return;
    if (out.type == StanzaType::available) presence_sent_ = true;
    if (out.type == StanzaType::unavailable) presence_sent_ = false;
}

// What was recorded of the open stanza is not whole then, and nothing waits for its line.
bool Session::set_log(const std::string& path, bool to_stdout) {
    recorder_.clear();
    log_.hold_sent(false);
    return log_.set(path, to_stdout);
}

void Session::set_log(WireLog::Sink sink) {
    recorder_.clear();
    log_.hold_sent(false);
    log_.set_sink(std::move(sink));
}

void Session::write(std::string_view xml) {
    outbox_.write(xml);
    log_sent(xml);
}

void Session::write_secret(std::string_view xml, std::string_view shown) {
    outbox_.write_secret(xml);
    log_sent(shown);
}

void Session::log_sent(std::string_view xml) { log_.sent(xml); }

void Session::log_received(const Parser::Event& event) {
    if (!log_.on() || event.kind == Parser::Event::error) return;
    if (event.depth > 1) return log_.hold_sent(true);
    const auto piece = recorder_.cut(stream_->parser().unparsed().size());
    if (piece.text.empty()) return log_.hold_sent(false); // it came before the log was switched on
    log_.received(piece.text, piece.left_out);
}

} // namespace headstock::detail
