#include "headstock/extensions/remote_commands.hpp"

#include "headstock/extensions/disco.hpp"

#include <algorithm>

namespace headstock {
namespace {

Answer<CommandList> command_list(const Answer<DiscoItems>& answer, const Jid& asked) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    CommandList list;
    for (const auto& item : answer->items) {
        if (item.jid.bare() == asked.bare() && item.node && !item.node->empty())
            list.commands.push_back({*item.node, item.name.value_or("")});
    }
    return list;
}

// Where no status is said: it runs if it has something to be done.
CommandStatus remote_status(const Command& command, const CommandResult& result) {
    const auto said = command.status.value_or(CommandStatus::unknown);
    if (said != CommandStatus::unknown) return said;
    const bool to_do = command.actions || (result.form && result.form->type == FormType::form);
    return to_do && command.session ? CommandStatus::executing : CommandStatus::completed;
}

// A single stage: `execute` is `complete` (section 3.4).
CommandActions remote_actions(const Command& command) {
    if (command.actions) return *command.actions;
    return {.execute = CommandAction::complete, .complete = true};
}

CommandResult remote_result(const Command& command, const Jid& asked) {
    CommandResult result;
    result.from = asked;
    result.node = command.node;
    result.session = command.session.value_or("");
    result.form = command.form();
    result.notes = command.notes;
    result.payload = command.payload;
    result.lang = command.lang.value_or("");
    result.status = remote_status(command, result);
    if (result.executing()) result.actions = remote_actions(command);
    return result;
}

Answer<CommandResult> remote_step(const Answer<Command>& answer, const Jid& asked) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    auto result = remote_result(*answer, asked);
    if (result.executing() && result.session.empty())
        return Error{Errc::invalid_payload, "the command goes on, and its session is not named"};
    return result;
}

// What `execute` means here.  Some name no default and allow no `next`: then it is `complete`.
CommandAction remote_usual_action(const CommandActions& actions) {
    if (actions.allow(CommandAction::execute)) return actions.usual();
    return actions.complete ? CommandAction::complete : CommandAction::next;
}

} // namespace

bool CommandResult::failed() const {
    return std::any_of(notes.begin(), notes.end(),
                       [](const CommandNote& note) { return note.type == CommandNoteType::error; });
}

Delivery RemoteCommands::list(Address to, OnList callback, Timeout timeout) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("RemoteCommands");
    Error why;
    const auto asked = to.empty() ? std::optional{client->jid().bare()} : to.jid(&why);
    if (!asked) return not_sent(std::move(why));
    return client->request(
        to, DiscoItemsQuery{.node = std::string{ns::commands}},
        [callback = std::move(callback), asked = *asked](const Answer<DiscoItems>& answer) {
            if (callback) callback(command_list(answer, asked));
        },
        timeout);
}

Delivery
RemoteCommands::execute(Address to, std::string_view node, OnStep callback, Timeout timeout) {
    return send(to, Command{.node = std::string{node}, .action = CommandAction::execute},
                std::move(callback), timeout);
}

Delivery
RemoteCommands::answer(const CommandResult& step, const DataForm& form, OnStep cb, Timeout t) {
    return go_on(step, remote_usual_action(step.actions), form, std::move(cb), t);
}

Delivery RemoteCommands::prev(const CommandResult& step, OnStep callback, Timeout timeout) {
    return go_on(step, CommandAction::prev, {}, std::move(callback), timeout);
}

Delivery RemoteCommands::cancel(const CommandResult& step, OnStep callback, Timeout timeout) {
    return go_on(step, CommandAction::cancel, {}, std::move(callback), timeout);
}

Delivery RemoteCommands::go_on(const CommandResult& step,
                               CommandAction action,
                               const std::optional<DataForm>& form,
                               OnStep callback,
                               Timeout timeout) {
    if (!step.executing())
        return not_sent({Errc::invalid_option, "this command is over: execute it anew"});
    if (!step.actions.allow(action))
        return not_sent({Errc::invalid_option, "this step of the command does not allow it"});
    Command command{.node = step.node, .session = step.session, .action = action};
    if (form) command.payload.push_back(to_element(*form));
    return send(step.from, command, std::move(callback), timeout);
}

Delivery
RemoteCommands::send(Address to, const Command& command, OnStep callback, Timeout timeout) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("RemoteCommands");
    Error why;
    const auto asked = to.empty() ? std::optional{Jid{}} : to.jid(&why);
    if (!asked) return not_sent(std::move(why));
    return client->request(
        iq_set(*asked).add(command),
        [callback = std::move(callback), asked = *asked](const Answer<Command>& answer) {
            if (callback) callback(remote_step(answer, asked));
        },
        timeout);
}

} // namespace headstock
