// What a Transport does with real sockets.
#include "tests/support/loopback_peer.hpp"
#include "tests/support/transport_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace headstock;
using namespace headstock::test;
using namespace std::chrono_literals;
using headstock::detail::Transport;

namespace {

const std::string here = "127.0.0.1";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string at(std::uint16_t port) { return here + ':' + std::to_string(port); }

Peer join(TransportRig& rig, Listener& listener) {
    connect(*rig.transport, here, listener.port());
    REQUIRE(rig.until("connected"));
    return listener.accept();
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 253);
    return text;
}

} // namespace

TEST_CASE("bytes go both ways and closing ends without an error") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    rig.transport->write(1, "ping");
    CHECK(rig.transport->queued(1) == 0);
    CHECK(
        rig.spin([&, got = std::string{}]() mutable { return (got += peer.receive()) == "ping"; }));
    peer.send("pong");
    CHECK(rig.until("received"));
    CHECK(rig.owner.received == "pong");
    rig.transport->close(1);
    CHECK(rig.owner.count("ended") == 0); // never from within our own call
    CHECK(rig.until("ended"));
    CHECK_FALSE(rig.owner.end);
    rig.transport->close(1);
    rig.idle();
    CHECK(rig.owner.events == std::vector<std::string>{"connected", "received", "ended"});
}

TEST_CASE("a refusal says so") {
    TransportRig rig;
    const auto port = closed_port();
    connect(*rig.transport, here, port);
    CHECK(rig.owner.events.empty());
    CHECK(rig.until("ended"));
    CHECK(rig.owner.end.code == Errc::connect_failed);
    CHECK(rig.owner.end.text == "connection refused");
    CHECK(rig.owner.count("connected") == 0);
}

TEST_CASE("an address that does not answer is waited for until somebody has enough of it") {
    Listener full{0};
    const auto first = full.connect_from_outside();
    const auto second = full.connect_from_outside();
    TransportRig rig;
    for (const bool at_once : {false, true}) {
        connect(*rig.transport, here, full.port());
        rig.idle();
        const auto ends = rig.owner.count("ended") + 1;
        REQUIRE(rig.owner.events.size() == ends - 1);
        at_once ? rig.transport->close(1) : rig.transport->close_after(1, 10h);
        CHECK(rig.until("ended", ends)); // what was never connected has nothing to write out
        CHECK_FALSE(rig.owner.end);
    }
}

TEST_CASE("addresses are IPv4 or IPv6, and nothing else") {
    TransportRig rig;
    const auto port = closed_port();
    connect(*rig.transport, "::1", port);
    CHECK(rig.until("ended"));
    CHECK(rig.owner.end.code == Errc::connect_failed);
    CHECK_THROWS_AS(connect(*rig.transport, "localhost", port), std::logic_error);
}

TEST_CASE("connections side by side have their own bytes and ends") {
    TransportRig rig;
    Listener listener;
    rig.transport->open(7, here, listener.port(), "seven");
    REQUIRE(rig.until("connected"));
    auto seven = listener.accept();
    rig.transport->open(8, here, listener.port(), "eight");
    REQUIRE(rig.until("connected", 2));
    auto eight = listener.accept();
    rig.transport->write(7, "to seven");
    rig.transport->write(8, "to eight");
    std::string got;
    CHECK(rig.spin([&] { return (got += seven.receive()) == "to seven"; }));
    got.clear();
    CHECK(rig.spin([&] { return (got += eight.receive()) == "to eight"; }));
    seven.close();
    CHECK(rig.until("ended"));
    CHECK(rig.owner.end.text == "the connection to seven was closed by the other side");
    rig.transport->write(7, "into the void");
    CHECK(rig.transport->queued(7) == 0);
    eight.send("still here");
    CHECK(rig.until("received"));
}

TEST_CASE("close_after waits for the peer's end, and no longer than it was told") {
    Listener listener;
    for (const bool peer_ends : {false, true}) {
        TransportRig rig;
        auto peer = join(rig, listener);
        rig.transport->write(1, "last words");
        rig.transport->close_after(1, peer_ends ? 10h : 50ms);
        std::string got;
        CHECK(rig.spin([&] {
            got += peer.receive();
            return peer.at_end();
        }));
        CHECK(got == "last words");
        if (peer_ends) {
            CHECK(rig.owner.count("ended") == 0);
            peer.close();
        }
        CHECK(rig.until("ended"));
        CHECK(static_cast<bool>(rig.owner.end) == peer_ends);
    }
}

