// The session's transitions, all of them, in the order in which a session lives.  What leads to
// them is in receiving.cpp, its time in session_time.cpp.
#include "headstock/session/session.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/events.hpp"
#include "headstock/ns.hpp"
#include "headstock/stream/component.hpp"
#include "headstock/stream/errors.hpp"
#include "headstock/stream/stanza_xml.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

Session::Session(const Jid& jid, Secret password, Settings& settings, void* client)
    : options_(settings), credentials_{jid, std::move(password)}, jid_(jid), client_(client),
      tokens_(&random_token), inbox_(std::make_shared<Inbox>(settings.limits.posted)),
      dispatcher_(*this, registry_, requests_, settings.limits.copied, settings.limits.handler),
      threaded_(*this, dispatcher_, inbox_, settings.limits.threaded), stream_(make_stream(*this)) {
    (options_.role == StreamRole::client ? rule_.own : rule_.sender) = &jid_;
    if (options_.role == StreamRole::client) rule_.asked = &credentials_.account;
    registry_.on_removed([this](std::uint64_t ticket) { threaded_.drop(ticket); });
    credentials_.needed_again = options_.reconnect.has_value();
    credentials_.asked_for = credentials_.password.empty() && options_.password;
    credentials_.registers = static_cast<bool>(options_.registration);
    if (options_.role == StreamRole::client || options_.reconnect ||
        options_.offline_queue == OfflineQueue::drop_oldest)
        outbox_.keep_copies();
    if (options_.saved_state) take_saved_state();
    credentials_.keys_saved = options_.save_keys;
}

Session::~Session() { inbox_->close(); }

// --- on a stream ---------------------------------------------------------------------------------

void Session::connected(Reach reach) {
    if (!negotiating()) return; // stopped before
    next_try_.reset();
    stream_->connected(reach);
    take_outcome();
}

std::unique_ptr<Stream> Session::make_stream(Stream::Owner& owner) {
    auto stream = std::make_unique<Stream>(options_, credentials_, tokens_, owner);
    stream->look_at_clock(now_);
    return stream;
}

void Session::adopt(Negotiated negotiated) {
    if (!negotiating()) return; // stopped before
    next_try_.reset();
    negotiated.stream->set_resumption(stream_->take_resumption());
    negotiated.stream->set_owner(*this);
    stream_ = std::move(negotiated.stream);
    recorder_ = std::move(negotiated.recorder);
    peer_ = std::move(negotiated.peer);
    stream_->log_in();
    take_outcome();
    pump();
    if (log_.on()) recorder_.keep_open();
}

void Session::secured(ChannelBindings bindings) {
    stream_->secured(std::move(bindings));
    take_outcome();
}

void Session::derived(const ScramKeys& keys) {
    stream_->derived(keys);
    take_outcome();
}

// What came of the negotiation, if anything did.
void Session::take_outcome() {
    const auto outcome = stream_->outcome();
    if (!outcome) return;
    if (auto* error = std::get_if<Error>(outcome.get())) return fail(std::move(*error));
    attach();
    if (auto* bound = std::get_if<Stream::Bound>(outcome.get()))
        return become_bound(std::move(*bound));
    become_resumed(std::get<Stream::Resumed>(*outcome).handled);
}

// From here on what comes is dispatched.  Each parser numbers names by itself.
void Session::attach() {
    registry_.forget_names(0);
    early_ = false; // memory may have run out where it was set
    stream_->parser().set_demands(*this);
}

void Session::become_bound(Stream::Bound bound) {
    if (std::exchange(had_address_, true) && bound.jid != jid_) forget_address();
    if (!is_closed()) drop_too_long();
    if (is_closed()) return; // a handler of what these tell was quicker
    take_address(std::move(bound.jid));
    bound.session_required ? open_legacy_session() : become_ready();
    deliver_early(bound.early);
}

bool Session::run_hook(std::string_view name, const std::function<void()>& hook) {
    return dispatcher_.run_user(name, hook);
}

