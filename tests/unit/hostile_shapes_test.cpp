// Whatever shape a stanza has that a server lets through, a stranger cannot end the session with it, nor
// keep it busy: time grows with the bytes and not with their square.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <functional>
#include <string>

using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr std::size_t let_through =
    512 * 1024; // what Prosody and ejabberd take from another server

std::string repeat(std::size_t bytes, const std::function<std::string(std::size_t)>& part) {
    std::string all;
    for (std::size_t i = 0; all.size() < bytes; ++i) all += part(i);
    return all;
}

struct Shape {
    const char* name;
    std::function<std::string(std::size_t bytes)> inside;
};

std::string nested(std::size_t bytes) {
    const auto levels = bytes / 7;
    std::string all = "<a xmlns='urn:x'>";
    for (std::size_t i = 1; i < levels; ++i) all += "<a>";
    for (std::size_t i = 0; i < levels; ++i) all += "</a>";
    return all;
}

const Shape shapes[] = {
    {"depth", &nested},
    {"attributes",
     [](std::size_t n) {
         return "<a xmlns='urn:x' " +
                repeat(n, [](std::size_t i) { return "a" + std::to_string(i) + "='' "; }) + "/>";
     }},
    {"one attribute",
     [](std::size_t n) { return "<a xmlns='urn:x' a='" + std::string(n, '>') + "'/>"; }},
    {"children",
     [](std::size_t n) {
         return "<a xmlns='urn:x'>" + repeat(n, [](std::size_t) { return "<a/>"; }) + "</a>";
     }},
    {"fresh names",
     [](std::size_t n) {
         return "<a xmlns='urn:x'>" +
                repeat(n, [](std::size_t i) { return "<a" + std::to_string(i) + "/>"; }) + "</a>";
     }},
    {"fresh namespaces",
     [](std::size_t n) {
         return "<a xmlns='urn:x'>" +
                repeat(n, [](std::size_t i) { return "<a xmlns='" + std::to_string(i) + "'/>"; }) +
                "</a>";
     }},
    {"text and elements",
     [](std::size_t n) {
         return "<a xmlns='urn:x'>" + repeat(n, [](std::size_t) { return "&lt;<a/>"; }) + "</a>";
     }},
};

// A row of each kind that looks inside.
struct Curious {
    std::size_t seen = 0;
    void whole(const Element& message) { seen += message.xml().size(); }
    void anywhere(const Tag&) { ++seen; }
    void element(const Element&) { ++seen; }
};
HEADSTOCK_HANDLERS(Curious,
                   on<&self::whole>("message"),
                   on<&self::anywhere>("a", "urn:x"),
                   on<&self::element>("message/{urn:x}a"))

// The processor time that the client needs for it.
double seconds_for(const Shape& shape, std::size_t bytes) {
    Stage stage;
    Curious curious;
    stage.client->register_handler(curious);
    const auto xml = "<message from='stranger@x'>" + shape.inside(bytes) + "</message>";
    const auto before = std::clock();
    stage.says(xml);
    const auto after = std::clock();
    CHECK(curious.seen > 0);
    REQUIRE(stage.client->ready());
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:q'/></iq>") ==
          support::error_answer("1", "a@x", "service-unavailable"));
    return static_cast<double>(after - before) / CLOCKS_PER_SEC;
}

} // namespace

TEST_CASE("hostile shapes: none of the size that servers let through ends the session") {
    for (const auto& shape : shapes) {
        CAPTURE(shape.name);
        seconds_for(shape, let_through);
    }
}

TEST_CASE("hostile shapes: eight times the bytes cost nothing like their square") {
    for (const auto& shape : shapes) {
        CAPTURE(shape.name);
        const auto little = seconds_for(shape, let_through / 8);
        const auto much = seconds_for(shape, let_through);
        CHECK(much < 24 * little + 0.05); // 64 times, if it were quadratic; the rest is noise
    }
}
