// An object of a walk, with rows and hooks of each kind, every one of which does something more.
#pragma once

#include "headstock/events.hpp"
#include "headstock/extensions/version.hpp"
#include "headstock/handlers.hpp"
#include "headstock/message.hpp"
#include "tests/simulation/walk.hpp"

#include <utility>

namespace simulation {

struct WalkEvent {
    int number = 0;
};

/// No function touches the object behind Walk::inside(), which may destroy it.
class WalkObject {
public:
    explicit WalkObject(Walk& walk) : walk_(walk) {}

    // --- what the walk knows ---------------------------------------------------------------------

    bool registered = false;
    bool registered_late = false; ///< When the end had begun: it is told what is left of it.
    unsigned registration = 0;    ///< A number of this one, of all of the walk.

    void begins(bool late) {
        registered = true;
        registered_late = late;
        registration = walk_.next_registration();
        ready_ = stopping_ = clean_ = over_ = false;
    }
    /// In the place of `other`: what that was told stays told.
    void succeeds(const WalkObject& other) {
        begins(other.registered_late);
        ready_ = other.ready_;
        stopping_ = other.stopping_;
        clean_ = other.clean_;
        over_ = other.over_;
    }
    bool over() const { return over_; }

    // --- what the client calls -------------------------------------------------------------------

    void ready() {
        check("ready", !ready_ && !stopping_);
        ready_ = true;
        walk_.session_began();
        walk_.inside("ready");
    }
    void connection_lost() { hook("connection_lost", !stopping_); }
    void resumed() { hook("resumed", ready_ && !stopping_); }
    void session_ended() {
        check("session_ended", ready_);
        ready_ = false;
        walk_.inside("session_ended");
    }
    void stopping() {
        check("stopping", !stopping_ && !clean_);
        stopping_ = true;
        walk_.end_begins();
        walk_.inside("stopping");
    }
    void cleanup() {
        check("cleanup", !ready_ && !clean_ && !over_);
        clean_ = true;
        walk_.end_begins();
        walk_.inside("cleanup");
    }
    void terminated() {
        check("terminated", clean_ && !over_);
        over_ = true;
        walk_.inside("terminated");
    }

private:
    void check(const char* what, bool in_order) {
        walk_.note_call(what);
        walk_.show("  of", this);
        if (!registered) walk_.is_wrong(std::string{what} + " of an object that is unregistered");
        if (!in_order && !registered_late) walk_.is_wrong(std::string{what} + " out of order");
    }
    void hook(const char* what, bool in_order) {
        check(what, in_order);
        walk_.inside(what);
    }
    // Who was not told `ready`, since another one's has stopped the client, sees what still comes.
    void row(const char* what) { hook(what, (ready_ || stopping_) && !clean_); }

    void body(const headstock::Tag&) { row("a nested row"); }
    void message(const headstock::Element&) { row("a row for a message"); }
    headstock::Message heard(const headstock::Message& message) {
        auto reply = message.reply("heard");
        row("a row for a Message");
        return reply;
    }
    headstock::SoftwareVersion version(const headstock::VersionQuery&) {
        row("a row for a payload");
        return {"walk", "1", "none"};
    }
    void later(const headstock::Tag&, headstock::Reply reply) {
        walk_.keep(std::move(reply));
        row("a row that owes a reply");
    }
    void presence(const headstock::Tag&) { row("a row for presence"); }
    void result(const headstock::Tag&) { row("a row for a result"); }
    headstock::Ok threaded(headstock::Element) {
        walk_.inside_thread("a threaded row");
        return headstock::ok;
    }
    void event(const WalkEvent&) { hook("an event row", !over_); }
    void delivery(const headstock::DeliveryChanged&) { hook("a row for DeliveryChanged", !over_); }
    void unconfirmed(const headstock::Unconfirmed&) { hook("a row for Unconfirmed", !over_); }

    Walk& walk_;
    bool ready_ = false; ///< And not session_ended.
    bool stopping_ = false;
    bool clean_ = false;
    bool over_ = false;

    friend HEADSTOCK_HANDLERS(WalkObject,
                              on<&self::body>("message/body"),
                              on<&self::message>("message").whole(),
                              on<&self::heard>("message@type=chat").from_others(),
                              on<&self::version>("iq@type=get"),
                              on<&self::later>("iq@type=set", "later", "urn:later"),
                              on<&self::presence>("presence"),
                              on<&self::result>("iq@type=result"),
                              on<&self::threaded>("iq@type=get", "slow", "urn:slow").threaded(),
                              on_event<&self::event>(),
                              on_event<&self::delivery>(),
                              on_event<&self::unconfirmed>())
};

} // namespace simulation
