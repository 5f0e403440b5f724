// XEP-0059: a list that is asked for page by page, and held a page at a time.
#include "headstock/extensions/rsm.hpp"

#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::Answer, headstock::DiscoItems, headstock::Element, headstock::Errc,
    headstock::NextPage, headstock::PageOf, headstock::PageOptions, headstock::Rsm;
using support::Stage;

namespace {

Element rooms(const Rsm& page) {
    const headstock::DiscoItemsQuery query{{}, {headstock::to_element(page)}};
    return headstock::iq_get("muc.e.test").add(query);
}

struct PagesStage : Stage {
    headstock::Delivery ask(PageOptions options = {}) {
        return headstock::request_pages<DiscoItems>(
            *client, &rooms,
            [this](const Answer<DiscoItems>& answer, const PageOf& of) {
                last = of;
                if (answer.failure() != nullptr) why = answer.failure()->code;
                if (!answer) {
                    seen.add("[" + answer.message() + "]");
                } else {
                    for (const auto& item : answer->items) seen.add(item.jid.str());
                }
                if (of.last) seen.add(".");
                return stop ? NextPage::stop : NextPage::ask;
            },
            options);
    }
    // Answers the page that was asked for; gives what was asked, "max/after".
    std::string answer(const std::string& inside, const std::string& type = "result") {
        const auto iq = Element::parse(take()).value();
        const auto& set = iq.at("{http://jabber.org/protocol/disco#items}query/"
                                "{http://jabber.org/protocol/rsm}set");
        says("<iq type='" + type + "' from='muc.e.test' id='" + std::string{iq.attribute("id")} +
             "'>" + inside + "</iq>");
        return std::string{set.child("max").text()} + "/" + std::string{set.child("after").text()};
    }
    std::string page(const std::string& jid, const std::string& set) {
        return answer("<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + jid +
                      "'/>" + set + "</query>");
    }
    static std::string ending(const std::string& last) {
        return "<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>" + last +
               "</first><last>" + last + "</last></set>";
    }

    bool stop = false;
    PageOf last;
    std::error_code why;
};

} // namespace

TEST_CASE("rsm: a list comes page by page, until a page is empty") {
    PagesStage stage;
    CHECK(stage.ask({.size = 20}));
    CHECK(stage.page("a@e.test", PagesStage::ending("A")) == "20/");
    CHECK(stage.seen.take() == "a@e.test");
    CHECK(stage.last.number == 0);
    CHECK(stage.last.set.first->index == 0);
    CHECK(stage.page("b@e.test", PagesStage::ending("B")) == "20/A");
    CHECK(stage.answer("<query xmlns='http://jabber.org/protocol/disco#items'><set "
                       "xmlns='http://jabber.org/protocol/rsm'><count>2</count></set></query>") ==
          "20/B");
    CHECK(stage.seen.take() == "b@e.test .");
    CHECK(stage.last.number == 2);
    CHECK(stage.last.set.count == 2);
    CHECK(stage.take() == "");
}

TEST_CASE("rsm: a service that knows no pages has sent all") {
    PagesStage stage;
    stage.ask();
    CHECK(stage.page("a@e.test", "") == "100/");
    CHECK(stage.seen.take() == "a@e.test .");
    CHECK(stage.take() == "");
}

TEST_CASE("rsm: the function ends it") {
    PagesStage stage;
    stage.stop = true;
    stage.ask();
    stage.page("a@e.test", PagesStage::ending("A"));
    CHECK(stage.seen.take() == "a@e.test");
    CHECK(stage.take() == "");
}

TEST_CASE("rsm: a list without an end is ended") {
    PagesStage stage;
    stage.ask({.most_pages = 500});
    int pages = 0;
    SUBCASE("which makes up more and more") {
        for (; !stage.last.last && pages < 1000; ++pages)
            stage.page("a@e.test", PagesStage::ending(std::to_string(pages)));
        CHECK(pages == 500);
    }
    SUBCASE("which goes round") {
        for (; !stage.last.last && pages < 1000; ++pages)
            stage.page("a@e.test", PagesStage::ending(std::to_string(pages % 7)));
        CHECK(pages < 30);
    }
    CHECK(stage.why == Errc::policy_violation);
    CHECK(stage.take() == "");
}

TEST_CASE("rsm: refusals and failures are the last page, and a page that does not read is not") {
    PagesStage stage;
    stage.ask();
    stage.answer("<error type='cancel'><item-not-found "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                 "error");
    CHECK(stage.seen.take() == "[item-not-found (cancel)] .");

    stage.ask();
    stage.take();
    stage.pass(60'000);
    CHECK(stage.why == Errc::timed_out);
    CHECK(stage.last.last);
    stage.seen.take();

    stage.ask();
    stage.page("a@e.test", "<set xmlns='http://jabber.org/protocol/rsm'><count>x</count></set>");
    CHECK(stage.why == Errc::invalid_payload);
    CHECK(stage.last.last);

    stage.ask();
    stage.answer("<other xmlns='urn:x'>" + PagesStage::ending("A") + "</other>");
    CHECK(stage.why == Errc::invalid_payload);
    CHECK_FALSE(stage.last.last);
    CHECK(stage.page("b@e.test", "") == "100/A");
}

TEST_CASE("rsm: after the client nothing is called") {
    PagesStage stage;
    stage.ask();
    stage.client.reset();
    CHECK(stage.seen.take() == "");
}

TEST_CASE("rsm: the items of a node, by pages") {
    Stage stage;
    const headstock::PubSub service{"pub.e.test"};
    std::string ids;
    headstock::request_pages<Element>(
        *stage.client,
        [&](const Rsm& page) {
            auto iq = service.items_query("n");
            iq.find("pubsub", ns::pubsub)->add(page);
            return iq;
        },
        [&](const Answer<Element>& answer, const PageOf&) {
            for (const auto& item : answer->child("items").children()) ids += item.attribute("id");
            return NextPage::ask;
        });
    for (const auto* id : {"a", "b", ""}) {
        const auto iq = Element::parse(stage.take()).value();
        const auto& set = iq.at("{http://jabber.org/protocol/pubsub}pubsub/"
                                "{http://jabber.org/protocol/rsm}set");
        CHECK(set.child("after").text() == (ids.empty() ? "" : ids.substr(ids.size() - 1)));
        const std::string last = *id == '\0' ? "" : PagesStage::ending(id);
        stage.says("<iq type='result' from='pub.e.test' id='" + std::string{iq.attribute("id")} +
                   "'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'>" +
                   (last.empty() ? "" : "<item id='" + std::string{id} + "'/>") + "</items>" +
                   last + "</pubsub></iq>");
    }
    CHECK(ids == "ab");
}

TEST_CASE("rsm: a walk that goes round is seen in constant memory") {
    for (const int length : {1, 2, 3, 10, 1000}) {
        CAPTURE(length);
        for (const int tail : {0, 1, 50}) {
            headstock::PageLoop loop;
            int steps = 0;
            while (!loop.returns_to(
                std::to_string(steps < tail ? steps : tail + (steps - tail) % length)))
                ++steps;
            CHECK(steps >= length);
            CHECK(steps <= 3 * (length + tail) + 2);
        }
    }
    headstock::PageLoop straight;
    for (int i = 0; i < 10'000; ++i) CHECK_FALSE(straight.returns_to(std::to_string(i)));
}
