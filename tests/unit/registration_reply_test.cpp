// A registration form that is filled later, from any thread, what it may show a person, and a
// server that makes accounts elsewhere (XEP-0077 section 5).
#include "headstock/registration.hpp"
#include "tests/support/managed_kit.hpp"
#include "tests/support/spoken_login.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using headstock::Errc, headstock::RegistrationForm, headstock::RegistrationRedirection,
    headstock::RegistrationReply;
using support::SpokenLogin;

namespace {

// Somebody who is shown the form, and thinks.
struct Person {
    std::optional<RegistrationForm> form{};
    RegistrationReply reply{};
    int asked = 0;

    void handle_register_form(RegistrationForm given, RegistrationReply to) {
        ++asked;
        form.emplace(std::move(given));
        reply = std::move(to);
    }
    void answer(std::string text) {
        form->set("ocr", std::move(text));
        std::move(reply)(std::move(*form));
    }
};

const std::string captcha =
    "<instructions>Prove it</instructions><x xmlns='jabber:x:data' type='form'>"
    "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>"
    "<field type='text-single' label='Name' var='username'><required/></field>"
    "<field type='text-private' var='password'><required/></field>"
    "<field type='text-single' label='Enter what you see' var='ocr'><desc>All of it</desc>"
    "<media xmlns='urn:xmpp:media-element' height='80' width='290'>"
    "<uri type='image/jpeg'>http://e.test/c.jpg?a&amp;b</uri>"
    "<uri type='image/png'> cid:sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org </uri>"
    "</media><required/></field>"
    "<field type='list-single' var='plan'><option label='Free'><value>0</value></option>"
    "<option><value>1</value></option><value>0</value></field></x>"
    "<data xmlns='urn:xmpp:bob' cid='sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org' "
    "type='image/png'>AAAA</data>";

template <class T>
headstock::Options with(T& object) {
    auto options = support::plain_in_clear();
    options.registration = &object;
    return options;
}

// Asked for the form, and given this query.
std::string given(SpokenLogin& login, const std::string& query) {
    const auto asked = login.connect();
    return login.says("<iq type='result' id='" + SpokenLogin::id_of(asked, "<iq") +
                      "'><query xmlns='jabber:iq:register'>" + query + "</query></iq>");
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("registration form: options, media and descriptions, for whoever shows it to a person") {
    const RegistrationForm form{
        *headstock::Element::parse("<query xmlns='jabber:iq:register'>" + captcha + "</query>")};
    const auto fields = form.fields();
    REQUIRE(fields.size() == 5);
    const auto& ocr = fields[3];
    CHECK(ocr.description == "All of it");
    REQUIRE(ocr.media.size() == 1);
    CHECK(ocr.media[0].width == 290);
    CHECK(ocr.media[0].height == 80);
    REQUIRE(ocr.media[0].sources.size() == 2);
    CHECK(ocr.media[0].sources[0].uri == "http://e.test/c.jpg?a&b");
    CHECK(ocr.media[0].sources[0].type == "image/jpeg");
    CHECK(ocr.media[0].sources[1].uri ==
          "cid:sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org");
    CHECK(form.query().child("data", "urn:xmpp:bob").text() == "AAAA");
    const auto& plan = fields[4];
    REQUIRE(plan.options.size() == 2);
    CHECK(plan.options[0].label == "Free");
    CHECK(plan.options[0].value == "0");
    CHECK(plan.options[1].label.empty());
    CHECK(plan.values == std::vector<std::string>{"0"});
    CHECK(fields[0].media.empty());
}

TEST_CASE(
    "registration reply: no deadline passes while a person thinks, and the line is kept open") {
    Person person;
    SpokenLogin login{with(person)};
    CHECK(given(login, captcha).empty());
    REQUIRE(person.asked == 1);
    CHECK(person.form->instructions() == "Prove it");
    std::string written;
    for (int minute = 0; minute < 60; ++minute) {
        const auto due = login.client.deadline();
        REQUIRE(due);
        CHECK(*due > login.now); // it is no busy loop
        written += login.pass(60'000);
    }
    CHECK(written == std::string(60, ' '));
    CHECK_FALSE(login.client.wants_close());
    person.answer("I see");
    const auto filled = login.take();
    CHECK(has(filled, "<field var='ocr'><value>I see</value></field>"));
    CHECK(has(filled, "<value>secret</value>"));
    CHECK(person.asked == 1);
    // The login has its whole time still.
    login.pass(29'999);
    login.says("<iq type='result' id='" + SpokenLogin::id_of(filled, "<iq") + "'/>");
    login.pass(4'000);
    const auto asked = login.says(SpokenLogin::success);
    login.says(std::string{SpokenLogin::header} + SpokenLogin::features(SpokenLogin::bind));
    login.says(SpokenLogin::bound(asked));
    CHECK(login.client.ready());
}

TEST_CASE("registration reply: the server's answer has its time from the reply on") {
    Person person;
    SpokenLogin login{with(person)};
    given(login, captcha);
    login.pass(200'000);
    person.answer("x");
    login.take();
    login.pass(29'999);
    CHECK_FALSE(login.client.wants_close());
    login.pass(1);
    login.close();
    CHECK(has(login.client.error().text, "Timeouts::registration"));
}

TEST_CASE("registration reply: spaces come in time for what the server says of idle clients") {
    for (const auto& one : {std::pair{"20", 10'000U}, {"1", 500U}, {"3600", 30'000U}}) {
        const std::string seconds = one.first;
        const auto due = one.second;
        CAPTURE(seconds);
        Person person;
        SpokenLogin login{with(person)};
        const auto asked = login.connect("<limits xmlns='urn:xmpp:stream-limits:0'><idle-seconds>" +
                                         seconds + "</idle-seconds></limits>");
        login.says("<iq type='result' id='" + SpokenLogin::id_of(asked, "<iq") +
                   "'><query xmlns='jabber:iq:register'>" + captcha + "</query></iq>");
        for (int i = 0; i < 2; ++i) {
            CHECK(login.pass(due - 1).empty());
            CHECK(login.pass(1) == " ");
        }
    }
}

TEST_CASE("registration reply: answered inside the hook") {
    struct AtOnce {
        std::string email = "r@x";
        void handle_register_form(RegistrationForm form, RegistrationReply reply) {
            form.set("first", "R");
            std::move(reply)(std::move(form));
        }
    } answers;
    SpokenLogin login{with(answers)};
    const auto filled = given(login, "<username/><password/><email/><first/>");
    CHECK(has(filled, "<username>romeo</username><password>secret</password><email>r@x</email>"
                      "<first>R</first>"));
}

TEST_CASE("registration reply: from another thread") {
    Person person;
    SpokenLogin login{with(person)};
    given(login, captcha);
    std::thread{[&] { person.answer("far"); }}.join();
    CHECK(has(login.take(), "<value>far</value>"));
}

TEST_CASE("registration reply: dropped, it ends the registration") {
    Person person;
    SpokenLogin login{with(person)};
    given(login, captcha);
    person.reply = {};
    CHECK_FALSE(has(login.take(), "<iq"));
    REQUIRE(login.client.wants_close());
    login.close();
    CHECK(login.client.error().code == Errc::rejected);
    CHECK(has(login.client.error().text, "dropped"));
}

TEST_CASE("registration reply: a form that is not filled is not sent") {
    Person person;
    SpokenLogin login{with(person)};
    given(login, captcha);
    std::move(person.reply)(*person.form);
    CHECK_FALSE(has(login.take(), "<iq"));
    login.close();
    CHECK(login.client.error().code == Errc::registration_form);
    CHECK(has(login.client.error().text, "ocr"));
}

TEST_CASE("registration reply: too late for its connection, it goes nowhere") {
    Person person;
    SpokenLogin login{with(person)};
    given(login, captcha);
    login.says("<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
               "</stream:error>");
    login.close();
    CHECK(login.client.over());
    CHECK(login.client.error().condition == "connection-timeout");
    person.answer("x");
    CHECK(login.take().empty());
    RegistrationReply owes_nothing;
    std::move(owes_nothing)(RegistrationForm{headstock::Element{"query", "jabber:iq:register"}});
}

TEST_CASE("registration reply: it may outlive its client") {
    Person person;
    {
        SpokenLogin login{with(person)};
        given(login, captcha);
    }
    person.answer("x");
}

TEST_CASE("registration reply: an answer for one connection is none for the next") {
    Person first;
    auto options = with(first);
    options.reconnect = headstock::Backoff{.before_first_session = true};
    SpokenLogin login{options};
    given(login, captcha);
    auto form = *first.form;
    auto reply = std::move(first.reply);
    login.client.disconnected({Errc::connection_lost, "gone"});
    while (!login.client.wants_connection())
        login.pass(login.client.deadline().value() - login.now);
    given(login, captcha);
    REQUIRE(first.asked == 2);
    form.set("ocr", "old");
    std::move(reply)(std::move(form));
    CHECK(login.take().empty());
    first.answer("new");
    CHECK(has(login.take(), "<value>new</value>"));
}

TEST_CASE("registration reply: a hook that throws, or stops the client, ends it") {
    struct Throws {
        void handle_register_form(RegistrationForm, RegistrationReply) {
            throw std::runtime_error("no");
        }
    } throws;
    SpokenLogin one{with(throws)};
    one.client.on_exception([](std::string_view, const std::exception_ptr&) {});
    CHECK_FALSE(has(given(one, captcha), "<iq"));
    one.close();
    CHECK(one.client.error().code == Errc::rejected);

    struct Stops {
        headstock::BaseClient* client = nullptr;
        RegistrationReply kept{};
        void handle_register_form(RegistrationForm, RegistrationReply reply) {
            kept = std::move(reply);
            client->stop();
        }
    } stops;
    SpokenLogin two{with(stops)};
    stops.client = &two.client;
    CHECK_FALSE(has(given(two, captcha), "<iq"));
    two.close();
    CHECK_FALSE(two.client.error());
}

TEST_CASE("registration: a server that makes accounts elsewhere says where") {
    struct Reader {
        std::optional<RegistrationRedirection> where{};
        void handle_register_redirection(const RegistrationRedirection& to) { where = to; }
    } reader;
    SpokenLogin login{with(reader)};
    given(login, "<instructions>Visit us</instructions><x xmlns='jabber:x:oob'>"
                 "<url> http://e.test/new </url><desc>The page</desc></x>");
    REQUIRE(reader.where);
    CHECK(reader.where->url == "http://e.test/new");
    CHECK(reader.where->description == "The page");
    CHECK(reader.where->instructions == "Visit us");
    login.close();
    CHECK(login.client.error().code == Errc::registration_unsupported);
    CHECK(login.client.error().peer_text == "Visit us http://e.test/new");
    CHECK(has(login.client.error().text, "elsewhere"));
}

TEST_CASE("registration: instructions without a URL are told as well") {
    struct Reader {
        std::string instructions{};
        void handle_register_redirection(const RegistrationRedirection& to) {
            instructions = to.instructions;
            CHECK(to.url.empty());
        }
    } reader;
    SpokenLogin login{with(reader)};
    given(login, "<instructions>Call us</instructions>");
    CHECK(reader.instructions == "Call us");
    login.close();
    CHECK(login.client.error().peer_text == "Call us");
}

TEST_CASE("registration: with fields to fill, a URL beside them is the form's to show") {
    struct Fills {
        std::string url{};
        void handle_register_form(RegistrationForm& form) { url = form.redirection().url; }
        void handle_register_redirection() { FAIL("there is a form"); }
    } fills;
    SpokenLogin login{with(fills)};
    CHECK(has(given(login, "<username/><password/><x xmlns='jabber:x:oob'><url>http://x</url></x>"),
              "<username>romeo"));
    CHECK(fills.url == "http://x");
}
