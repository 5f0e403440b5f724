#include "headstock/extensions/commands.hpp"

#include <algorithm>

namespace headstock {
namespace {

constexpr std::size_t most_ended_commands = 64;
constexpr std::size_t longest_language = 64; // bytes; a longer one is none

StanzaError no_such_command() { return {Condition::item_not_found, "there is no such command"}; }

std::string command_language(const Command& command, const Tag& iq) {
    const bridge::Name lang{"lang", bridge::xml_ns};
    std::string said = command.lang.value_or(std::string{iq.attribute(lang)});
    return said.size() > longest_language ? std::string{} : said;
}

std::vector<std::string> required_fields(const DataForm& form) {
    std::vector<std::string> names;
    for (const auto& field : form.fields) {
        if (field.required && field.var) names.push_back(*field.var);
    }
    return names;
}

// The first one that was left open; empty when there is none.
std::string missing_field(const std::vector<std::string>& required,
                          const std::optional<DataForm>& form) {
    for (const auto& name : required) {
        const auto* field = form ? form->find(name) : nullptr;
        const auto open = [](const std::string& value) { return value.empty(); };
        if (field == nullptr || std::all_of(field->values.begin(), field->values.end(), open))
            return name;
    }
    return {};
}

} // namespace

// --- answering -----------------------------------------------------------------------------------

struct CommandReply::State {
    State(Reply reply, Link<Commands> commands, std::string session)
        : reply_(std::move(reply)), commands_(std::move(commands)), session_(std::move(session)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (given_) return;
        if (auto* commands = commands_.get()) commands->end(session_);
    }
    void give(CommandStep step) {
        if (std::exchange(given_, true)) return;
        if (auto* commands = commands_.get())
            commands->settle(session_, std::move(step), std::move(reply_));
    }

private:
    Reply reply_;
    Link<Commands> commands_;
    std::string session_;
    bool given_ = false;
};

// The session that ends by it may hold this very answer.
void CommandReply::operator()(CommandStep step) const {
    if (const auto state = state_) state->give(std::move(step));
}

Commands::Commands(Disco& disco, CommandLimits limits) : limits_(limits) {
    disco.add_feature(ns::data_forms).add_nodes(nodes());
}

// The type is that of the specification (section 4.4).
StanzaError Commands::not_for_them() {
    return {Condition::forbidden, "this command is for others", ErrorType::cancel};
}

Commands& Commands::put(std::string_view node,
                        std::string_view name,
                        CommandAccess access,
                        detail::CommandStage first) {
    Offer offer{std::string{node}, std::string{name}, std::move(access),
                std::make_shared<detail::CommandStage>(std::move(first))};
    for (auto& known : offers_) {
        if (known.node != node) continue;
        known = std::move(offer);
        return *this;
    }
    offers_.push_back(std::move(offer));
    return *this;
}

bool Commands::withdraw(std::string_view node) {
    std::vector<std::string> over;
    for (const auto& [id, session] : sessions_) {
        if (session.node == node) over.push_back(id);
    }
    for (const auto& id : over) end(id);
    return std::erase_if(offers_, [&](const Offer& offer) { return offer.node == node; }) != 0;
}

const Commands::Offer* Commands::find(std::string_view node) const {
    const auto found = std::find_if(offers_.begin(), offers_.end(),
                                    [&](const Offer& offer) { return offer.node == node; });
    return found == offers_.end() ? nullptr : &*found;
}

Jid Commands::own() const {
    const auto* client = client_.get();
    return client == nullptr ? Jid{} : client->jid();
}

// Without `from` it is our own account's (RFC 6120 8.1.2.1); an address that is none is nobody's.
CommandCall Commands::call_of(const Command& command, const Tag& iq) const {
    CommandCall call;
    call.requester = iq.has_attribute("from") ? from(iq).value_or(Jid{}) : own().bare();
    call.asked = to(iq).value_or(own());
    call.node = command.node;
    call.action = command.action.value_or(CommandAction::execute);
    call.form = command.form();
    call.payload = command.payload;
    call.lang = command_language(command, iq);
    return call;
}

void Commands::called(const Command& command, const Tag& iq, Reply reply) {
    auto call = call_of(command, iq);
    const auto* offer = find(command.node);
    if (offer == nullptr) return std::move(reply)(no_such_command());
    if (!call.requester || !offer->access.allows(call.requester, own()))
        return std::move(reply)(not_for_them());
    if (call.action == CommandAction::unknown) {
        return std::move(reply)(
            command_error(CommandFault::malformed_action, "there is no such action"));
    }
    if (command.session) return go_on(*command.session, std::move(call), std::move(reply));
    if (call.action == CommandAction::execute)
        return begin(*offer, std::move(call), std::move(reply));
    std::move(reply)(command_error(CommandFault::bad_session, "the session is not named"));
}

// What the session holds that goes for this one may withdraw the command, or end this object: it
// goes last.
void Commands::begin(const Offer& offer, CommandCall call, Reply reply) {
    Sessions::node_type over;
    if (!make_room(call.requester, over)) {
        return std::move(reply)(
            StanzaError{Condition::resource_constraint, "too many sessions: try again later"});
    }
    const auto id = new_id();
    auto& session = sessions_[id];
    session.node = offer.node;
    session.requester = call.requester;
    session.asked = call.asked;
    session.lang = call.lang;
    session.busy = true;
    touch(id, session);
    run(id, offer.first, call, std::move(reply));
}

// Whether a session is there is told to none but who began it.
void Commands::go_on(const std::string& id, CommandCall call, Reply reply) {
    const auto found = sessions_.find(id);
    const bool theirs = found != sessions_.end() && found->second.requester == call.requester &&
                        found->second.asked == call.asked && found->second.node == call.node;
    if (theirs) return step(id, found->second, std::move(call), std::move(reply));
    if (ended_lately(id, call.requester)) {
        return std::move(reply)(
            command_error(CommandFault::session_expired, "this session is over"));
    }
    std::move(reply)(command_error(CommandFault::bad_session, "there is no such session"));
}

void Commands::step(const std::string& id, Session& session, CommandCall call, Reply reply) {
    if (call.action == CommandAction::cancel) {
        Command canceled{.node = session.node, .session = id, .status = CommandStatus::canceled};
        end(id);
        return std::move(reply)(canceled);
    }
    if (session.busy) {
        return std::move(reply)(
            command_error(CommandFault::bad_action, "the step before has no answer yet"));
    }
    const auto& stage = session.stages.back();
    if (call.action == CommandAction::execute) call.action = stage.shown.actions->usual();
    if (!stage.shown.actions->allow(call.action)) {
        return std::move(reply)(
            command_error(CommandFault::bad_action, "this step does not allow it"));
    }
    if (call.action == CommandAction::prev) return step_back(id, session, std::move(reply));
    if (const auto open = missing_field(stage.required, call.form); !open.empty()) {
        return std::move(reply)(command_error(CommandFault::bad_payload, open + " is missing"));
    }
    call.lang = session.lang;
    session.busy = true;
    touch(id, session);
    const auto next = stage.next;
    run(id, next, call, std::move(reply));
}

void Commands::step_back(const std::string& id, Session& session, Reply reply) {
    const auto over = std::move(session.stages.back());
    session.stages.pop_back();
    touch(id, session);
    std::move(reply)(session.stages.back().shown);
}

// The function may unregister this object, destroy it, or end the session: nothing is touched
// behind it.
void Commands::run(const std::string& id,
                   std::shared_ptr<detail::CommandStage> stage,
                   const CommandCall& call,
                   Reply reply) {
    CommandReply answer{
        std::make_shared<CommandReply::State>(std::move(reply), Link{*this, lifetime_}, id)};
    (*stage)(call, std::move(answer));
}

void Commands::settle(const std::string& id, CommandStep step, Reply reply) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) {
        return std::move(reply)(
            command_error(CommandFault::session_expired, "the session has ended meanwhile"));
    }
    auto& session = found->second;
    session.busy = false;
    if (step.refusal_) {
        if (session.stages.empty()) end(id);
        return std::move(reply)(*step.refusal_);
    }
    try {
        const bool asks = step.status_ == CommandStatus::executing;
        auto answer =
            to_element(asks ? keep(id, session, std::move(step)) : show(id, session, step));
        if (!asks) end(id);
        std::move(reply)(std::move(answer));
    } catch (...) { // text that XML cannot carry
        end(id);
        throw;
    }
}

