// The object of the simulated client: what it is told, and in which order.
#pragma once

#include "headstock/handlers.hpp"
#include "headstock/stanza.hpp"
#include "tests/simulation/ledger.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace simulation {

/// Rule 10 of handlers.hpp as a state machine.
class Witness {
public:
    explicit Witness(Ledger& ledger) : ledger_(ledger) {}

    void ready() {
        expect(!session_ && !stopping_, "ready");
        session_ = true;
        lost_ = false;
        ++sessions;
        ledger_.session_begins();
    }
    void connection_lost() { expect_and(lost_, !stopping_, "connection_lost"); }
    void resumed() {
        expect(session_ && lost_ && !stopping_, "resumed");
        lost_ = false;
        ++resumptions;
    }
    void session_ended() {
        expect(session_ && (lost_ || stopping_), "session_ended");
        session_ = false;
    }
    void stopping() { expect_and(stopping_, !stopping_, "stopping"); }
    void cleanup() { expect_and(clean_, stopping_ && !session_ && !clean_, "cleanup"); }
    void terminated() { expect_and(over_, clean_ && !over_, "terminated"); }

    bool over() const { return over_; }
    std::uint64_t sessions = 0;
    std::uint64_t resumptions = 0;

private:
    // Taken at its end, so that a stanza of which the connection has lost the rest does not count.
    void message(const headstock::Element& message) {
        ledger_.client_gets(std::string{message.attribute("id")});
    }
    void unconfirmed(const headstock::Unconfirmed& event) {
        expect(session_, "Unconfirmed");
        for (const auto& stanza : event.stanzas) ledger_.is_unconfirmed(stanza);
    }

    void expect(bool in_order, const std::string& what) {
        if (!in_order) ledger_.is_wrong(what + " comes out of order");
    }
    void expect_and(bool& told, bool in_order, const std::string& what) {
        expect(in_order, what);
        told = true;
    }

    friend HEADSTOCK_HANDLERS(Witness,
                              on<&self::message>("message"),
                              on_event<&self::unconfirmed>())

        Ledger& ledger_;
    bool session_ = false; ///< `ready` was told, and not `session_ended`.
    bool lost_ = false;    ///< Since the last `ready` or `resumed`.
    bool stopping_ = false;
    bool clean_ = false;
    bool over_ = false;
};

} // namespace simulation
