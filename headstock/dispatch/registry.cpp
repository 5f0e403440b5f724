#include "headstock/dispatch/registry.hpp"

#include "headstock/dispatch/step.hpp"
#include "headstock/jid.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// Every type except error: what a row that names no type takes.
constexpr std::uint32_t usual_types = ~type_bit(StanzaType::error);

StanzaKind kind_of(const Path& path) {
    if (!path.from_stanza) return StanzaKind::none;
    return stanza_kind(path.step[0]);
}

bridge::Demand demand_of(const Row& row) {
    auto demand = bridge::Demand::at_end;
    if (row.wants_subtree) demand = demand | bridge::Demand::build;
    if (row.waits_for_stanza() && row.match.path.inside_stanza())
        demand = demand | bridge::Demand::hold;
    return demand;
}

// With what the name alone means.
Bucket bucket_of(const bridge::Name& name) {
    Bucket bucket;
    bucket.kind = stanza_kind(name);
    bucket.guard = guard_of(name);
    bucket.hides = name == forwarded;
    return bucket;
}

void compile(Entry& entry) {
    const auto& match = entry.row.match;
    entry.types = types_taken(entry);
    entry.kind = kind_of(match.path);
    entry.depth = static_cast<std::uint8_t>(match.path.from_stanza ? match.path.steps : 0);
    entry.winding = entry.depth == 0 || entry.depth > 2;
    entry.narrow =
        !entry.id.empty() || (match.sender != Sender::usual && match.sender != Sender::anyone);
    entry.one_sender = match.sender == Sender::jid;
    entry.sender_number = local_number(match.jid);
    entry.demand = demand_of(entry.row);
}

bool is_wild(const Path& path) {
    return std::any_of(path.step.begin(),
                       path.step.begin() + static_cast<std::ptrdiff_t>(path.steps),
                       [](const auto& step) { return step.local.empty(); });
}

// Some step of it is for any name of a namespace, and this is one.
bool stands_for(const Path& path, const bridge::Name& name) {
    const auto* end = path.step.data() + path.steps;
    return std::any_of(path.step.data(), end,
                       [&](const auto& step) { return step.local.empty() && fits(step, name); });
}

// A row for requests that only our own account or server may make is no service to others.
bool serves_anybody(const Match& match) {
    const auto& path = match.path;
    const bool request = path.type == StanzaType::get || path.type == StanzaType::set;
    if (!request || path.steps < 2) return false;
    const bool open = match.sender == Sender::usual || match.sender == Sender::others;
    return match.sender == Sender::anyone || (open && guard_of(path.step[1]) != Guard::name);
}

// No object is of this type; a closure is known by its address.
const std::type_info& closure_type = typeid(void);

} // namespace

std::uint32_t types_taken(const Entry& entry) {
    if (entry.row.types != 0) return entry.row.types;
    const auto type = entry.row.match.path.type;
    if (type != StanzaType::any) return type_bit(type);
    return entry.waiter ? ~0u : usual_types;
}

std::size_t Registry::NameHash::operator()(const bridge::Name& name) const {
    const std::hash<std::string_view> hash;
    return hash(name.local) ^ (hash(name.ns) * 31);
}

Registry::Object&
Registry::add(const std::type_info& type, void* address, const Table& table, const Hooks& hooks) {
    if (find(type, address) != nowhere)
        throw std::invalid_argument("headstock: this object is registered already");
    objects_.push_back(std::make_unique<Object>(make(type, address, table, hooks)));
    return *objects_.back();
}

Registry::Object&
Registry::add_closure(std::shared_ptr<void> closure, const Row& row, std::string id, bool waiter) {
    auto* address = closure.get();
    auto own_row = std::make_shared<const Row>(row);
    auto& object = add(closure_type, address, {{own_row.get(), 1}, {}}, {});
    auto& entry = *object.entries.front();
    entry.own_row = std::move(own_row);
    entry.closure = std::move(closure);
    entry.id = std::move(id);
    entry.waiter = waiter;
    return object;
}

