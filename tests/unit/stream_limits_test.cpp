// What a server says that it takes (XEP-0478): how long a stanza may be, and for how long a client
// may be silent.
#include "headstock/events.hpp"
#include "headstock/handlers.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/spoken_login.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using headstock::Element, headstock::Errc;
using support::SpokenLogin;

namespace {

std::string limits(std::string_view inner) {
    return "<limits xmlns='urn:xmpp:stream-limits:0'>" + std::string{inner} + "</limits>";
}

struct Limited : SpokenLogin {
    explicit Limited(headstock::Options options = support::plain_in_clear())
        : SpokenLogin{std::move(options)} {}
    std::string begin(std::string_view after_login, std::string_view before_login = {}) {
        const auto written = log_in(before_login);
        says(std::string{header} + features(std::string{bind} + std::string{after_login}));
        return says(bound(written));
    }
    headstock::Delivery send(std::size_t size) {
        const auto frame = headstock::message("a@x", "").xml().size();
        return client.send_stanza(headstock::message("a@x", std::string(size - frame, 'x')));
    }
};

} // namespace

TEST_CASE("F7: a stanza over the server's limit is refused to the caller, and the session lives") {
    Limited login;
    login.begin(limits("<max-bytes> 10000 </max-bytes>"));
    // The exact size is the bytes of the stanza as it is written.
    const auto measured = [&](std::size_t size) {
        const auto sent = login.send(size);
        return std::pair{sent ? Errc{} : static_cast<Errc>(sent.error.code.value()),
                         login.take().size()};
    };
    std::size_t longest = 0;
    for (std::size_t size = 9'900; size < 10'100; ++size) {
        const auto [code, written] = measured(size);
        if (code == Errc{}) longest = written;
        if (code != Errc{}) {
            CHECK(code == Errc::stanza_too_long);
            CHECK(written == 0);
        }
    }
    CHECK(longest == 10'000);
    const auto refused = login.send(20'000);
    REQUIRE_FALSE(refused);
    CHECK(refused.error.text.find("the server takes 10000 in one stanza") != std::string::npos);
    CHECK_FALSE(refused.error.transient());
    CHECK(login.client
              .send_raw_stanza("<message to='a@x'><body>" + std::string(10'000, 'x') +
                               "</body></message>")
              .error.code == Errc::stanza_too_long);
    CHECK(login.take().empty());
    CHECK(login.client.ready());
    CHECK(login.send(500));
}

TEST_CASE("F7: a request that is too long is refused at once, and its callback is not called") {
    Limited login;
    login.begin(limits("<max-bytes>10000</max-bytes>"));
    int calls = 0;
    auto iq = headstock::iq_get("a@x");
    iq.append("query", "urn:x").add_text(std::string(10'000, 'x'));
    const auto sent = login.client.request(iq, [&](const headstock::Response&) { ++calls; });
    CHECK(sent.error.code == Errc::stanza_too_long);
    login.pass(100'000);
    CHECK(calls == 0);
}

TEST_CASE("F7: an answer that is too long becomes an error, so that whoever asked has one") {
    struct Answers {
        Element answer(const Element&) {
            return Element{"query", "urn:x"}.add("big", std::string(10'000, 'x'));
        }
    } answers;
    Limited login;
    login.client.on("iq@type=get/{urn:x}query",
                    [&](const Element& query) { return answers.answer(query); });
    login.begin(limits("<max-bytes>10000</max-bytes>"));
    const auto said = login.says("<iq type='get' id='7' from='a@x/r'><query xmlns='urn:x'/></iq>");
    CHECK(said.size() < 1'000);
    CHECK(said.starts_with("<iq "));
    CHECK(said.find("type='error'") != said.npos);
    CHECK(said.find("id='7'") != said.npos);
    CHECK(said.find("to='a@x/r'") != said.npos);
    CHECK(said.find("<policy-violation ") != said.npos);
    CHECK(login.client.ready());
}

TEST_CASE("F7: what waited for the session and is too long for it has failed, and says so") {
    Limited login;
    std::vector<std::string> failed;
    login.client.on_event([&](const headstock::DeliveryChanged& change) {
        if (change.state == headstock::DeliveryState::failed) failed.push_back(change.id);
    });
    Errc told{};
    login.client.send_stanza(headstock::message("a@x", std::string(20'000, 'x')).set("id", "long"));
    login.client.send_stanza(headstock::message("a@x", "hi").set("id", "short"));
    auto iq = headstock::iq_get("a@x");
    iq.append("query", "urn:x").add_text(std::string(10'000, 'x'));
    login.client.request(iq, [&](const headstock::Response& response) {
        told = static_cast<Errc>(response.failure()->code.value());
    });
    const auto begun = login.begin(limits("<max-bytes>10000</max-bytes>"));
    CHECK(login.client.ready());
    CHECK(support::count(begun, "<message") == 1);
    CHECK(begun.find("id='short'") != begun.npos);
    CHECK(failed.size() == 2);
    CHECK(told == Errc::stanza_too_long);
}

TEST_CASE("F7: of a session that goes on what was sent stays, and what waited may be too long") {
    auto options = support::plain_in_clear();
    options.reconnect = headstock::Backoff{};
    Limited login{options};
    std::vector<std::string> failed;
    login.client.on_event([&](const headstock::DeliveryChanged& change) {
        if (change.state == headstock::DeliveryState::failed) failed.push_back(change.id);
    });
    const auto send = [&](std::string_view id, std::size_t size) {
        login.client.send_stanza(headstock::message("a@x", std::string(size, 'x')).set("id", id));
    };
    login.begin(SpokenLogin::sm);
    login.says("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>");
    send("sent", 20'000);
    login.take();
    login.client.disconnected({Errc::connection_lost, "the cable is cut"});
    send("long", 20'000);
    send("short", 10);
    while (!login.client.wants_connection())
        login.pass(login.client.deadline().value() - login.now);
    login.log_in();
    login.says(std::string{SpokenLogin::header} +
               SpokenLogin::features(std::string{SpokenLogin::bind} + std::string{SpokenLogin::sm} +
                                     limits("<max-bytes>10000</max-bytes>")));
    const auto again = login.says("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>");
    CHECK(login.client.ready());
    CHECK(support::count(again, "<message") == 2);
    CHECK(again.find("id='sent'") < again.find("id='short'"));
    CHECK(failed == std::vector<std::string>{"long"});
    login.says(support::ack(2)); // of what was sent, no more and no less
    CHECK(login.client.ready());
}

TEST_CASE("stream limits: the last word of the server's counts, also when it says nothing") {
    {
        Limited login;
        login.begin(limits("<max-bytes>50000</max-bytes>"), limits("<max-bytes>10000</max-bytes>"));
        CHECK(login.send(20'000));
        CHECK_FALSE(login.send(60'000));
    }
    Limited login;
    login.begin({}, limits("<max-bytes>10000</max-bytes>"));
    CHECK(login.send(20'000));
}

TEST_CASE("stream limits: what is no number, and zero, limits nothing") {
    for (const std::string inner : {"<max-bytes>many</max-bytes><idle-seconds>-1</idle-seconds>",
                                    "<max-bytes>0</max-bytes><idle-seconds>0</idle-seconds>",
                                    "<max-bytes/><idle-seconds/>"}) {
        CAPTURE(inner);
        Limited login;
        login.begin(limits(inner));
        CHECK(login.send(100'000));
        CHECK_FALSE(login.client.deadline());
    }
}

TEST_CASE("stream limits: a space is written well before the server may take us for idle") {
    Limited login;
    login.begin(limits("<idle-seconds>60</idle-seconds>"));
    CHECK(login.pass(29'999).empty());
    CHECK(login.pass(1) == " ");
    CHECK(login.send(100));
    login.take();
    std::string written;
    for (int second = 0; second < 120; ++second) written += login.pass(1'000);
    CHECK(written.size() >= 3); // never more than 60 s without one
    CHECK(written.find_first_not_of(' ') == written.npos);
}

TEST_CASE("stream limits: the shorter of the server's time and the program's is kept") {
    for (const int own : {10'000, 100'000}) {
        CAPTURE(own);
        auto options = support::plain_in_clear();
        options.whitespace_keepalive = std::chrono::milliseconds{own};
        Limited login{options};
        login.begin(limits("<idle-seconds>60</idle-seconds>"));
        const auto due = std::min(own, 30'000);
        CHECK(login.pass(static_cast<std::uint64_t>(due) - 1).empty());
        CHECK(login.pass(1) == " ");
    }
}

TEST_CASE("stream limits: the time after the login counts for idle clients, too") {
    Limited login;
    login.begin(limits("<idle-seconds>600</idle-seconds>"),
                limits("<idle-seconds>60</idle-seconds>"));
    CHECK(login.pass(299'999).empty());
    CHECK(login.pass(1) == " ");
}
