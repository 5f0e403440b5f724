// A way of a FaultProxy by itself, with a time that the test tells.
#include "tests/support/fault_lane.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <string_view>

using std::chrono::milliseconds;
using support::FaultLane, support::Socket, support::Way;

namespace {

struct Pair {
    Pair() {
        std::array<int, 2> ends{};
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
        one = ends[0];
        other = ends[1];
    }
    int one = -1;
    int other = -1;
};

/// A lane between two sockets of which the test has the other ends.
class Rig {
public:
    explicit Rig(const Way& way) : way_(way) {}
    ~Rig() {
        ::close(in_.one);
        ::close(out_.other);
    }

    void give(std::string_view bytes, FaultLane::Clock::time_point now) {
        REQUIRE(send(in_.one, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
        REQUIRE(lane.read(now));
    }
    std::string take() {
        std::array<char, 1024> bytes;
        const auto size = recv(out_.other, bytes.data(), bytes.size(), MSG_DONTWAIT);
        return size > 0 ? std::string{bytes.data(), static_cast<std::size_t>(size)} : "";
    }

private:
    Way way_;
    Pair in_{};
    Pair out_{};
    Socket from_{in_.other};
    Socket to_{out_.one};
    std::uint64_t passed_ = 0;

public:
    FaultLane lane{from_, to_, way_, passed_};
};

} // namespace

TEST_CASE("4.3-38: jitter varies the latency by as much as it says") {
    Rig rig{{.latency = milliseconds{20}, .jitter = milliseconds{15}}};
    FaultLane::Clock::time_point now{};
    std::set<FaultLane::Clock::duration> delays;
    for (int i = 0; i < 200; ++i) {
        rig.give("x", now);
        REQUIRE(rig.lane.due());
        delays.insert(*rig.lane.due() - now);
        now = *rig.lane.due();
        REQUIRE(rig.lane.write(now));
        CHECK(rig.take() == "x");
    }
    CHECK(*delays.begin() >= milliseconds{5});
    CHECK(*delays.rbegin() <= milliseconds{35});
    CHECK(*delays.rbegin() - *delays.begin() > milliseconds{15});
}

TEST_CASE("4.3-38: jitter reorders no byte, however long one is held up") {
    Rig rig{{.latency = milliseconds{20}, .jitter = milliseconds{20}}};
    const FaultLane::Clock::time_point begin{};
    std::string given;
    std::string came;
    bool held_up = false;
    for (int i = 0; i < 200; ++i) {
        const auto now = begin + milliseconds{i};
        const auto piece = std::to_string(i) + ' ';
        given += piece;
        rig.give(piece, now);
        REQUIRE(rig.lane.write(now));
        const auto arrived = rig.take();
        held_up = held_up || arrived.find(' ') + 1 < arrived.size(); // two at once
        came += arrived;
        CHECK(given.starts_with(came));
    }
    REQUIRE(rig.lane.write(begin + milliseconds{1000}));
    came += rig.take();
    CHECK(came == given);
    CHECK(held_up);
}