TEST_CASE("silence is ended by the owner's deadline") {
    TransportRig rig;
    Listener listener;
    const auto peer = join(rig, listener);
    const auto start = rig.transport->now_ms();
    rig.transport->set_deadline(10h);
    rig.transport->set_deadline(50ms); // replaces
    CHECK(rig.until("deadline"));
    CHECK(rig.transport->now_ms() - start >= 50);
    rig.transport->close(1);
    CHECK(rig.until("ended"));
    CHECK_FALSE(rig.owner.end);
    rig.idle();
    CHECK(rig.owner.count("deadline") == 1);
    rig.transport->set_deadline(1ms);
    rig.transport->clear_deadline();
    rig.idle();
    CHECK(rig.owner.count("deadline") == 1);
    rig.transport->set_deadline(-5ms);
    CHECK(rig.until("deadline", 2));
}

TEST_CASE("a deadline that passed while the program was busy comes behind the bytes") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    const auto be_busy = [&] {
        rig.transport->set_deadline(5ms);
        peer.send("alive");
        std::this_thread::sleep_for(30ms);
    };
    be_busy();
    CHECK(rig.until("deadline"));
    CHECK(rig.owner.events == std::vector<std::string>{"connected", "received", "deadline"});
    rig.owner.then = [&](const std::string&) { rig.transport->clear_deadline(); };
    be_busy();
    CHECK(rig.until("received", 2));
    rig.idle();
    CHECK(rig.owner.count("deadline") == 1);
}

TEST_CASE("eight megabytes to a peer that reads slowly keep their order") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    const auto text = pattern(8 << 20); // more than the kernel buffers
    const std::vector<std::size_t> sizes{1, 7, 1000, 65536, 70000, 3, 300000};
    std::size_t next = 0;
    for (std::size_t at = 0; at < text.size(); ++next) {
        const auto size = std::min(sizes[next % sizes.size()], text.size() - at);
        rig.transport->write(1, text.substr(at, size));
        at += size;
    }
    CHECK(rig.transport->queued(1) > 0);
    CHECK(rig.transport->queued(1) < text.size());
    std::string got;
    CHECK(rig.spin([&] {
        got += peer.receive(100'000);
        return got.size() == text.size() && rig.transport->queued(1) == 0;
    }));
    CHECK((got == text));
    CHECK(rig.owner.count("written") > 2);
    CHECK(rig.owner.last_queued == 0);
}

TEST_CASE("an echo of one megabyte comes back whole") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    std::thread echo{[&] {
        for (std::size_t size = 0; size < 1 << 20;) {
            const auto bytes = peer.receive();
            peer.send(bytes);
            size += bytes.size();
        }
    }};
    const auto text = pattern(1 << 20);
    rig.transport->write(1, text);
    CHECK(rig.spin([&] { return rig.owner.received.size() == text.size(); }));
    CHECK((rig.owner.received == text));
    echo.join();
}

TEST_CASE("what is written before the connection stands goes first") {
    TransportRig rig;
    Listener listener;
    connect(*rig.transport, here, listener.port());
    rig.transport->write(1, "one ");
    rig.transport->write(1, "two ");
    CHECK(rig.transport->queued(1) == 8);
    rig.owner.then = [&](const std::string& event) {
        if (event == "connected") rig.transport->write(1, "three");
    };
    REQUIRE(rig.until("connected"));
    auto peer = listener.accept();
    std::string got;
    CHECK(rig.spin([&] { return (got += peer.receive()) == "one two three"; }));
}

TEST_CASE("after a reset the end comes once and what was not sent is counted") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    std::size_t unsent = 0;
    rig.owner.then = [&](const std::string& event) {
        if (event != "ended") return;
        unsent = rig.transport->queued(1);
        rig.transport->write(1, "late");
        CHECK(rig.transport->queued(1) == unsent + 4);
    };
    rig.transport->write(1, pattern(8 << 20));
    CHECK(rig.transport->queued(1) > 0);
    peer.reset();
    for (int i = 0; i < 5; ++i) rig.transport->write(1, "more");
    CHECK(rig.owner.count("ended") == 0);
    CHECK(rig.until("ended"));
    CHECK(rig.owner.end.code == Errc::connection_lost);
    CHECK(contains(rig.owner.end.text, "the connection to " + at(listener.port()) + " was lost: "));
    CHECK(unsent > 20);
    rig.idle();
    CHECK(rig.owner.count("ended") == 1);
    CHECK(rig.transport->queued(1) == 0);
    join(rig, listener);
}

TEST_CASE("a peer's last words are read although it reset our writes") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    std::size_t unsent = 0;
    rig.owner.then = [&](const std::string& event) {
        if (event == "ended") unsent = rig.transport->queued(1);
    };
    peer.send("last words");
    peer.reset();
    for (int i = 0; i < 5; ++i) rig.transport->write(1, "into the void");
    CHECK(rig.until("ended"));
    CHECK(rig.owner.received == "last words");
    CHECK(rig.owner.end.code == Errc::connection_lost);
    CHECK(unsent > 0);
}