// A closure's own row is a constant of its type: the object borrows it.
Registry::Object& Registry::add_event_closure(std::shared_ptr<void> closure, const EventRow& row) {
    auto& object = add(closure_type, closure.get(), {{}, {&row, 1}}, {});
    object.closure = std::move(closure);
    return object;
}

Registry::Object
Registry::make(const std::type_info& type, void* address, const Table& table, const Hooks& hooks) {
    for (const auto& row : table.rows) {
        if (row.match.sender == Sender::jid && !Jid::parse(row.match.jid))
            throw std::invalid_argument(
                concat({"headstock: from(): '", row.match.jid, "' is not a JID"}));
    }
    Object object{type, address, hooks, table.events};
    object.ticket = ++last_ticket_;
    for (const auto& row : table.rows) {
        auto& entry = object.entries.emplace_back(std::make_unique<Entry>(Entry{address, row}));
        entry->ticket = object.ticket;
        entry->strand = ++last_strand_;
    }
    stale_ = true;
    return object;
}

std::size_t Registry::find(const std::type_info& type, const void* address) const {
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        if (objects_[i]->alive && objects_[i]->type == std::type_index{type} &&
            objects_[i]->address == address)
            return i;
    }
    return nowhere;
}

// An object that is gone keeps its place until tidy(), so that loops over objects_ stay valid.
void Registry::bury(std::size_t at) {
    auto& object = *objects_[at];
    object.alive = false;
    for (auto& entry : object.entries) entry->alive = false;
    stale_ = true;
    if (on_removed_) on_removed_(object.ticket);
}

bool Registry::remove(const std::type_info& type, const void* address) {
    const auto at = find(type, address);
    if (at != nowhere) bury(at);
    return at != nowhere;
}

bool Registry::remove(std::uint64_t ticket) {
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        if (objects_[i]->alive && objects_[i]->ticket == ticket) {
            bury(i);
            return true;
        }
    }
    if (on_removed_) on_removed_(ticket); // a threaded call of it may be under way still
    return false;
}

void Registry::remove_all() {
    for (std::size_t i = 0; i < objects_.size(); ++i) bury(i);
}

Registry::Object& Registry::swap(const std::type_info& old_type,
                                 const void* old,
                                 const std::type_info& type,
                                 void* address,
                                 const Table& table,
                                 const Hooks& hooks) {
    const auto at = find(old_type, old);
    if (at == nowhere)
        throw std::invalid_argument("headstock: swap_handler: the old object is not registered");
    if (find(type, address) != nowhere && find(type, address) != at)
        throw std::invalid_argument(
            "headstock: swap_handler: the new object is registered already");
    auto fresh = std::make_unique<Object>(make(type, address, table, hooks));
    fresh->told_ready = objects_[at]->told_ready;
    graveyard_.emplace_back(); // what may throw comes first
    bury(at);
    graveyard_.back() = std::exchange(objects_[at], std::move(fresh));
    return *objects_[at];
}

void Registry::retire(Entry& entry) {
    entry.alive = false;
    stale_ = true;
    if (!entry.closure) return;
    for (auto& object : objects_) object->alive = object->alive && object->address != entry.object;
}

bool Registry::wants(const std::type_info& event) const {
    return std::any_of(objects_.begin(), objects_.end(), [&](const auto& object) {
        return object->alive &&
               std::any_of(object->events.begin(), object->events.end(),
                           [&](const EventRow& row) { return *row.event == event; });
    });
}

std::vector<std::string> Registry::served_namespaces() const {
    std::set<std::string_view> served;
    for (const auto& object : objects_) {
        for (const auto& entry : object->entries) {
            if (entry->alive && serves_anybody(entry->row.match))
                served.insert(entry->row.match.path.step[1].ns);
        }
    }
    return {served.begin(), served.end()};
}

