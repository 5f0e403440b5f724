// What is to be written: the bytes, and which stanzas they are until the socket, or the server, has
// them.
#pragma once

#include "headstock/base/fifo.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/delivery.hpp"
#include "headstock/session/delivery_ranges.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// The outgoing bytes of one client.  Stanzas sent before a session is ready wait apart from what
/// negotiation writes, and go out in order when release() says so.  Each has a number, and stays
/// here until the socket has it or, where acknowledgements are awaited, the server.  What runs once
/// a connection is in outbox_waiting.cpp, what is told about stanzas in unsent.cpp.
class Outbox {
public:
    ~Outbox() {
        if (secret_) wipe(due_);
    }
    /// Bytes of the session's own: headers, negotiation.  Not while a stanza is drafted.
    void write(std::string_view bytes) {
        secret_ ? append_secret(due_, bytes) : void(due_ += bytes);
    }
    /// The same of what shows a password.
    void write_secret(std::string_view bytes) {
        secret_ = true;
        write(bytes);
    }
    /// What take() would give shows a password: whoever takes it wipes it.
    bool holds_secret() const { return secret_; }
    /// How long a stanza that is not at the socket is worth to be sent.
    enum class Scope : std::uint8_t {
        client,     ///< As long as there is a client.
        address,    ///< While the client has the address that it has now.
        connection, ///< On this connection only.
    };
    /// What the bytes since the last call of keep(), written to draft(), are.
    struct What {
        std::string_view stanza;
        std::string_view to;
        std::string_view id;
        Scope scope = Scope::client;
        std::uint64_t time = 0; ///< When it was sent, in milliseconds of any clock.
    };

    /// From now on each stanza's bytes are kept with it, for hold() and await_acks().
    void keep_copies() { copies_ = std::make_unique<Copies>(); }
    /// Neither will be called, nor was.
    void drop_copies() noexcept { copies_.reset(); }
    /// With copies: a stanza stays until acknowledge(), or again until the socket has it.
    void await_acks(bool wanted);
    /// The server has the oldest `count` stanzas.
    void acknowledge(std::size_t count);

    /// The connection is lost: what is here waits as before release(), and what is no stanza is
    /// gone.  What the socket had whole is marked as written; `blamed`: what it had of in part too,
    /// since the server has ended the stream for something that it was sent.
    void hold(bool blamed = false);
    /// After hold(): the server has said which stanzas it has, and none of those that are here.
    void none_arrived() noexcept;
    /// Before anything else is kept, with copies: stanzas of an earlier client, which wait.  The
    /// first `sent` of them were sent in its session.
    void restore(const std::vector<Unsent>& stanzas, std::size_t sent);
    /// After hold(): what is marked as written is dropped, and may have arrived.
    std::vector<Unsent> drop_written();
    /// After hold(): what is of this scope is dropped.
    std::vector<Unsent> drop(Scope scope);
    static constexpr unsigned most_again = 10; ///< times that a message is sent again
    /// After hold(): messages that are marked as written are not any more, and `delay` of the time
    /// at which each was sent first, an element, is put into it if it has none.  Not those of an
    /// earlier client, of which that is not known.
    void send_again(const std::function<std::string(std::uint64_t time)>& delay);
    /// Outside a session, with copies: how many bytes drop_oldest() could drop.
    std::size_t droppable() const;
    /// After hold(), or before the first session: what is longer than this is dropped, but for what
    /// was sent in a session that goes on, where it is counted.
    std::vector<Unsent> drop_longer(std::size_t bytes);
    /// The oldest messages that wait and were on no connection yet, until there are so many bytes
    /// fewer; the newest stanza stays.
    std::vector<Unsent> drop_oldest(std::size_t bytes);
    /// Nothing will be sent any more: from now on it is told so of what is here.
    void end() noexcept { ended_ = true; }

    /// The number of the stanza that is kept next.
    std::uint64_t next_number() const { return last_number_ + 1; }
    std::uint64_t last_number() const { return last_number_; }
    /// With copies: the stanza of this number is here.
    bool holds(std::uint64_t number) const { return find_entry(number).has_value(); }
    /// What has become of the stanza of this number; failed for a number that was never given.
    DeliveryState state_of(std::uint64_t number) const;
    /// How many of the stanzas here were sent in the session that there is, or is suspended: all
    /// that were released in it.
    std::size_t sent() const { return released_ ? records_.size() : sent_; }
    /// How many stanzas are here, and with copies the bytes of those that were released.
    std::size_t kept() const { return records_.size(); }
    std::size_t kept_bytes() const { return copies_ ? copies_->text.size() - copies_->begin : 0; }

    /// Where the next stanza is to be written: behind what is there.  Until release() it waits.
    /// keep() or drop() comes before anything else is called.
    std::string& draft();
    /// What was written so far; borrowed until the next call.
    std::string_view drafted() const { return std::string_view{bytes()}.substr(kept_); }
    /// When it throws std::bad_alloc the stanza is a draft as before.
    void keep(const What& what);
    void drop() { bytes().resize(kept_); }
    /// The session is ready: what waited goes first.
    void release();
    bool released() const { return released_; }

    /// The bytes to hand to the transport now; they leave the outbox.  What comes next is written
    /// into the memory of `spent`, so that a steady flow asks the heap for nothing.
    std::string take(std::string spent = {});
    bool empty() const { return sealed_ ? *sealed_ == 0 : due_.empty(); }
    /// Nothing follows on this connection: take() gives what is there by now, and what comes then
    /// waits for hold().
    void seal() { sealed_ = due_.size(); }

