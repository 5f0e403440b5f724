// To offer ad-hoc commands (XEP-0050): a menu that every client can show, and forms to fill.
//
//     struct Order { std::string drink{}; int cups = 1; };
//     HEADSTOCK_FORM(Order, "", form_field<&self::drink>("drink"), form_field<&self::cups>("cups"))
//
//     headstock::Disco disco{{{"client", "bot", "bar"}}};
//     headstock::Commands commands{disco};                 // listed there
//     commands.offer("uptime", "How long I run",           // to our own account alone
//                    [](const headstock::CommandCall&) { return CommandStep::done("3 days"); });
//     commands.offer<Order>("order", "Order a drink", headstock::CommandAccess::everybody(),
//                           [](const Order& order, const headstock::CommandCall& call) {
//                               return CommandStep::done("One " + order.drink);
//                           });
//     client.register_handler(disco);
//     client.register_handler(commands);
//
// WHO MAY.  Whoever is not said may not: a command without a CommandAccess is for our own account
// (of a component: for its own domain).  Others do not see it in the list, and are refused with
// forbidden.  A requester is who the server says that it is; an occupant of a room is the room's
// address with the nick.
//
// STEPS.  CommandStep::ask() names the form to be filled and the function that is given it, so what
// a function captures is what it knows of the steps before.  `prev` shows the form before again, by
// itself.  When a session is over (completed, cancelled, timed out), these functions are destroyed,
// and what they hold with them.
//
// TAKES TIME.  A function that takes a CommandReply too may keep it, and answer later.
//
// LIMITED (CommandLimits): 256 sessions, and 16 more that only our own account can fill, four for
// one bare JID, of which a fifth ends the oldest; each ends ten minutes after its last step, and
// with the session of the client.  Its id, 144 random bits, is worth something from the full JID
// that began it, to the address that was asked.
// Refused before the program sees it: an action that the step does not allow, a form that lacks a
// required field or does not read as the struct, a step before the last one is answered.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/command.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/form_table.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace headstock {

class CommandStep;

/// What a requester says in one step.
struct CommandCall {
    Jid requester{}; ///< The full JID; our bare one where the stanza names nobody.
    Jid asked{};     ///< The address of ours that was asked.
    std::string node{};
    /// `execute` in the first step, then `next` or `complete`.
    CommandAction action = CommandAction::execute;
    std::optional<DataForm> form{}; ///< What was filled.  Not to be trusted.
    std::vector<Element> payload{}; ///< All that came in the command, the form too.
    std::string lang{};             ///< The first that was asked for in this session, or empty.
};

/// The answer to one step, to be given once, on the client's thread.  Copies are the same answer:
/// when the last one goes without it, the session is over and the requester is told
/// internal-server-error.  Whatever is given when the session has ended meanwhile, they are told
/// session-expired.  A second time it goes nowhere.
class HEADSTOCK_API CommandReply {
public:
    void operator()(CommandStep step) const; ///< Give it.

private:
    friend class Commands;
    struct State;
    explicit CommandReply(std::shared_ptr<State> state) : state_(std::move(state)) {}

    std::shared_ptr<State> state_;
};

namespace detail {
using CommandStage = std::function<void(const CommandCall&, CommandReply)>;
template <class F>
CommandStage command_stage(F f);
template <Form T, class F>
CommandStage command_stage_of(F f);
} // namespace detail

/// What may follow the form that is asked for.
enum class CommandFollows : std::uint8_t {
    nothing, ///< It is the last one: `complete`.
    more,    ///< There is another step: `next`.
    either,  ///< As the requester likes: CommandCall::action says which.
};

/// What a step comes to.
class HEADSTOCK_API CommandStep {
public:
    /// It is completed; `note`, if any, is for people.
    static CommandStep done(std::string note = {});
    /// It is completed, and has failed: `why` is for people (section 3.6).
    static CommandStep failed(std::string why);
    /// The step is refused.  The session stays where it was; one that has not begun is over.
    static CommandStep refuse(StanzaError error);
    static CommandStep refuse(CommandFault fault, std::string text); ///< Likewise.
    /// A form is to be filled.  `next` takes (const CommandCall&), and gives a CommandStep, or
    /// (const CommandCall&, CommandReply).  It is not called for a form that has no value in a
    /// field that `form` requires.
    template <class F>
    static CommandStep
    ask(DataForm form, F next, CommandFollows follows = CommandFollows::nothing) {
        return asked(std::move(form), detail::command_stage(std::move(next)), follows);
    }
    /// The same by the table of `T`: `proposal` is shown, and what comes back, as a const T&, is
    /// the first parameter of `next`.  What does not read as one is refused with bad-payload.
    template <Form T, class F>
    static CommandStep
    ask(const T& proposal, F next, CommandFollows follows = CommandFollows::nothing) {
        return asked(to_form(proposal, FormType::form),
                     detail::command_stage_of<T>(std::move(next)), follows);
    }

