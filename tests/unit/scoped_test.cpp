// What is lent to a client and given back by the end of a scope; handles of closures and timers.
#include "headstock/events.hpp"
#include "headstock/handle.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

using namespace std::chrono_literals;
using headstock::Handle, headstock::ScopedRegistration;
using support::Stage;

// Only a client makes a handle that tells something.
static_assert(!std::is_constructible_v<Handle, std::uint64_t>);
static_assert(!std::is_copy_constructible_v<ScopedRegistration>);
static_assert(std::is_nothrow_move_constructible_v<ScopedRegistration>);

namespace {

constexpr auto message = "<message/>";

struct Hearer {
    Stage& stage;
    std::string name;
    void message(const headstock::Tag&) { stage.seen.add(name); }
};
HEADSTOCK_HANDLERS(Hearer, on<&self::message>("message"))

// A program's own object, which comes and goes.
struct Window {
    Window(Stage& stage, std::string name)
        : hears{stage, std::move(name)}, lent{stage.client->scoped_register(hears)} {}

    Hearer hears;
    ScopedRegistration lent; ///< Last: it ends first.
};

} // namespace

TEST_CASE("scoped: an object is called until its registration ends") {
    Stage stage;
    {
        const Window window{stage, "window"};
        CHECK(stage.seen_in(message) == "window");
    }
    CHECK(stage.seen_in(message).empty());
}

TEST_CASE("scoped: a closure too, and end() may come early and twice") {
    Stage stage;
    auto lent = stage.client->scoped_on("message", stage.noting("seen"));
    CHECK(stage.seen_in(message) == "seen");
    lent.end();
    lent.end();
    CHECK(stage.seen_in(message).empty());
}

TEST_CASE("scoped: a registration that is moved ends once, with its last owner") {
    Stage stage;
    std::optional<ScopedRegistration> kept;
    {
        auto first = stage.client->scoped_on("message", stage.noting("one"));
        kept = std::move(first);
    }
    CHECK(stage.seen_in(message) == "one");
    *kept = stage.client->scoped_on("message", stage.noting("two"));
    CHECK(stage.seen_in(message) == "two");
    kept.reset();
    CHECK(stage.seen_in(message).empty());
}

TEST_CASE("scoped: it may outlive the client, and end in a handler of its own object") {
    std::optional<ScopedRegistration> lent;
    {
        Stage stage;
        lent = stage.client->scoped_on("message", stage.noting("seen"));
    }
    lent.reset();
    Stage stage;
    lent = stage.client->scoped_on("message", [&](const headstock::Tag&) {
        stage.seen.add("once");
        lent.reset();
    });
    CHECK(stage.seen_in("<message/><message/>") == "once");
}

TEST_CASE("scoped: an object whose ready() destroys the client is not touched by its end") {
    Stage stage;
    struct Destroyer {
        std::unique_ptr<headstock::BaseClient>& client;
        void ready() { client.reset(); }
    } destroyer{stage.client};
    const auto lent = stage.client->scoped_register(destroyer);
    CHECK(stage.client == nullptr);
}

TEST_CASE("handles: one of a timer ends no row, one of a row no timer, an empty one nothing") {
    Stage stage;
    const auto row = stage.client->on("message", stage.noting("row"));
    const auto timer = stage.client->every(10ms, [&] { stage.seen.add("timer"); });
    CHECK_FALSE(stage.client->cancel(row));
    CHECK_FALSE(stage.client->unregister(timer));
    CHECK_FALSE(stage.client->unregister(Handle{}));
    CHECK_FALSE(stage.client->cancel(Handle{}));
    stage.pass(10);
    CHECK(stage.seen_in(message) == "timer row");
    CHECK(stage.client->unregister(row));
    CHECK(stage.client->cancel(timer));
    CHECK(row);
    CHECK_FALSE(Handle{});
    CHECK(row != timer);
}

TEST_CASE("scoped: a closure is destroyed with its registration, before what it borrows") {
    Stage stage;
    std::string ends;
    struct Guard {
        std::string& ends;
        explicit Guard(std::string& e) : ends(e) {}
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        ~Guard() { ends += "closure "; }
    };
    {
        const auto lent = stage.client->scoped_on(
            "message", [guard = std::make_shared<Guard>(ends)](const headstock::Tag&) {});
        stage.says(message);
    }
    ends += "scope ";
    CHECK(ends == "closure scope ");
    const auto handle = stage.client->on_event(
        [guard = std::make_shared<Guard>(ends)](const headstock::SessionEnded&) {});
    CHECK(stage.client->unregister(handle));
    CHECK(ends == "closure scope closure ");
}

TEST_CASE("scoped: what a closure owns may destroy the client when its registration ends") {
    Stage stage;
    struct Owner {
        std::unique_ptr<headstock::BaseClient>& client;
        explicit Owner(std::unique_ptr<headstock::BaseClient>& c) : client(c) {}
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        ~Owner() { client.reset(); }
    };
    auto lent = stage.client->scoped_on(
        "message", [owner = std::make_shared<Owner>(stage.client)](const headstock::Tag&) {});
    lent.end();
    CHECK(stage.client == nullptr);
}
