// To use the ad-hoc commands (XEP-0050) of somebody else: list them, run one, fill its forms.
//
//     headstock::RemoteCommands remote;
//     client.register_handler(remote);                  // and from `ready` on:
//     remote.execute(bot, "order", [&](const headstock::Answer<headstock::CommandResult>& answer) {
//         if (!answer) return complain(answer.message());
//         if (answer->executing())                      // a form is to be filled
//             remote.answer(*answer, Order{"coffee", 2}, show);
//         else
//             show(answer);                             // notes, and the form of the result
//     });
//
// What comes is who was asked's: an answer of anybody else is none (contract 9 of handlers.hpp).
// A CommandResult is a value: nothing is kept here between two steps, so a session that nobody goes
// on with ends where it runs, by its own rules.  Notes, forms and names are not to be trusted.
// Of a list, commands of another account than the one that was asked are left out (section 5).
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/command.hpp"
#include "headstock/extensions/form_table.hpp"
#include "headstock/lifetime.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// A command that somebody offers.
struct RemoteCommand {
    std::string node{}; ///< For execute().
    std::string name{}; ///< For people; may be empty.
};
/// What a list came to, section 2.2.
struct CommandList {
    std::vector<RemoteCommand> commands{}; ///< In their order; those without a node are left out.
};

/// How a command stands after one step.
struct HEADSTOCK_API CommandResult {
    Jid from{}; ///< Who runs it; empty: our own account.
    std::string node{};
    std::string session{}; ///< Empty when it was over at once and none was named.
    /// `unknown` never: where no status was said, it runs if there is something to do.
    CommandStatus status = CommandStatus::completed;
    CommandActions actions{}; ///< Where none were said: those of a single stage (section 3.4).
    std::optional<DataForm> form{}; ///< To be filled; of a completed one, what came of it.
    std::vector<CommandNote> notes{};
    std::vector<Element> payload{}; ///< All that came, the form too.
    std::string lang{};             ///< May be empty.

    bool executing() const { return status == CommandStatus::executing; } ///< It waits for us.
    bool failed() const; ///< There is a note of type error (section 3.6).
    /// The form as a `T`.
    template <Form T>
    Parsed<T> read() const {
        return from_form<T>(form.value_or(DataForm{FormType::result}));
    }
};

/// Asks others for their commands.  Each callback is called exactly once, unless the Delivery is
/// false or the client is destroyed first: then never; it may be empty.  Before `ready` and after
/// the session nothing is sent (Errc::session_over).  In components too.
class HEADSTOCK_API RemoteCommands {
public:
    using OnList = std::function<void(const Answer<CommandList>&)>;   ///< Called once.
    using OnStep = std::function<void(const Answer<CommandResult>&)>; ///< Called once.
    using Timeout = std::optional<std::chrono::milliseconds>;         ///< None: Timeouts::request.

    /// Which commands there are for us, section 2.2.
    Delivery list(Address to, OnList callback, Timeout timeout = {});
    /// Begin one, section 2.4.  Empty `to`: our own account.
    Delivery execute(Address to, std::string_view node, OnStep callback, Timeout timeout = {});
    /// The next step, as `step` has it for the usual one, with what was filled.
    Delivery answer(const CommandResult& step, const DataForm& form, OnStep cb, Timeout t = {});
    template <Form T>
    Delivery answer(const CommandResult& step, const T& value, OnStep cb, Timeout t = {}) {
        return answer(step, to_form(value), std::move(cb), t);
    }
    /// The step before again.
    Delivery prev(const CommandResult& step, OnStep callback, Timeout timeout = {});
    /// End it, undone.
    Delivery cancel(const CommandResult& step, OnStep callback, Timeout timeout = {});
    /// Any of them: `form` is sent along.  Refused with Errc::invalid_option, and nothing sent: an
    /// action that `step` does not allow, and any for a command that is over.
    Delivery go_on(const CommandResult& step,
                   CommandAction action,
                   const std::optional<DataForm>& form,
                   OnStep callback,
                   Timeout timeout = {});

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    Delivery send(Address to, const Command& command, OnStep callback, Timeout timeout);

    Link<ClientApi> client_; ///< While a session lasts.
};

} // namespace headstock