    CommandStep& result(DataForm form); ///< What came of it, as data.
    template <Form T>
    CommandStep& result(const T& value) { ///< The same by the table of `T`.
        return result(to_form(value, FormType::result));
    }
    /// Of the form: a title, and what to do with it.
    CommandStep& titled(std::string title, std::string instructions = {});
    /// Words for people.
    CommandStep& note(CommandNoteType type, std::string text);
    /// Something else, behind the form: as a URL (XEP-0066).
    CommandStep& add(Element payload);
    /// The language in which it is answered, as "de".
    CommandStep& language(std::string tag);

private:
    friend class Commands;
    static CommandStep asked(DataForm form, detail::CommandStage next, CommandFollows follows);
    CommandActions actions() const;

    CommandStatus status_ = CommandStatus::completed;
    std::optional<StanzaError> refusal_{};
    std::optional<DataForm> form_{};
    std::vector<CommandNote> notes_{};
    std::vector<Element> payload_{};
    std::string lang_{};
    CommandFollows follows_ = CommandFollows::nothing;
    detail::CommandStage next_{};
};

/// Who may use a command.
class HEADSTOCK_API CommandAccess {
public:
    /// Says whether this requester, a full JID, may.  It must leave the Commands as they are.
    using Predicate = std::function<bool(const Jid& requester)>;

    CommandAccess() = default; ///< Our own account; of a component, its domain.
    /// Whoever `may` says.  It is asked in each step, and for each list of commands.
    explicit CommandAccess(Predicate may) : may_(std::move(may)) {}
    static CommandAccess everybody(); ///< Every address of the whole network.
    /// These: a bare JID stands for all its full ones, a full one for itself.
    static CommandAccess accounts(std::vector<Jid> accounts);

    /// Whether it is for `requester`, who asks the client of the address `own`.
    bool allows(const Jid& requester, const Jid& own) const;

private:
    Predicate may_{};
};

/// What requesters can make us keep.
struct CommandLimits {
    std::size_t sessions = 256; ///< At once; the next is refused with resource-constraint.
    /// So many more for our own account (of a component: for its domain), so that strangers cannot
    /// keep it out.
    std::size_t reserved = 16;
    std::size_t of_one = 4;  ///< Of one bare JID; the next ends the oldest that waits.
    std::size_t stages = 16; ///< Forms to which `prev` leads back, in one session.
    std::chrono::milliseconds idle = std::chrono::minutes{10}; ///< From one step to the next.
};

/// The commands that one client or component offers.
class HEADSTOCK_API Commands {
public:
    /// Listed nowhere: for a program whose service discovery is its own.  See nodes().
    explicit Commands(CommandLimits limits = {}) : limits_(limits) {}
    /// Listed by `disco`, for as long as both are there.
    explicit Commands(Disco& disco, CommandLimits limits = {});
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    /// Offer a command to our own account.  `node` is its name on the wire, unique among ours,
    /// `name` what people see; `f` is as the `next` of CommandStep::ask, and called in the first
    /// step.  One that had the node is replaced; sessions that run go on.
    template <class F>
    Commands& offer(std::string_view node, std::string_view name, F f) {
        return offer(node, name, CommandAccess{}, std::move(f));
    }
    /// To those who may.
    template <class F>
    Commands& offer(std::string_view node, std::string_view name, CommandAccess access, F f) {
        return put(node, name, std::move(access), detail::command_stage(std::move(f)));
    }
    /// One that begins with the form of `T`, made empty; `f` is given what was filled.
    template <Form T, class F>
    Commands& offer(std::string_view node, std::string_view name, F f) {
        return offer<T>(node, name, CommandAccess{}, std::move(f));
    }
    template <Form T, class F>
    Commands& offer(std::string_view node, std::string_view name, CommandAccess access, F f) {
        return offer(node, name, std::move(access),
                     [f, title = std::string{name}](const CommandCall&) {
                         return CommandStep::ask(T{}, f).titled(title);
                     });
    }
    /// It is not offered any more, and its sessions are over.  False when there was none.
    bool withdraw(std::string_view node);

