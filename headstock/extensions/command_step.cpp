// What a program answers in a command, and to whom it offers one.
#include "headstock/extensions/commands.hpp"

#include <algorithm>

namespace headstock {

// --- steps ---------------------------------------------------------------------------------------

CommandStep CommandStep::done(std::string note) {
    CommandStep step;
    if (!note.empty()) step.note(CommandNoteType::info, std::move(note));
    return step;
}

CommandStep CommandStep::failed(std::string why) {
    CommandStep step;
    step.note(CommandNoteType::error, std::move(why));
    return step;
}

CommandStep CommandStep::refuse(StanzaError error) {
    CommandStep step;
    step.refusal_ = std::move(error);
    return step;
}

CommandStep CommandStep::refuse(CommandFault fault, std::string text) {
    return refuse(command_error(fault, std::move(text)));
}

CommandStep CommandStep::asked(DataForm form, detail::CommandStage next, CommandFollows follows) {
    CommandStep step;
    step.status_ = CommandStatus::executing;
    step.form_ = std::move(form);
    step.form_->type = FormType::form;
    step.next_ = std::move(next);
    step.follows_ = follows;
    return step;
}

CommandStep& CommandStep::result(DataForm form) {
    form.type = FormType::result;
    form_ = std::move(form);
    return *this;
}

CommandStep& CommandStep::titled(std::string title, std::string instructions) {
    if (!form_) return *this;
    form_->title = std::move(title);
    if (!instructions.empty()) form_->instructions = {std::move(instructions)};
    return *this;
}

CommandStep& CommandStep::note(CommandNoteType type, std::string text) {
    notes_.push_back({type, std::move(text)});
    return *this;
}

CommandStep& CommandStep::add(Element payload) {
    payload_.push_back(std::move(payload));
    return *this;
}

CommandStep& CommandStep::language(std::string tag) {
    lang_ = std::move(tag);
    return *this;
}

CommandActions CommandStep::actions() const {
    CommandActions actions;
    actions.next = follows_ != CommandFollows::nothing;
    actions.complete = follows_ != CommandFollows::more;
    actions.execute = actions.next ? CommandAction::next : CommandAction::complete;
    return actions;
}

// --- who may -------------------------------------------------------------------------------------

CommandAccess CommandAccess::everybody() {
    return CommandAccess{[](const Jid&) { return true; }};
}

CommandAccess CommandAccess::accounts(std::vector<Jid> accounts) {
    return CommandAccess{[accounts = std::move(accounts)](const Jid& requester) {
        return std::any_of(accounts.begin(), accounts.end(), [&](const Jid& one) {
            return one && (one == requester || one == requester.bare());
        });
    }};
}

// A component's own JID is a domain, and the addresses in it are its own.
bool CommandAccess::allows(const Jid& requester, const Jid& own) const {
    if (may_) return may_(requester);
    if (own.local().empty()) return requester.domain() == own.domain();
    return requester.bare() == own.bare();
}

} // namespace headstock
