// What every client can do once it is made: register handlers, send, ask, log.
//
// BaseClient, AsyncClient and AsyncComponent share it; how bytes reach the server is theirs.
#pragma once

#include "headstock/connect_report.hpp"
#include "headstock/delivery.hpp"
#include "headstock/detail/hooks.hpp"
#include "headstock/detail/table.hpp"
#include "headstock/explanation.hpp"
#include "headstock/export.hpp"
#include "headstock/handle.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/log.hpp"
#include "headstock/saved_state.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace headstock {

namespace detail {
class ClientCore;
/// The Answer<T> that a callback takes.
template <class F>
using AnswerOf = std::remove_cvref_t<
    std::tuple_element_t<0, typename Signature<decltype(&F::operator())>::arguments>>;
template <class F>
concept AnswerCallback = requires {
    typename AnswerOf<F>;
}
&&is_answer<AnswerOf<F>>&& std::is_invocable_v<F&, const AnswerOf<F>&>;
/// A callback that takes what the question `Q` says that its answer is.
template <class F, class Q>
concept AnswerTo = requires {
    typename Q::answer;
    requires Payload<typename Q::answer> || std::same_as<typename Q::answer, Element> ||
        std::same_as<typename Q::answer, Ok>;
}
&&std::is_invocable_v<F&, const Answer<typename Q::answer>&>;
/// A function for records of the log.  One that takes lines too, as a generic closure may, is a
/// function for lines.
template <class F>
concept RecordSink = !std::invocable<F&, std::string_view> && std::invocable<F&, const LogRecord&>;
/// Where `F` is given, `M` is more than declared.
template <class M, class F>
inline constexpr bool is_defined = requires {
    sizeof(M);
};
template <class F, class M>
Row message_row();
/// Says what is wrong, and whether all is well.
template <class F, class M, class Client>
consteval bool check_on_message() {
    constexpr bool included = is_defined<M, F>;
    static_assert(included, "headstock: include headstock/message.hpp");
    if constexpr (!included) {
        return false;
    } else {
        constexpr bool takes =
            std::is_invocable_v<F&, const M&> || std::is_invocable_v<F&, const M&, Client&>;
        static_assert(takes,
                      "headstock: the function of on_message takes const headstock::Message& and, "
                      "if wanted, headstock::ClientApi&");
        return takes;
    }
}
template <class F>
consteval bool check_answer_callback() {
    static_assert(
        AnswerCallback<F> || std::is_invocable_v<F&, const Response&>,
        "headstock: the callback of a request takes const headstock::Answer<T>& (with that T "
        "written out) or const headstock::Response&");
    return true;
}
} // namespace detail

/// Which iqs a function given to register_on_iq takes.
struct IqMatch {
    StanzaType type = StanzaType::any; ///< get, set, result or error; any: all four.
    std::string id{};                  ///< Empty takes every id.
    bool once = false;
};

/// The part of a client that does not depend on its kind.  One thread, except where said: while the
/// client runs, a function that is called on another thread throws std::logic_error.
class HEADSTOCK_API ClientApi {
public:
    ClientApi(const ClientApi&) = delete;
    ClientApi& operator=(const ClientApi&) = delete;

    // --- sending ---------------------------------------------------------------------------------

    /// Send a message, presence or iq in jabber:client, which stands for a component's namespace
    /// too.  An iq or message without an id is given a random one.  Before the session is ready it
    /// waits, and goes out in order.  Refused, with the reason and nothing sent: what is no stanza,
    /// a `from` that is not ours (leave it out: the server writes it), what the queue cannot take,
    /// what is longer than the server takes (Errc::stanza_too_long), after the end.  What waits and
    /// turns out to be too long has failed (DeliveryState::failed).
    Delivery send_stanza(const Element& stanza);
    /// The same of message.element(), and what that throws.  Refused without `to`
    /// (Errc::invalid_jid): it would go to our own account.
    Delivery send_stanza(const Message& message);
    /// Send `payload` in a message of no particular type to `to`.  Refused with Errc::invalid_jid:
    /// an address that is none, an empty one too.  Throws what to_element() does.
    template <Payload T>
    Delivery send_stanza(Address to, const T& payload) {
        if (to.empty()) return not_sent(detail::no_address());
        Element message{"message", ns::client};
        if (auto error = detail::set_to(message, to)) return not_sent(std::move(error));
        return send_stanza(message.add(to_element(payload)));
    }
    /// Send `xml` as it is.  It must be one whole, well-formed element; an iq must have an id.
    Delivery send_raw_stanza(std::string_view xml);

