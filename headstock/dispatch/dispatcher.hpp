// Calls the rows: decides at each start tag what is wanted of it, runs what is complete, answers
// iqs.
//
// The contract is printed in handlers.hpp.  Everything here is about the one stanza that is open.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/dispatch/answers.hpp"
#include "headstock/dispatch/reader.hpp"
#include "headstock/dispatch/registry.hpp"
#include "headstock/dispatch/requests.hpp"
#include "headstock/dispatch/slow_calls.hpp"
#include "headstock/jid.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

class ThreadedCall;

/// What the dispatcher needs of the session it serves.
class Outlet {
public:
    virtual ~Outlet() = default;
    /// Send it, or say why not.
    virtual Error pass_on(const Element& stanza) = 0;
    /// The answer to `iq`, which is owed by it from now on.  Any thread.
    virtual Reply make_reply(const Tag& iq) = 0;
    /// Run a threaded row's call.
    virtual void start(std::shared_ptr<ThreadedCall> call) = 0;
    /// So many bytes may still wait for threaded rows, and what to say of a call of `size` that may
    /// not.
    virtual std::size_t room_for_calls() const = 0;
    virtual std::string why_no_room(std::size_t size) const = 0;
    /// A line for the log.
    virtual void note(std::string_view line) = 0;
    /// Something reached nobody, or took too long: a line for the log, and for who wants to know of
    /// just that.  It may be called inside the parser.
    virtual void tell_dropped(std::string_view line) noexcept = 0;
};

class Dispatcher final : private Caller {
public:
    using OnException = std::function<void(std::string_view row, std::exception_ptr)>;

    /// `copied_limit`, `time_limit`: Limits::copied, Limits::handler.
    Dispatcher(Outlet& outlet,
               Registry& registry,
               Requests& requests,
               std::size_t copied_limit,
               std::chrono::milliseconds time_limit)
        : outlet_(outlet), registry_(registry), requests_(requests), slow_{time_limit},
          copied_limit_(copied_limit), answers_(outlet) {}

    /// From now on stanzas come, for this account.
    void begin(Reader reader) { reader_ = std::make_shared<const Reader>(std::move(reader)); }

    /// So many bytes came, and are about to be parsed.
    void received(std::size_t bytes) {
        received_before_ = received_.now;
        received_.now += bytes;
    }
    /// What is wanted of an element of depth 1; nothing when that is no stanza by its name.  Called
    /// inside the parser.
    std::optional<bridge::Demand> begin(bridge::StartTag& start);
    /// What is wanted of an element inside it; called inside the parser.
    bridge::Demand decide(bridge::StartTag& start);
    /// Run what waited for this element.  User code runs in here.
    void complete(const bridge::Parser::Event& event);

    /// Call `f`, which is user code.  False if it threw.  Rows for stanzas have a way of their own.
    template <class F>
    bool run_user(std::string_view name, const F& f) {
        return run(
            name, [](const void* function) { (*static_cast<const F*>(function))(); }, &f);
    }
    /// See SlowCalls::played.
    void play_time(const std::uint64_t& milliseconds) { slow_.played = &milliseconds; }

    /// What handlers are given that ask for their client.
    void set_client(ClientApi& client) { client_ = &client; }
    void on_exception(OnException f) {
        on_exception_ = f ? std::make_shared<const OnException>(std::move(f)) : nullptr;
    }
    /// A row for stanzas that no other row took; null for none.
    void set_unhandled(std::shared_ptr<Entry> entry) { unhandled_ = std::move(entry); }
    /// A stanza is open: what it borrows from the registry must stay.
    bool in_stanza() const { return stanza_ != nullptr; }
    /// The rest of the stanza was not parsed, or all of it, and it is at its end; `tag` is its tag,
    /// unless that was not parsed either.  User code runs in here.
    void pass_over_stanza(const Element* tag);
    /// The stream ended in the middle of a stanza.
    void abandon_stanza();

private:
    struct Waiting {
        Entry* entry;
        std::size_t depth;
        const Element* element =
            nullptr; ///< Set when its element is complete and it waits for the stanza.
    };

    static bool reaches(const Bucket& bucket, std::size_t depth) {
        return depth < 32 && (bucket.reaches & 1u << depth) != 0;
    }
    const Bucket& bucket(const bridge::StartTag& start) {
        return registry_.bucket(start.id(), start.name());
    }
    void reset();
    bool nobody_wants(const Bucket& stanza) const;
    std::optional<bridge::Demand> refuse_start(const Tag& tag);
    bridge::Demand look_inside(bridge::StartTag& start, const Bucket& bucket);
    bool admit_answer(const Tag& tag);
    bridge::Demand demand_for(bridge::StartTag& start, const Bucket& bucket);
    bridge::Demand stanza_demand(const Bucket& bucket) const;
    bool matches(Entry& entry, bridge::StartTag& start);
    bool suits(Entry& entry, const Tag& stanza);
    bool leads_to(const Entry& entry, const Tag& tag, std::size_t depth) const;
    bool takes_from_here(const Entry& entry, const Tag& stanza);
    bool is_request() const { return type_ == StanzaType::get || type_ == StanzaType::set; }
    bool from_account() { return from_account_ ? *from_account_ : find_from_account(); }
    bool find_from_account();
    static bool is_forged(bridge::StartTag& start, Guard guard);
    void refuse_forged(bridge::StartTag& start, Guard guard);
    void withhold(std::size_t depth);
    bool is_belief(const Entry& entry, const Outcome& outcome);
    void tell_forgery();

