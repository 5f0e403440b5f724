// The pieces of a stream, cut where its elements end, in whatever reads they came.
#include "headstock/session/recorder.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using headstock::detail::Recorder;

namespace {

// A read of which `pieces` end where a '|' stands.
std::string cut_all(Recorder& recorder, std::string_view read) {
    std::string bytes;
    for (const char c : read) {
        if (c != '|') bytes += c;
    }
    recorder.feed(bytes);
    std::string all;
    auto left = bytes.size();
    for (const char c : read) {
        if (c != '|') {
            --left;
            continue;
        }
        const auto piece = recorder.cut(left);
        all.append("[").append(piece.text).append("]");
        if (piece.left_out > 0) all += "+" + std::to_string(piece.left_out);
    }
    recorder.keep_open();
    return all;
}

} // namespace

TEST_CASE("recorder: several pieces of a read, and one of several reads") {
    Recorder recorder;
    CHECK(cut_all(recorder, "ab|cd|") == "[ab][cd]");
    CHECK(cut_all(recorder, "ef") == "");
    CHECK(cut_all(recorder, "gh") == "");
    CHECK(cut_all(recorder, "i|jk") == "[efghi]");
    CHECK(cut_all(recorder, "|l|") == "[jk][l]");
}

TEST_CASE("recorder: white space between pieces belongs to none") {
    Recorder recorder;
    CHECK(cut_all(recorder, "\n a b \n| c|\n") == "[a b][c]");
    for (int i = 0; i < 100; ++i) CHECK(cut_all(recorder, " \n") == "");
    CHECK(cut_all(recorder, "d|") == "[d]");
}

TEST_CASE("recorder: of a long piece the beginning is kept, and the rest counted") {
    Recorder recorder;
    const std::string much(Recorder::kept, 'x');
    CHECK(cut_all(recorder, "a" + much + "bc|d|") == "[a" + much.substr(1) + "]+3[d]");
    CHECK(cut_all(recorder, much) == "");
    CHECK(cut_all(recorder, much) == "");
    CHECK(cut_all(recorder, "ab|cd|") ==
          "[" + much + "]+" + std::to_string(Recorder::kept + 2) + "[cd]");
}

TEST_CASE("recorder: a piece whose beginning did not come is none") {
    Recorder recorder;
    CHECK(recorder.is_new());
    recorder.begin(true);
    CHECK_FALSE(recorder.is_new());
    CHECK(cut_all(recorder, "a") == "");
    CHECK(cut_all(recorder, "b|c|") == "[][c]");
    recorder.clear();
    CHECK(recorder.is_new());
    recorder.begin(false);
    CHECK(cut_all(recorder, "d|") == "[d]");
}

TEST_CASE("recorder: a read that nobody finished leaves a piece without its beginning") {
    Recorder recorder;
    recorder.begin(false);
    recorder.feed("abc");
    CHECK(cut_all(recorder, "d|e|") == "[][e]");
}

TEST_CASE("recorder: a piece for which there was no memory is none, and the next is whole (R9)") {
    Recorder recorder;
    const std::string much(1000, 'x');
    {
        const test::HeapLimit limit{0};
        recorder.feed(much);
        recorder.keep_open();
    }
    CHECK(cut_all(recorder, "a|b|") == "[][b]");
}
