// Contract 3 and 4 by the heap itself: what passes through a row of a part leaves nothing behind,
// and what was built whole is given back.
#include "tests/support/heap_count.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr std::size_t mebibyte = 1u << 20;
constexpr std::size_t streamed = 64 * mebibyte;
constexpr std::size_t heap_limit = 4 * mebibyte;

constexpr std::string_view before = "<iq type='set' id='r'><query xmlns='jabber:iq:roster'>";
constexpr std::string_view after = "</query></iq>";

// So many bytes of contacts, at least; each is another one.
std::string contacts(std::size_t bytes) {
    std::string all;
    for (int i = 0; all.size() < bytes; ++i) {
        const auto number = std::to_string(i);
        all += "<item jid='contact" + number + "@example.org' name='Contact Number " + number +
               "' subscription='both'><group>Group " + std::to_string(i % 12) + "</group></item>";
    }
    return all;
}

// One stanza of at least `streamed` bytes, out of one buffer; how many contacts were said.
std::size_t stream_roster(Stage& stage) {
    const auto part = contacts(mebibyte / 4);
    std::size_t items = 0;
    for (auto at = part.find("<item"); at != part.npos; at = part.find("<item", at + 1)) ++items;
    std::size_t said = 0;
    const test::HeapLimit limit{heap_limit};
    stage.says(before);
    for (std::size_t bytes = 0; bytes < streamed; bytes += part.size(), said += items)
        stage.says(part);
    stage.says(after);
    return said;
}

// What the heap holds after some traffic of every size that is usual, and therefore keeps.
std::size_t base_line(Stage& stage) {
    for (int i = 0; i < 3; ++i) {
        stage.says("<message><body>" + std::string(4096, 'b') + "</body></message>");
        stage.says(before);
        stage.says(contacts(64 * 1024));
        stage.answer_to(after);
    }
    return test::heap_bytes();
}

// How much longer than before the buffers of arena, gate and Expat may be.
constexpr std::size_t may_be_kept = 64 * 1024;

} // namespace

TEST_CASE("constant memory: 64 MiB of contacts pass through rows on items under 4 MiB of heap") {
    Stage stage;
    std::size_t tags = 0;
    std::size_t groups = 0;
    stage.client->on({"item", ns::roster}, [&](const Tag& item) {
        tags += item.attribute("jid").starts_with("contact");
    });
    stage.client->on({"item", ns::roster}, [&](const Element& item) {
        groups += item.child("group").text().starts_with("Group ");
    });
    const auto said = stream_roster(stage);
    CHECK(tags == said);
    CHECK(groups == said);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("constant memory: the heap limit of these tests is one that a whole stanza breaks") {
    auto options = support::in_clear();
    options.limits.held = 2 * streamed;
    Stage stage{options};
    stage.client->on({"query", ns::roster}, [&](const Element&) { stage.seen.add("query"); });
    CHECK(stream_roster(stage) > 0);
    CHECK(stage.seen.take() == "");
    CHECK(stage.client->error().code == headstock::Errc::out_of_memory);
}

TEST_CASE("constant memory: after a large stanza that was built whole the heap is as before") {
    auto options = support::in_clear();
    options.limits.held = 32 * mebibyte;
    Stage stage{options};
    std::size_t most = 0;
    const auto look = [&](const Element&) { most = std::max(most, test::heap_bytes()); };
    stage.client->on("message", look);
    stage.client->on({"query", ns::roster}, look);
    const auto line = base_line(stage);

    SUBCASE("of many elements") {
        stage.says(before);
        stage.says(contacts(4 * mebibyte));
        stage.answer_to(after);
    }
    SUBCASE("of one text") {
        stage.says("<message><body>" + std::string(4 * mebibyte, 'b') + "</body></message>");
    }
    SUBCASE("of one text in small reads") {
        stage.says("<message><body>");
        for (std::size_t i = 0; i < 4096; ++i) stage.says(std::string(1024, 'b'));
        stage.says("</body></message>");
    }
    SUBCASE("of one attribute") {
        stage.says("<message id='" + std::string(4 * mebibyte, 'i') + "'/>");
    }
    stage.says("<message/>");
    CHECK(most > line + 3 * mebibyte);
    CHECK(test::heap_bytes() < line + may_be_kept);
    CHECK_FALSE(stage.client->error());
}
