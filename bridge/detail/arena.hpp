// The memory of elements: blocks cut from a few chunks, let go all at once.
//
// Two uses.  A tree that a user made recycles: single blocks come back while it is edited.  A
// parser rewinds: everything after a mark goes at one stroke.  Nothing here knows what is in the
// blocks.
#pragma once

#include "bridge/detail/free_lists.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

namespace bridge::detail {

/// Bump allocation over chunks that grow up to 64 KiB.  Blocks are aligned to 8 bytes.
///
/// An arena may own others: a tree that was added to another keeps its own arena, so that adding
/// and taking out cost nothing and references stay valid.  Not thread-safe.
class Arena {
public:
    enum class Use : std::uint8_t { recycle, rewind };

    /// A place to rewind to.
    struct Mark {
        std::size_t chunk = 0; // how many chunks there were
        std::size_t offset = 0;
        std::size_t used = 0;
    };

    /// The first chunk is taken when it is needed, and has `first` bytes.
    explicit Arena(Use use, std::uint32_t first = 512) : use_(use), first_(first) {}
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// A recycling arena that lies in its own first chunk: one allocation for a small element.
    static Arena* make();
    /// The same for a tree that is likely to go soon, in a larger chunk when the thread has kept
    /// one.
    static Arena* make_roomy();
    /// Free an arena that make() made, out of its owner if it has one, with all that it owns.
    static void destroy(Arena* arena) noexcept;

    /// Own `sub` from now on.
    void adopt(Arena& sub) noexcept;
    /// Leave the owner, if there is one.
    void leave() noexcept;

    /// Take no chunk that would bring reserved() above `bytes`: what needs one throws Full, which
    /// is a std::bad_alloc.  While a block moves to a longer one both count.
    struct Full : std::bad_alloc {};
    void set_cap(std::size_t bytes) { cap_ = bytes; }

    /// How many bytes allocate(size) gives.
    std::size_t fit(std::size_t size) const {
        if (use_ == Use::rewind || size <= FreeLists::small) return (size + 7) & ~std::size_t{7};
        return FreeLists::round_up(size);
    }
    /// A block of fit(size) bytes.  `size` is not 0.  Throws std::bad_alloc.
    void* allocate(std::size_t size) {
        if (free_ == nullptr && fit(size) <= room()) return bump(fit(size));
        return allocate_slowly(size);
    }
    /// A run of `size` bytes for several blocks, one behind the other, each to be given back by
    /// itself: the sum of their fit().  Null where blocks that came back are there to be used
    /// first.
    void* allocate_run(std::size_t size) {
        if (free_ != nullptr || size > room()) return run_slowly(size);
        return bump(size);
    }
    /// Give a block back, with the size it was allocated with.
    void release(void* block, std::size_t size) noexcept;
    /// Make the last block longer, in its place if that can be; its new address, or null when it is
    /// not the last or there is no room.  Both sizes are results of fit().
    void* extend(void* block, std::size_t size, std::size_t wanted);

    Mark mark() const {
        if (top_ == nullptr) return {};
        return {top_->count, static_cast<std::size_t>(at_ - top_->begin()), used_};
    }
    /// Let go of everything allocated since.  Keeps up to 64 KiB of chunks for later.
    void rewind(const Mark& mark) noexcept {
        if (top_ != nullptr && top_->count > mark.chunk) drop_chunks(mark.chunk);
        if (top_ != nullptr) at_ = top_->begin() + mark.offset;
        used_ = mark.used;
    }

    /// Begin a chunk with room for `size` bytes, so that rewinding to here takes no chunk away.
    /// Throws std::bad_alloc.
    void start_chunk(std::size_t size);
    /// Give back the chunks that are kept for later, and the top one when nothing is in it.  Marks
    /// set since the last block was cut lead nowhere after it.
    void shrink() noexcept;

    /// Bytes in blocks, those that came back included.
    std::size_t used() const { return used_; }
    /// Bytes taken from the heap.
    std::size_t reserved() const { return reserved_ + spare_bytes_; }

private:
    struct Chunk {
        Chunk* below;
        std::size_t size;  // of the whole, this header included
        std::size_t count; // how many chunks there are up to this one

        char* begin() { return reinterpret_cast<char*>(this + 1); }
        char* end() { return reinterpret_cast<char*>(this) + size; }
        static Chunk* make(std::size_t size) noexcept;
        static void free(Chunk* chunk) noexcept;
    };

    std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }
    void* bump(std::size_t size) noexcept {
        void* block = at_;
        at_ += size;
        used_ += size;
        return block;
    }
    static Arena* make_in(Chunk& chunk);
    bool has_room_for(std::size_t chunk) const {
        return reserved() <= cap_ && chunk <= cap_ - reserved();
    }
    [[noreturn]] void refuse(std::size_t size) const;
    void* allocate_slowly(std::size_t size);
    void* run_slowly(std::size_t size);
    void stand_on(Chunk* top) noexcept;
    bool add_chunk(std::size_t size);
    Chunk* take_spare(std::size_t size) noexcept;
    void retire(Chunk* chunk) noexcept;
    void drop_chunks(std::size_t kept) noexcept;
    void* move_last(void* block, std::size_t size, std::size_t wanted);
    FreeLists* free_lists() noexcept;

    Use use_;
    std::uint32_t first_;
    char* at_ = nullptr;
    char* end_ = nullptr; // of the top chunk
    Chunk* top_ = nullptr;
    Chunk* spare_ = nullptr;
    FreeLists* free_ = nullptr;
    Arena* owned_ = nullptr; // first of the arenas owned
    Arena* next_ = nullptr;  // the next with the same owner
    Arena** link_ = nullptr; // what points to this arena in its owner
    std::size_t used_ = 0;
    std::size_t reserved_ = 0;
    std::size_t spare_bytes_ = 0;
    std::size_t cap_ = SIZE_MAX;
};

} // namespace bridge::detail