    /// A request's callback; it is destroyed once it was called.
    using OnResponse = std::function<void(const Response&)>;
    /// Send an iq get or set; `callback` is called exactly once, unless cancel() destroys it: with
    /// the answer of the very entity that was asked, after `timeout` (zero: never, below zero: at
    /// once), or at the end of the session.  Without a timeout of its own: Timeouts::request.  When
    /// the result is false nothing was sent and the callback will not be called.  Nor is it when
    /// the client is destroyed first: then it is destroyed uncalled (handlers.hpp, rules 8 and 9),
    /// and so is every other function that this client holds.
    Delivery request(const Element& iq,
                     OnResponse callback,
                     std::optional<std::chrono::milliseconds> timeout = {});
    /// The same with a callback that takes `const Answer<T>&`: the result's payload, read as a `T`.
    template <detail::AnswerCallback F>
    Delivery
    request(const Element& iq, F callback, std::optional<std::chrono::milliseconds> timeout = {}) {
        using Asked = detail::AnswerOf<F>;
        return request(
            iq, OnResponse{[callback = std::move(callback)](const Response& response) mutable {
                callback(Asked::of(response));
            }},
            timeout);
    }
    /// For a diagnostic: no other callback will do.
    template <class F>
    requires(!detail::AnswerCallback<F> && !std::constructible_from<OnResponse, F>) Delivery
        request(const Element&, F, std::optional<std::chrono::milliseconds> = {}) {
        static_assert(detail::check_answer_callback<F>());
        return {};
    }
    /// The same for an answer whose content goes to rows, piece by piece: of a result the callback
    /// sees the start tag only, after everything in it, and nothing is kept.  An error is whole.
    Delivery request_end(const Element& iq,
                         OnResponse callback,
                         std::optional<std::chrono::milliseconds> timeout = {});
    /// Ask `to` (empty: our own account) by an iq get with this payload; for a set, add the payload
    /// to iq_set(to).  `callback` takes `const Answer<T>&` or `const Response&`; where the question
    /// names its answer (`using answer = SoftwareVersion;`), `const auto&` will do for the first.
    /// Refused with Errc::invalid_jid: an address that is none.  Throws what to_element() does.
    template <Payload Q, class F>
    Delivery request(Address to,
                     const Q& question,
                     F callback,
                     std::optional<std::chrono::milliseconds> timeout = {}) {
        auto iq = iq_get();
        if (auto error = detail::set_to(iq, to)) return not_sent(std::move(error));
        iq.add(to_element(question));
        if constexpr (detail::AnswerTo<F, Q>) {
            using Asked = Answer<typename Q::answer>;
            auto typed = [callback = std::move(callback)](const Asked& answer) mutable {
                callback(answer);
            };
            return request(iq, std::move(typed), timeout);
        } else {
            static_assert(detail::check_answer_callback<F>());
            return request(iq, std::move(callback), timeout);
        }
    }
    /// Nobody waits for the answer any more: the callback is destroyed, uncalled.  The request's id
    /// stays taken until its time-out (a minute, for one that has none), so that a late answer goes
    /// nowhere.  False when it was no request of this client, or is complete or cancelled.
    bool cancel(const Delivery& request);

    /// What has become of what was sent.  It costs nothing to know: a client remembers the last few
    /// hundred changes of fate, not the stanzas; of what is older it says `unknown`.
    DeliveryState state_of(const Delivery& sent) const;
    /// What was taken to be sent and is not known to be with the server, oldest first: what waits,
    /// and with stream management (XEP-0198) what the server has not acknowledged, otherwise what
    /// the socket has not got.  After the client's end: what was not delivered, or may not have
    /// been.
    std::vector<Unsent> unsent() const;
    /// How the server was looked for: the search that is under way, or the last one.  Empty where
    /// the program opens the connection itself (Driven::connected()).
    ConnectReport connect_report() const;
    /// End the client once everything that was sent has arrived: log in first, if need be; wait
    /// until the server has acknowledged all of it (XEP-0198), as long as it acknowledges something
    /// every Timeouts::alive; then stop().  Without stream management the proof is that the server
    /// ends its stream behind what was sent, as run() tells.  With Options::reconnect a connection
    /// that is lost meanwhile is made again.  What is not known to have arrived by then is in
    /// unsent() and in the words of the error.  Answers to requests are not awaited.  A program
    /// that cannot wait so long calls stop(limit) when its time is over.
    void finish();
    /// End the client and leave its session to another one, which gets it in Options::saved_state:
    /// for a program that restarts.  `stopping`, `cleanup` and `terminated` are called; the server
    /// keeps the session, for some minutes usually, and what comes for it; nobody sees us leave.
    /// It needs Options::saved_state (SavedState{} will do) and a session that the server lets be
    /// resumed: otherwise this is stop().
    void suspend();
    /// What the next client of the account may have (Options::saved_state): who this installation
    /// is, with Options::save_keys the keys of the last login and a token for the next, and once
    /// suspend() has ended the client its session, with all that the server has not acknowledged.
    /// Made anew by each call.
    /// The event `SavedStateChanged` says when there is something new to keep.
    SavedState saved_state() const;

