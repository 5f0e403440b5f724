// The words of ad-hoc commands (XEP-0050): <command/>, what stands in it, and its errors.
//
//     headstock::Command command{.node = "order", .action = headstock::CommandAction::next};
//     command.payload.push_back(headstock::to_element(form));
//     client.send_stanza(headstock::iq_set(to).add(command));
//
// To offer commands: commands.hpp.  To use those of others: remote_commands.hpp.  What the peer
// wrote into a command, notes and forms, is not to be trusted.
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"
#include "headstock/stanza.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

/// What is to be done with a command, section 4.1.
enum class CommandAction : std::uint8_t {
    execute,  ///< Begin it, or the stage's own default.
    cancel,   ///< End it, undone.
    prev,     ///< The stage before this one again.
    next,     ///< The next stage.
    complete, ///< What was filled is all that is needed.
    unknown,  ///< Came as another word, which is not kept; it cannot be written.
};
/// How a command stands, section 4.1.
enum class CommandStatus : std::uint8_t {
    executing, ///< It waits for the requester.
    completed, ///< It is over, well or not: see CommandNoteType::error.
    canceled,  ///< It is over, undone.
    unknown,   ///< Came as another word, which is not kept; it cannot be written.
};
/// What a note is, section 4.3.
enum class CommandNoteType : std::uint8_t { info, warn, error };

HEADSTOCK_API std::string_view to_string(CommandAction action); ///< As on the wire.
HEADSTOCK_API std::string_view to_string(CommandStatus status); ///< As on the wire.

namespace detail {
HEADSTOCK_API std::optional<CommandAction> read_command_action(std::string_view word);
HEADSTOCK_API std::string write_command_action(const CommandAction& action);
HEADSTOCK_API std::optional<CommandStatus> read_command_status(std::string_view word);
HEADSTOCK_API std::string write_command_status(const CommandStatus& status);
HEADSTOCK_API std::optional<CommandNoteType> read_note_type(std::string_view word);
HEADSTOCK_API std::string write_note_type(const CommandNoteType& type);
} // namespace detail

/// Words for people about how it went, section 4.3.
struct CommandNote {
    CommandNoteType type = CommandNoteType::info;
    std::string text{};
};
HEADSTOCK_PAYLOAD(CommandNote,
                  "note",
                  ns::commands,
                  attribute<&self::type>("type")
                      .as(&detail::read_note_type, &detail::write_note_type)
                      .or_default(),
                  content<&self::text>())

/// What a stage allows, section 4.2; `cancel` is always allowed (section 3.4).
struct HEADSTOCK_API CommandActions {
    std::optional<CommandAction> execute{}; ///< What CommandAction::execute means here.
    bool prev = false;
    bool next = false;
    bool complete = false;

    /// Among those above; `cancel`, and `execute` if what it means is allowed, too.
    bool allow(CommandAction action) const;
    /// What `execute` means: what is said, else `next` (section 3.4).
    CommandAction usual() const { return execute.value_or(CommandAction::next); }
};
HEADSTOCK_PAYLOAD(CommandActions,
                  "actions",
                  ns::commands,
                  attribute<&self::execute>("execute").as(&detail::read_command_action,
                                                          &detail::write_command_action),
                  flag<&self::prev>("prev"),
                  flag<&self::next>("next"),
                  flag<&self::complete>("complete"))

/// The element of both sides, section 4.1.
struct HEADSTOCK_API Command {
    using answer = Command;

    std::string node{};
    std::optional<std::string> session{}; ///< Its sessionid; none in the first request.
    std::optional<CommandAction> action{};
    std::optional<CommandStatus> status{};
    std::optional<std::string> lang{};
    std::optional<CommandActions> actions{};
    std::vector<CommandNote> notes{};
    std::vector<Element> payload{}; ///< The form and whatever else; the first counts most.

    /// The first data form of the payload that reads as one.
    std::optional<DataForm> form() const;
};
HEADSTOCK_PAYLOAD(Command,
                  "command",
                  ns::commands,
                  attribute<&self::session>("sessionid"),
                  attribute<&self::node>("node"),
                  attribute<&self::status>("status").as(&detail::read_command_status,
                                                        &detail::write_command_status),
                  attribute<&self::action>("action").as(&detail::read_command_action,
                                                        &detail::write_command_action),
                  attribute<&self::lang>("lang", bridge::xml_ns),
                  child<&self::actions>(),
                  child<&self::notes>(),
                  rest<&self::payload>())

/// The specification's own conditions, section 4.4.  The others of that section have no word of
/// their own: forbidden, item_not_found, feature_not_implemented.
enum class CommandFault : std::uint8_t {
    malformed_action, ///< an action that nobody knows
    bad_action,       ///< one that this stage does not allow
    bad_locale,       ///< a language in which there is no answer
    bad_payload,      ///< a form that cannot be used, as one without a required field
    bad_session,      ///< a session that is none of the requester's
    session_expired,  ///< a session that is over: completed, canceled or timed out
};
/// As on the wire: "bad-sessionid".
HEADSTOCK_API std::string_view to_string(CommandFault fault);
/// The error that says so; `text` is for people.
HEADSTOCK_API StanzaError command_error(CommandFault fault, std::string text);
/// Which of them an error says; nothing when it says none.
HEADSTOCK_API std::optional<CommandFault> command_fault(const StanzaError& error);

} // namespace headstock