    /// How many sessions there are.
    std::size_t sessions() const { return sessions_.size(); }
    /// What service discovery says of the commands, for another object than a Disco.
    DiscoNodes nodes();

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    friend struct CommandReply::State;
    struct Offer {
        std::string node{};
        std::string name{};
        CommandAccess access{};
        std::shared_ptr<detail::CommandStage> first{};
    };
    struct Stage {
        Command shown{}; ///< As it was answered.
        std::vector<std::string> required{};
        std::shared_ptr<detail::CommandStage> next{};
    };
    struct Session {
        std::string node{};
        Jid requester{};
        Jid asked{};
        std::string lang{};
        std::deque<Stage> stages{}; ///< The last one waits to be filled.
        bool busy = false;          ///< A step is under way.
        std::uint64_t used = 0;     ///< The larger, the later.
        Handle timer{};
    };
    using Sessions = std::map<std::string, Session, std::less<>>;

    Commands& put(std::string_view node,
                  std::string_view name,
                  CommandAccess access,
                  detail::CommandStage first);
    const Offer* find(std::string_view node) const;
    Jid own() const;
    CommandCall call_of(const Command& command, const Tag& iq) const;
    void called(const Command& command, const Tag& iq, Reply reply);
    void begin(const Offer& offer, CommandCall call, Reply reply);
    void go_on(const std::string& id, CommandCall call, Reply reply);
    void step(const std::string& id, Session& session, CommandCall call, Reply reply);
    void step_back(const std::string& id, Session& session, Reply reply);
    void run(const std::string& id,
             std::shared_ptr<detail::CommandStage> stage,
             const CommandCall& call,
             Reply reply);
    void settle(const std::string& id, CommandStep step, Reply reply);
    Command keep(const std::string& id, Session& session, CommandStep step);
    Command show(const std::string& id, const Session& session, const CommandStep& step) const;
    bool make_room(const Jid& requester, Sessions::node_type& over);
    void touch(const std::string& id, Session& session);
    void end(const std::string& id);
    Sessions::node_type take_out(const std::string& id);
    bool ended_lately(const std::string& id, const Jid& requester) const;
    static StanzaError not_for_them();
    Answer<DiscoInfo> tell_info(const DiscoAsked& asked) const;
    DiscoItems tell_items(const DiscoAsked& asked) const;

    CommandLimits limits_;
    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;
    Lifetime lifetime_;
    std::vector<Offer> offers_;
    Sessions sessions_;
    std::deque<std::pair<std::string, Jid>> ended_; ///< The last few, to tell why they are no more.
    std::uint64_t used_ = 0;

    friend HEADSTOCK_HANDLERS(Commands, on<&self::called>("iq@type=set"))
};

namespace detail {

template <class F>
CommandStage command_stage(F f) {
    constexpr bool later = std::is_invocable_v<F&, const CommandCall&, CommandReply>;
    constexpr bool now = std::is_invocable_r_v<CommandStep, F&, const CommandCall&>;
    static_assert(later || now,
                  "headstock: a command's function takes const headstock::CommandCall& and gives a "
                  "headstock::CommandStep, or takes a headstock::CommandReply too");
    if constexpr (later) {
        return [f = std::move(f)](const CommandCall& call, CommandReply reply) mutable {
            f(call, std::move(reply));
        };
    } else if constexpr (now) {
        return [f = std::move(f)](const CommandCall& call, CommandReply reply) mutable {
            reply(f(call));
        };
    } else {
        return {}; // in a program that does not compile
    }
}

template <Form T, class F>
CommandStage command_stage_of(F f) {
    constexpr bool later = std::is_invocable_v<F&, const T&, const CommandCall&, CommandReply>;
    constexpr bool now = std::is_invocable_r_v<CommandStep, F&, const T&, const CommandCall&>;
    static_assert(later || now,
                  "headstock: the function of a command's form takes it as const T&, then const "
                  "headstock::CommandCall&, and gives a headstock::CommandStep, or takes a "
                  "headstock::CommandReply too");
    return [f = std::move(f)](const CommandCall& call, CommandReply reply) mutable {
        const auto filled = from_form<T>(call.form.value_or(DataForm{FormType::submit}));
        if (!filled) {
            reply(CommandStep::refuse(CommandFault::bad_payload, filled.message()));
        } else if constexpr (later) {
            f(*filled, call, std::move(reply));
        } else if constexpr (now) {
            reply(f(*filled, call));
        }
    };
}

} // namespace detail
} // namespace headstock
