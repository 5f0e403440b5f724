// Names by number, and the hash and the arena below them.
#include "bridge/detail/arena.hpp"
#include "bridge/detail/keyed_hash.hpp"
#include "bridge/detail/name_table.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using bridge::detail::Arena;
using bridge::detail::NameTable;

TEST_CASE("name table: a key is split, stored once, and numbered in order") {
    NameTable table{64 * 1024};
    std::string key = "urn:x\nlocal";
    const auto& first = table.entry(key);
    key = "local";
    const auto& second = table.entry(key);
    key = "gone";
    CHECK(first.name == bridge::Name{"local", "urn:x"});
    CHECK(second.name == bridge::Name{"local", ""});
    CHECK(first.id == 0);
    CHECK(second.id == 1);
    CHECK(&table.entry("urn:x\nlocal") == &first);
    for (int i = 0; i < 1000; ++i) table.entry("n" + std::to_string(i));
    CHECK(&table.entry("urn:x\nlocal") == &first);
    CHECK(table.entry("n999").id == 1001);
    CHECK(table.entry("n0").id == 2);
}

TEST_CASE("name table: what came after the mark is forgotten, the rest stays as it is") {
    NameTable table{8 * 1024};
    int count = 0;
    while (!table.overgrown()) table.entry("name" + std::to_string(count++));
    const auto& early = table.entry("name0");
    const auto first_gone = table.forget_late();
    CHECK(first_gone > 10);
    CHECK(first_gone < static_cast<bridge::NameId>(count));
    CHECK_FALSE(table.overgrown());
    CHECK(&table.entry("name0") == &early);
    CHECK(table.entry("name" + std::to_string(count - 1)).id == first_gone);
    CHECK(table.entry("name" + std::to_string(count - 1)).id == first_gone);
    for (int round = 0; round < 100; ++round) {
        for (int i = 0; !table.overgrown(); ++i) {
            table.entry(std::to_string(round) + "x" + std::to_string(i));
        }
        CHECK(table.forget_late() == first_gone);
    }
}

TEST_CASE("name table: a namespace is stored once, however many names are in it (issue 9.3)") {
    const std::string one(1000, 'x');
    const std::string other(1000, 'y');
    NameTable table{64u << 20};
    for (int i = 0; i < 1000; ++i) {
        for (const auto& ns : {one, other}) table.entry(ns + "\nname" + std::to_string(i));
    }
    CHECK(table.bytes() < 2000 * 128 + 16 * 1024);
    const auto& first = table.entry(one + "\nname0");
    const auto& last = table.entry(one + "\nname999");
    CHECK(first.name == bridge::Name{"name0", one});
    CHECK(last.name == bridge::Name{"name999", one});
    CHECK(first.name.ns.data() == last.name.ns.data());
    CHECK(table.entry(other + "\nname999").name == bridge::Name{"name999", other});
    CHECK(table.entry(other + "\nname999").id == 1999);
}

TEST_CASE("name table: where a namespace ends is part of the name") {
    NameTable table{64 * 1024};
    const std::vector<std::string> keys{"urn:long\nx\nlongest", "urn:long\nlongest",
                                        "urn:longxlongest",     "urn:longest\nlongest",
                                        "urn:LONG\nlongest",    "longest"};
    for (std::size_t id = 0; id < keys.size(); ++id) CHECK(table.entry(keys[id]).id == id);
    for (std::size_t id = 0; id < keys.size(); ++id) CHECK(table.entry(keys[id]).id == id);
}

TEST_CASE("name table: namespaces are forgotten with what came after the mark, and found again") {
    NameTable table{8 * 1024};
    const auto named = [](int i) { return "urn:ns:" + std::to_string(i) + "\nname"; };
    int count = 0;
    while (!table.overgrown()) table.entry(named(count++));
    const auto& early = table.entry(named(0));
    const auto first_gone = table.forget_late();
    CHECK_FALSE(table.overgrown());
    for (int round = 0; round < 100; ++round) {
        const auto late = named(count + round);
        while (!table.overgrown()) table.entry(named(++count));
        CHECK(table.forget_late() == first_gone);
        CHECK(table.entry(late).name == bridge::Name{"name", late.substr(0, late.find('\n'))});
        CHECK(&table.entry(named(0)) == &early);
        CHECK(early.name == bridge::Name{"name", "urn:ns:0"});
        CHECK(table.forget_late() == first_gone);
    }
}

