// The log as records, and laid out for a person.
#include "headstock/headstock.hpp"
#include "headstock/session/log_layout.hpp"
#include "headstock/session/wire_log.hpp"
#include "headstock/testing/stage.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using headstock::LogKind, headstock::LogLayout, headstock::LogRecord;
using headstock::detail::indent_line;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view begin = "2026-11-20T10:11:12.345Z S: ";

std::string indented(std::string_view xml) {
    return indent_line(std::string{begin} + std::string{xml}).substr(begin.size());
}

std::string joined(std::string_view lines) {
    std::string line;
    std::istringstream in{std::string{lines}};
    for (std::string one; std::getline(in, one);) {
        const auto text = line.empty() ? 0 : one.find_first_not_of(' ');
        line += one.substr(text);
    }
    return line;
}

std::string content_of(const std::string& path) {
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Kept records: their text is borrowed.
struct Kept {
    LogKind kind;
    std::chrono::sys_time<std::chrono::milliseconds> time;
    std::string text;
};

} // namespace

TEST_CASE("log record: a function of records is told kind, time and text, secrets hidden") {
    headstock::testing::Stage stage;
    std::vector<Kept> kept;
    stage.client().set_log([&](const LogRecord& record) {
        kept.push_back({record.kind, record.time, std::string{record.text}});
    });
    stage.login();
    kept.clear();
    stage.pass(1500ms);
    stage.says("<iq type='result' id='1'><query><password>hunter2</password></query></iq>");
    stage.client().send_stanza(headstock::presence());
    stage.settle();
    REQUIRE(kept.size() == 3);
    CHECK(kept[0].kind == LogKind::note);
    CHECK(kept[0].text.find("answers no request") != std::string::npos);
    CHECK(kept[1].kind == LogKind::received);
    CHECK(kept[1].text ==
          "<iq type='result' id='1'><query><password>[7 bytes]</password></query></iq>");
    CHECK(kept[2].kind == LogKind::sent);
    CHECK(kept[2].text == "<presence/>");
    using namespace std::chrono;
    CHECK(kept[2].time == sys_days{2026y / 1 / 1} + stage.now());
}

TEST_CASE("log record: outside of the test kit the time is the system's") {
    support::Stage stage;
    std::vector<Kept> kept;
    stage.client->set_log([&](const LogRecord& record) {
        kept.push_back({record.kind, record.time, std::string{record.text}});
    });
    const auto before =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    stage.says("<presence/>");
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].time >= before);
    CHECK(kept[0].time <= std::chrono::system_clock::now());
}

TEST_CASE("log record: functions of lines and of records take each other's place") {
    support::Stage stage;
    int lines = 0;
    int records = 0;
    stage.client->set_log([&](std::string_view) { ++lines; });
    stage.client->set_log([&](const LogRecord&) { ++records; });
    stage.says("<presence/>");
    CHECK(lines == 0);
    CHECK(records == 1);
    stage.client->set_log([&](auto line) { lines += std::string_view{line}.empty() ? 0 : 1; });
    stage.says("<presence/>");
    CHECK(lines == 1);
    CHECK(records == 1);
    stage.client->set_log([&](const LogRecord&) { ++records; });
    stage.client->set_log(std::function<void(const LogRecord&)>{});
    stage.says("<presence/>");
    CHECK(lines == 1);
    CHECK(records == 1);
}

TEST_CASE("log record: what is no line of a log is no record") {
    CHECK(LogRecord::parse(std::string{begin} + "<presence/>"));
    CHECK(LogRecord::parse("2026-11-20T10:11:12.345Z -- a note"));
    for (const auto* line : {
             "",
             "S: <presence/>",
             "2026-11-20T10:11:12.345Z X: <presence/>",
             "2026-11-20T10:11:12.345Z  S: <presence/>",
             "2026-11-20 10:11:12.345Z S: <presence/>",
             "2026-11-31T10:11:12.345Z S: <presence/>",
             "2026-11-20T10:11:12.345  S: <presence/>",
             "2026-11-20T10:11:12.345Z S:",
             "2026-11-20T10:11:12.345Z S: <presence/>\n",
             "    <body/> 2026-11-20T10:11:12.345Z S: ",
         }) {
        CAPTURE(line);
        CHECK_FALSE(LogRecord::parse(line));
    }
}

TEST_CASE("log record: a record and its line are the same") {
    for (const auto* line :
         {"2026-11-20T10:11:12.345Z S: <presence/>", "2026-11-20T10:11:12.000Z C: <presence/>",
          "1969-12-31T23:59:59.999Z -- a note", "2026-11-20T10:11:12.070Z C: "}) {
        const auto record = LogRecord::parse(line);
        REQUIRE(record);
        CHECK(record->line() == line);
    }
}

