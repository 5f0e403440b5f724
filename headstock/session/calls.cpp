// What a program asks of its session now and then: raw text, requests, replies, events, timers,
// posted functions, the log.  What is sent for every stanza is in sending.cpp.
#include "headstock/dispatch/registration_reply.hpp"
#include "headstock/dispatch/reply_state.hpp"
#include "headstock/events.hpp"
#include "headstock/ns.hpp"
#include "headstock/printable.hpp"
#include "headstock/session/addressing.hpp"
#include "headstock/session/session.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

namespace headstock::detail {

Delivery Session::send_raw(std::string_view xml) {
    Draft draft{outbox_};
    const auto out = options_.role == StreamRole::component ? check_raw_from_component(xml, jid_)
                                                            : check_raw_from_client(xml, jid_);
    draft.bytes() += xml;
    std::string id{out.id()};
    auto error = submit(draft, out, Room::limited);
    return delivery_of(std::move(error), std::move(id), draft.number());
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
    auto error =
        submit(draft, out, Room::limited, {timeout, std::move(callback), keeps_answer, true});
    return delivery_of(std::move(error), std::move(id), draft.number());
}

// What the callback owns may send, or destroy the client, when it is destroyed.
bool Session::cancel_request(std::uint64_t number) {
    constexpr std::uint64_t late = 60'000; // for a request that would wait for ever
    return requests_.cancel(number, saturated(now_, late)).has_value();
}

Requests::Pending Session::pending_of(const Outgoing& out, Question question) const {
    Requests::Pending pending;
    pending.id = out.id();
    pending.to = renamed_ ? as_bound(out.to) : std::string{out.to};
    if (options_.role == StreamRole::component) pending.asker = out.from;
    pending.callback = std::move(question.callback);
    pending.deadline = deadline_after(now_, question.timeout);
    pending.keeps_answer = question.keeps_answer;
    pending.cancellable = question.cancellable;
    pending.number = outbox_.next_number();
    return pending;
}

Error Session::id_in_use(std::string_view id) {
    return {Errc::invalid_stanza, concat({"not sent: another request with the id ", id,
                                          " waits for its answer; give each its own, or none"})};
}

Error Session::too_much_queued() const {
    return {Errc::queue_full,
            concat({"not sent: ", decimal(outbox_.pending()),
                    " bytes would wait to be written, more than ", decimal(options_.limits.queued),
                    " (Limits::queued); try again when the server has read some"})};
}

Error Session::too_much_unacked() const {
    return {Errc::queue_full, concat({"not sent: ", decimal(outbox_.kept_bytes()),
                                      " bytes wait for the server to acknowledge them, more than ",
                                      decimal(options_.limits.unacked),
                                      " (Limits::unacked); try again when it has"})};
}

// An event of an empty class; it borrows.
static std::shared_ptr<const void> nothing_to_say() {
    static constexpr char nothing{};
    return {std::shared_ptr<const void>{}, &nothing};
}

Error Session::refuse_as_full(Error why) {
    if (drained_.empty()) drained_ = Inbox::one(giving(typeid(Drained), nothing_to_say()));
    return why;
}

void Session::see_if_drained() noexcept {
    if (drained_.empty() || outbox_.pending() > options_.limits.queued / 2) return;
    if (acks_.counts() && outbox_.kept_bytes() > options_.limits.unacked / 2) return;
    push(std::exchange(drained_, {}));
}

// What an answer needs of the tag: a peer may have put much else into it, and a Reply may be held
// for long.
static Element asked_by(const Tag& iq) {
    Element asked{iq.name()};
    for (const auto* name : {"from", "to", "id"}) {
        if (iq.has_attribute(name)) asked.set(name, iq.attribute(name));
    }
    return asked;
}

Reply Session::make_reply(const Tag& iq) {
    const auto owed = std::make_shared<OwedAnswer>();
    owed->request = asked_by(iq);
    owed->send = [this](const Element& stanza) {
        if (const auto error = pass_on(stanza)) tell_dropped(error.text);
    };
    auto job = Inbox::one([owed] {
        owed->send(owed->answer ? owed->answer
                                : error_reply(owed->request, {Condition::internal_server_error}));
    });
    return Reply{std::make_unique<ReplyState>(ReplyState{owed, inbox_, std::move(job)})};
}

RegistrationReply Session::make_form_reply(std::string id) {
    const auto owed = std::make_shared<OwedForm>();
    auto job = Inbox::one([this, owed, id = std::move(id)] {
        stream_->form_filled(id, owed->filled ? &*owed->filled : nullptr);
        take_outcome();
    });
    return RegistrationReply{std::make_unique<RegistrationReplyState>(
        RegistrationReplyState{owed, inbox_, std::move(job)})};
}

void Session::start(std::shared_ptr<ThreadedCall> call) { threaded_.start(std::move(call)); }

std::size_t Session::room_for_calls() const { return threaded_.room(); }

std::string Session::why_no_room(std::size_t size) const { return threaded_.why_no_room(size); }

// One kind of function for all events.  The inbox is closed before the session is destroyed.
std::function<void()> Session::giving(const std::type_info& type,
                                      std::shared_ptr<const void> event) {
    return [this, &type, event = std::move(event)] { emit(type, event.get()); };
}

bool Session::post_event(const std::type_info& type, std::shared_ptr<const void> event) {
    return post(giving(type, std::move(event)));
}

// Without memory for it nobody is told; what was registered is.
void Session::tell_changed() noexcept {
    if (change_told_) return;
    if_memory_allows([this] {
        if (!registry_.wants(typeid(HandlersChanged))) return;
        change_told_ = push(Inbox::one(giving(typeid(HandlersChanged), nothing_to_say())));
    });
}

// One of them may call stop(), which runs in here those behind it: what was given before goes out
// before.
void Session::run_inbox() {
    change_told_ = false; // it is among what is taken now
    posted_.splice(posted_.end(), inbox_->take());
    while (!posted_.empty()) run_posted();
}

// What is owed is ours: what it throws, for want of memory, is no user's mistake.
void Session::run_posted() {
    Inbox::Jobs first;
    first.splice(first.end(), posted_, posted_.begin());
    const auto& [run, owed] = first.front();
    if (abandoned()) return;
    owed ? run() : void(dispatcher_.run_user("a posted function", run));
}

// Objects registered by a handler of this very event do not see it any more.
bool Session::emit(const std::type_info& type, const void* event) {
    if (told_ >= Told::terminated) return false;
    const auto last = registry_.youngest();
    registry_.for_each([&](Registry::Object& object) {
        if (object.ticket > last) return;
        for (const auto& row : object.events) {
            if (*row.event == type && object.alive)
                dispatcher_.run_user(row.name, [&] { row.call(object.address, event); });
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

// What was recorded of the open stanza is not whole then, and nothing waits for its line.
void Session::log_changes() {
    recorder_.clear();
    log_.hold_sent(false);
}

void Session::set_diagnostics(std::function<void(std::string_view line)> f) {
    diagnostics_ =
        f ? std::make_shared<const std::function<void(std::string_view)>>(std::move(f)) : nullptr;
}

namespace {

// One that throws is given up: this may be called inside the parser, where nothing may be thrown.
template <class F>
void give_line(std::shared_ptr<F>& diagnostics, std::string_view line) noexcept {
    const auto f = diagnostics;
    if (!f) return;
    try {
        (*f)(printable(line));
    } catch (const std::bad_alloc&) { // one line less
    } catch (...) {
        if (diagnostics == f) diagnostics = nullptr;
    }
}

} // namespace

void Session::tell_dropped(std::string_view line) noexcept {
    log_.note(line);
    give_line(diagnostics_, line);
}

// A mistake of this kind compiles, and nothing is ever called.  It is nothing of the wire's.
void Session::tell_oddities(const Registry::Object& object) noexcept {
    if (!diagnostics_) return;
    if_memory_allows([&] {
        if (object.hooks.misspelt != nullptr)
            give_line(diagnostics_, concat({"never called: ", object.hooks.class_name,
                                            " has a function ", object.hooks.misspelt}));
        if (object.entries.empty() && object.events.empty())
            give_line(diagnostics_,
                      concat({"note: ", object.hooks.class_name,
                              " is registered with hooks and without rows; "
                              "HEADSTOCK_HANDLERS stands in the namespace of its class"}));
    });
}

Error Session::set_log(const std::string& path, WireLog::Layout layout) {
    log_changes();
    return log_.set_file(path, layout);
}

void Session::set_log(std::FILE* stream, WireLog::Layout layout) {
    log_changes();
    log_.set_stream(stream, layout);
}

void Session::set_log(WireLog::Sink sink) {
    log_changes();
    log_.set_sink(std::move(sink));
}

} // namespace headstock::detail
