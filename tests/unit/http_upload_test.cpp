// XEP-0363: the service is found, slots are asked for and looked at, refusals are read.
#include "headstock/extensions/http_upload.hpp"

#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

using headstock::Answer, headstock::Element, headstock::Errc, headstock::HttpUpload;
using headstock::StanzaError, headstock::UploadRefusal, headstock::UploadService;
using headstock::UploadSlot, headstock::WebSchemes;
using support::SessionKit;

namespace {

const std::string disco_info = "http://jabber.org/protocol/disco#info";
const std::string disco_items = "http://jabber.org/protocol/disco#items";

std::string info_of(const std::string& inside) {
    return "<query xmlns='" + disco_info + "'>" + inside + "</query>";
}
const std::string takes_files = "<feature var='urn:xmpp:http:upload:0'/>";
std::string limit_form(const std::string& bytes, const char* type = "urn:xmpp:http:upload:0") {
    return std::string{"<x type='result' xmlns='jabber:x:data'><field var='FORM_TYPE' "
                       "type='hidden'><value>"} +
           type + "</value></field><field var='max-file-size'><value>" + bytes +
           "</value></field></x>";
}
std::string items_of(std::initializer_list<const char*> jids) {
    std::string items;
    for (const auto* jid : jids) items += "<item jid='" + std::string{jid} + "'/>";
    return "<query xmlns='" + disco_items + "'>" + items + "</query>";
}
std::string slot_of(const std::string& put, const std::string& get, const std::string& headers) {
    return "<slot xmlns='urn:xmpp:http:upload:0'><put url='" + put + "'>" + headers +
           "</put><get url='" + get + "'/></slot>";
}
const std::string good_slot =
    slot_of("https://up.e.test/1/a.jpg", "https://get.e.test/1/a.jpg", "");

// A client that is logged in, the object in it, and what callbacks were told.
struct Scene : SessionKit {
    explicit Scene(headstock::HttpUploadOptions how = {},
                   headstock::Options options = support::in_clear())
        : SessionKit{std::move(options)}, upload{std::make_unique<HttpUpload>(std::move(how))} {
        client->register_handler(*upload);
        login();
        take();
    }

    auto finding() {
        return [this](const Answer<UploadService>& answer) {
            const auto* failure = answer.failure();
            told.add(answer ? answer->jid.str() + "/" +
                                  (answer->max_file_size ? std::to_string(*answer->max_file_size)
                                                         : "any")
                     : failure != nullptr ? failure->code.message()
                                          : answer.message());
        };
    }
    auto slotting() {
        return [this](const Answer<UploadSlot>& answer) {
            const auto* failure = answer.failure();
            told.add(answer               ? answer->put.url
                     : failure != nullptr ? failure->code.message()
                                          : answer.message());
        };
    }
    // What the client has asked since, as "to:namespace".
    std::string asked() {
        std::string all;
        const auto wire = Element::parse("<all xmlns='jabber:client'>" + take() + "</all>").value();
        for (const auto& iq : wire.children()) {
            const auto to = std::string{iq.attribute("to")};
            const auto ns = std::string{iq.first_child().name().ns};
            const auto what = ns == disco_info    ? "info"
                              : ns == disco_items ? "items"
                                                  : std::string{iq.first_child().name().local};
            all += (all.empty() ? "" : " ") + to + ":" + what;
            ids[to + ":" + what] = iq.attribute("id");
        }
        return all;
    }
    void answer(const std::string& question, const std::string& payload) {
        asked();
        const auto to = question.substr(0, question.find(':'));
        says("<iq type='result' id='" + ids.at(question) + "' from='" + to + "'>" + payload +
             "</iq>");
    }
    void refuse(const std::string& question, const std::string& error) {
        asked();
        const auto to = question.substr(0, question.find(':'));
        says("<iq type='error' id='" + ids.at(question) + "' from='" + to + "'>" + error + "</iq>");
    }
    // The search ends at files.e.test.
    void find_it(const std::string& more = limit_form("5000")) {
        answer("e.test:info", info_of("<feature var='x'/>"));
        answer("e.test:items", items_of({"files.e.test"}));
        answer("files.e.test:info", info_of(takes_files + more));
    }

