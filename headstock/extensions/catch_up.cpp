#include "headstock/extensions/catch_up.hpp"

#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/muc_room.hpp"
#include "headstock/extensions/room_self.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <chrono>
#include <utility>

namespace headstock {
namespace {

constexpr std::chrono::minutes catch_up_again{1};
constexpr std::chrono::minutes clocks_apart{5};

DateTime late_now() {
    return std::chrono::time_point_cast<DateTime::duration>(std::chrono::system_clock::now() -
                                                            clocks_apart);
}

// The session has ended, or does so: it is told otherwise, and the next one catches up.
bool ends_with_session(const Error& failure) {
    return failure.code == Errc::unanswered || failure.code == Errc::not_sent ||
           failure.code == Errc::session_over;
}

} // namespace

struct CatchUp::Followed : detail::HeldLive {
    enum class State : std::uint8_t {
        away,     ///< No session, or not in the room.
        catching, ///< What comes live waits.
        live,     ///< What comes live is given.
        refused,  ///< It is given, but the position stays.
    };

    Jid archive{};
    ArchivePosition position{};
    State state = State::away;
    std::string query{}; ///< Of the Archive.
    detail::RoomSelf self{};
    Handle timer{};
    bool by_time = false;   ///< The archive does not know the last id.
    bool once_more = false; ///< Something came live that was not kept.
    std::uint64_t missed = 0;
    detail::KeptIds given{};

