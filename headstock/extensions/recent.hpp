// What was used lately, and no more of it than fits: for objects that strangers can fill.
//
//     detail::Recent<Jid, int> seen{1000};
//     ++seen.touch(who);                         // made, or there already: now the newest
//     if (const auto* times = seen.find(who)) ...
//
// For the objects of this folder; a program has no use of it.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <map>
#include <utility>

namespace headstock::detail {

/// A map of at most so many keys, which forgets the one that was not touched for the longest time.
template <class Key, class Value>
class Recent {
public:
    using Entry = std::pair<const Key, Value>;

    explicit Recent(std::size_t most) : most_(most) {}
    Recent(const Recent&) = delete;
    Recent& operator=(const Recent&) = delete;

    /// The value of this key, made if need be.  Another one may be forgotten for it.
    Value& touch(const Key& key) {
        const auto found = places_.find(key);
        if (found != places_.end()) {
            order_.splice(order_.begin(), order_, found->second);
            return order_.front().second;
        }
        if (places_.size() >= most_) forget_oldest();
        order_.emplace_front(key, Value{});
        places_.emplace(key, order_.begin());
        return order_.front().second;
    }
    /// nullptr when there is none.
    Value* find(const Key& key) {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }
    const Value* find(const Key& key) const {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }
    /// Only of one that is not empty.
    const Entry& oldest() const { return order_.back(); }
    void forget_oldest() {
        places_.erase(order_.back().first);
        order_.pop_back();
    }
    void clear() {
        places_.clear();
        order_.clear();
    }
    /// touch() would forget another one for it.
    bool is_full_for(const Key& key) const {
        return places_.size() >= most_ && places_.count(key) == 0;
    }
    std::size_t size() const { return places_.size(); } ///< How many there are.
    /// The newest first.
    auto begin() { return order_.begin(); }
    auto end() { return order_.end(); }
    auto begin() const { return order_.begin(); }
    auto end() const { return order_.end(); }

private:
    std::size_t most_;
    std::list<Entry> order_; ///< The newest first.
    std::map<Key, typename std::list<Entry>::iterator> places_;
};

} // namespace headstock::detail