TEST_CASE("log layout: each element has a line of its own") {
    CHECK(LogRecord::parse(std::string{begin} + "<iq id='1'><query xmlns='urn:x'><item a='>'/>"
                                                "<item>one</item></query></iq>")
              ->indented() == std::string{begin} + "<iq id='1'>\n"
                                                   "    <query xmlns='urn:x'>\n"
                                                   "      <item a='>'/>\n"
                                                   "      <item>one</item>\n"
                                                   "    </query>\n"
                                                   "  </iq>");
}

TEST_CASE("log layout: text stays on one line as it is, with all that is beside it") {
    const std::string_view mixed = "<p>It is <b><i>not</i></b> so</p>";
    CHECK(indented(mixed) == mixed);
    CHECK(indented("<body> <b/></body>") == "<body> <b/></body>"); // white space is text
    CHECK(indented("<html><body>" + std::string{mixed} + "</body></html>") ==
          "<html>\n    <body>\n      " + std::string{mixed} + "\n    </body>\n  </html>");
    CHECK(indented("<a><b><![CDATA[<x>]]></b></a>") == "<a>\n    <b><![CDATA[<x>]]></b>\n  </a>");
}

TEST_CASE("log layout: what is hidden, cut off or only a part stands as it is") {
    CHECK(indented("<a><password>[7 bytes]</password></a>") ==
          "<a>\n    <password>[7 bytes]</password>\n  </a>");
    CHECK(indented("<a><b/><c>[9 bytes]... [7 more bytes]") ==
          "<a>\n    <b/>\n    <c>[9 bytes]... [7 more bytes]");
    CHECK(indented("</stream:stream>") == "</stream:stream>");
    CHECK(indented("<?xml version='1.0'?><stream:stream to='e.test'>") ==
          "<?xml version='1.0'?><stream:stream to='e.test'>");
    CHECK(indented("[9 bytes]") == "[9 bytes]");
    CHECK(indented("<a") == "<a");
    CHECK(indented("<presence/>") == "<presence/>");
    const std::string note = "2026-11-20T10:11:12.345Z -- dropped: <a><b/></a>";
    CHECK(indent_line(note) == note);
    CHECK(indent_line("") == "");
}

TEST_CASE("log layout: who nests deeply gets no more columns for it") {
    std::string deep;
    for (int i = 0; i < 9'000; ++i) deep += "<a>";
    for (int i = 0; i < 9'000; ++i) deep += "</a>";
    const auto laid_out = indented(deep);
    CHECK(laid_out.size() < deep.size() + 2'000);
    CHECK(joined(std::string{begin} + laid_out) == std::string{begin} + deep);
    std::string wide = "<a>";
    for (int i = 0; i < 9'000; ++i) wide += "<b/>";
    CHECK(indented(wide + "</a>").size() < 4 * wide.size());
}

TEST_CASE("log layout: the lines joined are the line, whatever stands in it") {
    std::mt19937 random{7};
    const std::vector<std::string_view> parts{"<a>",  "</a>", "<b/>", "<c d='> '>", "</c>", "text",
                                              " ",    "<",    ">",    "[3 bytes]",  "'",    "&#10;",
                                              "<!--", "-->",  "<?x",  "?>",         "/>",   "</"};
    for (int i = 0; i < 5'000; ++i) {
        std::string line{begin};
        for (auto n = random() % 20; n > 0; --n) line += parts[random() % parts.size()];
        CAPTURE(line);
        const auto laid_out = indent_line(line);
        REQUIRE(joined(laid_out) == line);
    }
}

TEST_CASE("log layout: a file and a stream may be laid out, each by itself") {
    const headstock::test::TemporaryFile plain{""};
    const headstock::test::TemporaryFile laid_out{""};
    support::Stage stage;
    auto* const stream = std::fopen(plain.path().c_str(), "w");
    REQUIRE(stream != nullptr);
    stage.client->set_log(stream, LogLayout::lines);
    CHECK_FALSE(stage.client->set_log(laid_out.path(), LogLayout::indented));
    stage.says("<message><x/></message>");
    CHECK(content_of(plain.path()).ends_with("Z S: <message><x/></message>\n"));
    CHECK(content_of(laid_out.path()).ends_with("Z S: <message>\n    <x/>\n  </message>\n"));
    stage.client->set_log(stream, LogLayout::indented);
    CHECK_FALSE(stage.client->set_log(laid_out.path()));
    stage.says("<presence><y/></presence>");
    CHECK(content_of(plain.path()).ends_with("Z S: <presence>\n    <y/>\n  </presence>\n"));
    CHECK(content_of(laid_out.path()).ends_with("Z S: <presence><y/></presence>\n"));
    CHECK(stage.client->set_log("/nonexistent/folder/log", LogLayout::indented));
    stage.client->set_log(nullptr, LogLayout::indented);
    stage.says("<presence/>");
    CHECK(content_of(plain.path()).ends_with("</presence>\n"));
    std::fclose(stream);
}