    std::unique_ptr<HttpUpload> upload;
    support::Notes told;
    std::map<std::string, std::string> ids;
};

const headstock::UploadRequest photo{.filename = "a.jpg", .size = 10, .content_type = "image/jpeg"};

std::string
refusal(const std::string& type, const std::string& condition, const std::string& more) {
    return "<error type='" + type + "'><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" + more + "</error>";
}

headstock::Options coming_back() {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    return options;
}

} // namespace

TEST_CASE("http upload: the examples of XEP-0363, read and written again with nothing lost") {
    const auto back = []<class T>(const std::string& xml, const T*) {
        const auto read = headstock::payload_from_xml<T>(xml);
        REQUIRE_MESSAGE(static_cast<bool>(read), xml);
        CHECK(headstock::to_element(*read).xml() == Element::parse(xml).value().xml());
    };
    const headstock::UploadRequest* const request = nullptr;
    const auto purpose = [](const std::string& inside) {
        return "<request xmlns='urn:xmpp:http:upload:0' filename='hi.jpg' size='23425' "
               "content-type='image/jpeg'>" +
               inside + "</request>";
    };
    const std::string ns = " xmlns='urn:xmpp:http:upload:purpose:0'";
    for (const auto& xml : {
             std::string{"<request xmlns='urn:xmpp:http:upload:0' filename='très cool.jpg' "
                         "size='23456' content-type='image/jpeg'/>"}, // example 5
             std::string{"<request xmlns='urn:xmpp:http:upload:0' filename='a' size='1'/>"},
             purpose("<message" + ns + "/>"), // examples 7 to 10
             purpose("<profile" + ns + "/>"),
             purpose("<ephemeral" + ns + " expire-before='2025-09-10T23:08:25Z'/>"),
             purpose("<permanent" + ns + "/>"),
         })
        back(xml, request);
    back(slot_of("https://upload.montague.tld/4a771ac1-f0b2-4a4a-9700-f2a26fa2bb67/"
                 "tr%C3%A8s%20cool.jpg",
                 "https://download.montague.tld/4a771ac1-f0b2-4a4a-9700-f2a26fa2bb67/"
                 "tr%C3%A8s%20cool.jpg",
                 "<header name='Authorization'>Basic Base64String==</header>"
                 "<header name='Cookie'>foo=bar; user=romeo</header>"),
         static_cast<UploadSlot*>(nullptr)); // example 6
    back("<file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size>"
         "</file-too-large>",
         static_cast<headstock::UploadTooLarge*>(nullptr)); // example 11
    back("<retry xmlns='urn:xmpp:http:upload:0' stamp='2017-12-03T23:42:05Z'/>",
         static_cast<headstock::UploadRetry*>(nullptr)); // example 12
    const auto info = headstock::payload_from_xml<headstock::DiscoInfo>(
        info_of("<identity category='store' type='file' name='HTTP File Upload'/>" + takes_files +
                limit_form("5242880"))); // example 4
    REQUIRE(info);
    const auto service = UploadService::of(headstock::Jid{"upload.montague.tld"}, *info);
    REQUIRE(service);
    CHECK(service->max_file_size == 5242880);
}

TEST_CASE("http upload: the service is looked for at the server and at what it lists") {
    Scene scene;
    CHECK(scene.upload->find(scene.finding()));
    CHECK(scene.asked() == "e.test:info e.test:items");
    scene.answer("e.test:items", items_of({"conference.e.test", "files.e.test", "files.e.test",
                                           "more.e.test", "e.test", "", "@"}));
    CHECK(scene.asked() == "conference.e.test:info files.e.test:info more.e.test:info");
    scene.answer("more.e.test:info", info_of(takes_files));
    scene.answer("files.e.test:info", info_of(takes_files + limit_form("5000")));
    CHECK(scene.told.take().empty()); // what stands before may be one too
    scene.answer("conference.e.test:info", info_of(""));
    CHECK(scene.told.take().empty());
    scene.answer("e.test:info", info_of(""));
    CHECK(scene.told.take() == "files.e.test/5000");
    REQUIRE(scene.upload->service());
    CHECK(scene.upload->find(scene.finding()));
    CHECK(scene.told.take() == "files.e.test/5000"); // at once, and nothing is asked
    CHECK(scene.asked().empty());
}

