// The results of an archive in constant memory: a bounded form of tests/bench/archive_results.
#include "headstock/extensions/catch_up.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/played_archive.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

using headstock::Archive, headstock::ArchivedMessage, headstock::ArchiveEnd;
using support::PlayedArchive, support::Stage;

namespace {

constexpr std::uint64_t many = 20'000; // 14 MiB on the wire

// Answers what the client asks until it asks no more; how much of the heap is out at most, above
// what was out when it began.
std::size_t serve(Stage& stage, PlayedArchive& server) {
    const test::HeapPeak peak;
    for (auto asked = stage.take(); !asked.empty(); asked = stage.take())
        server.answer(asked, [&](std::string_view piece) { stage.says(piece); });
    return peak.bytes();
}

} // namespace

TEST_CASE("archive memory: twenty thousand results take what a hundred do") {
    std::size_t peaks[2]{};
    for (const bool all : {false, true}) {
        Stage stage;
        Archive archive;
        stage.client->register_handler(archive);
        std::uint64_t results = 0;
        ArchiveEnd last;
        archive.ask(
            {}, [&](const ArchivedMessage& item) { results += item.message.has_value(); },
            [&](const ArchiveEnd& end) { last = end; });
        const auto wanted = all ? many : 200;
        PlayedArchive server{wanted};
        peaks[all] = serve(stage, server);
        CHECK(results == wanted);
        CHECK(last.complete);
    }
    MESSAGE("bytes of heap at most: ", peaks[0], " of 200 results, ", peaks[1], " of all");
    CHECK(peaks[1] < peaks[0] + 16 * 1024);
}

TEST_CASE("archive memory: a thousand ids are all that catching up keeps") {
    std::size_t peaks[2]{};
    for (const bool all : {false, true}) {
        Stage stage;
        Archive archive;
        headstock::CatchUp missed{archive};
        std::uint64_t results = 0;
        stage.client->on_event([&](const headstock::FollowedMessage&) { ++results; });
        missed.follow({}, {"0", {}});
        stage.client->register_handler(archive);
        stage.client->register_handler(missed);
        const auto wanted = all ? many : 2'000;
        PlayedArchive server{wanted};
        peaks[all] = serve(stage, server);
        CHECK(results == wanted);
        CHECK(missed.caught_up());
    }
    MESSAGE("bytes of heap at most: ", peaks[0], " of 2,000 messages, ", peaks[1], " of all");
    CHECK(peaks[1] < peaks[0] + 16 * 1024);
}
