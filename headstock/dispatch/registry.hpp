// Who is registered: objects with their rows and hooks, closures, and an index of rows by name.
//
// Nothing here runs a row; dispatcher.cpp does.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/detail/hooks.hpp"
#include "headstock/detail/table.hpp"
#include "headstock/dispatch/copy_allowance.hpp"
#include "headstock/dispatch/guarded.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace headstock::detail {

/// One row of one object.
struct Entry {
    void* object;
    const Row& row;      ///< Of the type's table, a constant, or of own_row.
    std::string id{};    ///< Of an iq waiter: the only id it takes; empty for any.
    bool waiter = false; ///< register_on_iq: after the rows, and type='error' too.
    bool alive = true;
    std::size_t order = 0;
    std::shared_ptr<void> closure{};      ///< Set when the object is a closure of ours.
    std::shared_ptr<const Row> own_row{}; ///< Of a closure.
    std::uint64_t ticket = 0;             ///< Of its object.
    std::uint64_t strand = 0; ///< A number of its own: its threaded calls are run in order.
    CopyAllowance copies{};
    std::uint64_t passed_over_in =
        0; ///< The stanza that it sees no more of, since it would copy too much.
    std::uint64_t judged_in = 0; ///< The stanza of which `suits` tells.
    bool suits = false;          ///< Of a narrow one: that stanza has its id and sender.

    /// What its path comes to, worked out when it is indexed, so that a tag is compared with
    /// numbers.
    /// @{
    std::uint32_t types = 0;            ///< The bits of the types it takes.
    StanzaKind kind = StanzaKind::none; ///< Where its path begins; none for a name at any depth.
    std::uint8_t depth = 0;             ///< Where its path ends; 0 for a name at any depth.
    bool winding = false;               ///< What is between has to be looked at.
    bool narrow = false;                ///< It takes one id, or certain senders, only.
    bool one_sender = false;            ///< It takes one JID, whose local_number() this is:
    std::uint32_t sender_number = 0;
    bridge::Demand demand = bridge::Demand::skip; ///< What it wants of an element it matches.
    /// @}
};

/// The bits of the types of stanza that a row takes.
std::uint32_t types_taken(const Entry& entry);

/// What is to be called for elements of one name.
struct Bucket {
    std::vector<Entry*> ends;  ///< Rows whose path ends in this name, in order of registration.
    std::uint32_t passes = 0;  ///< Bit d: some path has this name at depth d and goes on.
    std::uint32_t reaches = 0; ///< Bit d: the same, or some row ends in this name at depth d.
    std::uint32_t pass_types =
        0; ///< At depth 1: bit of each StanzaType whose paths go on from here.
    std::uint32_t whole_types = 0;      ///< The same for paths whose row wants the stanza built.
    StanzaKind kind = StanzaKind::none; ///< What an element of this name is at depth 1.
    Guard guard = Guard::none;          ///< Its specification ties it to our own account.
    bool hides = false; ///< Names at any depth do not reach inside: <forwarded/> (XEP-0297).
};

/// The registered objects of one client, in order of registration.
///
/// Removing is safe at any time: what is removed is marked dead at once and freed by tidy(), which
/// is not called while a stanza is open.  What is added is seen after the next refresh().
class Registry {
public:
    struct Object {
        std::type_index type; ///< Tells an object from its first member, which has its address.
        void* address = nullptr;
        Hooks hooks{};
        std::span<const EventRow> events{};
        std::vector<std::unique_ptr<Entry>> entries{};
        std::shared_ptr<void> closure{}; ///< Set when the object is a closure for events.
        std::uint64_t ticket = 0;
        bool alive = true;
        bool told_ready = false;
    };

