// Every transcript, whole, split at every byte, and in small reads: always the same words and events.
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace {

std::vector<std::filesystem::path> transcripts() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{HEADSTOCK_TEST_DIR "/transcripts"}) {
        if (entry.path().extension() == ".txt") found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

TEST_CASE("transcripts: each one, every S line in one read") {
    REQUIRE(transcripts().size() >= 1);
    for (const auto& path : transcripts()) {
        CAPTURE(path.filename().string());
        CHECK(support::replay(support::load_transcript(path)) == "");
    }
}

TEST_CASE("transcripts: each one, split at every byte") {
    std::size_t splits = 0;
    for (const auto& path : transcripts()) {
        CAPTURE(path.filename().string());
        const auto transcript = support::load_transcript(path);
        for (std::size_t at = 1; at < transcript.server_bytes(); ++at, ++splits) {
            CAPTURE(at);
            REQUIRE(support::replay(transcript, {.split_at = at}) == "");
        }
    }
    MESSAGE("transcripts: " << transcripts().size() << ", splits: " << splits);
}

TEST_CASE("transcripts: each one, in reads of 1 to 16 bytes") {
    for (const auto& path : transcripts()) {
        CAPTURE(path.filename().string());
        const auto transcript = support::load_transcript(path);
        for (std::size_t size = 1; size <= 16; ++size) {
            CAPTURE(size);
            REQUIRE(support::replay(transcript, {.size = size}) == "");
        }
    }
}
