// docs/guide/requests.md
#include "juliet.hpp"
#include "weather.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace requests_page {

using headstock::Answer, headstock::Condition, headstock::StanzaError;

// page: answer
struct Station {
    Answer<Report> asked(const ReportQuery& query) const {
        if (query.station != "roof") return StanzaError{Condition::item_not_found, "no such place"};
        return Report{"roof", {{21.5}}};
    }
};
HEADSTOCK_HANDLERS(Station, on<&self::asked>("iq@type=get"))
// page: end

// page: later
struct SlowStation {
    std::vector<headstock::Reply> open;

    void asked(const ReportQuery&, headstock::Reply reply) { open.push_back(std::move(reply)); }
    void measured(double value) {
        for (auto& reply : open) std::move(reply)(Report{"roof", {{value}}});
        open.clear();
    }
};
HEADSTOCK_HANDLERS(SlowStation, on<&self::asked>("iq@type=get"))
// page: end

// page: ask
void ask(headstock::ClientApi& client, std::string& said) {
    using namespace std::chrono_literals;
    client.request(
        "station@example.org/weather", ReportQuery{"roof"},
        [&said](const auto& answer) { // const Answer<Report>&
            if (answer)
                said = "degrees: " + std::to_string(answer->readings.at(0).value);
            else if (answer.refusal() != nullptr)
                said = "refused: " + answer.message();
            else
                said = "no answer: " + answer.message();
        },
        10s);
}
// page: end

constexpr auto question = "<iq type='get' id='1' from='juliet@example.org/balcony'>"
                          "<query xmlns='https://example.org/weather' station='roof'/></iq>";

TEST_CASE("pages: a question is answered, or refused with a reason") {
    Station station;
    headstock::testing::Stage stage;
    stage.client().register_handler(station);
    stage.login();
    stage.says(question);
    CHECK(stage.sent_elements().at(0).at("{https://example.org/weather}report/station").text() ==
          "roof");
    stage.says("<iq type='get' id='2' from='juliet@example.org/balcony'>"
               "<query xmlns='https://example.org/weather' station='cellar'/></iq>");
    CHECK(StanzaError::of(stage.sent_elements().at(0)).condition == Condition::item_not_found);
}

TEST_CASE("pages: an answer that is given later") {
    SlowStation station;
    headstock::testing::Stage stage;
    stage.client().register_handler(station);
    stage.login();
    stage.says(question);
    CHECK(stage.sent().empty());
    station.measured(7);
    stage.settle();
    CHECK(stage.sent_elements().at(0).attribute("type") == "result");
}

TEST_CASE("pages: a request has one end: answer, refusal or time-out") {
    headstock::testing::Stage stage;
    std::string said;
    stage.login();
    ask(stage.client(), said);
    stage.settle();
    const auto id = std::string{stage.sent_elements().at(0).attribute("id")};
    stage.says("<iq type='error' id='" + id +
               "' from='station@example.org/weather'><error type='cancel'><service-unavailable "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    CHECK(said == "refused: service-unavailable (cancel)");
    ask(stage.client(), said);
    stage.pass(std::chrono::seconds{10});
    CHECK(said.starts_with("no answer: "));
}

} // namespace requests_page