    /// Throws std::invalid_argument when that very object is registered already.
    Object& add(const std::type_info& type, void* address, const Table& table, const Hooks& hooks);
    /// `id`, `waiter`: as in Entry.
    Object& add_closure(std::shared_ptr<void> closure,
                        const Row& row,
                        std::string id = {},
                        bool waiter = false);
    Object& add_event_closure(std::shared_ptr<void> closure, const EventRow& row);
    /// False when it is not registered.
    bool remove(const std::type_info& type, const void* address);
    bool remove(std::uint64_t ticket);
    void remove_all();
    /// Put a new object in the place of an old one; throws std::invalid_argument when that is not
    /// there.
    Object& swap(const std::type_info& old_type,
                 const void* old,
                 const std::type_info& type,
                 void* address,
                 const Table& table,
                 const Hooks& hooks);
    void retire(Entry& entry);
    /// Called with the ticket of each object that is removed, then and there; also of one that is
    /// gone.
    void on_removed(std::function<void(std::uint64_t ticket)> f) { on_removed_ = std::move(f); }

    /// Call `f` for each object that is alive, also while `f` adds and removes.  What is removed
    /// meanwhile is freed behind it.
    template <class F>
    void for_each(const F& f) {
        struct Loop {
            bool& runs;
            bool before = std::exchange(runs, true);
            ~Loop() { runs = before; }
        };
        const Loop loop{in_loop_};
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            auto* object = objects_[i].get();
            if (object->alive) f(*object);
        }
    }
    /// The youngest object's ticket: what is added from now on has a greater one.
    std::uint64_t youngest() const { return last_ticket_; }

    /// Some row waits for events of this type.
    bool wants(const std::type_info& event) const;
    /// The namespaces of payloads for which an iq get or set row takes requests from anybody;
    /// sorted, each once.
    std::vector<std::string> served_namespaces() const;

    /// Make the index true again, if rows were added or removed.  Between stanzas only.
    void refresh() {
        if (stale_ && !in_loop_) rebuild();
    }
    /// Free what was removed.  Between stanzas.
    void tidy() {
        if (graveyard_.empty() || in_loop_) return;
        const auto dead = std::exchange(graveyard_, {}); // the end of a closure may swap handlers
    }
    /// Both, where no stanza is open.
    void refresh_and_tidy() {
        refresh();
        tidy();
    }
    /// Ids from `first` on have new names from now on.
    void forget_names(bridge::NameId first);

    /// Of `name`, which has this id.
    const Bucket& bucket(bridge::NameId id, const bridge::Name& name) {
        const bool met = id < by_id_.size() && by_id_[id] != nullptr;
        return met ? *by_id_[id] : meet(id, name);
    }
    /// Some row waits for a name at any depth.
    bool has_anywhere() const { return anywhere_; }
    /// Some row for a name at any depth wants the stanza built.
    bool anywhere_builds() const { return anywhere_builds_; }

private:
    struct NameHash {
        std::size_t operator()(const bridge::Name& name) const;
    };

    Object make(const std::type_info& type, void* address, const Table& table, const Hooks& hooks);
    std::size_t find(const std::type_info& type, const void* address) const;
    void bury(std::size_t at);
    void rebuild();
    void bury_the_dead();
    const Bucket& meet(bridge::NameId id, const bridge::Name& name);
    void index(Entry& entry);
    static void index_step(Entry& entry, std::size_t step, Bucket& bucket);
    Bucket& exact(const bridge::Name& name);
    const Bucket& make_bucket(bridge::NameId id, const bridge::Name& name);
    Bucket with_wild(Bucket bucket, const bridge::Name& name) const;

    std::vector<std::unique_ptr<Object>> objects_;
    std::vector<std::unique_ptr<Object>> graveyard_;
    std::uint64_t last_ticket_ = 0;
    std::uint64_t last_strand_ = 0;
    std::function<void(std::uint64_t)> on_removed_;
    bool stale_ = true;
    bool in_loop_ = false; ///< In for_each().

    std::unordered_map<bridge::Name, Bucket, NameHash> exact_;
    std::vector<Entry*> wild_; ///< Rows with a step that stands for any name of a namespace.
    std::map<bridge::NameId, Bucket>
        mixed_; ///< Buckets of one name each: of wild rows, or of none.
    /// Buckets of all other names of a namespace: of wild rows, or of a rule, and of no row else.
    std::map<std::pair<std::string, Guard>, Bucket> alike_;
    std::vector<const Bucket*> by_id_;
    Bucket none_;
    bool anywhere_ = false;
    bool anywhere_builds_ = false;
};

} // namespace headstock::detail
