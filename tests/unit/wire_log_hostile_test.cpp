// The log reads what strangers wrote: its time and memory are bounded, whatever that is.
#include "headstock/session/recorder.hpp"
#include "headstock/session/redact.hpp"
#include "headstock/session/wire_log.hpp"
#include "tests/support/growth.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/hostile_shapes.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using headstock::detail::redact, headstock::detail::WireLog;
using support::Stage;

namespace {

constexpr std::size_t mebibyte = 1u << 20;

enum class Names { attributes, elements, namespaces };

// A stranger's message of about so many bytes, in which no name comes twice.
std::string distinct_names(Names names, std::size_t bytes) {
    std::string xml = "<message from='stranger@x'><password/><x xmlns='urn:x'";
    if (names != Names::attributes) xml += '>';
    for (int i = 0; xml.size() < bytes; ++i) {
        const auto n = std::to_string(i);
        if (names == Names::attributes) xml += " a" + n + "=''";
        if (names == Names::elements) xml += "<n" + n + "/>";
        if (names == Names::namespaces) xml += "<n xmlns='urn:" + n + "'/>";
    }
    if (names == Names::attributes) xml += '>';
    return xml + "<password xmlns='jabber:iq:register'>p</password></x></message>";
}

void say_in_reads(Stage& stage, std::string_view xml, std::size_t read_size) {
    for (; !xml.empty(); xml.remove_prefix(std::min(read_size, xml.size())))
        stage.says(xml.substr(0, read_size));
}

bool is_alive(Stage& stage) {
    return stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:q'/></iq>")
               .find("service-unavailable") != std::string::npos;
}

} // namespace

TEST_CASE("log: many distinct names in a stranger's message are shown as they came (issue 9.1)") {
    for (const auto names : {Names::attributes, Names::elements, Names::namespaces}) {
        for (const std::size_t bytes : {20'000u, 60'000u}) {
            CAPTURE(bytes);
            Stage stage;
            stage.keep_log();
            auto xml = distinct_names(names, bytes);
            say_in_reads(stage, xml, 4096);
            xml.replace(xml.find(">p<") + 1, 1, "[1 bytes]");
            CHECK(stage.log == "S: " + xml + "\n");
            CHECK(is_alive(stage));
        }
    }
}

TEST_CASE("log: mebibytes of distinct names end nothing (issue 9.1)") {
    for (const auto names : {Names::attributes, Names::elements, Names::namespaces}) {
        const auto most = names == Names::attributes ? mebibyte / 2 : 2 * mebibyte;
        Stage stage;
        stage.keep_log();
        const auto xml = distinct_names(names, most);
        say_in_reads(stage, xml, 16'384);
        CAPTURE(stage.client->error().message());
        CHECK(stage.log.size() < 2 * WireLog::shown);
        CHECK(stage.log.ends_with(" more bytes]\n"));
        CHECK(is_alive(stage));
    }
}

TEST_CASE("log: a stanza of any depth is shown without recursion (issue 9.2)") {
    std::string xml;
    for (int i = 0; i < 99'000; ++i) xml += "<a>";
    for (int i = 0; i < 99'000; ++i) xml += "</a>";
    CHECK(redact(xml) == xml);
    Stage stage;
    stage.keep_log();
    stage.says("<message>" + xml + "</message>");
    CHECK(stage.log.ends_with(" more bytes]\n"));
    CHECK(is_alive(stage));
}

TEST_CASE("log: redaction costs no square of what is shown (issue 9.3)") {
    std::vector<std::string> stanzas;
    const auto both = [](const auto& make) {
        CHECK(support::grows_evenly(WireLog::shown, [&](std::size_t bytes) {
            const auto xml = make(bytes);
            return support::least_seconds([&] { redact(xml); });
        }));
    };
    for (const auto& shape : support::hostile_shapes()) {
        CAPTURE(std::string{shape.what});
        both([&](std::size_t bytes) { return support::hostile_stanza(shape, bytes); });
    }
    for (const auto* part : {"<", "&", "<!--", "<![CDATA[", "<?", "<a b='&#", "<key>", "<a key='",
                             "'", "</a>", "<x xmlns:a='&amp;'>", "<field var='a&amp;", "pinkey"}) {
        CAPTURE(part);
        both([&](std::size_t bytes) {
            std::string xml{"<message><body a='"};
            while (xml.size() < bytes) xml += part;
            return xml;
        });
        both([&](std::size_t bytes) {
            std::string xml{"<message><body>"};
            while (xml.size() < bytes) xml += part;
            return xml;
        });
    }
}

TEST_CASE("log: a stanza in small reads costs no square while the log is on (issue 9.3)") {
    const auto cost = [](std::size_t bytes) {
        const auto xml = "<message><body>" + std::string(bytes, 'x') + "</body></message>";
        Stage stage;
        stage.keep_log();
        return support::least_seconds([&] { say_in_reads(stage, xml, 64); });
    };
    CHECK(support::grows_evenly(mebibyte / 4, cost));
}

TEST_CASE("log: memory is bounded while a long stanza is logged (issue 9.5)") {
    const std::string part(mebibyte, 'x');
    for (const std::size_t reads : {1u, 16u}) {
        CAPTURE(reads);
        Stage stage;
        std::size_t lines = 0;
        stage.client->set_log([&](std::string_view) { ++lines; });
        stage.says("<message><body>");
        say_in_reads(stage, part, part.size() / reads);
        {
            const test::HeapLimit limit{mebibyte};
            for (int i = 0; i < 200; ++i) say_in_reads(stage, part, part.size() / reads);
            stage.says("</body></message>");
        }
        CHECK(lines == 1);
        CHECK(is_alive(stage));
    }
}

TEST_CASE("log: memory is bounded while lines are held back behind an open stanza (issue 9.5)") {
    WireLog log;
    std::size_t shown = 0;
    log.set_sink([&](std::string_view line) { shown += line.size(); });
    const auto stanza = "<message><body>" + std::string(10'000, 'x') + "</body></message>";
    {
        const test::HeapLimit limit{mebibyte};
        log.hold_sent(true);
        for (int i = 0; i < 1000; ++i) log.sent(stanza);
        log.hold_sent(false);
    }
    CHECK(shown > 1000 * stanza.size());
}

TEST_CASE("log: a stanza of many mebibytes that is sent costs no copy of it (issue 9.5)") {
    WireLog log;
    std::string shown;
    log.set_sink([&](std::string_view line) { shown = line; });
    const auto stanza = "<message><body>" + std::string(16 * mebibyte, 'x') + "</body></message>";
    const test::HeapLimit limit{mebibyte};
    log.sent(stanza);
    CHECK(
        shown.ends_with("... [" + std::to_string(stanza.size() - WireLog::shown) + " more bytes]"));
}

TEST_CASE("log: a line for which there is no memory is left out, and ends nothing (R9)") {
    WireLog log;
    std::size_t lines = 0;
    log.set_sink([&](std::string_view) { ++lines; });
    const auto stanza = "<message><body>" + std::string(10'000, 'x') + "</body></message>";
    {
        const test::HeapLimit limit{4000};
        log.sent(stanza);
        log.received(stanza);
        log.note(stanza);
        log.hold_sent(true);
        log.sent(stanza);
    }
    CHECK(lines == 0);
    log.received(stanza);
    CHECK(lines == 1);
}
