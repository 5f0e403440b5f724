#include "bridge/detail/arena.hpp"

#include "bridge/detail/kept_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace bridge::detail {
namespace {

constexpr std::size_t largest_chunk = 64 * 1024;
constexpr std::size_t kept_spare = 64 * 1024;

} // namespace

Arena::Chunk* Arena::Chunk::make(std::size_t size) noexcept {
    void* memory = take_kept(size);
    if (memory == nullptr) memory = ::operator new(size, std::nothrow);
    return memory == nullptr ? nullptr : new (memory) Chunk{nullptr, size, 0};
}

void Arena::Chunk::free(Chunk* chunk) noexcept { keep_or_free(chunk, chunk->size); }

Arena* Arena::make() {
    auto* const chunk = Chunk::make(small_tree);
    if (chunk == nullptr) throw std::bad_alloc{};
    return make_in(*chunk);
}

Arena* Arena::make_roomy() {
    void* const kept = take_kept(2 * small_tree);
    return kept == nullptr ? make() : make_in(*new (kept) Chunk{nullptr, 2 * small_tree, 0});
}

Arena* Arena::make_in(Chunk& chunk) {
    chunk.count = 1;
    auto* arena = new (chunk.begin()) Arena{Use::recycle, 2 * small_tree};
    arena->stand_on(&chunk);
    arena->at_ += sizeof(Arena);
    arena->reserved_ = chunk.size;
    return arena;
}

void Arena::destroy(Arena* arena) noexcept {
    arena->leave();
    // Trees nest as deep as users like, so the arenas to free form a list and not a call stack.
    for (Arena* next = arena; next != nullptr;) {
        Arena* dead = std::exchange(next, next->next_);
        while (dead->owned_ != nullptr) {
            Arena* sub = std::exchange(dead->owned_, dead->owned_->next_);
            sub->next_ = std::exchange(next, sub);
        }
        dead->~Arena();
    }
}

// In an arena of make() the last chunk to go holds the arena itself: no member is touched after it.
Arena::~Arena() {
    for (Chunk* chunk : {spare_, top_}) {
        while (chunk != nullptr) Chunk::free(std::exchange(chunk, chunk->below));
    }
}

void Arena::adopt(Arena& sub) noexcept {
    sub.next_ = owned_;
    if (owned_ != nullptr) owned_->link_ = &sub.next_;
    owned_ = &sub;
    sub.link_ = &owned_;
}

void Arena::leave() noexcept {
    if (link_ == nullptr) return;
    *link_ = next_;
    if (next_ != nullptr) next_->link_ = link_;
    next_ = nullptr;
    link_ = nullptr;
}

// At its beginning.
void Arena::stand_on(Chunk* top) noexcept {
    top_ = top;
    at_ = top == nullptr ? nullptr : top->begin();
    end_ = top == nullptr ? nullptr : top->end();
}

Arena::Chunk* Arena::take_spare(std::size_t size) noexcept {
    if (spare_ == nullptr || spare_->size < size) return nullptr;
    Chunk* chunk = std::exchange(spare_, spare_->below);
    spare_bytes_ -= chunk->size;
    return chunk;
}

void Arena::refuse(std::size_t size) const {
    if (!has_room_for(size + sizeof(Chunk))) throw Full{};
    throw std::bad_alloc{};
}

bool Arena::add_chunk(std::size_t size) {
    const auto wanted = size + sizeof(Chunk);
    Chunk* chunk = take_spare(wanted);
    if (chunk == nullptr) {
        const auto usual = std::clamp<std::size_t>(reserved(), first_, largest_chunk);
        const auto best = has_room_for(usual) ? std::max(wanted, usual) : wanted;
        if (!has_room_for(best)) return false;
        chunk = Chunk::make(best);
    }
    if (chunk == nullptr) return false;
    chunk->below = top_;
    chunk->count = top_ == nullptr ? 1 : top_->count + 1;
    reserved_ += chunk->size;
    stand_on(chunk);
    return true;
}

void* Arena::allocate_slowly(std::size_t size) {
    if (free_ != nullptr) {
        if (void* block = free_->pop(size)) return block;
    }
    size = fit(size);
    if (room() < size && !add_chunk(size)) refuse(size);
    return bump(size);
}

void* Arena::run_slowly(std::size_t size) {
    if (free_ != nullptr) return nullptr;
    if (!add_chunk(size)) refuse(size);
    return bump(size);
}

FreeLists* Arena::free_lists() noexcept {
    if (free_ == nullptr && (room() >= sizeof(FreeLists) || add_chunk(sizeof(FreeLists)))) {
        free_ = new (bump(sizeof(FreeLists))) FreeLists;
    }
    return free_;
}

void Arena::release(void* block, std::size_t size) noexcept {
    size = fit(size);
    if (static_cast<char*>(block) + size == at_) {
        at_ -= size;
        used_ -= size;
    } else if (use_ == Use::recycle) {
        // Without memory for the lists the block waits for the end of the arena.
        if (auto* lists = free_lists()) lists->push(block, size);
    }
}

// The only block of its chunk can take the chunk with it to a longer one: a text of megabytes that
// comes in pieces leaves no copies of its beginnings behind.
void* Arena::move_last(void* block, std::size_t size, std::size_t wanted) {
    if (top_ == nullptr || block != top_->begin()) return nullptr;
    if (!has_room_for(wanted + sizeof(Chunk))) return nullptr;
    Chunk* longer = Chunk::make(wanted + sizeof(Chunk));
    if (longer == nullptr) return nullptr;
    longer->below = top_->below;
    longer->count = top_->count;
    std::memcpy(longer->begin(), block, size);
    reserved_ += longer->size - top_->size;
    Chunk::free(top_);
    stand_on(longer);
    at_ += wanted;
    used_ += wanted - size;
    return longer->begin();
}

void* Arena::extend(void* block, std::size_t size, std::size_t wanted) {
    if (static_cast<char*>(block) + size != at_) return nullptr;
    if (room() < wanted - size) return move_last(block, size, wanted);
    bump(wanted - size);
    return block;
}

void Arena::retire(Chunk* chunk) noexcept {
    reserved_ -= chunk->size;
    if (spare_bytes_ + chunk->size > kept_spare) {
        Chunk::free(chunk);
        return;
    }
    spare_bytes_ += chunk->size;
    chunk->below = spare_;
    spare_ = chunk;
}

void Arena::start_chunk(std::size_t size) {
    const bool at_begin = top_ != nullptr && at_ == top_->begin();
    if ((!at_begin || room() < size) && !add_chunk(size)) refuse(size);
}

void Arena::shrink() noexcept {
    while (spare_ != nullptr) Chunk::free(std::exchange(spare_, spare_->below));
    spare_bytes_ = 0;
    if (top_ == nullptr || at_ != top_->begin()) return;
    Chunk* empty = top_;
    stand_on(empty->below);
    at_ = end_; // how far it was filled is not known any more
    reserved_ -= empty->size;
    Chunk::free(empty);
}

void Arena::drop_chunks(std::size_t kept) noexcept {
    Chunk* top = top_;
    while (top != nullptr && top->count > kept) retire(std::exchange(top, top->below));
    stand_on(top);
}

} // namespace bridge::detail
