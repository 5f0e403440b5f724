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
    for (int i = 1; i <= static_cast<int>(Errc::pin_mismatch); ++i) {
        const auto code = headstock::make_error_code(static_cast<Errc>(i));
        CHECK(std::string{code.category().name()} == "headstock");
        CHECK(code);
        words.insert(code.message());
    }
    CHECK(words.size() == static_cast<std::size_t>(Errc::pin_mismatch));
    CHECK(words.count("unknown headstock error") == 0);
    CHECK(headstock::headstock_category().message(-1) == "unknown headstock error");
    CHECK(headstock::headstock_category().message(static_cast<int>(Errc::pin_mismatch) + 1) ==
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

TEST_CASE("I4: the peer's text is kept apart from ours, and quoted, without controls and capped") {
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

TEST_CASE("errors: the peer's words stand behind what was wrong, and before what to do") {
    Error error{Errc::stream_failed, "the server ended the stream: see-other-host; set it; or not"};
    CHECK(error.message() == "the server ended the stream: see-other-host; set it; or not");
    error.peer_text = "moved; today";
    CHECK(error.message() == "the server ended the stream: see-other-host: the server says "
                             "\"moved; today\"; set it; or not");
}

TEST_CASE("errors: transient says whether the same attempt may go well later") {
    const auto with = [](Errc code, const char* condition) {
        Error error{code, "text"};
        error.condition = condition;
        return error.transient();
    };
    for (const auto code : {Errc::unknown_host, Errc::connect_failed, Errc::connection_lost,
                            Errc::timed_out, Errc::queue_full, Errc::out_of_memory})
        CHECK(with(code, ""));
    for (const auto code :
         {Errc::invalid_jid, Errc::invalid_option, Errc::invalid_stanza, Errc::tls_required,
          Errc::certificate_rejected, Errc::pin_mismatch, Errc::no_mechanism, Errc::not_authorized,
          Errc::not_xmpp, Errc::session_over})
        CHECK_FALSE(with(code, ""));
    CHECK(with(Errc::stream_failed, "system-shutdown"));
    CHECK(with(Errc::stream_failed, "undefined-condition"));
    CHECK_FALSE(with(Errc::bind_failed, "undefined-condition"));
    CHECK_FALSE(with(Errc::stream_failed, "conflict"));
    CHECK_FALSE(with(Errc::not_authorized, "not-authorized"));
    CHECK(with(Errc::not_authorized, "temporary-auth-failure"));
    CHECK(with(Errc::registration_refused, "resource-constraint"));
    CHECK(Error{std::make_error_code(std::errc::connection_refused), ""}.transient());
    CHECK_FALSE(Error{std::make_error_code(std::errc::operation_canceled), ""}.transient());
    CHECK_FALSE(Error{}.transient());
}

TEST_CASE("errors: none has a message too") { CHECK(Error{}.message() == "no error"); }