    // --- closures --------------------------------------------------------------------------------

    /// Call `f` for what `match` describes: a path, a {name, namespace}, or a Match, which narrows
    /// the sender too (`Match{"message/body", Sender::others}`).  The parameters and result of `f`
    /// are those of a handler.  The client keeps `f` until unregister() or its end.  Throws
    /// std::invalid_argument when the path does not go with them (a payload's name, type=error), or
    /// a threaded `f` borrows its element.
    template <class F>
    Handle on(const Match& match, F f) {
        auto closure = std::make_shared<F>(std::move(f));
        return {Handle::Of::row,
                add_closure(std::move(closure), detail::make_closure_row<F>(match), {}, false)};
    }
    template <class F>
    Handle on(Path path, F f) {
        return on(Match{path}, std::move(f));
    }
    /// The same, until what is returned ends: for a closure that borrows what does not live as long
    /// as the client.  It is destroyed then; inside a handler, at the end of its stanza.
    template <class F>
    ScopedRegistration scoped_on(const Match& match, F f) {
        return {link(), on(match, std::move(f)).number_};
    }
    template <class F>
    ScopedRegistration scoped_on(Path path, F f) {
        return scoped_on(Match{path}, std::move(f));
    }
    /// Call `f`, which takes `const Message&` and, if wanted, the `ClientApi&`, for each message of
    /// type chat or normal with a body that somebody else sends (on a component: from beyond its
    /// domain): not for one of our own account's other clients, as a carbon is, nor for what is
    /// forwarded in a message.  One call for one message, at its end.  What `f` returns is the
    /// reply: text (none when it is empty) or a Message without `to`, which go to the sender in the
    /// type and thread of the message, as the message itself does when it is given back; another
    /// Message with `to` and an Element, which are sent as they are; or an optional of these.
    /// Include headstock/message.hpp.
    template <class F>
    Handle on_message(F f) {
        if constexpr (detail::check_on_message<F, Message, ClientApi>()) {
            auto closure = std::make_shared<F>(std::move(f));
            return {Handle::Of::row,
                    add_closure(std::move(closure), detail::message_row<F, Message>(), {}, false)};
        } else {
            return {}; // in a program that does not compile
        }
    }

    /// The closure, given to on(), on_message(), on_event() or register_on_iq() of this client, is
    /// never called again, and a threaded call of it has ended; false when it was gone already, or
    /// this is no closure's.
    bool unregister(Handle handle);

    /// Call `f` for iqs, after all rows.  It may answer a get or set as a row does.
    template <class F>
    Handle register_on_iq(F f, IqMatch match = {}) {
        auto closure = std::make_shared<F>(std::move(f));
        Match row{Path{"iq"}};
        row.path.type = match.type;
        row.once = match.once;
        return {Handle::Of::row,
                add_closure(std::move(closure), detail::make_stanza_closure_row<F>(row),
                            std::move(match.id), true)};
    }

    /// Call `f` for each stanza that no row, iq function or request took; an iq get or set is
    /// refused all the same (rule 7).  When it takes an Element, every stanza is built; with `const
    /// Tag&` nothing is.
    template <class F>
    void on_unhandled(F f) {
        auto closure = std::make_shared<F>(std::move(f));
        set_unhandled(std::move(closure),
                      detail::make_stanza_closure_row<F>(Match{Path{"message"}}));
    }