TEST_CASE(
    "name table: where memory runs out while names are forgotten, none leads to what is gone") {
    const auto named = [](int i) {
        return "urn:namespace:of:more:than:32:bytes:" + std::to_string(i) + "\nname";
    };
    std::size_t failed = 0;
    for (std::size_t nth = 1;; ++nth) {
        NameTable table{8 * 1024};
        int count = 0;
        while (!table.overgrown()) table.entry(named(count++));
        try {
            const test::HeapFault fault{nth};
            table.forget_late();
            break;
        } catch (const std::bad_alloc&) {
            ++failed;
        }
        for (int i = count; i-- > 0;)
            CHECK(table.entry(named(i)).name.ns == named(i).substr(0, named(i).find('\n')));
        table.forget_late();
        for (int i = count; i-- > 0;)
            CHECK(table.entry(named(i)).name.ns == named(i).substr(0, named(i).find('\n')));
    }
    CHECK(failed == 2);
}

TEST_CASE("name table: names that share a place among the hints are still told apart") {
    NameTable table{64 * 1024};
    std::vector<std::string> keys;
    for (int i = 0; i < 300; ++i) keys.push_back("n" + std::to_string(i)); // more than places
    for (const std::string_view end : {"", "\nx", "\nmessage"}) {
        for (char c = 'a'; c <= 'e'; ++c) keys.push_back("urn:" + std::string(20, c).append(end));
    }
    for (std::size_t size = 1; size <= 12; ++size) keys.emplace_back(size, 'q');
    for (std::size_t id = 0; id < keys.size(); ++id) CHECK(table.entry(keys[id]).id == id);
    for (std::size_t a = 0; a < keys.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            REQUIRE(table.entry(keys[a]).id == a);
            REQUIRE(table.entry(keys[b]).id == b);
        }
    }
}

TEST_CASE("name table: a hint that outlived its name leads nowhere") {
    NameTable table{1024};
    while (!table.overgrown()) table.entry("early" + std::to_string(table.bytes()));
    const auto& late = table.entry("late");
    const auto id = late.id;
    const auto first_gone = table.forget_late();
    REQUIRE(id > first_gone);
    CHECK(table.entry("late").id == first_gone); // its hint is past the end
    table.forget_late();
    CHECK(table.entry("other").id == first_gone);
    CHECK(table.entry("late").id == first_gone + 1); // its hint is another's
    CHECK(table.entry("other").id == first_gone);
}