void Session::open_legacy_session() {
    state_ = State::opening;
    const auto limit =
        stream_->registered_here() ? options_.timeouts.after_registration : options_.timeouts.bind;
    phase_end_ = deadline_after(now_, limit);
    const auto done = [this](const Response& response) {
        if (state_ != State::opening) return;
        if (const auto* error = response.refusal())
            return fail(
                refusal(Errc::bind_failed, "the server refused to open the session", *error));
        if (response) become_ready();
    };
    auto iq = iq_set().set("id", tokens_()).add(Element{"session", ns::session});
    requests_.add({.id = std::string{iq.attribute("id")},
                   .callback = done,
                   .deadline = deadline_after(now_, options_.timeouts.bind),
                   .number = ++last_own_request_});
    write(stanza_xml(iq));
}

void Session::become_ready() {
    credentials_.registered = true;
    credentials_.registration_over();
    ++sessions_;
    be_ready();
    begin_acks();
    release_what_waited();
    if (acks_.counts()) acks_.stanzas_sent(outbox_.kept(), now_);
    show_activity();
    registry_.for_each([this](Registry::Object& object) { greet(object); });
    show_presence_again();
    if (state_ != State::ready) return; // a hook was quicker
    tell_started();
}

void Session::tell_started() {
    if (renamed_ && !started_told_) tell(OtherAccountBound{credentials_.account.bare(), jid_});
    if (state_ != State::ready) return; // a handler was quicker
    if (!std::exchange(started_told_, true)) tell(SessionStarted{jid_});
    if (state_ == State::ready) tell_state_changed();
    if (finishing_) finish();
}

void Session::release_what_waited() {
    if (log_.on()) {
        for (const auto& one : outbox_.unsent()) log_sent(one.xml);
    }
    outbox_.release();
}

void Session::be_ready() {
    state_ = State::ready;
    phase_end_.reset();
    ready_at_ = now_;
    next_host_.arrived();
    second_login_ = false;
    offered_.reset();
    liveness_.begin(options_.liveness, space_every(), now_);
}

void Session::greet(Registry::Object& object) {
    if (state_ != State::ready || std::exchange(object.told_ready, true) ||
        object.hooks.ready == nullptr)
        return;
    dispatcher_.run_user("ready", [&] { object.hooks.ready(object.address, client_); });
}

// A stream error, or what is no stanza.
void Session::on_element(const Element& element) {
    if (element.is("error", ns::stream))
        return fail(options_.role == StreamRole::component
                        ? read_component_error(element, credentials_.account)
                        : read_stream_error(element));
    if (element.ns() == ns::stream_management) return on_managed(element);
    if (element.is("features", ns::stream) && stream_->resumed_at_login())
        return take_late_features(element);
    if (element.ns() == ns::sasl || element.ns() == ns::sasl2 || element.ns() == ns::tls ||
        element.ns() == ns::stream)
        return fail(out_of_place(element, wait().due));
    tell_dropped(
        concat({"dropped: <", element.local_name(), "> is no stanza and was not asked for"}));
}

// Behind a session that goes on, as Prosody's module has them.
void Session::take_late_features(const Element& features) {
    stream_->set_features(read_features(features));
    if (state_ == State::ready) liveness_.begin(options_.liveness, space_every(), now_);
}

// --- the end -------------------------------------------------------------------------------------

void Session::stop(std::chrono::milliseconds limit) {
    if (state_ == State::closing && phase_end_)
        phase_end_ = std::min(*phase_end_, deadline_after(now_, limit));
    if ((state_ >= State::closing && !coming_back_) || told_ != Told::nothing) return;
    const bool was_ready = state_ == State::ready;
    if (std::exchange(coming_back_, false)) error_ = {};
    tell_stopping({});
    if (state_ >= State::closing || abandoned()) return; // a hook was quicker
    credentials_.forget_password();
    next_try_.reset();
    threaded_.drop_queued("the client was stopped");
    if (was_ready && presence_sent_) {
        if (const auto error = pass_on(presence().set("type", "unavailable")))
            tell_dropped(error.text);
    }
    if (was_ready && acks_.on()) answer_ack_request();
    // It is read behind <enable/>, so it may be sent before that is answered.
    if (was_ready && acks_.counts() && outbox_.kept() > 0) ask_for_ack();
    write_stream_end();
    if (!was_ready) return become_closed();
    state_ = State::closing;
    phase_end_ = deadline_after(now_, limit);
}