// The form waits to be filled from now on.
Command Commands::keep(const std::string& id, Session& session, CommandStep step) {
    if (!session.stages.empty() && session.stages.size() >= limits_.stages) {
        session.stages.pop_front();
        if (!session.stages.empty()) session.stages.front().shown.actions->prev = false;
    }
    auto shown = show(id, session, step);
    session.stages.push_back({shown, required_fields(*step.form_),
                              std::make_shared<detail::CommandStage>(std::move(step.next_))});
    touch(id, session);
    return shown;
}

Command
Commands::show(const std::string& id, const Session& session, const CommandStep& step) const {
    Command shown{.node = session.node, .session = id, .status = step.status_};
    if (!step.lang_.empty()) shown.lang = step.lang_;
    shown.notes = step.notes_;
    if (step.form_) shown.payload.push_back(to_element(*step.form_));
    shown.payload.insert(shown.payload.end(), step.payload_.begin(), step.payload_.end());
    if (step.status_ == CommandStatus::executing) {
        shown.actions = step.actions();
        shown.actions->prev = !session.stages.empty();
    }
    return shown;
}

// --- sessions ------------------------------------------------------------------------------------

// Strangers can push out their own sessions only, and not take all the room there is.
bool Commands::make_room(const Jid& requester, Sessions::node_type& over) {
    const auto account = requester.bare();
    std::size_t theirs = 0;
    const Sessions::value_type* oldest = nullptr;
    for (const auto& each : sessions_) {
        if (each.second.requester.bare() != account) continue;
        ++theirs;
        if (each.second.busy) continue;
        if (oldest == nullptr || each.second.used < oldest->second.used) oldest = &each;
    }
    if (theirs >= limits_.of_one) {
        if (oldest == nullptr) return false;
        over = take_out(oldest->first);
    }
    const bool ours = CommandAccess{}.allows(requester, own());
    return sessions_.size() < limits_.sessions + (ours ? limits_.reserved : 0);
}

