// What a row costs that is given copies: never the square of what came, however the peer nests it
// (issue 9.3).
#include "headstock/payload.hpp"
#include "tests/support/growth.hpp"
#include "tests/support/small_stack.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using headstock::Element, headstock::Match, headstock::Path, headstock::StanzaError, headstock::Tag;
using support::on_small_stack, support::SessionKit, support::Stage;

namespace {

struct Rest {
    std::vector<Element> all{};
};
HEADSTOCK_PAYLOAD(Rest, "a", "urn:x", rest<&self::all>())

struct Child {
    std::vector<Element> all{};
};
HEADSTOCK_PAYLOAD(Child, "a", "urn:x", child<&self::all>("a", "urn:x"))

struct Around {
    std::vector<Rest> all{};
};
HEADSTOCK_PAYLOAD(Around, "b", "urn:x", child<&self::all>())

struct Text {
    std::string text{};
};
HEADSTOCK_PAYLOAD(Text, "a", "urn:x", content<&self::text>())

Match match(Path path) { return Match{path}; }
Match threaded(Path path) {
    auto match = Match{path};
    match.threaded = true;
    return match;
}
Match whole(Path path) {
    auto match = Match{path};
    match.whole = true;
    return match;
}

struct Way {
    const char* what;
    std::function<void(headstock::BaseClient&)> add;
};

constexpr Path a{"a", "urn:x"};
constexpr Path b{"b", "urn:x"};
constexpr Path failed{"message@type=error/{urn:x}a"};

const std::vector<Way> ways{
    {"Tag", [](auto& client) { client.on(match(a), [](const Tag&) {}); }},
    {"Element&", [](auto& client) { client.on(match(a), [](const Element&) {}); }},
    {"Tag from others",
     [](auto& client) {
         client.on(Match{a, headstock::Sender::others}, [](const Tag&) {});
     }},
    {"Element", [](auto& client) { client.on(match(a), [](Element) {}); }},
    {"Element& whole", [](auto& client) { client.on(whole(a), [](const Element&) {}); }},
    {"Element whole", [](auto& client) { client.on(whole(a), [](Element) {}); }},
    {"threaded", [](auto& client) { client.on(threaded(a), [](Element) {}); }},
    {"threaded, stanza",
     [](auto& client) { client.on(threaded(a), [](Element, const Element&) {}); }},
    {"threaded, tag", [](auto& client) { client.on(threaded(a), [](Element, const Tag&) {}); }},
    {"Element& stanza",
     [](auto& client) { client.on(match(a), [](const Tag&, const Element&) {}); }},
    {"Element stanza", [](auto& client) { client.on(match(a), [](const Tag&, Element) {}); }},
    {"payload: text", [](auto& client) { client.on(match(a), [](const Text&) {}); }},
    {"payload: rest", [](auto& client) { client.on(match(a), [](const Rest&) {}); }},
    {"payload: child", [](auto& client) { client.on(match(a), [](const Child&) {}); }},
    {"payload: nested rest", [](auto& client) { client.on(match(b), [](const Around&) {}); }},
    {"threaded payload", [](auto& client) { client.on(threaded(a), [](Text) {}); }},
    {"StanzaError",
     [](auto& client) { client.on(match(failed), [](const Tag&, const StanzaError&) {}); }},
    {"unhandled", [](auto& client) { client.on_unhandled([](Element) {}); }},
    {"the message", [](auto& client) { client.on("message", [](Element) {}); }},
    {"a child and the message",
     [](auto& client) {
         client.on(match(a), [](Element) {});
         client.on("message", [](Element, const Tag&) {});
     }},
};

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

std::string stanza(const std::string& inside, const std::string& attributes = {}) {
    return "<message from='stranger@x' " + attributes + ">" + inside + "</message>";
}

struct Shape {
    const char* what;
    std::function<std::string(std::size_t bytes)> make;
};

const std::vector<Shape> shapes{
    {"nested",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x'>" + times(n / 7, "<a>") + times(n / 7, "</a>") + "</a>");
     }},
    {"nested, others between",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x'>" + times(n / 14, "<b><a>") + times(n / 14, "</a></b>") +
                       "</a>");
     }},
    {"side by side",
     [](std::size_t n) { return stanza("<b xmlns='urn:x'>" + times(n / 4, "<a/>") + "</b>"); }},
    {"side by side in the stanza",
     [](std::size_t n) {
         return stanza("<error/>" + times(n / 17, "<a xmlns='urn:x'/>"), "type='error'");
     }},
    {"a long namespace",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x'><b xmlns='" + std::string(500, 'n') + "'>" +
                       times(n / 4, "<a/>") + "</b></a>");
     }},
    {"attributes in a long namespace",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x' xmlns:p='" + std::string(500, 'n') + "'>" +
                       times(n / 11, "<a p:b=''/>") + "</a>");
     }},
    {"attributes in a long namespace",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x' xmlns:p='" + std::string(500, 'n') + "'>" +
                       times(n / 11, "<a p:b=''/>") + "</a>");
     }},
    {"many attributes on the stanza",
     [](std::size_t n) {
         std::string attributes;
         for (std::size_t i = 0; attributes.size() < n / 2; ++i)
             attributes += "b" + std::to_string(i) + "='' ";
         return stanza("<b xmlns='urn:x'>" + times(n / 8, "<a/>") + "</b>", attributes);
     }},
    {"long text, nested",
     [](std::size_t n) {
         return stanza("<a xmlns='urn:x'>" + std::string(n / 2, 't') + times(n / 14, "<a>") +
                       times(n / 14, "</a>") + "</a>");
     }},
};

void feed(SessionKit& kit, std::string_view xml) {
    for (; !xml.empty(); xml.remove_prefix(std::min<std::size_t>(4096, xml.size())))
        kit.says(xml.substr(0, 4096));
}

