#include "bridge/detail/name_table.hpp"

#include "bridge/detail/keyed_hash.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace bridge::detail {
namespace {

// A namespace of up to so many bytes is copied with each name, which is then compared in one piece.
constexpr std::size_t longest_copied = 32;

Name split(std::string_view key) {
    const auto line_feed = key.find('\n');
    if (line_feed == key.npos) return {key, {}};
    return {key.substr(line_feed + 1), key.substr(0, line_feed)};
}

std::uint32_t hash_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(keyed_hash(bytes));
}

char* copy(std::string_view bytes, char* to) {
    std::memcpy(to, bytes.data(), bytes.size());
    return to;
}

} // namespace

bool NameTable::Entry::has_parts(std::string_view key) const {
    const auto ns_size = key_size - name.local.size() - 1;
    return key[ns_size] == '\n' && key.substr(ns_size + 1) == name.local &&
           key.substr(0, ns_size) == name.ns;
}

void NameTable::count_bytes() {
    bytes_ = arena_.used() + entries_.size() * sizeof(void*) + ids_.bytes() +
             namespaces_.size() * sizeof(std::string_view) + namespace_numbers_.bytes();
}

void NameTable::set_alias(std::string_view from, std::string_view as) {
    aliased_ = from;
    alias_ = as;
}

// Here, where a name is met for the first time, an alias costs nothing afterwards.
Name NameTable::aliased(Name name) const {
    if (!alias_.empty() && name.ns == aliased_) name.ns = alias_;
    return name;
}

std::string_view NameTable::stored_namespace(std::string_view ns) {
    const auto hash = hash_of(ns);
    const auto same = [&](std::uint32_t number) { return namespaces_[number] == ns; };
    auto number = namespace_numbers_.find(hash, same);
    if (number == HashIndex::none) {
        namespace_numbers_.make_room(namespaces_.size() + 1);
        number = static_cast<std::uint32_t>(namespaces_.size());
        const auto* bytes = copy(ns, static_cast<char*>(arena_.allocate(ns.size())));
        namespaces_.emplace_back(bytes, ns.size());
        namespace_numbers_.add(hash, number);
    }
    return namespaces_[number];
}

NameTable::Entry* NameTable::add(std::string_view key, std::uint64_t tail) {
    const bool keep = bytes() <= mark_;
    const auto ns_size = std::min(key.find('\n'), key.size());
    const auto ns = key.substr(0, ns_size);
    const bool share = ns_size < key.size() && ns_size > longest_copied && ns != aliased_;
    const auto shared = share ? stored_namespace(ns) : std::string_view{};
    const auto copied = share ? key.substr(ns_size + 1) : key;
    auto* memory = static_cast<char*>(arena_.allocate(sizeof(Entry) + copied.size()));
    const std::string_view stored{copy(copied, memory + sizeof(Entry)), copied.size()};
    const auto name = share ? Name{stored, shared} : aliased(split(stored));
    const auto size = static_cast<std::uint32_t>(key.size());
    const auto id = static_cast<NameId>(entries_.size());
    auto* entry = new (memory) Entry{name, tail, size & 0x7fffffffu, share, id};
    entries_.push_back(entry);
    count_bytes();
    if (keep) {
        kept_ = entries_.size();
        kept_namespaces_ = namespaces_.size();
        kept_mark_ = arena_.mark();
    }
    return entry;
}

const NameTable::Entry& NameTable::find_or_add(std::string_view key, std::uint64_t tail) {
    const auto hash = hash_of(key);
    auto id = ids_.find(hash, [&](NameId at) { return entries_[at]->is(key, tail); });
    if (id == HashIndex::none) {
        ids_.make_room(entries_.size() + 1);
        id = add(key, tail)->id;
        ids_.add(hash, id);
    }
    hints_.note(key.size(), tail, id);
    return *entries_[id];
}

// What may throw comes first: a number must never be found whose entry is gone.
NameId NameTable::forget_late() {
    ids_.cut(kept_);
    namespace_numbers_.cut(kept_namespaces_);
    entries_.resize(kept_);
    namespaces_.resize(kept_namespaces_);
    arena_.rewind(kept_mark_);
    count_bytes();
    return static_cast<NameId>(kept_);
}

} // namespace bridge::detail