// It has another while.
void Commands::touch(const std::string& id, Session& session) {
    session.used = ++used_;
    auto* client = client_.get();
    if (client == nullptr) return;
    client->cancel(session.timer);
    session.timer = client->after(limits_.idle, [self = Link{*this, lifetime_}, id] {
        if (auto* commands = self.get()) commands->end(id);
    });
}

// What the program's functions hold may end things itself when it is destroyed: it goes last.
void Commands::end(const std::string& id) { const auto over = take_out(id); }

Commands::Sessions::node_type Commands::take_out(const std::string& id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return {};
    if (auto* client = client_.get()) client->cancel(found->second.timer);
    if (ended_.size() >= most_ended_commands) ended_.pop_front();
    ended_.emplace_back(found->first, found->second.requester);
    return sessions_.extract(found);
}

bool Commands::ended_lately(const std::string& id, const Jid& requester) const {
    return std::any_of(ended_.begin(), ended_.end(), [&](const auto& each) {
        return each.first == id && each.second == requester;
    });
}

// By the client that the timers are of.
void Commands::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) session_ended();
    client_ = client.link();
}

void Commands::session_ended() {
    const auto over = std::exchange(sessions_, {});
    ended_.clear();
    auto* client = client_.get();
    for (const auto& [id, session] : over) {
        if (client != nullptr) client->cancel(session.timer);
    }
}

} // namespace headstock