void Registry::rebuild() {
    exact_.clear();
    wild_.clear();
    mixed_.clear();
    alike_.clear();
    by_id_.clear();
    anywhere_ = anywhere_builds_ = false;
    std::size_t order = 0;
    bury_the_dead();
    for (auto& object : objects_) {
        for (auto& entry : object->entries) {
            entry->order = order++;
            if (entry->alive) index(*entry);
        }
    }
    stale_ = false; // at last: what memory runs out for is begun anew
}

void Registry::bury_the_dead() {
    const auto dead = std::count_if(objects_.begin(), objects_.end(),
                                    [](const auto& object) { return !object->alive; });
    if (dead == 0) return;
    graveyard_.reserve(graveyard_.size() + static_cast<std::size_t>(dead));
    for (auto& object : objects_) {
        if (!object->alive) graveyard_.push_back(std::move(object));
    }
    std::erase(objects_, nullptr);
}

void Registry::index(Entry& entry) {
    compile(entry);
    const auto& path = entry.row.match.path;
    if (!path.from_stanza) {
        anywhere_ = true;
        anywhere_builds_ = anywhere_builds_ || entry.row.wants_stanza;
    }
    if (is_wild(path)) wild_.push_back(&entry);
    for (std::size_t i = 0; i < path.steps; ++i) {
        if (!path.step[i].local.empty()) index_step(entry, i, exact(path.step[i]));
    }
}

void Registry::index_step(Entry& entry, std::size_t step, Bucket& bucket) {
    const auto& path = entry.row.match.path;
    if (step == 0 && path.from_stanza && entry.row.wants_stanza) bucket.whole_types |= entry.types;
    const auto here = path.from_stanza ? 1u << (step + 1) : ~0u;
    bucket.reaches |= here;
    if (step + 1 == path.steps) {
        bucket.ends.push_back(&entry);
        return;
    }
    bucket.passes |= here;
    if (step == 0) bucket.pass_types |= entry.types;
}

Bucket& Registry::exact(const bridge::Name& name) {
    const auto [at, added] = exact_.try_emplace(name);
    if (added) at->second = bucket_of(name);
    return at->second;
}

const Bucket& Registry::meet(bridge::NameId id, const bridge::Name& name) {
    if (id >= by_id_.size()) by_id_.resize(id + 1, nullptr);
    return *(by_id_[id] = &make_bucket(id, name));
}

const Bucket& Registry::make_bucket(bridge::NameId id, const bridge::Name& name) {
    const auto found = exact_.find(name);
    const bool wild = std::any_of(wild_.begin(), wild_.end(), [&](const Entry* entry) {
        return stands_for(entry->row.match.path, name);
    });
    if (found != exact_.end() && !wild) return found->second;
    if (found != exact_.end()) return mixed_[id] = with_wild(found->second, name);
    const auto plain = bucket_of(name);
    // A peer may invent names without end: nothing is stored for one that no row and no rule names,
    // and one bucket for all those of a namespace that are named by no more than that.
    if (plain.hides || plain.kind != StanzaKind::none) return mixed_[id] = with_wild(plain, name);
    if (!wild && plain.guard == Guard::none) return none_;
    std::pair key{std::string{name.ns}, plain.guard};
    if (const auto known = alike_.find(key); known != alike_.end()) return known->second;
    return alike_.emplace(std::move(key), with_wild(plain, name)).first->second;
}

Bucket Registry::with_wild(Bucket bucket, const bridge::Name& name) const {
    for (auto* entry : wild_) {
        const auto& path = entry->row.match.path;
        for (std::size_t i = 0; i < path.steps; ++i) {
            if (path.step[i].local.empty() && fits(path.step[i], name))
                index_step(*entry, i, bucket);
        }
    }
    std::sort(bucket.ends.begin(), bucket.ends.end(),
              [](auto* a, auto* b) { return a->order < b->order; });
    return bucket;
}

void Registry::forget_names(bridge::NameId first) {
    if (first < by_id_.size()) by_id_.resize(first);
    mixed_.erase(mixed_.lower_bound(first), mixed_.end());
}

} // namespace headstock::detail
