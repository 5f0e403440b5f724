#include "headstock/extensions/reactions.hpp"

#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/hints.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_emojis = 20; // of one sender to one message
constexpr std::size_t longest_emoji = 64;
constexpr std::size_t longest_reaction_id = 256;
constexpr std::size_t most_own_reactions = 100;

// Each once (section 4), and none that is empty.
std::vector<std::string> each_once(std::vector<std::string> emojis) {
    std::vector<std::string> once;
    for (auto& emoji : emojis) {
        if (!emoji.empty() && std::find(once.begin(), once.end(), emoji) == once.end())
            once.push_back(std::move(emoji));
    }
    return once;
}

std::vector<std::string> kept_emojis(std::vector<std::string> emojis) {
    emojis.erase(std::remove_if(emojis.begin(), emojis.end(),
                                [](const auto& each) { return each.size() > longest_emoji; }),
                 emojis.end());
    if (emojis.size() > most_emojis) emojis.resize(most_emojis);
    return each_once(std::move(emojis));
}

std::optional<DateTime> reaction_stamp(const Message& message) {
    const auto stamp = delayed_by(message, message.from.bare());
    return stamp ? stamp : message.delayed;
}

} // namespace

void Reactions::ready(ClientApi& client) {
    if (serving_.begin(client) == Serves::another_account) {
        sets_.clear();
        ours_.clear();
    }
    client_ = client.link();
}

// Section 4: a reaction to a correction is one to the first message.
std::string Reactions::first_id(const Jid& conversation, const std::string& id) const {
    const auto* talk = talk_.get();
    const auto* said = talk->find(conversation, id);
    if (said == nullptr || said->original.empty()) return id;
    const auto* first = talk->find(conversation, said->original, said->author);
    if (first == nullptr) return id;
    const bool named = conversation.is_bare() && talk->gives_stanza_ids(conversation);
    return named ? first->room_id : first->id;
}

Delivery Reactions::react(const Message& message, std::vector<std::string> emojis) {
    const auto* talk = talk_.get();
    auto* client = client_.get();
    if (talk == nullptr || client == nullptr)
        return no_session(talk == nullptr ? "Conversations" : "Reactions");
    const auto where = talk->conversation(message);
    const bool room = message.type == StanzaType::groupchat;
    auto id = room && !talk->gives_stanza_ids(where) ? std::string{} : reference_id(message);
    if (id.empty())
        return not_sent({Errc::invalid_option, "nobody can refer to this message (XEP-0444 4.2)"});
    id = first_id(where, id);
    emojis = each_once(std::move(emojis));
    Message sending{.to = where, .type = room ? message.type : StanzaType::chat};
    sending.add(ReactionSet{id, emojis});
    if (!message.get<NoStore>()) sending.add(Store{});
    auto sent = detail::send_in(talk_, sending);
    if (sent) note(sent, sending, {std::move(emojis), true, false, {}}, {where, id, {}});
    return sent;
}

// In a room ours come back from there.
void Reactions::note(const Delivery& sent, const Message& message, Set set, Key key) {
    std::vector<std::string> before;
    if (message.type != StanzaType::groupchat) {
        key.who = client_.get()->jid().bare().str();
        before = std::exchange(sets_.touch(key), std::move(set)).emojis;
    }
    ours_.push_back({sent.id, message.to, std::move(key), std::move(before)});
    if (ours_.size() > most_own_reactions) ours_.pop_front();
}

void Reactions::heard(const MessageHeard& event) {
    const auto* talk = talk_.get();
    auto* client = client_.get();
    auto given = event.message.get<ReactionSet>();
    if (talk == nullptr || client == nullptr || !given) return;
    const auto who = talk->key(event.author);
    if (who.empty() || given->id.empty() || given->id.size() > longest_reaction_id) return;
    const auto id = first_id(event.conversation, given->id);
    Set fresh{kept_emojis(std::move(given->emojis)), true, event.late,
              reaction_stamp(event.message)};
    auto& set = sets_.touch({event.conversation, id, who});
    if (event.late && set.given && (!set.late || set.stamp > fresh.stamp)) return;
    auto before = std::exchange(set, fresh).emojis;
    if (before == fresh.emojis) return;
    client->emit_now(Reacted{event.author, event.conversation, id, std::move(fresh.emojis),
                             std::move(before), event.ours});
}

// Of what was said to a room its occupants know the id, too.
bool Reactions::may_refuse(const Jid& who, const Jid& to) const {
    const auto* talk = talk_.get();
    if (talk == nullptr || !talk->is_room(to)) return who.bare() == to.bare();
    return who == to || who == to.bare();
}

void Reactions::refused(const Tag& message, const StanzaError& why) {
    const auto who = from(message);
    const auto found = std::find_if(ours_.begin(), ours_.end(), [&](const Ours& each) {
        return each.id == message.attribute("id") && who && may_refuse(*who, each.to);
    });
    auto* client = client_.get();
    if (found == ours_.end() || client == nullptr) return;
    auto ours = std::move(*found);
    const auto behind = ours_.erase(found);
    const auto later =
        std::find_if(behind, ours_.end(), [&](const Ours& each) { return each.key == ours.key; });
    auto now = ours.before;
    if (later != ours_.end()) { // that one stands, and refused it would be as before both
        later->before = ours.before;
        if (const auto* set = sets_.find(ours.key)) now = set->emojis;
    } else if (!ours.key.who.empty()) {
        sets_.touch(ours.key).emojis = now;
    }
    client->emit_now(ReactionsRefused{ours.key.conversation, ours.key.id, std::move(now), why});
}

std::map<std::string, std::size_t> Reactions::of(const Jid& conversation,
                                                 const std::string& id) const {
    std::map<std::string, std::size_t> all;
    for (const auto& [key, set] : sets_) {
        if (key.conversation != conversation || key.id != id) continue;
        for (const auto& emoji : set.emojis) ++all[emoji];
    }
    return all;
}

} // namespace headstock
