// What a program does in a walk, from outside and from inside of callbacks.
#include "headstock/answer.hpp"
#include "headstock/events.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/message.hpp"
#include "tests/simulation/walk.hpp"
#include "tests/simulation/walk_object.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace simulation {

using headstock::Element;
using std::chrono::milliseconds;

void Walk::act() {
    ++figures_.acts;
    const auto which = chance_.below(100);
    if (which < 25) return act_on_objects(which);
    if (which < 50) return act_on_closures(which - 25);
    if (which < 85) return act_on_traffic(which - 50);
    act_on_life(which - 85);
}

void Walk::act_on_objects(std::uint64_t which) {
    if (which < 9) return register_object(which < 3);
    if (which < 15) return unregister_object();
    if (which < 19) return swap_objects();
    which < 22 ? end_scope() : destroy_object();
}

void Walk::act_on_closures(std::uint64_t which) {
    if (which < 6) return add_closure();
    if (which < 8) return add_iq_closure();
    if (which < 11) return remove_closure();
    if (which < 12) return unregister_all();
    if (which < 14) return set_on_exception();
    if (which < 16) return set_log();
    if (which < 20) return set_timer();
    which < 22 ? cancel_timer() : emit();
}

void Walk::act_on_traffic(std::uint64_t which) {
    if (which < 8) return ask();
    if (which < 11) return cancel_request();
    if (which < 15) return post();
    if (which < 18) return answer_reply();
    if (which < 20) return look_around();
    if (which < 26) {
        client_->send_stanza(headstock::message("juliet@example.org", "hi"));
    } else if (which < 28) {
        client_->send_raw_stanza("<message to='juliet@example.org'><body>raw</body></message>");
    } else if (which < 30) {
        client_->send_stanza(headstock::presence());
    } else if (which < 32) {
        client_->set_active(chance_.one_in(2));
    } else {
        misuse();
    }
}