    /// Call `f` with the row's name when a handler throws, and with a std::length_error when a row
    /// was not called, since it would copy too much (Limits::copied) or too much waits for threads
    /// already (Limits::threaded).  With "a stanza", or "a stanza from" and its sender, and a
    /// std::length_error when the rest of a stanza was passed over: it declares a namespace whose
    /// name is longer than Limits::namespace_bytes.  Without it, one line goes to stderr, made safe
    /// for a terminal (printable.hpp).  What `f` throws itself is dropped.
    void on_exception(std::function<void(std::string_view row, std::exception_ptr)> f);

    /// Why is my handler not called?  Says of each row, closure and function of register_on_iq
    /// whether it is called for `stanza`, and the first reason why not, as if the stanza came now,
    /// alone.  `stanza` is a message, presence or iq in jabber:client, for a component too.
    /// Nothing is called and nothing changes.  For looking for mistakes: it takes as long as there
    /// are rows times elements.
    Explanation explain(const Element& stanza) const;

    /// As if each object and closure were unregistered.
    void unregister_all();

    // --- events and timers -----------------------------------------------------------------------

    /// Give `event`, an object of any class, to every registered row for its type (on_event), in
    /// order of registration.  It is copied now and given soon, on the client's thread: after the
    /// handler that is running, or inside the stop() that it calls.  Any thread.  An event is told
    /// by the name of its class: one that could be another plug-in's too belongs in a namespace of
    /// yours, or one without a name.  False, and nobody
    /// will see it, when the session is over and when Limits::posted wait already.
    template <class E>
    bool emit(E event) {
        static_assert(std::is_class_v<E>, "headstock: an event is an object of some class");
        return queue_event(typeid(E), std::make_shared<const E>(std::move(event)));
    }
    /// The same at once, before it returns.  An exception of one row goes to on_exception, and the
    /// others are called.  False when a handler of it has destroyed the client, and after the
    /// session's end, when nobody is called any more: handlers may be gone by then.
    template <class E>
    bool emit_now(const E& event) {
        static_assert(std::is_class_v<E>, "headstock: an event is an object of some class");
        return give_event(typeid(E), &event);
    }
    /// Call `f` for events of the type it takes, as a row of on_event does.
    template <class F>
    Handle on_event(F f) {
        return {Handle::Of::row,
                add_event_closure(std::make_shared<F>(std::move(f)), detail::event_closure_row<F>)};
    }

    /// Call `f` once, `delay` from now; less than a millisecond means soon.  Before the client
    /// runs, time counts from when it does.  What has not been called by the client's end never
    /// is.  Throws std::invalid_argument for an empty function.
    Handle after(std::chrono::milliseconds delay, std::function<void()> f);
    /// Call `f` every `period`, first one period from now.  Calls that were missed are not made up
    /// for.  Throws std::invalid_argument for a period below one millisecond and for an empty
    /// function.
    Handle every(std::chrono::milliseconds period, std::function<void()> f);
    /// It is not called any more; false when it was over already, or this is no timer's.  A timer
    /// may cancel itself.
    bool cancel(Handle timer);

    // --- the connection --------------------------------------------------------------------------

    /// With Options::reconnect, while the client waits for its next attempt to connect: make it
    /// now.  Otherwise nothing.
    void reconnect_now();
    /// The machine has another network, or woke up: try now to connect, as reconnect_now(), and ask
    /// in a session that is ready whether its server is there, as after Options::liveness.  On
    /// Linux a client that runs on a loop notices a waking itself; a BaseClient does not.
    void network_changed();

    /// Nobody looks at what comes, for now, or somebody does again (client state indication,
    /// XEP-0352): a server may hold back presence meanwhile, which saves a phone's battery.  Said
    /// only to a server that offers it, and again in each session; a client begins active.
    void set_active(bool active);

    // --- what is known ---------------------------------------------------------------------------

    /// The bound full JID; before the session is ready, the one asked for.  A component's domain.
    const Jid& jid() const;
    /// Options::language: for Message::of(), which reads a message that stands in another one.
    const std::string& language() const;
    bool ready() const; ///< There is a session: what is sent goes out at once.
    /// The server's last stream features held an element of this namespace (RFC 6120 4.3.2), as
    /// "urn:xmpp:features:rosterver".  False on a component, and before there were any.
    bool server_offers(std::string_view ns) const;
    /// The namespaces of the payloads that registered rows answer, in an iq get or set from
    /// anybody; sorted, each once.  Service discovery (XEP-0030) tells them as features.
    std::vector<std::string> served_namespaces() const;
    /// What is sent now may hold a password: the session is ready, and inside verified TLS or made
    /// with Options::insecure_plain_password.
    bool may_send_password() const;
    /// For an object that keeps the client beyond the call that gave it: the client, as long as it
    /// lives.  It may be destroyed without a `cleanup`.
    Link<ClientApi> link() { return {*this, lifetime_}; }