TEST_CASE("an end of file is a lost connection") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    peer.send("bye");
    peer.close();
    CHECK(rig.until("ended"));
    CHECK(rig.owner.received == "bye");
    CHECK(rig.owner.end.code == Errc::connection_lost);
    CHECK(rig.owner.end.text ==
          "the connection to " + at(listener.port()) + " was closed by the other side");
}

TEST_CASE("close_after sends FIN behind everything and still reads") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    const auto text = pattern(4 << 20);
    rig.transport->write(1, text);
    rig.transport->close_after(1, 10h);
    rig.transport->write(1, "too late");
    std::string got;
    CHECK(rig.spin([&] {
        got += peer.receive();
        return peer.at_end();
    }));
    CHECK((got == text));
    CHECK(rig.transport->queued(1) == 8);
    peer.send("answer");
    CHECK(rig.until("received"));
    peer.close();
    CHECK(rig.until("ended"));
}

TEST_CASE("a paused transport reads nothing and notices no end") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    rig.transport->pause_reading(1);
    peer.send("wait");
    peer.close();
    rig.idle();
    CHECK(rig.owner.events == std::vector<std::string>{"connected"});
    rig.transport->resume_reading(1);
    rig.transport->resume_reading(1);
    CHECK(rig.until("ended"));
    CHECK(rig.owner.received == "wait");
}

TEST_CASE(
    "a paused transport whose write fails reads the last words and comes to its end (issue 9.4)") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    rig.transport->pause_reading(1);
    rig.transport->write(1, pattern(16 << 20));
    CHECK(rig.transport->queued(1) > 0);
    peer.send("last words");
    peer.reset();
    rig.owner.then = [&](const std::string& event) {
        if (event == "received")
            rig.transport->pause_reading(1); // as an owner does who still counts
    };
    CHECK(rig.until("ended"));
    CHECK(rig.owner.end.code == Errc::connection_lost);
    CHECK(rig.owner.received == "last words");
}

