// A Transport on a loop of the test's, with an owner that notes what it is told.
#pragma once

#include "headstock/transport/transport.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace headstock::test {

/// Notes one word per call, then does what the test has put into `then`.
class RecordingOwner final : public detail::TransportOwner {
public:
    void transport_connected(unsigned) noexcept override { note("connected"); }
    void transport_received(unsigned, std::string_view bytes) noexcept override {
        borrowed = bytes;
        received += bytes;
        note("received");
        borrowed = {};
    }
    void transport_written(unsigned, std::size_t still_queued) noexcept override {
        last_queued = still_queued;
        note("written");
    }
    void transport_ended(unsigned, const Error& why) noexcept override {
        end = why;
        note("ended");
    }
    void transport_looked_up(unsigned number, const LookUpAnswer& answer) noexcept override {
        looked_up = number;
        found = answer;
        note("looked up");
    }
    void transport_deadline() noexcept override { note("deadline"); }
    void transport_turn() noexcept override { note("turn"); }
    void transport_woken() noexcept override { note("woken"); }
    void transport_signalled() noexcept override { note("signalled"); }

    std::size_t count(std::string_view word) const {
        std::size_t times = 0;
        for (const auto& one : events) times += one == word;
        return times;
    }

    std::vector<std::string> events{};
    std::string received{};
    std::string_view borrowed{}; ///< while transport_received() runs
    std::size_t last_queued = 0;
    Error end{};
    unsigned looked_up = 0;
    LookUpAnswer found{};
    std::function<void(const std::string& event)> then{};

private:
    void note(const std::string& event) {
        events.push_back(event);
        if (then) then(event);
    }
};

/// Connection 1, which errors call by its address and port.
inline void connect(detail::Transport& transport, const std::string& address, std::uint16_t port) {
    transport.open(1, address, port, address + ':' + std::to_string(port));
}

/// Its end checks that releasing the transport leaves nothing in the loop.
class TransportRig {
public:
    TransportRig() {
        REQUIRE(uv_loop_init(&loop) == 0);
        Error error;
        transport = detail::Transport::open(&loop, owner, error);
        REQUIRE_MESSAGE(transport, error.message());
    }
    ~TransportRig() {
        transport.reset();
        CHECK(uv_run(&loop, UV_RUN_DEFAULT) == 0);
        CHECK(uv_loop_close(&loop) == 0);
    }
    TransportRig(const TransportRig&) = delete;
    TransportRig& operator=(const TransportRig&) = delete;

    /// Runs the loop until `done`, ten seconds at most.
    bool spin(const std::function<bool()>& done) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!done() && std::chrono::steady_clock::now() < limit) {
            uv_run(&loop, UV_RUN_NOWAIT);
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        return done();
    }
    bool until(const std::string& event, std::size_t times = 1) {
        return spin([&] { return owner.count(event) >= times; });
    }
    /// Some turns of the loop, for what must not happen.
    void idle() {
        for (int i = 0; i < 20; ++i) {
            uv_run(&loop, UV_RUN_NOWAIT);
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }

    uv_loop_t loop{};
    RecordingOwner owner{};
    detail::TransportHandle transport{};
};

} // namespace headstock::test
