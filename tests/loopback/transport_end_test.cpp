// The end of a Transport: from everywhere, leaving nothing behind.
#include "tests/support/loopback_peer.hpp"
#include "tests/support/transport_rig.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

using namespace headstock;
using namespace headstock::test;
using namespace std::chrono_literals;
using headstock::detail::Transport;
using headstock::detail::TransportHandle;

namespace {

const std::string here = "127.0.0.1";

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Brings about every kind of call: connects, floods the peer, wakes, asks, waits.
void provoke(Transport& transport, Listener& listener) {
    transport.request_turn();
    transport.wake();
    transport.set_deadline(20ms);
    connect(transport, here, listener.port());
    transport.write(1, std::string(8 << 20, 'x'));
}

const char* const kinds[] = {"connected", "received", "written", "ended",
                             "deadline",  "turn",     "woken"};

// The peer that makes it happen: says a word, reads what comes, closes when it has everything,
// unless it is to stay.
class Partner {
public:
    explicit Partner(Listener& listener, bool stays = false) : listener_(listener), stays_(stays) {}

    void step() {
        if (!peer_) greet();
        size_ += peer_->receive().size();
        if (size_ == 8 << 20 && !stays_) {
            peer_->close();
            size_ = 0;
        }
    }

private:
    void greet() {
        peer_.emplace(listener_.accept());
        try {
            peer_->send("word");
        } catch (const std::system_error&) { // released before we came
        }
    }

    Listener& listener_;
    bool stays_;
    std::optional<Peer> peer_{};
    std::size_t size_ = 0;
};

} // namespace

TEST_CASE("H2: release from within each kind of call on a borrowed loop") {
    for (const std::string kind : kinds) {
        CAPTURE(kind);
        Listener listener;
        TransportRig rig;
        Partner partner{listener};
        bool connected = false;
        rig.owner.then = [&](const std::string& event) {
            connected = connected || event == "connected";
            if (event == kind) rig.transport.reset();
        };
        provoke(*rig.transport, listener);
        CHECK(rig.spin([&] {
            if (connected && rig.transport) partner.step();
            return !rig.transport;
        }));
        const auto calls = rig.owner.events.size();
        rig.idle();
        CHECK(rig.owner.events.size() == calls);
        CHECK(uv_run(&rig.loop, UV_RUN_DEFAULT) == 0);
    }
}

TEST_CASE("release from within each kind of call on an own loop ends run") {
    for (const std::string kind : kinds) {
        CAPTURE(kind);
        Listener listener;
        RecordingOwner owner;
        Error error;
        auto transport = Transport::open(nullptr, owner, error);
        REQUIRE(transport);
        std::atomic<bool> connected{false};
        std::atomic<bool> over{false};
        // Nobody reads before the flood was offered once: the system might take all of it at that,
        // and nothing would be announced as written.
        std::thread partner{[&] {
            Partner other{listener};
            while (!over) {
                if (connected) other.step();
            }
        }};
        owner.then = [&](const std::string& event) {
            if (event == "connected") connected = true;
            if (event == kind) transport.reset();
        };
        provoke(*transport, listener);
        CHECK(transport->run() == 0);
        CHECK_FALSE(transport);
        CHECK(owner.events.back() == kind);
        over = true;
        partner.join();
    }
}

TEST_CASE("release outside of run closes an own loop at once") {
    { const TransportRig first; } // libuv opens some descriptors once for the process
    const auto before = open_descriptors();
    Listener listener;
    RecordingOwner owner;
    Error error;
    auto transport = Transport::open(nullptr, owner, error);
    provoke(*transport, listener);
    transport.reset();
    CHECK(owner.events.empty());
    CHECK(open_descriptors() == before + 1); // the listener
}

TEST_CASE("close from within each kind of call ends once and without error") {
    for (const std::string kind : kinds) {
        CAPTURE(kind);
        Listener listener;
        TransportRig rig;
        Partner partner{listener, kind == "deadline"}; // an end that comes first has its own reason
        rig.owner.then = [&](const std::string& event) {
            if (event == kind) rig.transport->close(1);
        };
        provoke(*rig.transport, listener);
        CHECK(rig.spin([&] {
            if (rig.owner.count("connected") && !rig.owner.count("ended")) partner.step();
            return rig.owner.count("ended") == 1;
        }));
        if (kind != "ended") CHECK_FALSE(rig.owner.end);
        rig.idle();
        CHECK(rig.owner.count("ended") == 1);
    }
}

TEST_CASE("H7: a borrowed loop ends when the program's own handles and the transport are done") {
    TransportRig rig;
    uv_timer_t timer{};
    int ticks = 0;
    timer.data = &ticks;
    uv_timer_init(&rig.loop, &timer);
    uv_timer_start(
        &timer, [](uv_timer_t* self) { ++*static_cast<int*>(self->data); }, 1, 1);
    CHECK(rig.spin([&] { return ticks > 3; }));
    uv_timer_stop(&timer);
    CHECK(uv_run(&rig.loop, UV_RUN_NOWAIT) != 0); // the open transport keeps it alive
    rig.transport.reset();
    CHECK(uv_run(&rig.loop, UV_RUN_DEFAULT) == 0);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    CHECK_THROWS_AS(TransportRig{}.transport->run(), std::logic_error);
}

TEST_CASE("H7: two hundred cycles leave no descriptor and no handle") {
    Listener listener;
    { TransportRig rig; }
    const auto before = open_descriptors();
    for (int i = 0; i < 200; ++i) {
        TransportRig rig;
        connect(*rig.transport, here, i % 3 == 0 ? closed_port() : listener.port());
        rig.transport->write(1, "hello");
        for (int turn = 0; turn < i % 7; ++turn) uv_run(&rig.loop, UV_RUN_NOWAIT);
        if (i % 2 == 0) rig.transport->close(1);
        if (i % 3 != 0) listener.accept();
    }
    for (int i = 0; i < 200; ++i) {
        RecordingOwner owner;
        Error error;
        auto transport = Transport::open(nullptr, owner, error);
        REQUIRE_MESSAGE(transport, error.message());
        owner.then = [&](const std::string&) { transport->stop_running(); };
        transport->set_deadline(i % 2 == 0 ? 0ms : 1ms);
        CHECK(transport->run() != 0);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("release while a name is looked up") {
    for (const auto type : {RecordType::srv, RecordType::a, RecordType::system}) {
        for (const int turns : {0, 1, 3}) {
            TransportRig rig;
            rig.transport->look_up(1, "localhost", type);
            for (int i = 0; i < turns; ++i) uv_run(&rig.loop, UV_RUN_NOWAIT);
            const auto calls = rig.owner.events.size();
            rig.transport.reset();
            rig.idle();
            CHECK(rig.owner.events.size() == calls);
        }
    }
}