TEST_CASE(
    "http upload: a server that takes files itself is the service, and late answers are none") {
    Scene scene;
    scene.upload->find(scene.finding());
    scene.asked();
    scene.answer("e.test:info", info_of(takes_files));
    CHECK(scene.told.take() == "e.test/any");
    scene.answer("e.test:items", items_of({"files.e.test"}));
    CHECK(scene.asked().empty());
    CHECK(scene.told.take().empty());
}

TEST_CASE("http upload: those who wait for one search are told in order, each once") {
    Scene scene;
    CHECK(scene.upload->find(scene.finding()).number != 0);
    CHECK(scene.upload->find(scene.finding()).number == 0);
    CHECK(scene.upload->find({}));
    CHECK(scene.upload->request_slot(photo, scene.slotting()));
    scene.find_it();
    CHECK(scene.told.take() == "files.e.test/5000 files.e.test/5000");
    scene.answer("files.e.test:request", good_slot);
    CHECK(scene.told.take() == "https://up.e.test/1/a.jpg");
}

TEST_CASE("http upload: no service is an error, refusals are no services, and failures are told") {
    Scene scene;
    scene.upload->find(scene.finding());
    scene.refuse("e.test:info", refusal("cancel", "service-unavailable", ""));
    scene.refuse("e.test:items", refusal("cancel", "service-unavailable", ""));
    CHECK(scene.told.take() == "service not offered");
    scene.upload->find(scene.finding());
    scene.answer("e.test:info", info_of(""));
    scene.answer("e.test:items", items_of({"silent.e.test", "no.e.test"}));
    scene.answer("no.e.test:info", info_of("<feature var='urn:xmpp:http:upload'/>"));
    CHECK(scene.told.take().empty());
    scene.pass(15'000);
    CHECK(scene.told.take() == "timed out");
    scene.upload->request_slot(photo, scene.slotting());
    scene.answer("e.test:info", info_of(""));
    scene.answer("e.test:items", "<query xmlns='" + disco_items + "'/>");
    CHECK(scene.told.take() == "service not offered");
}

TEST_CASE("http upload: of what a server lists 32 are asked, and those with a node are not") {
    Scene scene;
    scene.upload->find(scene.finding());
    scene.answer("e.test:info", info_of(""));
    std::string items = "<item jid='nodes.e.test' node='n'/>";
    for (int i = 0; i < 1000; ++i) items += "<item jid='s" + std::to_string(i) + ".e.test'/>";
    scene.answer("e.test:items", "<query xmlns='" + disco_items + "'>" + items + "</query>");
    const auto asked = scene.asked();
    CHECK(asked.starts_with("s0.e.test:info s1.e.test:info"));
    CHECK(asked.ends_with("s31.e.test:info"));
}

TEST_CASE("http upload: a service that is named is the only one that is asked") {
    Scene scene{{.service = headstock::Jid{"files.other.test"}}};
    scene.upload->find(scene.finding());
    CHECK(scene.asked() == "files.other.test:info");
    scene.answer("files.other.test:info", info_of(takes_files));
    CHECK(scene.told.take() == "files.other.test/any");
    Scene refused{{.service = headstock::Jid{"files.other.test"}}};
    refused.upload->find(refused.finding());
    refused.answer("files.other.test:info", info_of(""));
    CHECK(refused.told.take() == "service not offered");
}

TEST_CASE("http upload: the limit is that of the form of its type, and is a number or none") {
    const auto limit = [](const std::string& forms) {
        const auto info =
            headstock::payload_from_xml<headstock::DiscoInfo>(info_of(takes_files + forms));
        return UploadService::of(headstock::Jid{"e.test"}, *info)->max_file_size;
    };
    CHECK(limit(limit_form("1", "other") + limit_form("2")) == 2);
    CHECK(limit(limit_form("18446744073709551615")) == ~std::uint64_t{0});
    for (const auto* wrong : {"", "-1", "1.5", "lots", "18446744073709551616", "1 "})
        CHECK_FALSE(limit(limit_form(wrong)));
    CHECK_FALSE(limit("<x xmlns='jabber:x:data'/>")); // a form without a type does not read
    CHECK_FALSE(limit(""));
}

TEST_CASE("http upload: a file that is too large for the service is not asked for") {
    Scene scene;
    auto large = photo;
    large.size = 5001;
    CHECK(scene.upload->request_slot(large, scene.slotting()));
    scene.find_it();
    CHECK(scene.told.take() == std::make_error_code(std::errc::file_too_large).message());
    CHECK(scene.asked().empty());
    const auto refused = scene.upload->request_slot(large, scene.slotting());
    CHECK(refused.error.code == std::errc::file_too_large);
    CHECK(refused.error.text == "not sent: the file has 5001 bytes, and the service takes 5000");
    large.size = 5000;
    CHECK(scene.upload->request_slot(large, scene.slotting()));
    CHECK(scene.asked() == "files.e.test:request");
}

TEST_CASE("http upload: what is asked for, and what was answered") {
    Scene scene;
    scene.upload->find({});
    scene.find_it();
    auto request = photo;
    request.filename = "très <cool>.jpg";
    request.profile = true;
    scene.upload->request_slot(request, scene.slotting());
    const auto iq = Element::parse(scene.take()).value();
    CHECK(iq.attribute("to") == "files.e.test");
    CHECK(iq.attribute("type") == "get");
    CHECK(iq.first_child().attribute("filename") == "très <cool>.jpg");
    CHECK(iq.first_child().attribute("size") == "10");
    CHECK(iq.first_child().attribute("content-type") == "image/jpeg");
    CHECK(iq.first_child().first_child().name().local == "profile");
    const auto id = std::string{iq.attribute("id")};
    // Nobody else answers for the service.
    scene.says("<iq type='result' id='" + id + "' from='mallory@e.test/x'>" + good_slot + "</iq>");
    CHECK(scene.told.take().empty());
    scene.says("<iq type='result' id='" + id + "' from='files.e.test'>" + good_slot + "</iq>");
    CHECK(scene.told.take() == "https://up.e.test/1/a.jpg");
    request.filename = "\x01";
    CHECK_THROWS_AS(scene.upload->request_slot(request, scene.slotting()), bridge::Invalid);
}

TEST_CASE("http upload: URLs that are not followed, wherever they stand") {
    const auto usable = [](std::string_view url, WebSchemes schemes = WebSchemes::https_only) {
        return !headstock::check_web_url(url, schemes);
    };
    for (const auto* url : {"https://e.test/a", "HTTPS://E.TEST", "https://e.test:8443/a?b#c",
                            "https://[2001:db8::1]:1/a", "https://192.0.2.1/a@b"}) {
        CAPTURE(url);
        CHECK(usable(url));
    }
    for (const auto* url :
         {"", "https://", "https:///a", "https://:80/a", "https://u@e.test/a",
          "https://u:p@e.test/a", "https://e.test\\@other.test/a", "https://e.test/a\\b",
          "http://e.test/a", "ftp://e.test/a", "file:///etc/passwd", "//e.test/a", "https:e.test",
          "https://e.test/ a", "https://e.test/\r\nX: y", "https://e.test/\x7f",
          "https://e.test/\xc3\xa8", "httpss://e.test", " https://e.test/a"}) {
        CAPTURE(url);
        CHECK_FALSE(usable(url));
    }
    CHECK(usable("http://e.test/a", WebSchemes::http_too));
    CHECK(usable("https://e.test/a", WebSchemes::http_too));
    CHECK_FALSE(usable("ftp://e.test/a", WebSchemes::http_too));
    CHECK_FALSE(usable("http://u@e.test/a", WebSchemes::http_too));
    CHECK(usable("https://e.test/" + std::string(8192 - 15, 'a')));
    CHECK_FALSE(usable("https://e.test/" + std::string(8192 - 14, 'a')));
}

TEST_CASE("http upload: a hostile slot is no slot") {
    Scene scene;
    scene.upload->find({});
    scene.find_it();
    const std::string https = "https://e.test/a";
    std::string many, large;
    for (int i = 0; i < 33; ++i) many += "<header name='Cookie'>a=b</header>";
    large = "<header name='Cookie'>" + std::string(16384, 'x') + "</header>";
    for (const auto& slot : {
             slot_of("http://e.test/a", https, ""),
             slot_of(https, "http://e.test/a", ""),
             slot_of("file:///etc/passwd", https, ""),
             slot_of("https://u:p@e.test/a", https, ""),
             slot_of("https://e.test/&#13;&#10;X-Y: z", https, ""),
             slot_of(https, https, many),
             slot_of(https, https, large),
             slot_of("", https, ""),
             std::string{
                 "<slot xmlns='urn:xmpp:http:upload:0'><get url='https://e.test/a'/></slot>"},
             std::string{"<slot xmlns='urn:xmpp:http:upload'/>"},
             std::string{},
         }) {
        CAPTURE(slot.substr(0, 200));
        scene.upload->request_slot(photo, scene.slotting());
        scene.answer("files.e.test:request", slot);
        CHECK(scene.told.take() == "unusable payload");
    }
    Scene lax{{.schemes = WebSchemes::http_too}};
    lax.upload->find({});
    lax.find_it();
    lax.upload->request_slot(photo, lax.slotting());
    lax.answer("files.e.test:request", slot_of("http://e.test/a", "http://e.test/a", ""));
    CHECK(lax.told.take() == "http://e.test/a");
}

TEST_CASE(
    "http upload: of the headers three are left, in order, without line breaks and controls") {
    const auto xml = slot_of(
        "https://e.test/a", "https://e.test/a",
        "<header name='Host'>evil.test</header><header name='aUTHORIZATION'>Basic a&#13;&#10;"
        "X-Evil: 1</header><header name='Content-Length'>0</header><header name='Cookie'>b&#9;=c"
        "</header><header name='Cook&#10;ie'>second</header><header name='Expires'/>"
        "<header name='Cookie:'>x</header><header name='Cookie2'>x</header><header "
        "name=''>x</header>"
        "<header name='Transfer-Encoding'>chunked</header><header name='Expires '>x</header>");
    auto slot = *headstock::payload_from_xml<UploadSlot>(xml);
    CHECK_FALSE(headstock::clean_slot(slot, WebSchemes::https_only));
    std::string left;
    for (const auto& [name, value] : slot.put.headers) left += name + "=" + value + "|";
    CHECK(left == "aUTHORIZATION=Basic aX-Evil: 1|Cookie=b=c|Cookie=second|Expires=|");
}

TEST_CASE("http upload: refusals are read (section 6)") {
    const auto read = [](const std::string& error) {
        const auto iq =
            Element::parse("<iq xmlns='jabber:client' type='error' id='1'>" + error + "</iq>")
                .value();
        return UploadRefusal::of(StanzaError::of(iq));
    };
    const std::string ns = " xmlns='urn:xmpp:http:upload:0'";
    using Why = UploadRefusal::Why;
    // examples 11, 12 and 13
    const auto large = read(refusal("modify", "not-acceptable",
                                    "<file-too-large" + ns +
                                        "><max-file-size>20000"
                                        "</max-file-size></file-too-large>"));
    CHECK(large.why == Why::too_large);
    CHECK(large.max_file_size == 20000);
    const auto later = read(
        refusal("wait", "resource-constraint", "<retry" + ns + " stamp='2017-12-03T23:42:05Z'/>"));
    CHECK(later.why == Why::later);
    REQUIRE(later.retry);
    CHECK(headstock::format_date_time(*later.retry) == "2017-12-03T23:42:05Z");
    CHECK(read(refusal("auth", "forbidden", "")).why == Why::not_allowed);
    // and what is less than they are
    const auto vague = read(refusal("modify", "not-acceptable", "<file-too-large" + ns + "/>"));
    CHECK(vague.why == Why::too_large);
    CHECK_FALSE(vague.max_file_size);
    const auto broken = read(refusal("modify", "not-acceptable",
                                     "<file-too-large" + ns +
                                         "><max-file-size>big"
                                         "</max-file-size></file-too-large>"));
    CHECK(broken.why == Why::too_large);
    CHECK_FALSE(broken.max_file_size);
    const auto sometime = read(refusal("wait", "resource-constraint", "<retry" + ns + "/>"));
    CHECK(sometime.why == Why::later);
    CHECK_FALSE(sometime.retry);
    CHECK(read(refusal("modify", "not-acceptable", "")).why == Why::not_acceptable);
    CHECK(read(refusal("cancel", "not-allowed", "")).why == Why::not_allowed);
    CHECK(read(refusal("cancel", "item-not-found", "")).why == Why::other);
    Scene scene;
    scene.upload->find({});
    scene.find_it();
    scene.upload->request_slot(photo, scene.slotting());
    scene.refuse("files.e.test:request", refusal("auth", "forbidden", ""));
    CHECK(scene.told.take() == "forbidden (auth)");
}

TEST_CASE("http upload: without a client nothing is sent") {
    HttpUpload upload;
    CHECK(upload.find({}).error.code == Errc::session_over);
    CHECK(upload.request_slot(photo, {}).error.code == Errc::session_over);
}

TEST_CASE("http upload: the end of the session ends the search, and forgets the service") {
    Scene scene{{}, coming_back()};
    scene.upload->request_slot(photo, scene.slotting());
    scene.asked();
    scene.lose();
    CHECK(scene.told.take() == "sent and unanswered");
    scene.come_back();
    scene.asked();
    scene.upload->find(scene.finding());
    CHECK(scene.asked() == "e.test:info e.test:items");
    scene.find_it();
    CHECK(scene.told.take() == "files.e.test/5000");
    CHECK(scene.upload->service());
    scene.lose();
    CHECK_FALSE(scene.upload->service());
    scene.come_back();
    scene.asked();
    scene.upload->find(scene.finding());
    CHECK(scene.asked() == "e.test:info e.test:items");
}

TEST_CASE("http upload: it may be destroyed in a callback, or the client, or both") {
    for (const bool client_too : {false, true}) {
        Scene scene;
        int others = 0;
        scene.upload->find([&](const Answer<UploadService>&) {
            if (client_too) scene.client.reset();
            scene.upload.reset();
        });
        scene.upload->find([&](const Answer<UploadService>&) { ++others; });
        bool slot_told = false;
        scene.upload->request_slot(photo, [&](const Answer<UploadSlot>& slot) {
            ++others;
            slot_told = slot.failure()->code == Errc::session_over;
        });
        scene.answer("e.test:info", info_of(takes_files));
        CHECK(others == (client_too ? 0 : 2)); // no slot is asked for any more
        CHECK(slot_told == !client_too);
    }
    Scene gone;
    gone.upload->request_slot(photo, gone.slotting());
    gone.asked();
    gone.client->unregister_handler(*gone.upload);
    gone.upload.reset();
    CHECK(gone.told.take() == "no session"); // as Errc::session_over says
    gone.answer("e.test:info", info_of(takes_files));
    CHECK(gone.told.take().empty());
}

TEST_CASE("http upload: limits near the largest number") {
    const auto max_of = [](const std::string& bytes) {
        Scene scene;
        scene.upload->find(scene.finding());
        scene.answer("e.test:info", info_of(takes_files + limit_form(bytes)));
        return scene.told.take();
    };
    CHECK(max_of("18446744073709551615") == "e.test/18446744073709551615");
    CHECK(max_of("18446744073709551616") == "e.test/any"); // more than any file has
    Scene scene;
    scene.upload->find(scene.finding());
    scene.answer("e.test:info", info_of(takes_files + limit_form("18446744073709551614")));
    scene.told.take();
    auto huge = photo;
    huge.size = std::numeric_limits<std::uint64_t>::max();
    CHECK(scene.upload->request_slot(huge, {}).error.code == std::errc::file_too_large);
    huge.size -= 1;
    CHECK(scene.upload->request_slot(huge, {}));
}

TEST_CASE("http upload: in another client the search begins anew") {
    Scene first;
    HttpUpload& upload = *first.upload;
    upload.find(first.finding());
    first.client.reset();
    Scene second;
    second.client->register_handler(upload);
    upload.find(second.finding());
    CHECK(second.asked() == "e.test:info e.test:items");
    second.find_it();
    CHECK(second.told.take() == "files.e.test/5000");
    CHECK(first.told.take().empty());
}
