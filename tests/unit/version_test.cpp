// XEP-0092: the version is told to whoever asks, and asked for.
#include "headstock/extensions/version.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Answer, headstock::SoftwareVersion, headstock::Version, headstock::VersionQuery;
using support::Stage;

namespace {

constexpr auto question =
    "<iq type='get' id='1' from='a@x/y'><query xmlns='jabber:iq:version'/></iq>";

std::string with(const std::string& inside) {
    return "<iq to='a@x/y' type='result' id='1'><query xmlns='jabber:iq:version'>" + inside +
           "</query></iq>";
}

} // namespace

TEST_CASE("version: answers with name and version, and the system when it was given") {
    Stage stage;
    Version version{{"bot", "1.0"}};
    stage.client->register_handler(version);
    CHECK(stage.answer_to(question) == with("<name>bot</name><version>1.0</version>"));
    stage.client->unregister_handler(version);
    Version other{{"bot", "1.0", "BeOS"}};
    stage.client->register_handler(other);
    CHECK(stage.answer_to(question) == with("<name>bot</name><version>1.0</version><os>BeOS</os>"));
}

TEST_CASE("version: only a get is answered") {
    Stage stage;
    Version version{{"bot", "1.0"}};
    stage.client->register_handler(version);
    CHECK(stage.answer_to(
              "<iq type='set' id='1' from='a@x/y'><query xmlns='jabber:iq:version'/></iq>") ==
          support::error_answer("1", "a@x/y", "service-unavailable"));
}

TEST_CASE("version: asked, it is the answer, the refusal, or an error that names what is missing") {
    Stage stage;
    const auto ask = [&] {
        stage.client->request("a@x/y", VersionQuery{}, [&](const Answer<SoftwareVersion>& answer) {
            stage.seen.add(answer ? answer->name + '/' + answer->version + '/' +
                                        answer->os.value_or("none")
                                  : answer.message());
        });
        return support::Asked{stage};
    };
    CHECK(ask().xml == "<iq type='get' to='a@x/y'><query xmlns='jabber:iq:version'/></iq>");
    const std::string query = "<query xmlns='jabber:iq:version'>";
    CHECK(ask().result(query + "<name>n</name><version>2</version><os>o</os></query>") == "n/2/o");
    CHECK(ask().result(query + "<version/><name>n</name><odd/></query>") == "n//none");
    CHECK(ask().result(query + "<name>n</name></query>").find("version is missing") !=
          std::string::npos);
    CHECK(ask().error("service-unavailable") == "service-unavailable (cancel)");
}