    void forget_live() {
        forget_held();
        once_more = false;
    }
};

CatchUp::CatchUp(Archive& archive) : archive_(archive.link()) {}
CatchUp::~CatchUp() = default;

// --- what is followed ----------------------------------------------------------------------------

CatchUp::Archived CatchUp::find(const Jid& archive) const {
    const auto found = followed_.find(archive == account() ? Jid{} : archive.bare());
    return found == followed_.end() ? nullptr : found->second;
}

Jid CatchUp::name_of(const Followed& one) const { return one.archive ? one.archive : account(); }

void CatchUp::follow(const Jid& archive, ArchivePosition known) {
    const auto before = find(archive);
    const bool was_there = before && before->state != Followed::State::away;
    forget(archive);
    auto one = std::make_shared<Followed>();
    one->archive = archive == account() ? Jid{} : archive.bare();
    one->position = std::move(known);
    if (before) one->self = before->self;
    if (one->archive && !archive.is_bare()) one->self.ask(archive);
    followed_[one->archive] = one;
    if (!one->archive || was_there) now(one->archive);
}

void CatchUp::forget(const Jid& archive) {
    const auto one = find(archive);
    if (!one) return;
    leave(*one);
    followed_.erase(one->archive);
}

void CatchUp::now(const Jid& archive) {
    const auto one = find(archive);
    if (one && client_.get() != nullptr && one->state != Followed::State::catching) begin(one);
}

ArchivePosition CatchUp::position(const Jid& archive) const {
    const auto one = find(archive);
    return one ? one->position : ArchivePosition{};
}

bool CatchUp::caught_up(const Jid& archive) const {
    const auto one = find(archive);
    return one && one->state == Followed::State::live;
}

// --- sessions ------------------------------------------------------------------------------------

// A position in the archive of another account means nothing in this one's.
void CatchUp::ready(ClientApi& client) {
    const auto serves = serving_.begin(client);
    if (serves != Serves::as_before) session_ended();
    client_ = client.link();
    if (auto named = followed_.extract(account())) { // it was not known yet
        named.mapped()->archive = named.key() = {};
        followed_.insert(std::move(named));
    }
    const auto ours = find({});
    if (ours && serves == Serves::another_account) return follow({});
    if (ours) begin(ours);
}

void CatchUp::session_ended() {
    for (const auto& [archive, one] : followed_) {
        leave(*one);
        one->self.forget();
    }
}

void CatchUp::leave(Followed& one) {
    if (auto* archive = archive_.get()) archive->cancel(one.query);
    if (auto* client = client_.get()) client->cancel(one.timer);
    one.query.clear();
    one.timer = {};
    one.state = Followed::State::away;
    one.forget_live();
}

void CatchUp::occupant(const Element& x, const Element& presence) {
    using News = detail::RoomSelf::News;
    const auto who = from(presence);
    const auto type = stanza_type(presence);
    const auto one = who && !who->is_bare() ? find(who->bare()) : nullptr;
    if (!one || !one->archive) return;
    if (type != StanzaType::available && type != StanzaType::unavailable) return;
    const auto news = one->self.heard(x, presence, *who);
    if (news == News::left) leave(*one);
    if (news != News::entered) return;
    one->once_more = one->state == Followed::State::catching;
    if (!one->once_more) begin(one);
}

void CatchUp::spoke(const Tag& message) {
    const auto who = from(message);
    if (const auto one = who ? find(who->bare()) : nullptr) one->self.settle();
}

void CatchUp::entered(const RoomJoined& event) {
    const auto one = find(event.room.jid());
    if (const auto us = event.room.jid().with_resource(event.nick); one && us) one->self.know(*us);
    now(event.room.jid());
}

// --- catching up ---------------------------------------------------------------------------------

void CatchUp::begin(const Archived& one) {
    auto* archive = archive_.get();
    if (one->state != Followed::State::catching) one->missed = 0;
    one->state = Followed::State::catching;
    one->once_more = false;
    const auto& known = one->position;
    const bool nothing_known = known.id.empty() && !known.stamp;
    ArchiveQuery query{.of = one->archive};
    if (nothing_known) {
        query.order = ArchiveOrder::newest_first;
        query.page_size = query.limit = 1;
    } else if (known.id.empty() || one->by_time) {
        query.start = known.stamp;
    } else {
        query.after_id = known.id;
    }
    const auto on_result = [self = Link{*this, lifetime_}, one,
                            nothing_known](const ArchivedMessage& item) {
        auto* catch_up = self.get();
        if (catch_up == nullptr) return;
        nothing_known ? catch_up->learned(one, item) : catch_up->came(one, item);
    };
    const auto on_end = [self = Link{*this, lifetime_}, one](const ArchiveEnd& end) {
        if (auto* catch_up = self.get()) catch_up->ended(one, end);
    };
    auto asked = archive == nullptr ? no_session("Archive")
                                    : archive->ask(std::move(query), on_result, on_end);
    one->query = asked.id;
    if (asked) return;
    ArchiveEnd end;
    end.failure = std::move(asked.error);
    went_wrong(one, end);
}

void CatchUp::learned(const Archived& one, const ArchivedMessage& item) {
    one->position = {item.id, item.stamp};
    told_moved(one);
}

void CatchUp::came(const Archived& one, const ArchivedMessage& item) {
    const bool live = one->came_live(item.id);
    if (one->given.contains(item.id)) {
        one->position.id = item.id;
        if (item.stamp) one->position.stamp = item.stamp;
        return;
    }
    if (!live) ++one->missed;
    give(one, item, live);
}

void CatchUp::ended(const Archived& one, const ArchiveEnd& end) {
    one->query.clear();
    if (!end) {
        const bool id_is_gone = end.refusal && end.refusal->condition == Condition::item_not_found;
        if (!id_is_gone || one->by_time || !one->position.stamp) return went_wrong(one, end);
        one->by_time = true;
        return begin(one);
    }
    one->by_time = false;
    // An archive that is empty is one that begins now.
    if (one->position.id.empty() && !one->position.stamp) one->position.stamp = late_now();
    if (one->once_more) return begin(one);
    caught(one);
}

void CatchUp::caught(const Archived& one) {
    one->state = Followed::State::live;
    if (!give_held(one)) return;
    one->forget_live();
    if (auto* client = client_.get())
        client->emit_now(CatchUpEnded{name_of(*one), one->missed, {}, {}, false});
}

// Live messages wait while it may yet be tried again.
void CatchUp::went_wrong(const Archived& one, const ArchiveEnd& end) {
    auto* client = client_.get();
    if (client == nullptr) return;
    CatchUpEnded event{name_of(*one), one->missed, end.refusal, end.failure, false};
    one->by_time = false;
    const bool over = end.failure && ends_with_session(*end.failure);
    event.again =
        end.refusal ? end.refusal->type == ErrorType::wait : !over && end.failure->transient();
    if (event.again) {
        one->timer = client->after(catch_up_again, [self = Link{*this, lifetime_}, one] {
            if (auto* catch_up = self.get()) catch_up->begin(one);
        });
    } else {
        one->state = over ? Followed::State::away : Followed::State::refused;
        if (!over && !give_held(one)) return;
        one->forget_live();
        client = client_.get();
    }
    if (client != nullptr) client->emit_now(event);
}

// --- what comes live -----------------------------------------------------------------------------

void CatchUp::live(const Tag& id, const Element& message) {
    auto* client = client_.get();
    const auto by = Jid::parse(id.attribute("by"));
    const auto one = by && client != nullptr ? find(*by) : nullptr;
    if (!one || one->state == Followed::State::away) return;
    auto read = read_here(message);
    if (!read) return;
    if (one->archive && (read->from.bare() != one->archive || read->type != StanzaType::groupchat))
        return;
    take(*read, name_of(*one));
}

// Only our own account's reach a row (handlers.hpp, rule 5).
void CatchUp::copied(const Element& forwarded) {
    const auto ours = find({});
    if (client_.get() == nullptr || !ours || ours->state == Followed::State::away) return;
    if (auto read = read_here(forwarded.child("message", ns::client))) take(*read, account());
}

void CatchUp::take(const Message& message, const Jid& archive) {
    using State = Followed::State;
    const auto one = find(archive);
    ArchivedMessage item{stanza_id(message, archive), {}, message, {}};
    if (item.id.empty() || one->given.contains(item.id)) return;
    const bool late = message.get<Delay>().has_value();
    if (one->state == State::refused || (one->state == State::live && !late)) {
        give(one, std::move(item), true);
        return;
    }
    if (!late && one->wait(item)) return;
    one->seen.add(item.id);
    one->once_more = true;
    if (one->state == State::live) begin(one);
}

// --- telling -------------------------------------------------------------------------------------

// False when a handler has ended this, the client, or what is followed.
bool CatchUp::give_held(const Archived& one) {
    const auto self = Link{*this, lifetime_};
    const auto state = one->state;
    while (!one->waiting.empty()) {
        auto item = std::move(one->waiting.front());
        one->waiting.erase(one->waiting.begin());
        if (!one->given.contains(item.id) && !give(one, std::move(item), true)) return false;
        if (self.get() == nullptr || one->state != state) return false;
    }
    return true;
}

// The position moves first: a handler that looks sees what the event says.
bool CatchUp::give(const Archived& one, ArchivedMessage item, bool live) {
    auto* client = client_.get();
    if (client == nullptr) return false;
    const auto self = Link{*this, lifetime_};
    const bool moves = one->state != Followed::State::refused && !item.id.empty();
    const FollowedMessage event{name_of(*one), std::move(item), live};
    if (!event.item.id.empty()) one->given.add(event.item.id);
    if (moves) one->position = {event.item.id, event.item.stamp ? *event.item.stamp : late_now()};
    if (!client->emit_now(event) || self.get() == nullptr) return false;
    return !moves || told_moved(one);
}

bool CatchUp::told_moved(const Archived& one) {
    auto* client = client_.get();
    const auto now = find(one->archive); // forgotten, it has still come so far
    if (client == nullptr || (now && now != one)) return false;
    const auto self = Link{*this, lifetime_};
    return client->emit_now(ArchivePositionChanged{name_of(*one), one->position}) &&
           self.get() != nullptr;
}

} // namespace headstock