void Session::write_stream_end() {
    if (stream_->is_open() && state_ < State::closing) write("</stream:stream>");
}

// The server has read our end of the stream, and so what was before it.  One that acknowledges
// stanzas has said which it has.
void Session::end_in_order() {
    if (acks_.counts() && !acks_.on()) outbox_.await_acks(false);
    become_closed();
}

// Nothing more is read or written.
void Session::become_closed() {
    state_ = State::closed;
    closing_due_ = true;
    phase_end_.reset();
    stream_->end();
}

void Session::run_out_of_memory() noexcept { fail(out_of_memory()); }

void Session::peer_closed() {
    farewell_ = Farewell::heard;
    fail({Errc::connection_lost, "the server ended TLS without ending the session; what was sent "
                                 "last may be lost"});
}

std::string_view told_to_server(Stream& stream, Error& why) {
    auto condition = condition_of(why.code);
    auto fault = stream.take_fault();
    if (fault && why.code != Errc::out_of_memory) {
        condition = fault.condition;
        why = std::move(fault.error);
    }
    const bool heard = stream.heard() || why.code == Errc::unsupported_encoding;
    return heard ? condition : std::string_view{};
}

// The session ends for a reason that nobody asked for.
void Session::fail(Error why, std::string_view farewell) {
    if (state_ >= State::closed) return;
    const auto condition = told_to_server(*stream_, why);
    const bool goes_on = keeps_session(why); // without a farewell, which would end it
    if (state_ == State::ready && !goes_on) acks_.forget_resumption();
    if_memory_allows([&] {
        const bool listens = stream_->is_open() && state_ != State::closing && !goes_on;
        if (listens && !farewell.empty()) {
            write(farewell);
        } else if (listens && !condition.empty()) {
            write(stream_error(condition));
        }
        if (!goes_on) write_stream_end();
        if (negotiating() && !peer_.empty()) why.text = concat({peer_, ": ", why.text});
    });
    become_closed();
    error_ = std::move(why);
    coming_back_ = comes_back(error_);
    if (!coming_back_ || !is_sent_elsewhere(error_))
        if_memory_allows([this] { tell_not_followed(error_); });
    if (coming_back_) return outbox_.seal();
    credentials_.forget_password();
    tell_stopping(error_);
}

void Session::disconnected(const Error& why) {
    if (state_ == State::over || abandoned()) return;
    try {
        conclude(why);
        if (logs_in_again(error_)) return log_in_again();
        const bool another = comes_back(error_);
        if (another) outbox_.hold(blames_content(error_));
        if (another && !is_blamed_again()) return come_back();
        suspending_ ? save_session() : tell_unsent();
    } catch (const std::bad_alloc&) {
        if (!error_) error_ = out_of_memory();
    }
    end_client();
}

void Session::end_client() {
    become_closed();
    coming_back_ = lost_by_us_ = false;
    credentials_.forget_password();
    next_try_.reset();
    state_ = State::over;
    closing_due_ = false;
    tell_stopping(error_);
    outbox_.end();
    if (!saved_) if_memory_allows([this] { tell_left(outbox_.unsent()); });
    end_requests();
    threaded_.end();
    posted_.splice(posted_.end(), inbox_->close());
    while (!posted_.empty()) if_memory_allows([this] { run_posted(); });
    timers_.clear();
    if (saved_ || credentials_.keys_changed || credentials_.needs_no_plain_changed)
        tell_state_changed();
    tell_hooks_of_end(error_);
    tell_the_end();
}

