// Contract 3 and 4 at size: a roster is handled contact by contact, and held no longer than that.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr int contacts = 10'000;
constexpr auto before = "<iq type='set' id='r'><query xmlns='jabber:iq:roster'>";
constexpr auto after = "</query></iq>";

std::string item(int number) {
    return "<item jid='contact-" + std::to_string(number) +
           "@somewhere.example' name='Contact' subscription='both'><group>Friends</group></item>";
}

// What can be held is a fraction of a roster, hardly more than Expat's own needs.
headstock::Options little_memory() {
    auto options = support::in_clear();
    options.limits.held = 64u << 10;
    return options;
}

void say_roster(Stage& stage) {
    stage.says(before);
    for (int i = 0; i < contacts && !stage.client->wants_close(); ++i) stage.says(item(i));
    if (!stage.client->wants_close()) stage.says(after);
}

} // namespace

TEST_CASE(
    "contract 4: the first of 10,000 contacts is handled before half of the roster has arrived") {
    std::string roster = before;
    for (int i = 0; i < contacts; ++i) roster += item(i);
    roster += after;
    Stage stage;
    int handled = 0;
    stage.client->on({"item", ns::roster}, [&](const Tag&) { ++handled; });

    const std::string_view bytes = roster;
    std::size_t fed = 0;
    std::size_t fed_at_first = 0;
    for (; fed < bytes.size(); fed += 1000) {
        stage.says(bytes.substr(fed, 1000));
        if (handled > 0 && fed_at_first == 0) fed_at_first = fed + 1000;
    }
    MESSAGE("the first contact was handled after " << fed_at_first << " of " << bytes.size()
                                                   << " bytes");
    CHECK(fed_at_first <= bytes.size() / 2);
    CHECK(handled == contacts);
}

TEST_CASE("contract 3: what is held stays flat while 10,000 items pass") {
    Stage stage{little_memory()};
    int handled = 0;
    stage.client->on({"item", ns::roster}, [&](const Element& item) {
        handled += item.child("group").text() == "Friends";
    });
    say_roster(stage);
    CHECK(handled == contacts);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("contract 3: a row that wants the whole roster is what holds it") {
    Stage stage{little_memory()};
    stage.client->on({"query", ns::roster}, [&](const Element&) { stage.seen.add("query"); });
    say_roster(stage);
    CHECK(stage.seen.take() == "");
    CHECK(stage.client->error().code == headstock::Errc::policy_violation);
}

TEST_CASE("contract 3: a message row does not make roster items be kept") {
    Stage stage{little_memory()};
    int handled = 0;
    stage.client->on("message", [&](const Element&) {});
    stage.client->on("message/body", [&](const Tag&, const Element&) {});
    stage.client->on("iq@type=get", [](const Element&) { return Element{}; });
    stage.client->on({"item", ns::roster}, [&](const Tag&) { ++handled; });
    say_roster(stage);
    CHECK(handled == contacts);
    CHECK_FALSE(stage.client->error());
}

TEST_CASE("contract 3: what nobody registered for is passed by, whatever its size") {
    Stage stage{little_memory()};
    stage.client->on("message/body", [](const Element&) {});
    say_roster(stage);
    stage.says("<message><x xmlns='urn:x'>");
    for (int i = 0; i < 1000; ++i) stage.says("<y>" + std::string(1000, 'y') + "</y>");
    stage.says("</x></message>");
    CHECK_FALSE(stage.client->error());
}
