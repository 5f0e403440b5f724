// What was sent, what arrived and what was said of it, for both directions of one client, and what
// may never be true of them.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/events.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace simulation {

/// Messages are numbered from 1 in each direction, and the id is this number: "number-1"; that
/// of one which may be lost is "early-1".
///
/// A note that contradicts an earlier one is kept in wrong(), the first of them: notes are taken
/// inside handlers, from which nothing can be thrown.
class Ledger {
public:
    /// `lossless`: the server resumes every session.  `resends`: otherwise the client sends again
    /// what is in doubt, so that nothing is lost, and what says when it was sent first may double.
    Ledger(bool lossless, bool resends) : lossless_(lossless), resends_(resends) {}

    // --- client to server ------------------------------------------------------------------------

    std::string next_id() const { return id_of(sent_.size() + 1); }
    void client_sends(const headstock::Delivery& delivery);
    /// A session begins that is not the last one resumed: what is in doubt may be sent again.
    void session_begins() { ++sessions_; }
    void server_gets(const std::string& id, bool says_when);
    /// In the event Unconfirmed.
    void is_unconfirmed(const headstock::Unsent& stanza);
    /// In the event DeliveryChanged.
    void changes(const headstock::DeliveryChanged& change);
    bool hears_changes = false;

    // --- server to client ------------------------------------------------------------------------

    std::string server_says() { return id_of(++said_); }
    /// Before the server has answered <enable/>: such a message may be lost.
    std::string server_says_early() { return "early-" + std::to_string(++said_early_); }
    void client_gets(const std::string& id);

    // --- what may never be -----------------------------------------------------------------------

    /// What the client knows of its messages, against what the server has.
    void check(const headstock::ClientApi& client);
    /// unsent() against the same; it takes a while.
    void check_unsent(const headstock::ClientApi& client);
    /// The client has ended: every message has one fate.
    void check_end(const headstock::ClientApi& client);
    /// It is ended in the middle of things: what is on its way may be lost from now on.
    void client_ends() { lossless_ = resends_ = false; }
    void is_wrong(const std::string& what) {
        if (wrong_.empty()) wrong_ = what;
    }
    const std::string& wrong() const { return wrong_; }

    // --- figures ---------------------------------------------------------------------------------

    std::uint64_t sent() const { return sent_.size(); }
    std::uint64_t arrived() const { return arrived_; }
    std::uint64_t unconfirmed() const { return unconfirmed_; }
    std::uint64_t said() const { return said_; }
    std::uint64_t heard() const { return heard_; }
    /// The last one that the client has got.
    std::uint64_t last_heard() const { return last_heard_; }
    std::uint64_t doubled = 0;
    std::uint64_t out_of_order = 0;
    /// Of the messages whose fate is not settled.
    std::uint64_t open() const { return sent_.size() - settled_; }

private:
    struct Sent {
        std::uint64_t number = 0;  ///< Of its Delivery.
        std::uint64_t session = 0; ///< In which it was sent first, or before which.
        std::uint8_t arrived = 0;
        std::uint8_t unconfirmed = 0;
        std::uint8_t acked = 0; ///< Times that this was told.
    };

    static std::string id_of(std::uint64_t n) { return "number-" + std::to_string(n); }
    Sent* find(const std::string& id);
    void check_one(const Sent& sent, std::uint64_t n, headstock::DeliveryState state);
    bool settle(const Sent& sent, std::uint64_t n, headstock::DeliveryState state);

    bool lossless_;
    bool resends_;
    const bool may_resend_ = resends_;
    std::vector<Sent> sent_;
    std::uint64_t sessions_ = 0;
    std::uint64_t settled_ = 0; ///< So many of the oldest.
    std::uint64_t arrived_ = 0;
    std::uint64_t last_arrived_ = 0;
    std::uint64_t unconfirmed_ = 0;
    std::uint64_t said_ = 0;
    std::uint64_t said_early_ = 0;
    std::uint64_t heard_ = 0;
    std::uint64_t last_heard_ = 0;
    std::set<std::string> heard_early_;
    std::string wrong_;
};

} // namespace simulation
