// Every transcript, whole, split at every byte, and in small reads: always the same words and
// events.
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

using support::all_transcripts, support::replay;

TEST_CASE("transcripts: each one, every S line in one read") {
    for (const auto& transcript : all_transcripts()) {
        CAPTURE(transcript.name);
        CHECK(replay(transcript) == "");
    }
}

// What many dialogues begin with is split once, in the first of them.
TEST_CASE("transcripts: each one, split at every byte") {
    std::size_t splits = 0;
    std::string file;
    for (const auto& transcript : all_transcripts()) {
        CAPTURE(transcript.name);
        const auto own_file = transcript.name.substr(0, transcript.name.find(','));
        const bool first = std::exchange(file, own_file) != own_file;
        const auto common = transcript.server_bytes(first ? 0 : transcript.common_lines);
        for (auto at = std::max<std::size_t>(common, 1); at < transcript.server_bytes();
             ++at, ++splits) {
            CAPTURE(at);
            REQUIRE(replay(transcript, {.split_at = at}) == "");
        }
    }
    MESSAGE("transcripts: " << all_transcripts().size() << ", splits: " << splits);
    CHECK(splits > 1000);
}

TEST_CASE("transcripts: each one, in reads of 1 to 16 bytes") {
    for (const auto& transcript : all_transcripts()) {
        CAPTURE(transcript.name);
        for (std::size_t size = 1; size <= 16; ++size) {
            CAPTURE(size);
            REQUIRE(replay(transcript, {.size = size}) == "");
        }
    }
}

TEST_CASE("transcripts: a log changes nothing, and every line in it has its time and direction") {
    for (const auto& transcript : all_transcripts()) {
        CAPTURE(transcript.name);
        std::size_t lines = 0;
        const auto log = [&](std::string_view line) {
            ++lines;
            CAPTURE(std::string{line});
            REQUIRE(line.size() > 28);
            REQUIRE(line[10] == 'T');
            REQUIRE(line.substr(23, 2) == "Z ");
            const auto rest = line.substr(25, 3);
            REQUIRE((rest == "C: " || rest == "S: " || rest == "-- "));
            REQUIRE(line.find('\n') == line.npos);
        };
        for (const std::size_t size : {0u, 1u, 7u})
            REQUIRE(replay(transcript, {.size = size, .log = log}) == "");
        CHECK(lines > 0);
    }
}