    // --- log -------------------------------------------------------------------------------------

    /// Log every stanza, both ways, one line each, to the end of this file; empty: to no file any
    /// more.  The error says why it cannot be opened; then the log goes on in the file before.
    /// What a name says is secret is shown as its length: SASL, a component's
    /// handshake, and every element, attribute and form field whose name holds password, passwd,
    /// secret, token, response, digest, verify, credential and the like, or key, pin, pass or pwd
    /// as a word.  The text of a message is shown.  A file, a stream and a function may all be told
    /// at once.
    Error set_log(const std::string& path);
    /// The same to an open stream, as `stdout`, which is flushed after each line.  Borrowed until
    /// the client ends or another is given; null for none.
    void set_log(std::FILE* stream);
    /// Log to a function; the line has no end of line and is borrowed.  It must not call the
    /// client; one that throws is given up.
    void set_log(std::function<void(std::string_view line)> sink);
    /// The same as records, to a function that takes `const LogRecord&`: what kind of line it is,
    /// when, and its text, which is borrowed.  It takes the place of a function for lines, and that
    /// of it.
    template <detail::RecordSink F>
    void set_log(F sink) {
        set_record_sink(std::move(sink));
    }
    /// To the end of a file, or to a stream, as set_log() without a layout does.
    Error set_log(const std::string& path, LogLayout layout);
    void set_log(std::FILE* stream, LogLayout layout); ///< Likewise.

    /// In a session: tell `f`, a line at a time, what was refused and what was not sent, each with
    /// the reason: "dropped: ...", "not called: ...", "passed over: ...".  A stanza that merely
    /// fits no row is not among them: see on_unhandled().  With Limits::handler also what took too
    /// long: "slow: ...".  Of objects that are registered from now on: "never called: ..." for a
    /// public function that has a name of other libraries for a hook (on_ready, disconnected), of
    /// several the first; "note: ..." for hooks without rows.  The first kinds stand in the log
    /// too; without one nothing of a stanza is kept for them, so this may stay on.
    /// The line has no end of line, is safe for a terminal and borrowed.  `f` must not call the
    /// client; one that throws is given up.  Empty: nobody is told.  Where the library was built
    /// without NDEBUG, an AsyncClient or AsyncComponent begins with one that prints the first
    /// twenty lines to stderr.  ClientApi::explain says more, of one stanza.
    void set_diagnostics(std::function<void(std::string_view line)> f);

protected:
    explicit ClientApi(std::shared_ptr<detail::ClientCore> core);
    ~ClientApi();

    /// Its ticket.
    std::uint64_t add_object(const std::type_info& type,
                             void* object,
                             const detail::Table& table,
                             const detail::Hooks& hooks);
    void remove_object(const std::type_info& type, const void* object);
    void swap_object(const std::type_info& old_type,
                     const void* old,
                     const std::type_info& type,
                     void* object,
                     const detail::Table& table,
                     const detail::Hooks& hooks);

    /// For derived classes: a registration by its ticket.
    static ScopedRegistration scoped(Link<ClientApi> client, std::uint64_t ticket) {
        return {std::move(client), ticket};
    }

    std::shared_ptr<detail::ClientCore> core_;

private:
    friend class ScopedRegistration;
    std::uint64_t
    add_closure(std::shared_ptr<void> closure, const detail::Row& row, std::string id, bool waiter);
    std::uint64_t add_event_closure(std::shared_ptr<void> closure, const detail::EventRow& row);
    bool remove_closure(std::uint64_t ticket);
    Delivery ask(const Element& iq,
                 OnResponse callback,
                 std::optional<std::chrono::milliseconds> timeout,
                 bool keeps_answer);
    void set_record_sink(std::function<void(const LogRecord&)> sink);
    bool queue_event(const std::type_info& type, std::shared_ptr<const void> event);
    bool give_event(const std::type_info& type, const void* event);
    Handle add_timer(std::chrono::milliseconds delay,
                     std::chrono::milliseconds period,
                     std::function<void()> f);
    void set_unhandled(std::shared_ptr<void> closure, const detail::Row& row);

    Lifetime lifetime_;
};

} // namespace headstock
