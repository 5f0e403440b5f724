// XEP-0202: the time that is told, and what is read.
#include "headstock/extensions/entity_time.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using headstock::EntityTime, headstock::TimeAnswer, headstock::TimeQuery;
using support::Stage;

namespace {
const std::string question =
    "<iq type='get' id='t' from='a@x/y'><time xmlns='urn:xmpp:time'/></iq>";
std::string answer(const std::string& zone, const std::string& utc) {
    return "<time xmlns='urn:xmpp:time'><tzo>" + zone + "</tzo><utc>" + utc + "</utc></time>";
}
} // namespace

TEST_CASE("entity time: the example of the specification is read and written again") {
    const auto xml = answer("-06:00", "2006-12-19T17:58:35Z");
    const auto time = headstock::payload_from_xml<TimeAnswer>(xml);
    REQUIRE(time);
    CHECK(time->zone == -6h);
    CHECK(headstock::to_element(*time).xml() == xml);
}

TEST_CASE("entity time: zones are read as they are written, and nothing else is") {
    const std::pair<const char*, std::chrono::minutes> good[] = {
        {"Z", 0min},        {"+00:00", 0min},    {"-00:00", 0min},
        {"+05:45", 345min}, {"-03:30", -210min}, {"+14:00", 14h}};
    for (const auto& [text, zone] : good) {
        const auto read =
            headstock::payload_from_xml<TimeAnswer>(answer(text, "2006-12-19T17:58:35Z"));
        REQUIRE(read);
        CHECK(read->zone == zone);
    }
    for (const auto* bad : {"", "6", "06:00", "+6:00", "+06.00", "+06:60", "+14:01", "+15:00",
                            "+-1:00", "+06:0", "+06:000", "UTC", "+0x:00"}) {
        CHECK_FALSE(headstock::payload_from_xml<TimeAnswer>(answer(bad, "2006-12-19T17:58:35Z")));
    }
    CHECK_FALSE(headstock::payload_from_xml<TimeAnswer>(answer("Z", "20061219T17:58:35")));
    CHECK(headstock::to_element(TimeAnswer{-210min, {}}).child("tzo").text() == "-03:30");
    CHECK(headstock::to_element(TimeAnswer{-30min, {}}).child("tzo").text() == "-00:30");
    CHECK_THROWS_AS((void)headstock::to_element(TimeAnswer{15h, {}}), std::invalid_argument);
}

TEST_CASE("entity time: who asks is told by the system's clock, or one of ours") {
    Stage stage;
    EntityTime time{headstock::TimeZone::utc};
    stage.client->register_handler(time);
    const auto said = headstock::from_element<TimeAnswer>(
        headstock::Element::parse(stage.answer_to(question)).value().first_child());
    REQUIRE(said);
    CHECK(said->zone == 0min);
    const auto off = std::chrono::system_clock::now() - said->utc;
    CHECK(off < 60s);
    CHECK(off >= 0s);
    stage.client->unregister_handler(time);
    EntityTime ours{[] { return TimeAnswer{2h, headstock::DateTime{1s}}; }};
    stage.client->register_handler(ours);
    CHECK(stage.answer_to(question) == "<iq to='a@x/y' type='result' id='t'>" +
                                           answer("+02:00", "1970-01-01T00:00:01Z") + "</iq>");
    CHECK_THROWS_AS(EntityTime{EntityTime::Clock{}}, std::invalid_argument);
}

TEST_CASE("entity time: the zone of the system is that of TZ") {
    const auto* before = std::getenv("TZ");
    const std::string kept = before == nullptr ? "" : before;
    setenv("TZ", "<+0545>-05:45", 1);
    tzset();
    Stage stage;
    EntityTime time;
    stage.client->register_handler(time);
    CHECK(stage.answer_to(question).find("<tzo>+05:45</tzo>") != std::string::npos);
    before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
    tzset();
}

TEST_CASE("entity time: another's is asked") {
    Stage stage;
    stage.client->request("a@x/y", TimeQuery{}, [&](const auto& told) {
        stage.seen.add(told ? headstock::format_date_time(told->utc) : told.message());
    });
    support::Asked asked{stage};
    CHECK(asked.xml == "<iq type='get' to='a@x/y'><time xmlns='urn:xmpp:time'/></iq>");
    CHECK(asked.result(answer("Z", "2006-12-19T17:58:35Z")) == "2006-12-19T17:58:35Z");
}