    void run_inner(std::size_t depth, const Element& element);
    void finish_stanza(const bridge::Parser::Event& event);
    void run_outer(const Element& element);
    void call(Entry& entry, const Element& element);
    void call_now_or_later(Entry& entry, const Element& element);
    void call_and_watch(Entry& entry, const Element& element);
    void call_with_copies(Entry& entry, const Element& element);
    void note_call(Entry& entry, bool good, bool called);
    bool call_now(const Entry& entry, const Element& element);
    bool call_for_outcome(const Entry& entry, const Given& given);
    void call_later(const Entry& entry, const Element& element, std::size_t size);
    std::optional<std::size_t> may_copy(Entry& entry, const Element& element);
    std::size_t copies_of(const Row& row, const Element& element, std::size_t most) const;
    void pass_over(const Entry& entry, const std::string& why);
    void fail_request();
    bool acknowledges(const Entry& entry) const;
    void refuse_type(const Element& stanza);
    void finish_request(const Element& element);
    void run_unhandled(const Element& element);
    void answer_if_owed();

    using UserFunction = void (*)(const void* function);
    /// False if `f` threw: the one place where that is caught.
    template <class F>
    bool catching(std::string_view name, const F& f) {
        try {
            f();
            return true;
        } catch (...) {
            report(name, std::current_exception());
            return false;
        }
    }
    bool run(std::string_view name, UserFunction run_it, const void* f);
    void tell_if_slow(std::string_view name, std::string_view step, std::chrono::nanoseconds begin);
    void report(std::string_view row, const std::exception_ptr& error);
    Reply take_reply() override;
    const Reader& reader() const override { return *reader_; }
    const Jid& own() const { return reader_->own; }

    Outlet& outlet_;
    Registry& registry_;
    Requests& requests_;
    ClientApi* client_ = nullptr;
    SlowCalls slow_;
    std::shared_ptr<const OnException> on_exception_; ///< Shared: it may be replaced while it runs.
    std::shared_ptr<Entry> unhandled_;
    std::shared_ptr<const Reader> reader_ =
        std::make_shared<const Reader>(); ///< Shared: with threaded calls.
    const std::size_t copied_limit_;
    std::uint64_t received_before_ = 0; ///< Before the read at hand.
    ReceivedBytes received_;

    // The stanza that is open.
    std::uint64_t number_ = 0;
    const Tag* stanza_ = nullptr;
    const Element* built_ = nullptr; ///< The same, once it is built whole.
    StanzaKind kind_ = StanzaKind::none;
    StanzaType type_ = StanzaType::any;
    std::uint64_t request_ = 0;            ///< The number of the request it answers, or 0.
    bool request_builds_ = false;          ///< Its callback wants the answer.
    std::optional<std::string_view> from_; ///< Its sender, once it was asked for,
    std::uint32_t from_number_ = 0;        ///< and the local_number() of that.
    std::optional<bool> from_account_;
    bool ill_typed_ =
        false; ///< It is passed by, and answered at its end: its type is none that is known.
    bool forged_ = false;       ///< Its payload is one that its sender may not send.
    bool forgery_ = false;      ///< Something in it was forged, and is told at its end,
    bool believed_ = false;     ///< unless a row has said that it believes it.
    std::string forged_name_{}; ///< Its name and namespace, as they are told: NAME xmlns='NS
    bool guarded_payload_ =
        false; ///< Its last payload so far is one that only our account may send.
    std::size_t forged_depth_ = 0; ///< Where such an element is open; 0: none.
    std::size_t hidden_depth_ = 0; ///< Where a <forwarded/> is open, the outermost; 0: none.
    bool taken_ = false;
    bool threw_ = false;
    std::optional<PayloadError>
        unparsed_;         ///< The first payload in an iq get or set that did not parse.
    bool crowded_ = false; ///< A row that would have answered was passed over: too much to copy.
    Answers answers_;
    std::vector<Waiting> waiting_;  ///< Matched at a start tag; the innermost last.
    std::vector<Waiting> deferred_; ///< Complete, waiting for the stanza's end; in document order.
};

} // namespace headstock::detail