    /// The socket has the first `total` bytes of all that was ever taken.
    void confirm(std::uint64_t total);
    std::uint64_t confirmed() const { return confirmed_; }
    /// All bytes taken so far.
    std::uint64_t taken() const { return taken_; }
    /// What was taken is, with all that TLS adds of its own, so many bytes that are not written.
    void count_wire(std::size_t bytes) { wire_ = bytes; }
    /// Bytes that are not written, in whatever form and place: those of the stanzas here, and the
    /// wire's.
    std::size_t pending() const {
        const auto taken = static_cast<std::size_t>(taken_ - confirmed_);
        return std::max(taken, wire_) + due_.size() + waiting_.size();
    }
    /// The stanzas that are here, oldest first; at most so many.
    std::vector<Unsent> unsent(std::size_t most = SIZE_MAX) const;

private:
    struct Record {
        std::uint64_t end = 0;  ///< Of the stanza's bytes, counted from the session's first byte.
        std::size_t stanza = 0; ///< How many bytes of words_ are each of them.
        std::size_t to = 0;
        std::size_t id = 0;
    };

    /// Of each record its number and bytes, oldest first.
    struct Copies {
        struct Entry {
            std::uint64_t number = 0;
            std::size_t size = 0;
            std::uint64_t time = 0;
            Scope scope = Scope::client;
            bool message = false;
            bool written = false;   ///< On a connection that is lost.
            std::uint8_t again = 0; ///< So often it was sent again, and says when it was first.
            bool restored = false;  ///< Sent to an earlier client, at a time that is not known.
        };
        Fifo<Entry> entries{};
        std::string text{}; ///< Of those that were released; what waits is in waiting_.
        std::size_t begin = 0;
    };

    static DeliveryState fate(const Copies::Entry& entry, DeliveryState state);
    bool was_sent(const Copies::Entry& entry) const;
    bool is_droppable(const Copies::Entry& entry) const;
    static bool is_sent_again(const Copies::Entry& entry);
    void keep_copy(const What& what);
    std::optional<std::size_t> find_entry(std::uint64_t number) const;
    void mark_written(bool blamed);
    void acknowledge_waiting(std::size_t count);
    void forget_front_copy();
    std::vector<bool> pick(const std::function<bool(const Copies::Entry&)>& picks) const;
    std::vector<Unsent> take_out(const std::vector<bool>& picked, DeliveryState state);
    void drop_waiting(const std::vector<bool>& picked, DeliveryState state);
    std::string take_sealed();
    std::string& bytes() { return released_ ? due_ : waiting_; }
    const std::string& bytes() const { return released_ ? due_ : waiting_; }
    std::uint64_t front_number() const {
        return copies_ ? copies_->entries.front().number : last_number_ - records_.size() + 1;
    }
    DeliveryState state_at(std::size_t index) const;
    void forget_front(DeliveryState state);
    void forget_all(DeliveryState state);
    void shrink() noexcept;

    std::string due_;       ///< May be written now: negotiation, and stanzas once released.
    std::string waiting_;   ///< Stanzas, until release().
    std::size_t kept_ = 0;  ///< Where the draft begins.
    std::size_t usual_ = 0; ///< How much was taken last.
    Fifo<Record> records_;  ///< While waiting, `end` counts from the first waiting byte.
    std::string words_;     ///< What the records say, one behind the other.
    std::size_t words_begin_ = 0;
    std::uint64_t taken_ = 0;
    std::size_t wire_ = 0;
    std::uint64_t confirmed_ = 0;
    std::uint64_t last_number_ = 0;
    std::size_t sent_ = 0; ///< Of records_, before they were held.
    std::unique_ptr<Copies> copies_{};
    std::optional<std::size_t> sealed_{}; ///< So much of due_ may still be taken.
    DeliveryRanges gone_;                 ///< The stanzas that are not here any more.
    bool released_ = false;
    bool secret_ = false;
    bool acks_awaited_ = false;
    bool ended_ = false;
};

/// A stanza that is being written into an outbox: gone again unless it is kept.
class Draft {
public:
    explicit Draft(Outbox& outbox) : outbox_(outbox), bytes_(outbox.draft()) {}
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() {
        if (!done_) outbox_.drop();
    }

    /// To append to.
    std::string& bytes() { return bytes_; }
    std::string_view xml() const { return outbox_.drafted(); }
    void keep(const Outbox::What& what) {
        outbox_.keep(what);
        done_ = true;
        number_ = outbox_.last_number();
    }
    /// Once it is kept; 0 before, and when it is dropped.
    std::uint64_t number() const { return number_; }
    /// Now: what follows may send.
    void drop() {
        outbox_.drop();
        done_ = true;
    }

private:
    Outbox& outbox_;
    std::string& bytes_;
    std::uint64_t number_ = 0;
    bool done_ = false;
};

/// The memory of `spent` for the next bytes, unless it is a burst's.
std::string emptied(std::string spent);

/// Those in this state, in order; they leave `stanzas`.
std::vector<Unsent> take_all(std::vector<Unsent>& stanzas, DeliveryState state);

/// "message to bob@x (id 7), iq, and 3 more": the first few, for an error's text.
std::string describe(const std::vector<Unsent>& unsent);

} // namespace headstock::detail
