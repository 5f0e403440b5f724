// What a program sees of a session that is fuzzed, and the order in which it may see it.
#pragma once

#include "headstock/events.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/handlers.hpp"
#include "headstock/message.hpp"
#include "headstock/reply.hpp"
#include "tests/fuzz/check.hpp"

#include <utility>

namespace fuzz {

/// Rule 10 of handlers.hpp as a state machine, and rows of each kind, which run in a session only.
class Witness {
public:
    void ready() {
        check(!session_ && !stopping_, "ready out of order");
        session_ = true;
        lost_ = false;
    }
    void connection_lost() {
        check(!stopping_, "connection_lost behind stopping");
        lost_ = true;
    }
    void resumed() {
        check(session_ && lost_ && !stopping_, "resumed out of order");
        lost_ = false;
    }
    void session_ended() {
        check(session_ && (lost_ || stopping_), "session_ended out of order");
        session_ = false;
    }
    void stopping() {
        check(!stopping_, "stopping twice");
        stopping_ = true;
    }
    void cleanup() {
        check(stopping_ && !session_ && !clean_, "cleanup out of order");
        clean_ = true;
    }
    void terminated() {
        check(clean_ && !over_, "terminated out of order");
        over_ = true;
    }

    /// Something else of the program's is called: a request's end, a timer, a function posted.
    void called() const { check(!over_, "a call behind the end"); }
    bool over() const { return over_; }
    bool in_session() const { return session_; }

private:
    void row() const { check(session_ && !lost_ && !clean_, "a row outside a session"); }

    void message(const headstock::Element&) { row(); }
    headstock::Message answered(const headstock::Message& message) {
        row();
        return message.reply("heard");
    }
    void body(const headstock::Tag&) { row(); }
    void form(headstock::DataForm) { row(); }
    void forwarded(const headstock::Element&) { row(); }
    void presence(const headstock::Tag&) { row(); }
    void refused(const headstock::StanzaError&) { row(); }
    void result(const headstock::Tag&) { row(); }
    headstock::Element echo(const headstock::Element& query) {
        row();
        return query;
    }
    void later(const headstock::Tag&, headstock::Reply reply) {
        row();
        std::move(reply)(headstock::ok);
    }
    headstock::Ok threaded(headstock::Element) { return headstock::ok; }
    void throws(const headstock::Tag&) {
        row();
        throw 0;
    }
    void started(const headstock::SessionStarted&) { check(session_, "SessionStarted too early"); }

    bool session_ = false; ///< `ready` was told, and not `session_ended`.
    bool lost_ = false;    ///< Since the last `ready` or `resumed`.
    bool stopping_ = false;
    bool clean_ = false;
    bool over_ = false;

    friend HEADSTOCK_HANDLERS(Witness,
                              on<&self::message>("message"),
                              on<&self::answered>("message@type=chat").from_others(),
                              on<&self::body>("message/body"),
                              on<&self::form>("message").whole(),
                              on<&self::forwarded>("forwarded", "urn:xmpp:forward:0"),
                              on<&self::presence>("presence"),
                              on<&self::refused>("message@type=error"),
                              on<&self::result>("iq@type=result"),
                              on<&self::echo>("iq@type=get", "echo", "urn:echo"),
                              on<&self::later>("iq@type=set", "later", "urn:later"),
                              on<&self::threaded>("iq@type=get", "slow", "urn:slow").threaded(),
                              on<&self::throws>("fault", "urn:fault"),
                              on_event<&self::started>())
};

} // namespace fuzz