void Session::tell_session_ended(const Error& why) {
    SessionEnded event;
    try {
        event.error = why;
    } catch (const std::bad_alloc&) {
        event.error.code = why.code; // which has words of its own
    }
    tell(event);
}

// The error with which it ends, as far as that is not known.
void Session::conclude(const Error& why) {
    log_.hold_sent(false);
    if (state_ == State::closing) {
        error_ = {Errc::connection_lost,
                  "the connection ended before the server confirmed the end of the session; what "
                  "was sent last may be lost"};
    } else if (state_ < State::closing) {
        error_ = stream_->without_farewell(why, negotiating() ? peer_ : std::string{});
    }
}

void Session::tell_unsent() {
    outbox_.end(); // what was to be sent again is told as what it is then: in doubt
    auto written = outbox_.unsent();
    if (written.empty()) return;
    if (!error_ && sessions_ == 0)
        error_ = {Errc::not_sent, "the client was stopped before it was ever connected"};
    const auto queued = take_all(written, DeliveryState::failed);
    if (!error_)
        error_ = {Errc::connection_lost,
                  queued.empty() ? "stopped before the server had acknowledged everything"
                                 : "stopped before everything was written"};
    if (!written.empty()) error_.text += "; not known to have arrived: " + describe(written);
    if (!queued.empty()) error_.text += "; not written: " + describe(queued);
}

void Session::tell_stopping(const Error& why) {
    if (told_ != Told::nothing) return;
    told_ = Told::stopping;
    registry_.for_each([&](Registry::Object& object) {
        if (object.hooks.stopping == nullptr) return;
        dispatcher_.run_user("stopping", [&] { object.hooks.stopping(object.address, why); });
    });
}

void Session::tell_the_end() {
    for (const auto& each :
         {std::pair{"cleanup", &Hooks::cleanup}, std::pair{"terminated", &Hooks::terminated}}) {
        if (each.second == &Hooks::terminated && !abandoned()) told_ = Told::terminated;
        registry_.for_each([&](Registry::Object& object) {
            const auto function = object.hooks.*each.second;
            if (function != nullptr)
                dispatcher_.run_user(each.first, [&] { function(object.address); });
        });
    }
}

// Contract 9: a request whose answer can no longer come is told so.
void Session::end_requests() {
    while (auto pending = requests_.take_any()) {
        const bool sent = outbox_.state_of(pending->number) != DeliveryState::failed;
        complete_request(*pending, end_of_request(error_, sent));
    }
}

// What the server said of the end goes with it, if there is memory for that.
Error Session::end_of_request(const Error& why, bool sent) {
    auto end = worded(sent ? Errc::unanswered : Errc::not_sent, [&] {
        return concat({sent ? "sent, and its session ended before an answer came" : "not sent",
                       why ? ": " : ", since the client was stopped", why.text});
    });
    if_memory_allows([&] {
        end.peer_text = why.peer_text;
        end.application_condition = why.application_condition;
        end.condition = why.condition;
    });
    return end;
}

void Session::complete_request(const Requests::Pending& pending, const Error& why) {
    if (!pending.callback || abandoned()) return;
    static const Element none;
    dispatcher_.run_user("a request's callback", [&] {
        pending.callback(Response{none, nullptr, &why});
    });
}

void Session::abandon() {
    told_ = Told::nobody_left;
    become_closed();
    coming_back_ = false;
    credentials_.forget_password();
    state_ = State::over;
    closing_due_ = false;
    acks_.turn_off();
    threaded_.abandon();
    registry_.remove_all();
    dispatcher_.on_exception({});
    dispatcher_.set_unhandled(nullptr);
    requests_ = {};
    timers_.clear();
    diagnostics_ = nullptr;
    log_.close();
    inbox_->close();
}

bool Session::is_offered(std::string_view ns) const {
    const auto& offered = stream_->features().namespaces;
    return std::find(offered.begin(), offered.end(), ns) != offered.end();
}

} // namespace headstock::detail