TEST_CASE("pausing from within a read stops at once") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    rig.owner.then = [&](const std::string& event) {
        if (event == "received") rig.transport->pause_reading(1);
    };
    peer.send(pattern(200'000));
    rig.idle();
    CHECK(rig.owner.count("received") == 1);
    rig.owner.then = {};
    rig.transport->resume_reading(1);
    CHECK(rig.spin([&] { return rig.owner.received.size() == 200'000; }));
    CHECK((rig.owner.received == pattern(200'000)));
}

TEST_CASE("H3: connecting again from within the end works and connecting twice throws") {
    TransportRig rig;
    Listener listener;
    rig.owner.then = [&](const std::string& event) {
        if (event == "ended" && rig.owner.count("ended") < 3) {
            connect(*rig.transport, here, listener.port());
        } else if (event == "connected") {
            rig.transport->close(1);
        }
    };
    connect(*rig.transport, here, closed_port());
    CHECK_THROWS_AS(connect(*rig.transport, here, 1), std::logic_error);
    CHECK(rig.until("ended", 3));
    rig.idle();
    CHECK(rig.owner.events ==
          std::vector<std::string>{"ended", "connected", "ended", "connected", "ended"});
    CHECK_FALSE(rig.owner.end);
}

TEST_CASE("an attempt is called off in each of its phases") {
    TransportRig rig;
    Listener full{0};
    const auto first = full.connect_from_outside();
    const auto second = full.connect_from_outside();
    for (const int turns : {0, 1, 5}) {
        const auto ends = rig.owner.count("ended") + 1;
        connect(*rig.transport, here, full.port());
        for (int i = 0; i < turns; ++i) uv_run(&rig.loop, UV_RUN_NOWAIT);
        REQUIRE(rig.owner.count("ended") < ends);
        rig.transport->close(1);
        CHECK(rig.until("ended", ends));
        CHECK_FALSE(rig.owner.end);
        rig.idle();
        CHECK(rig.owner.count("ended") == ends);
    }
}

TEST_CASE("a turn comes once per request and before the loop waits") {
    RecordingOwner owner;
    Error error;
    auto transport = Transport::open(nullptr, owner, error);
    REQUIRE(transport);
    owner.then = [&](const std::string& event) {
        if (event == "deadline" || owner.count("turn") == 4) return transport->stop_running();
        transport->request_turn();
        transport->request_turn();
    };
    transport->request_turn();
    transport->set_deadline(10s); // only to end a test that fails
    CHECK(transport->run() != 0);
    CHECK(owner.events == std::vector<std::string>{"turn", "turn", "turn", "turn"});
}

TEST_CASE("a turn asked for in a read comes before the next wait") {
    TransportRig rig;
    Listener listener;
    auto peer = join(rig, listener);
    rig.owner.then = [&](const std::string& event) {
        if (event == "received") rig.transport->request_turn();
    };
    peer.send("x");
    CHECK(rig.until("received"));
    CHECK(rig.until("turn"));
    rig.idle();
    CHECK(rig.owner.count("turn") == 1);
}

TEST_CASE("wake from four threads") {
    TransportRig rig;
    std::atomic<int> posted{0};
    int seen = 0;
    rig.owner.then = [&](const std::string&) { seen = posted.load(); };
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 10'000; ++k) {
                ++posted;
                rig.transport->wake();
            }
        });
    }
    CHECK(rig.spin([&] { return seen == 40'000; }));
    CHECK(rig.owner.count("woken") >= 1);
}

TEST_CASE("the clock is read afresh") {
    TransportRig rig;
    const auto before = rig.transport->now_ms();
    std::this_thread::sleep_for(20ms);
    CHECK(rig.transport->now_ms() - before >= 20);
}

TEST_CASE("quick acknowledgement may be set at any time") {
    TransportRig rig;
    Listener listener;
    rig.transport->set_quick_ack(1, true); // there is no such connection
    auto peer = join(rig, listener);
    peer.send("x");
    CHECK(rig.until("received"));
    rig.transport->set_quick_ack(1, false);
    rig.transport->close(1);
    rig.transport->set_quick_ack(1, true);
    CHECK(rig.until("ended"));
}

TEST_CASE("all connections of a thread read into one buffer") {
    TransportRig first;
    TransportRig second;
    Listener listener;
    auto far = join(first, listener);
    auto near = join(second, listener);
    const void* buffers[2] = {};
    first.owner.then = [&](const std::string&) { buffers[0] = first.owner.borrowed.data(); };
    second.owner.then = [&](const std::string&) { buffers[1] = second.owner.borrowed.data(); };
    far.send("x");
    CHECK(first.until("received"));
    near.send("x");
    CHECK(second.until("received"));
    CHECK(buffers[0] != nullptr);
    CHECK(buffers[0] == buffers[1]);
}

TEST_CASE("a loop that is run inside a read leaves the borrowed bytes alone") {
    TransportRig outer;
    TransportRig inner;
    Listener listener;
    auto far = join(outer, listener);
    auto near = join(inner, listener);
    outer.owner.then = [&](const std::string& event) {
        if (event != "received") return;
        near.send("inner");
        inner.until("received");
        near.send(" and again");
        inner.spin([&] { return inner.owner.received.size() == 15; });
        CHECK(outer.owner.borrowed == "outer");
    };
    far.send("outer");
    CHECK(outer.until("received"));
    CHECK(outer.owner.received == "outer");
    CHECK(inner.owner.received == "inner and again");
}

TEST_CASE("H10: no descriptor left is an error of connect and of open") {
    TransportRig rig;
    Listener listener;
    connect(*rig.transport, here,
            closed_port()); // a sanitizer learns the types while it has descriptors
    CHECK(rig.until("ended"));
    { const TransportRig ends_before; } // those of its end, too
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    Error error;
    RecordingOwner other;
    const auto refused = Transport::open(nullptr, other, error);
    connect(*rig.transport, here, listener.port());
    const bool ended = rig.until("ended", 2);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK_FALSE(refused);
    CHECK(contains(error.text, "too many open files"));
    CHECK(ended);
    CHECK(contains(rig.owner.end.text, "too many open files"));
}

namespace {

// In a process that takes SIGPIPE as it comes: the peer goes away, then five writes.
int write_to_the_gone(Listener& listener, const std::function<void(Peer&)>& go_away) {
    std::signal(SIGPIPE, SIG_DFL);
    TransportRig rig;
    auto peer = join(rig, listener);
    go_away(peer);
    for (int i = 0; i < 5; ++i) {
        std::this_thread::sleep_for(10ms); // time for the answer to the write before
        rig.transport->write(1, "x");
    }
    return rig.until("ended") && rig.owner.end.code == Errc::connection_lost ? 0 : 1;
}

} // namespace

TEST_CASE("H9: writing to a peer that is gone does not kill the process") {
    Listener listener;
    const std::function<void(Peer&)> ways[] = {[](Peer& peer) { peer.reset(); },
                                               [](Peer& peer) { peer.close(); }};
    for (const auto& way : ways) {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) _exit(write_to_the_gone(listener, way));
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}

TEST_CASE("H9: a program's own disposition of SIGPIPE is kept") {
    const auto handler = [](int) {};
    const auto before = std::signal(SIGPIPE, handler);
    { TransportRig rig; }
    CHECK((std::signal(SIGPIPE, SIG_DFL) == handler));
    { TransportRig rig; }
    CHECK((std::signal(SIGPIPE, before) == SIG_IGN));
}