double seconds_for(const Way& way, const std::string& xml) {
    auto options = support::in_clear();
    options.insecure_plain_password = true; // a login without a key to derive
    SessionKit kit{options, {.plain = true}};
    kit.login();
    kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    way.add(*kit.client);
    const auto before = std::clock();
    feed(kit, xml);
    const auto after = std::clock();
    CHECK_FALSE(kit.client->error());
    return static_cast<double>(after - before) / CLOCKS_PER_SEC;
}

// What the machine does besides makes it no shorter.
double least_of(int runs, const Way& way, const std::string& xml) {
    double least = 1e9;
    while (runs-- > 0) least = std::min(least, seconds_for(way, xml));
    return least;
}

std::size_t lines_with(std::string_view text, const std::string& log) {
    std::size_t count = 0;
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
}

// As in deep_copy: one message from a stranger, `depth` elements in each other.
std::string nested(std::size_t depth) {
    return stanza("<a xmlns='urn:x'>" + times(depth, "<a>") + times(depth, "</a>") + "</a>");
}

} // namespace

TEST_CASE(
    "copies: eight times the bytes cost no square, and copies little more than none (issue 9.3)") {
    constexpr std::size_t little = 4 * 1024;
    for (const auto& shape : shapes) {
        const auto much = shape.make(support::growth * little);
        const auto tag = least_of(3, ways.front(), much);
        for (const auto& way : ways) {
            CAPTURE(std::string{shape.what});
            CAPTURE(std::string{way.what});
            CHECK(support::grows_evenly(
                little, [&](std::size_t bytes) { return least_of(2, way, shape.make(bytes)); }));
            CHECK(least_of(3, way, much) < 8 * tag + 40 * support::resolution);
        }
    }
}

TEST_CASE("copies: what is too much is passed over and told once a stanza (issue 9.3)") {
    for (const bool thread : {false, true}) {
        CAPTURE(thread);
        Stage stage;
        stage.keep_log();
        int told = 0;
        stage.client->on_exception([&](std::string_view, const std::exception_ptr& why) {
            CHECK_THROWS_AS(std::rethrow_exception(why), std::length_error);
            ++told;
        });
        stage.client->on(thread ? threaded(a) : match(a), [](Element) {});
        for (int i = 1; i <= 3; ++i) {
            feed(stage, nested(5000));
            CHECK(told == i);
            CHECK(lines_with("-- not called: a closure, since ", stage.log) ==
                  static_cast<std::size_t>(i));
        }
        CHECK(lines_with("(Limits::copied)", stage.log) == 3);
    }
}

TEST_CASE("copies: after one that was passed over the next stanza is served (issue 9.3)") {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on(match(a), [&](Element got) { stage.seen.add(got.text()); });
    for (int i = 0; i < 20; ++i) {
        feed(stage, nested(2000));
        stage.seen.take();
        CHECK(stage.seen_in("<message from='a@x'><a xmlns='urn:x'>hi</a></message>") == "hi");
    }
}

TEST_CASE("copies: every element once is never too much (issue 9.3)") {
    auto options = support::in_clear();
    options.limits.copied = 0;
    Stage stage{options};
    std::size_t calls = 0;
    stage.client->on(match(a), [&](Element) { ++calls; });
    feed(stage, "<message><b xmlns='urn:x'>" + times(10'000, "<a/>") + "</b></message>");
    CHECK(calls == 10'000);
    std::size_t size = 0;
    stage.client->on(match(b), [&](Element got) { size = got.children().size(); });
    feed(stage, "<message><b xmlns='urn:x'>" + times(10'000, "<a/>") + "</b></message>");
    CHECK(size == 10'000);
}

TEST_CASE("copies: a row is passed over for its own copies, never for another's (issue 9.3)") {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    std::size_t greedy = 0;
    std::size_t modest = 0;
    std::size_t tags = 0;
    stage.client->on(match(a), [&](Element) { ++greedy; });
    stage.client->on(match(a), [&](const Tag&) { ++tags; });
    stage.client->on("message/{urn:x}a", [&](Element) { ++modest; });
    feed(stage, nested(5000));
    CHECK(greedy < 5001);
    CHECK(tags == 5001);
    CHECK(modest == 1);
}

TEST_CASE(
    "copies: an asker whose question would cost too much is told resource-constraint (issue 9.3)") {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on(Path{"iq@type=get", "q", "urn:x"}, [](Element) { return headstock::ok; });
    const auto ns = std::string(500, 'n');
    feed(stage, "<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x' xmlns:p='" + ns + "'>" +
                    times(25'000, "<a p:b=''/>") + "</q></iq>");
    CHECK(stage.take() == support::error_answer("1", "a@x/y", "resource-constraint", "wait"));
}

TEST_CASE("copies: the limit is a setting (issue 9.3)") {
    const auto calls_with = [](std::size_t limit) {
        auto options = support::in_clear();
        options.limits.copied = limit;
        Stage stage{options};
        stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        std::size_t calls = 0;
        stage.client->on(match(a), [&](Element) { ++calls; });
        feed(stage, nested(1000));
        return calls;
    };
    CHECK(calls_with(0) < calls_with(1u << 20));
    CHECK(calls_with(200u << 20) == 1001);
}

TEST_CASE("threaded: a stanza of 90,000 levels on a stack of 256 KiB (issue 9.2)") {
    on_small_stack([] {
        auto options = support::in_clear();
        options.limits.threaded = 64u << 20;
        Stage stage{options};
        stage.client->on(threaded("message/{urn:x}a"), [](Element, const Element&) {});
        feed(stage, nested(90'000));
        CHECK_FALSE(stage.client->error());
    });
}
