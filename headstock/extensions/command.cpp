#include "headstock/extensions/command.hpp"

#include <algorithm>
#include <stdexcept>

namespace headstock {
namespace {

constexpr std::array<std::string_view, 5> command_action_words{"execute", "cancel", "prev", "next",
                                                               "complete"};
constexpr std::array<std::string_view, 3> command_status_words{"executing", "completed",
                                                               "canceled"};
constexpr std::array<std::string_view, 3> command_note_words{"info", "warn", "error"};
constexpr std::array<std::string_view, 6> command_fault_words{
    "malformed-action", "bad-action",    "bad-locale",
    "bad-payload",      "bad-sessionid", "session-expired"};

// Where the word stands, or behind the last one.
template <std::size_t N>
std::size_t command_word_place(const std::array<std::string_view, N>& words,
                               std::string_view word) {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}
template <std::size_t N>
std::string command_word_to_write(const std::array<std::string_view, N>& words, std::size_t place) {
    if (place >= N) throw std::invalid_argument("headstock: a command's unknown word is written");
    return std::string{words[place]};
}
template <std::size_t N>
std::string_view command_word_or_none(const std::array<std::string_view, N>& words,
                                      std::size_t place) {
    return place < N ? words[place] : std::string_view{};
}

} // namespace

std::string_view to_string(CommandAction action) {
    return command_word_or_none(command_action_words, static_cast<std::size_t>(action));
}
std::string_view to_string(CommandStatus status) {
    return command_word_or_none(command_status_words, static_cast<std::size_t>(status));
}
std::string_view to_string(CommandFault fault) {
    return command_word_or_none(command_fault_words, static_cast<std::size_t>(fault));
}

namespace detail {

// An unknown word spoils no command: what it means is for who reads it (section 4.4).
std::optional<CommandAction> read_command_action(std::string_view word) {
    return static_cast<CommandAction>(command_word_place(command_action_words, word));
}
std::string write_command_action(const CommandAction& action) {
    return command_word_to_write(command_action_words, static_cast<std::size_t>(action));
}
std::optional<CommandStatus> read_command_status(std::string_view word) {
    return static_cast<CommandStatus>(command_word_place(command_status_words, word));
}
std::string write_command_status(const CommandStatus& status) {
    return command_word_to_write(command_status_words, static_cast<std::size_t>(status));
}
// Without a known type a note is information (section 4.3).
std::optional<CommandNoteType> read_note_type(std::string_view word) {
    const auto place = command_word_place(command_note_words, word);
    return place < command_note_words.size() ? static_cast<CommandNoteType>(place)
                                             : CommandNoteType::info;
}
std::string write_note_type(const CommandNoteType& type) {
    return command_word_to_write(command_note_words, static_cast<std::size_t>(type));
}

} // namespace detail

bool CommandActions::allow(CommandAction action) const {
    switch (action == CommandAction::execute ? usual() : action) {
    case CommandAction::prev:
        return prev;
    case CommandAction::next:
        return next;
    case CommandAction::complete:
        return complete;
    case CommandAction::cancel:
        return action == CommandAction::cancel; // nobody means it by `execute`
    case CommandAction::execute:
    case CommandAction::unknown:
        break;
    }
    return false;
}

std::optional<DataForm> Command::form() const {
    for (const auto& each : payload) {
        if (each.name() != payload_name<DataForm>) continue;
        if (auto form = from_element<DataForm>(each)) return *std::move(form);
    }
    return std::nullopt;
}

StanzaError command_error(CommandFault fault, std::string text) {
    StanzaError error{fault == CommandFault::session_expired ? Condition::not_allowed
                                                             : Condition::bad_request,
                      std::move(text)};
    error.application = Element{to_string(fault), ns::commands};
    return error;
}

std::optional<CommandFault> command_fault(const StanzaError& error) {
    const auto& said = error.application;
    if (!said || said.ns() != ns::commands) return std::nullopt;
    const auto place = command_word_place(command_fault_words, said.local_name());
    if (place == command_fault_words.size()) return std::nullopt;
    return static_cast<CommandFault>(place);
}

} // namespace headstock
