// Errors as values: codes, words, and what a peer may do to a terminal.
#include "headstock/error.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <set>
#include <string>
#include <system_error>

using headstock::Errc, headstock::Error;

TEST_CASE("errors: every code has words of its own") {
    std::set<std::string> words;
    for (int i = 1; i <= static_cast<int>(Errc::out_of_memory); ++i) {
        const auto code = headstock::make_error_code(static_cast<Errc>(i));
        CHECK(std::string{code.category().name()} == "headstock");
        CHECK(code);
        words.insert(code.message());
    }
    CHECK(words.size() == static_cast<std::size_t>(Errc::out_of_memory));
    CHECK(words.count("unknown headstock error") == 0);
    CHECK(headstock::headstock_category().message(-1) == "unknown headstock error");
    CHECK(headstock::headstock_category().message(static_cast<int>(Errc::out_of_memory) + 1) ==
          "unknown headstock error");
    CHECK(headstock::make_error_code(Errc::out_of_memory).message() == "out of memory");
}

TEST_CASE("errors: compare with Errc, and keep a system's own codes") {
    const Error ours{Errc::timed_out, "no answer"};
    CHECK(ours.code == Errc::timed_out);
    CHECK(ours);
    CHECK(ours.message() == "no answer");
    CHECK_FALSE(Error{});
    const Error system{std::make_error_code(std::errc::connection_refused), ""};
    CHECK(system.message() == std::make_error_code(std::errc::connection_refused).message());
    CHECK(system.code != Errc::connect_failed);
}

TEST_CASE("errors: the peer's text is quoted, without controls and capped") {
    Error error{Errc::stream_failed, "the server ended the stream: reset"};
    error.peer_text = "bye\n2026-11-20 ok\x1b[31m\x7f";
    CHECK(error.message() == "the server ended the stream: reset: the server says "
                             "\"bye\\x0a2026-11-20 ok\\x1b[31m\\x7f\"");
    error.peer_text = std::string(100'000, 'x');
    CHECK(error.message().size() < 700);
    CHECK(error.message().ends_with("xxx...\""));
    error.peer_text = "grüße";
    CHECK(error.message().ends_with("\"grüße\""));
}
