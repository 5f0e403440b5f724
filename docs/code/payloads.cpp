// docs/guide/payloads.md
#include "juliet.hpp"
#include "weather.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace payloads_page {

// page: handler
struct Thermometer {
    double last = 0;

    void came(const Report& report) { // not called for one that does not read
        for (const auto& reading : report.readings) last = reading.value;
    }
};
HEADSTOCK_HANDLERS(Thermometer, on<&self::came>("message"))
// page: end

TEST_CASE("pages: a struct is an element, both ways") {
    // page: both_ways
    const Report report{"roof", {{21.5, Unit::celsius}}};
    const auto element = headstock::to_element(report);
    const auto back = headstock::from_element<Report>(element);
    // page: end
    CHECK(element.xml() == "<report xmlns='https://example.org/weather'><station>roof</station>"
                           "<reading value='21.5' unit='celsius'/></report>");
    REQUIRE(back);
    CHECK(back->readings.at(0).value == 21.5);
}

TEST_CASE("pages: what is missing is named") {
    const auto report = headstock::payload_from_xml<Report>(
        "<report xmlns='https://example.org/weather'><station>roof</station>"
        "<reading value='warm' unit='celsius'/></report>");
    CHECK_FALSE(report);
    CHECK(report.message() == "reading/value is not a number");
}

TEST_CASE("pages: a row takes the struct") {
    Thermometer thermometer;
    headstock::testing::Stage stage;
    stage.client().register_handler(thermometer);
    stage.login();
    stage.says(bridge::Element{"message", headstock::ns::client}
                   .set("from", "roof@example.org")
                   .add(Report{"roof", {{19}}}));
    CHECK(thermometer.last == 19);
    // page: send
    stage.client().send_stanza("juliet@example.org", Report{"roof", {{19}}});
    // page: end
    stage.settle();
    CHECK(stage.sent_elements().at(0).first_child().local_name() == "report");
}

} // namespace payloads_page