TEST_CASE("name table: more names than a hint can number") {
    NameTable table{64u << 20};
    for (std::size_t id = 0; id < 70'000; ++id) {
        REQUIRE(table.entry("name" + std::to_string(id)).id == id);
    }
    for (const std::size_t id : {0u, 1u, 4463u, 4464u, 65'535u, 65'536u, 69'999u}) {
        CHECK(table.entry("name" + std::to_string(id)).id == id);
        CHECK(table.entry("name" + std::to_string(id)).id == id);
    }
}

TEST_CASE("keyed hash: every byte, the length and the key count") {
    std::set<std::uint64_t> seen;
    std::string text(40, '\0');
    for (std::size_t size = 0; size <= text.size(); ++size) {
        seen.insert(bridge::detail::sip_hash(1, 2, {text.data(), size}));
    }
    for (char& c : text) {
        c = 1;
        seen.insert(bridge::detail::sip_hash(1, 2, text));
        c = 0;
    }
    seen.insert(bridge::detail::sip_hash(1, 3, text));
    seen.insert(bridge::detail::sip_hash(2, 2, text));
    CHECK(seen.size() == 41 + 40 + 2);
    CHECK(bridge::detail::keyed_hash("abc") == bridge::detail::keyed_hash("abc"));
}

TEST_CASE(
    "C9: the sources leave Expat its own hash salt and hash no word of a peer without a key") {
    const std::set<std::string> without_words{"registry.hpp"}; // the names of our own rows
    std::size_t files = 0;
    for (const char* folder : {"/../bridge", "/../headstock"}) {
        const std::filesystem::path top{support::test_directory() + folder};
        for (const auto& entry : std::filesystem::recursive_directory_iterator{top}) {
            const auto name = entry.path().filename().string();
            if (!name.ends_with(".cpp") && !name.ends_with(".hpp")) continue;
            std::ifstream file{entry.path()};
            const std::string source{std::istreambuf_iterator<char>{file}, {}};
            CAPTURE(name);
            CHECK(source.find("XML_SetHashSalt") == std::string::npos);
            if (without_words.count(name) == 0)
                CHECK(source.find("std::unordered_") == std::string::npos);
            ++files;
        }
    }
    CHECK(files > 200);
}

TEST_CASE("arena: rewinding gives everything back and keeps little") {
    Arena arena{Arena::Use::rewind};
    const auto empty = arena.mark();
    void* first = arena.allocate(100);
    std::memset(first, 1, 100);
    const auto mark = arena.mark();
    for (int i = 1; i < 300; ++i) std::memset(arena.allocate(1000), 2, 1000);
    CHECK(arena.used() >= 299'000);
    arena.rewind(mark);
    CHECK(arena.used() == 104);
    CHECK(static_cast<char*>(first)[99] == 1);
    CHECK(arena.reserved() <= 70'000);
    arena.rewind(empty);
    CHECK(arena.used() == 0);
    CHECK(arena.reserved() <= 64 * 1024);
}

TEST_CASE("arena: a block is cut where there is room, to the last byte") {
    Arena arena{Arena::Use::rewind, 128};
    char* first = static_cast<char*>(arena.allocate(1));
    CHECK(static_cast<char*>(arena.allocate(9)) == first + 8); // in steps of 8
    CHECK(arena.used() == 24);
    CHECK(arena.reserved() == 128);
    const auto left = 128 - 24 - 24; // without the chunk's own words and ours
    CHECK(static_cast<char*>(arena.allocate(left)) == first + 24);
    CHECK(arena.reserved() == 128);
    const auto full = arena.mark();
    void* next = arena.allocate(8);
    CHECK(arena.reserved() == 256);
    arena.rewind(full);
    CHECK(arena.used() == 128 - 24);
    CHECK(arena.allocate(8) == next); // the chunk was kept
}

TEST_CASE("arena: from a chunk begun for it a rewind takes none away") {
    Arena arena{Arena::Use::rewind, 128};
    arena.allocate(16);
    arena.start_chunk(1000);
    const auto mark = arena.mark();
    void* block = arena.allocate(1000);
    arena.rewind(mark);
    const auto reserved = arena.reserved();
    CHECK(arena.allocate(1000) == block);
    arena.rewind(mark);
    arena.start_chunk(1000); // there is one already
    CHECK(arena.reserved() == reserved);
    arena.allocate(64 * 1024);
    arena.rewind(mark);
    arena.shrink();
    CHECK(arena.reserved() == 128);
    CHECK(arena.used() == 16);
    arena.shrink();
    arena.allocate(8);
    CHECK(arena.reserved() == 256);
    arena.rewind({});
    CHECK(arena.used() == 0);
    arena.shrink();
    CHECK(arena.reserved() <= 128);
    CHECK(arena.allocate(8) != nullptr);
}

TEST_CASE("arena: blocks that came back are used again") {
    Arena* arena = Arena::make();
    for (const std::size_t size : {1u, 8u, 9u, 128u, 129u, 1000u, 100'000u}) {
        CAPTURE(size);
        void* block = arena->allocate(size);
        void* other = arena->allocate(8);
        std::memset(block, 1, arena->fit(size));
        arena->release(block, size);
        CHECK(arena->allocate(size) == block);
        arena->release(other, 8);
    }
    Arena::destroy(arena);
}

TEST_CASE("arena: the last block grows where it lies, or moves alone") {
    Arena arena{Arena::Use::rewind};
    char* text = static_cast<char*>(arena.allocate(8));
    std::memcpy(text, "12345678", 8);
    CHECK(arena.extend(text, 8, 64) == text);
    char* moved = static_cast<char*>(arena.extend(text, 64, 200'000));
    REQUIRE(moved != nullptr);
    CHECK(std::string(moved, 8) == "12345678");
    CHECK(arena.reserved() < 210'000);
    arena.allocate(8);
    CHECK(arena.extend(moved, 200'000, 200'008) == nullptr);
    arena.rewind({});
    CHECK(arena.used() == 0);
}
