// The memory of small trees that are gone: the next ones of the thread take it, and no thread keeps
// more than a little.
#include "bridge/element.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

using bridge::Element;

namespace {

Element small() { return Element{"iq", "jabber:client"}.set("type", "get").set("id", "1"); }

const std::string to(100, 'x');
const std::string body(200, 'y');

// More than the first chunk holds.
Element larger() { return small().set("to", to).add("body", body); }

// Each on a thread of its own, which has kept nothing before.
template <class F>
void on_new_thread(F f) {
    std::thread{f}.join();
}

std::size_t calls_of(Element (*make)()) {
    const auto before = test::heap_calls();
    const auto element = make();
    CHECK(element.ns() == "jabber:client");
    return test::heap_calls() - before;
}

} // namespace

TEST_CASE("kept chunks: a small stanza is one piece of memory, and the next one takes it") {
    on_new_thread([] {
        CHECK(calls_of(small) == 1);
        CHECK(calls_of(small) == 0);
        CHECK(calls_of(small) == 0);
    });
}

TEST_CASE("kept chunks: so does one that took two pieces") {
    on_new_thread([] {
        CHECK(calls_of(larger) == 2);
        CHECK(calls_of(larger) == 0);
        CHECK(calls_of(small) == 0);
        CHECK(calls_of(larger) == 0);
    });
}

TEST_CASE("kept chunks: an element inside another gives its memory back as well") {
    on_new_thread([] {
        const auto nested = [] { return small().add(small().add(small())); };
        CHECK(calls_of(nested) == 3);
        CHECK(calls_of(nested) == 0);
    });
}

TEST_CASE("kept chunks: a copy is made to stay, and takes no more than it needs") {
    on_new_thread([] {
        static_cast<void>(larger()); // leaves a piece of both sizes
        const auto original = small();
        const auto before = test::heap_bytes();
        const Element copies[] = {original, original, original};
        CHECK(test::heap_bytes() - before <= 3 * 560);
        CHECK(copies[2] == original);
    });
}

TEST_CASE("kept chunks: each of many alive has its own") {
    on_new_thread([] {
        for (int round = 0; round < 3; ++round) {
            std::vector<Element> all;
            for (int i = 0; i < 20; ++i) all.push_back(larger().set("id", std::to_string(i)));
            for (int i = 0; i < 20; ++i) {
                const auto& one = all[static_cast<std::size_t>(i)];
                CHECK(one == larger().set("id", std::to_string(i)));
            }
        }
    });
}

TEST_CASE("kept chunks: a thread keeps little, however many were made") {
    on_new_thread([] {
        const auto before = test::heap_bytes();
        {
            std::vector<Element> many(1000);
            for (auto& each : many) each = larger();
        }
        CHECK(test::heap_bytes() - before <= 8 * 1024);
    });
}

TEST_CASE("kept chunks: a thread that ends gives all back") {
    const auto before = test::heap_bytes();
    on_new_thread([] { static_cast<void>(larger()); });
    CHECK(test::heap_bytes() == before);
}

TEST_CASE("kept chunks: what one thread made another may let go") {
    const auto before = test::heap_bytes();
    on_new_thread([] {
        std::optional<Element> passed{larger()};
        on_new_thread([&] { passed.reset(); });
        CHECK(calls_of(larger) == 2);
    });
    CHECK(test::heap_bytes() == before);
}

TEST_CASE("kept chunks: an element that outlives what the thread keeps is freed as well") {
    const auto before = test::heap_bytes();
    on_new_thread([] {
        thread_local Element
            late; // made before the thread kept anything, and so destroyed behind it
        late = larger();
        static_cast<void>(small());
    });
    CHECK(test::heap_bytes() == before);
}
