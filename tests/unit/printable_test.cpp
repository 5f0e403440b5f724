// What others wrote does nothing to a terminal or a log.
#include "headstock/error.hpp"
#include "headstock/printable.hpp"
#include "headstock/stanza.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using headstock::printable;

namespace {

// Everything that may not reach a terminal, between letters.
constexpr std::string_view hostile = "a\x1b[31mb\x07"
                                     "c\nd\x7f"
                                     "e\xc2\x9b"
                                     "31mf\xe2\x80\xa8g\xe2\x80\xae"
                                     "h\xe2\x81\xa6i\x9bj";
constexpr std::string_view safe = R"(a\x1b[31mb\x07c\x0ad\x7fe\x9b31mf\u2028g\u202eh\u2066i\x9bj)";

// What the default for on_exception writes to standard error while `f` runs.
template <class F>
std::string stderr_of(F f) {
    const headstock::test::TemporaryFile file{""};
    std::fflush(stderr);
    const int before = dup(STDERR_FILENO);
    auto* const target = std::fopen(file.path().c_str(), "w");
    REQUIRE(dup2(fileno(target), STDERR_FILENO) >= 0);
    f();
    std::fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    std::fclose(target);
    std::ifstream in{file.path()};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// The statements of a program that print, each up to its semicolon.
std::vector<std::string> prints(const std::string& source) {
    std::vector<std::string> all;
    for (const auto* stream : {"std::cout <<", "std::cerr <<"}) {
        for (auto at = source.find(stream); at != source.npos; at = source.find(stream, at + 1))
            all.push_back(source.substr(at, source.find(';', at) - at));
    }
    return all;
}

} // namespace

TEST_CASE("I3: no control, no separator and no change of direction is left in what is shown (issue "
          "9.13)") {
    CHECK(printable(hostile) == safe);
    for (int c = 0; c < 0x20; ++c)
        CHECK(printable(std::string(1, static_cast<char>(c))).starts_with("\\x"));
    for (int c = 0x80; c < 0xa0; ++c)
        CHECK(printable(std::string{'\xc2', static_cast<char>(c)}).size() == 4);
    for (const auto* direction : {"\u061c", "\u200e", "\u200f", "\u202a", "\u202d", "\u2069"})
        CHECK(printable(direction).starts_with("\\u"));
}

TEST_CASE("printable: what is text stays as it is") {
    for (const auto* text :
         {"", "grüße", "日本語", "👩‍👩‍👧", "שלום", "a\u00a0b", "\\x1b", "<&>'\""})
        CHECK(printable(text) == text);
}

TEST_CASE("printable: what is not UTF-8 is shown byte by byte") {
    CHECK(printable("a\xff") == R"(a\xff)");
    CHECK(printable("\xc0\x80") == R"(\xc0\x80)");         // an overlong NUL
    CHECK(printable("\xed\xa0\x80") == R"(\xed\xa0\x80)"); // a surrogate
    CHECK(printable("\xc2") == R"(\xc2)");
    CHECK(printable(std::string_view{"\0", 1}) == R"(\x00)");
}

TEST_CASE("printable: a long text is cut, and not inside a character") {
    CHECK(printable("abcdef", 3) == "abc...");
    CHECK(printable("abc", 3) == "abc");
    CHECK(printable("ab\u20acd", 4) == "ab...");
    CHECK(printable("\x9f\x9f\x9f\x9f\x9f\x9f", 5).ends_with("..."));
    CHECK(printable(std::string(5000, 'x')) == std::string(4096, 'x') + "...");
    CHECK(printable(std::string(5000, 'x'), std::string::npos).size() == 5000);
    CHECK(printable("\u20ac", 0) == "...");
}

TEST_CASE("terminal: messages of errors and refusals hold no control (issue 9.13)") {
    headstock::Error error{headstock::Errc::rejected, std::string{hostile}};
    error.peer_text = hostile;
    CHECK(error.message() == std::string{safe} + ": the server says \"" + std::string{safe} + "\"");
    const headstock::StanzaError refusal{headstock::Condition::gone, std::string{hostile}};
    CHECK(refusal.message().ends_with(safe));
}

TEST_CASE("terminal: an exception's words do nothing to it, without on_exception (issue 9.13)") {
    support::Stage stage;
    stage.client->on("message/body", [](const headstock::Element& body) {
        throw std::runtime_error("cannot read " + std::string{body.text()});
    });
    const auto shown = stderr_of(
        [&] { stage.says("<message><body>x&#x9b;31mred&#10;forged\u202e line</body></message>"); });
    CHECK(shown == "headstock: an exception left a closure: cannot read "
                   "x\\x9b31mred\\x0aforged\\u202e line\n");
}

TEST_CASE("I3: a note in the log holds no control (issue 9.13)") {
    support::Stage stage;
    stage.keep_log();
    stage.client->on({"x", "urn:x"}, [](const headstock::Tag&) {});
    stage.says("<message from='a@x'><sent xmlns='urn:xmpp:carbons:2'/>&#x9b;</message>");
    stage.says("<\u00e9 xmlns='urn:&#x85;&#x202e;'/>");
    for (const auto control : {"\u009b", "\u0085", "\u202e"})
        CHECK(stage.log.find(control) == stage.log.npos);
}

TEST_CASE("terminal: the examples print what others wrote through printable() (issue 9.13)") {
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{
             support::test_directory() + "/../examples"}) {
        if (!entry.is_regular_file()) continue;
        for (const auto& statement : prints(read_file(entry.path()))) {
            CAPTURE(entry.path().string());
            CAPTURE(statement);
            for (const auto* theirs : {"attribute(", "text()", ".xml()", "->name", "->version",
                                       " body", " whom", " who", " text", " line "}) {
                if (statement.find(theirs) == statement.npos) continue;
                CHECK(statement.find("printable(") != statement.npos);
                ++seen;
            }
        }
    }
    CHECK(seen >= 10);
}