void Walk::act_on_life(std::uint64_t which) {
    if (which < 4) return client_->reconnect_now();
    if (which < 8) return client_->network_changed();
    if (which < 10 && may_destroy_ && chance_.one_in(8)) return destroy_client();
    if (!may_end_ || !chance_.one_in(8)) return;
    show("- stop, finish or suspend");
    if (which == 10) return client_->stop();
    if (which == 11) return client_->stop(milliseconds{chance_.below(3'000)});
    if (which == 12) return client_->headstock::ClientApi::finish();
    if (which == 13) client_->suspend();
}

// --- objects -------------------------------------------------------------------------------------

WalkObject* Walk::some_object(bool registered) {
    auto& object = objects_[chance_.below(objects_.size())];
    if (!object && !registered) object = std::make_unique<WalkObject>(*this);
    return object && object->registered == registered ? object.get() : nullptr;
}

// `ready` may run in there, and do anything: with the object, with the client.
void Walk::register_object(bool scoped) {
    auto* const object = some_object(false);
    if (object == nullptr) return;
    object->begins(ends());
    show(scoped ? "- scoped_register" : "- register", object);
    if (!scoped) return client_->register_handler(*object);
    const auto registration = object->registration;
    const auto index = static_cast<std::size_t>(
        std::find_if(objects_.begin(), objects_.end(),
                     [&](const auto& each) { return each.get() == object; }) -
        objects_.begin());
    scopes_.push_back({client_->scoped_register(*object), index, registration});
}

void Walk::unregister_object() {
    auto* const object = some_object(true);
    if (object == nullptr) return;
    object->registered = false;
    show("- unregister", object);
    client_->unregister_handler(*object);
}

void Walk::swap_objects() {
    auto* const old = some_object(true);
    auto* const fresh = some_object(false);
    if (old == nullptr || fresh == nullptr) return;
    fresh->succeeds(*old);
    old->registered = false;
    show("- swap", old);
    show("  for", fresh);
    client_->swap_handler(*old, *fresh);
}

void Walk::end_scope() {
    if (scopes_.empty()) return;
    const auto scope = std::move(scopes_.back());
    scopes_.pop_back();
    show("- end of a scope", objects_[scope.object].get());
    auto& object = objects_[scope.object];
    if (object && object->registration == scope.number) object->registered = false;
}

// Also in its own call, of which it is the last.
void Walk::destroy_object() {
    auto& object = objects_[chance_.below(objects_.size())];
    if (object && !object->registered) object.reset();
}

// --- closures ------------------------------------------------------------------------------------

Walk::Shared Walk::callback(const char* what) {
    callbacks_.push_back(std::make_shared<Callback>());
    callbacks_.back()->what = what;
    return callbacks_.back();
}

// One of this kind that may still be called.
Walk::Shared Walk::some(const char* what) {
    if (callbacks_.empty()) return {};
    const auto& one = callbacks_[chance_.below(callbacks_.size())];
    return one->what == what && one->live ? one : nullptr;
}

constexpr const char* closure = "a closure";
constexpr const char* timer = "a timer";
constexpr const char* request = "a request's callback";

void Walk::add_closure() {
    const auto mine = callback(closure);
    const auto run = [this, mine] {
        const auto kept = mine; // this closure may be gone behind inside()
        ++kept->calls;
        call(*kept);
        inside(closure);
    };
    switch (chance_.below(5)) {
    case 0:
        mine->handle = client_->on("message/body", [run](const headstock::Tag&) { run(); });
        break;
    case 1:
        mine->handle = client_->on("message", [run](const Element&) { run(); });
        break;
    case 2:
        mine->handle = client_->on_message([run](const headstock::Message&) {
            run();
            return std::string{"heard"};
        });
        break;
    case 3:
        mine->handle = client_->on_event([run](const WalkEvent&) { run(); });
        break;
    default:
        mine->handle = client_->on_event([run](const headstock::SessionEnded&) { run(); });
    }
}

void Walk::add_iq_closure() {
    const auto mine = callback(closure);
    mine->once = chance_.one_in(2);
    mine->handle = client_->register_on_iq(
        [this, mine](const Element&) {
            const auto kept = mine;
            ++kept->calls;
            call(*kept);
            inside("a function for iqs");
        },
        {.once = mine->once});
}

void Walk::remove_closure() {
    const auto one = some(closure);
    if (!one) return;
    one->live = false;
    client_->unregister(one->handle);
}

void Walk::unregister_all() {
    for (auto& each : objects_)
        if (each) each->registered = false;
    for (auto& each : callbacks_)
        if (each->what == closure) each->live = false;
    show("- unregister_all");
    client_->unregister_all();
}

void Walk::set_on_exception() {
    if (on_exception_) on_exception_->live = false;
    const auto mine = on_exception_ = callback("on_exception");
    client_->on_exception([this, mine](std::string_view, const std::exception_ptr&) {
        const auto kept = mine;
        ++kept->calls;
        call(*kept);
        inside("on_exception");
    });
}

// It may not call the client, but throw.  The one before is given what was held back for it.
void Walk::set_log() {
    const auto before = std::exchange(log_, nullptr);
    std::function<void(std::string_view)> sink;
    if (!chance_.one_in(3)) {
        const auto mine = log_ = callback("the log");
        sink = [this, mine](std::string_view) {
            call(*mine);
            if (chance_.one_in(200)) throw std::runtime_error{"the disk is full"};
        };
    }
    client_->set_log(sink);
    if (before) before->live = false;
}

// --- timers, posts, events -----------------------------------------------------------------------

void Walk::set_timer() {
    const auto mine = callback(timer);
    mine->once = chance_.one_in(2);
    const auto run = [this, mine] {
        const auto kept = mine;
        ++kept->calls;
        call(*kept);
        inside(timer);
    };
    const milliseconds time{1 + chance_.below(3'000)};
    mine->handle = mine->once ? client_->after(time, run) : client_->every(time, run);
}

void Walk::cancel_timer() {
    const auto one = some(timer);
    if (one && client_->cancel(one->handle)) one->live = false;
}

void Walk::post() {
    const auto mine = callback("a function that was posted");
    mine->once = mine->owed = true;
    const bool taken = client_->post([this, mine] {
        const auto kept = mine;
        ++kept->calls;
        call(*kept);
        inside("a function that was posted");
    });
    if (!taken) mine->live = false;
}

void Walk::emit() {
    if (chance_.one_in(2)) {
        client_->emit(WalkEvent{1});
    } else {
        client_->emit_now(WalkEvent{2});
    }
}

// --- stanzas -------------------------------------------------------------------------------------

void Walk::ask() {
    const auto mine = callback(request);
    mine->once = mine->owed = true;
    std::optional<milliseconds> timeout;
    if (chance_.one_in(2))
        timeout = milliseconds{static_cast<std::int64_t>(chance_.below(9'000)) - 1'000};
    mine->delivery = client_->request(
        "example.org", headstock::PingQuery{},
        [this, mine](const headstock::Answer<headstock::Ok>&) {
            const auto kept = mine;
            ++kept->calls;
            call(*kept);
            inside(request);
        },
        timeout);
    if (!mine->delivery) mine->live = false;
}

void Walk::cancel_request() {
    const auto one = some(request);
    if (one && client_->cancel(one->delivery)) one->live = false;
}

void Walk::answer_reply() {
    if (replies_.empty()) return;
    auto reply = std::move(replies_.back());
    replies_.pop_back();
    if (chance_.one_in(2)) std::move(reply)(headstock::ok);
}

void Walk::look_around() {
    for (const auto& each : client_->unsent())
        if (each.number != 0 && client_->state_of({.id = each.id, .number = each.number}) ==
                                    headstock::DeliveryState::acked)
            is_wrong("a stanza that is not sent is acknowledged");
    static_cast<void>(client_->saved_state().text());
    static_cast<void>(client_->served_namespaces());
    static_cast<void>(client_->connect_report());
    static_cast<void>(client_->jid());
}

// Inside of what it calls a client takes no bytes, and tells no time.
void Walk::misuse() {
    if (depth_ == 0) return;
    try {
        client_->received("<message/>");
    } catch (const std::logic_error&) {
        return;
    }
    is_wrong("a client takes bytes inside of a callback");
}

// Who is called by it is on the stack.
void Walk::destroy_client() {
    show("- destroy the client");
    gone_ = true;
    ++figures_.destroyed;
    client_.reset();
}

} // namespace simulation
