// A hundred thousand stanzas in one go: all are delivered, and the loop is not theirs alone.  The
// number is that of the project's list of faults, section 4.3.
#include "headstock/headstock.hpp"
#include "tests/support/proxied.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

using headstock::AsyncClient;
using std::chrono::milliseconds;
using support::leave, support::ScriptedServer, support::ServerSide;

namespace {

constexpr std::size_t stanzas = 100'000;
constexpr std::size_t slice = 64u << 10; // bytes, of one read

// Each of one size, so that bytes can be counted in stanzas.
std::string numbered(std::size_t number) {
    auto id = std::to_string(number);
    id.insert(0, 6 - id.size(), '0');
    return "<message from='a@x/y' type='chat' id='" + id + "'><body>burst</body></message>";
}

void say_all_at_once(ServerSide& side) {
    side.login({});
    side.hear("<presence/>");
    std::string burst;
    for (std::size_t i = 0; i < stanzas; ++i) burst += numbered(i);
    side.say(burst);
    leave(side);
}

// How much was delivered at most from one event to the next.
struct Between {
    std::size_t last = 0;
    std::size_t most = 0;
    std::size_t events = 0;
    void happened(std::size_t delivered) {
        if (delivered == 0 || delivered == stanzas) return; // before the burst, or behind it
        ++events;
        most = std::max(most, delivered - last);
        last = delivered;
    }
};

struct Burst {
    std::size_t delivered = 0;
    std::size_t in_order = 0;
    Between turns{};  ///< Of the loop.
    Between timers{}; ///< Of the client, one that is due at once, again and again.

    void ready(AsyncClient& client) { client.send_stanza(headstock::presence()); }
    void message(const bridge::Tag& message, AsyncClient& client) {
        in_order += message.attribute("id") == numbered(delivered).substr(38, 6) ? 1 : 0;
        if (++delivered == stanzas) client.stop();
    }
};
HEADSTOCK_HANDLERS(Burst, on<&self::message>("message"))

} // namespace

TEST_CASE("4.3-37: a burst of 100,000 stanzas, all delivered, with timers in between") {
    ScriptedServer server{&say_all_at_once};
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    Burst burst;
    uv_check_t turn{};
    turn.data = &burst;
    uv_check_init(&loop, &turn);
    uv_check_start(&turn, [](uv_check_t* handle) {
        auto& seen = *static_cast<Burst*>(handle->data);
        seen.turns.happened(seen.delivered);
    });
    uv_unref(reinterpret_cast<uv_handle_t*>(&turn));
    {
        auto options = server.options();
        options.tls = headstock::Tls::disabled;
        options.loop = &loop;
        AsyncClient client{"romeo@e.test", "secret", options};
        client.register_handler(burst);
        std::function<void()> again = [&] {
            burst.timers.happened(burst.delivered);
            client.after(milliseconds{0}, again);
        };
        again();
        CHECK_FALSE(client.start());
        uv_run(&loop, UV_RUN_DEFAULT);
        CHECK_FALSE(client.error());
    }
    CHECK(server.finish() == "");
    CHECK(burst.delivered == stanzas);
    CHECK(burst.in_order == stanzas);
    const auto of_a_slice = slice / numbered(0).size() + 1; // the one that began before it too
    CHECK(burst.turns.most <= of_a_slice);
    CHECK(burst.timers.most <= 2 * of_a_slice); // one is set behind the other
    CHECK(burst.timers.events >= stanzas / (2 * of_a_slice) - 1);
    uv_close(reinterpret_cast<uv_handle_t*>(&turn), nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
}
