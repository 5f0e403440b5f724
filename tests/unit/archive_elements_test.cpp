// The examples of XEP-0313, XEP-0441 and XEP-0059, as facts: read by the payloads and written
// again, nothing is lost.
#include "headstock/extensions/archive.hpp"

#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/forwarded.hpp"
#include "tests/support/rewritten.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>

using headstock::ArchiveFin, headstock::ArchiveForm, headstock::ArchiveFormQuery,
    headstock::ArchiveMetadata, headstock::ArchiveMetadataQuery, headstock::ArchivePageQuery,
    headstock::ArchivePreferences, headstock::ArchivePreferencesQuery, headstock::ArchiveResult,
    headstock::Element, headstock::Rsm;

using support::rewritten;

namespace {

const std::string mam = "xmlns='urn:xmpp:mam:2'";
const std::string rsm = "xmlns='http://jabber.org/protocol/rsm'";

std::string set(const std::string& inside) { return "<set " + rsm + ">" + inside + "</set>"; }
std::string query(const std::string& inside, const std::string& attributes = {}) {
    return "<query " + mam + attributes + ">" + inside + "</query>";
}
std::string form(const std::string& fields) {
    return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>"
           "urn:xmpp:mam:2</value></field>" +
           fields + "</x>";
}
std::string field(const std::string& var, const std::string& value) {
    return "<field var='" + var + "'><value>" + value + "</value></field>";
}
std::string result(const std::string& id, const std::string& message, const std::string& stamp) {
    return "<result " + mam + " queryid='f27' id='" + id +
           "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='" + stamp +
           "'/>" + message + "</forwarded></result>";
}
std::string fin(const std::string& inside, const std::string& attributes = {}) {
    return "<fin " + mam + attributes + ">" + inside + "</fin>";
}

struct Example {
    const char* what;
    std::string xml;
    Element (*rewrite)(const Element&);
};

void check_all(std::initializer_list<Example> examples) {
    for (const auto& example : examples) {
        CAPTURE(example.what);
        const auto element = Element::parse(example.xml).value();
        const auto again = example.rewrite(element);
        CHECK_MESSAGE(again == element, again.xml());
    }
}

const auto witch = "<message xmlns='jabber:client' from='witch@shakespeare.lit' "
                   "to='macbeth@shakespeare.lit'><body>Hail to thee</body></message>";

} // namespace

TEST_CASE("archive elements: the queries of XEP-0313 are written as they were read") {
    constexpr auto page = &rewritten<ArchivePageQuery>;
    const auto since = form(field("start", "2010-08-07T00:00:00Z"));
    check_all({
        {"4: a user queries their archive", query("", " queryid='f27'"), page},
        {"4: another entity is queried", query("", " queryid='f28'"), page},
        {"4.1.1: with a JID", query(form(field("with", "juliet@capulet.lit"))), page},
        {"4.1.2: a timespan",
         query(form(field("start", "2010-06-07T00:00:00Z") + field("end", "2010-07-07T13:23:54Z"))),
         page},
        {"4.1.2: after a time", query(since), page},
        {"4.1.3: after a message", query(form(field("after-id", "09af3-cc343-b409f"))), page},
        {"4.1.3: between two messages",
         query(form(field("after-id", "28482-98726-73623") +
                    field("before-id", "09af3-cc343-b409f"))),
         page},
        {"4.1.3: one message", query(form(field("ids", "28482-98726-73623"))), page},
        {"4.1.4: with groupchat", query(form(field("include-groupchat", "true"))), page},
        {"4.1.4: without groupchat", query(form(field("include-groupchat", "false"))), page},
        {"4.1.5: the form is asked for", query(""), &rewritten<ArchiveFormQuery>},
        {"4.1.5: its answer",
         query(
             "<x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>"
             "urn:xmpp:mam:2</value></field><field type='jid-single' var='with'/>"
             "<field type='text-single' var='start'/><field type='text-single' var='end'/>"
             "<field type='text-single' var='before-id'/><field type='text-single' var='after-id'/>"
             "<field type='list-multi' var='ids'><validate "
             "xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/>"
             "</validate></field><field type='boolean' var='include-groupchat'/>"
             "<field type='text-single' var='{http://example.com/}free-text-search'/>"
             "<field type='text-single' var='{http://example.com/}stanza-content'/></x>"),
         &rewritten<ArchiveForm>},
        {"4.1.5: discovered fields are used",
         query(form("<field type='text-single' var='{http://example.com/}free-text-search'><value>"
                    "Where arth thou, my Juliet?</value></field><field type='text-single' "
                    "var='{http://example.com/}stanza-content'><value>"
                    "{http://jabber.org/protocol/mood}mood/lonely</value></field>")),
         page},
        {"4.3.1: a page of ten", query(since + set("<max>10</max>")), page},
        {"4.3.2: the next page",
         query(since + set("<max>10</max><after>09af3-cc343-b409f</after>")), page},
        {"4.3.3: the last page", query(since + set("<max>10</max><before/>")), page},
        {"4.3.4: a flipped page",
         query(since + set("<max>10</max><after>09af3-cc343-b409f</after>") + "<flip-page/>"),
         page},
    });
}

TEST_CASE("archive elements: the answers of XEP-0313 are written as they were read") {
    constexpr auto results = &rewritten<ArchiveResult>;
    constexpr auto end = &rewritten<ArchiveFin>;
    check_all({
        {"4: a result", result("28482-98726-73623", witch, "2010-07-10T23:08:25Z"), results},
        {"4.2: two of them",
         result("5d398-28273-f7382",
                "<message xmlns='jabber:client' to='romeo@montague.lit/orchard' "
                "from='juliet@capulet.lit/balcony' type='chat' id='8a54s'><body>What man art thou"
                "</body></message>",
                "2010-07-10T23:09:32Z"),
         results},
        {"6.1.2: of a room",
         result("78527-06716-51603",
                "<message xmlns='jabber:client' from='coven@chat.shakespeare.lit/firstwitch' "
                "id='162BEBB1' type='groupchat'><body>Thrice</body><x "
                "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' "
                "jid='crone1@shakespeare.lit' role='participant'/></x></message>",
                "2002-10-13T23:58:37Z"),
         results},
        {"4: the end of a query",
         fin(set("<first index='0'>28482-98726-73623</first><last>09af3-cc343-b409f</last>")), end},
        {"4.3.1: limited results",
         fin(set("<first index='0'>28482-98726-73623</first><last>09af3-cc343-b409f</last>"
                 "<count>20</count>")),
         end},
        {"4.3.2: the last page",
         fin(set("<first index='0'>23452-4534-1</first><last>390-2342-22</last><count>16</count>"),
             " complete='true'"),
         end},
        {"4.3.2: what may yet change", fin("", " stable='false'"), end},
        {"5: the metadata are asked for", "<metadata " + mam + "/>",
         &rewritten<ArchiveMetadataQuery>},
        {"5: the metadata",
         "<metadata " + mam +
             "><start id='YWxwaGEg' timestamp='2008-08-22T21:09:04Z'/>"
             "<end id='b21lZ2Eg' timestamp='2020-04-20T14:34:21Z'/></metadata>",
         &rewritten<ArchiveMetadata>},
        {"5: of an empty archive", "<metadata " + mam + "/>", &rewritten<ArchiveMetadata>},
    });
}

TEST_CASE("archive elements: the preferences of XEP-0441 are written as they were read") {
    const auto prefs = [](const std::string& inside) {
        return "<prefs " + mam + " default='roster'>" + inside + "</prefs>";
    };
    check_all({
        {"2.1: they are asked for", "<prefs " + mam + "/>", &rewritten<ArchivePreferencesQuery>},
        {"2.1: they are told", prefs("<always/><never/>"), &rewritten<ArchivePreferences>},
        {"2.1: they are changed",
         prefs("<always><jid>romeo@montague.lit</jid></always>"
               "<never><jid>montague@montague.lit</jid></never>"),
         &rewritten<ArchivePreferences>},
        {"2.1.2: a list is missing", prefs(""), &rewritten<ArchivePreferences>},
    });
}

TEST_CASE("archive elements: the sets of XEP-0059 are written as they were read") {
    constexpr auto sets = &rewritten<Rsm>;
    check_all({
        {"2.1: a limit", set("<max>10</max>"), sets},
        {"2.2: the first page",
         set("<first index='0'>stpeter@jabber.org</first><last>peterpan@neverland.lit</last>"
             "<count>800</count>"),
         sets},
        {"2.2: the second page", set("<max>10</max><after>peterpan@neverland.lit</after>"), sets},
        {"2.2: its answer",
         set("<first index='10'>peter@pixyland.org</first><last>peter@rabbit.lit</last>"
             "<count>800</count>"),
         sets},
        {"2.2: an empty page", set("<count>790</count>"), sets},
        {"2.3: backwards", set("<max>10</max><before>peter@pixyland.org</before>"), sets},
        {"2.5: the last page", set("<max>10</max><before/>"), sets},
        {"2.6: by index", set("<max>10</max><index>371</index>"), sets},
        {"2.6: its answer",
         set("<first index='371'>peter@pixyland.org</first><last>peter@rabbit.lit</last>"
             "<count>800</count>"),
         sets},
        {"2.7: the count", set("<max>0</max>"), sets},
    });
}

TEST_CASE("archive elements: what is read is what they say") {
    const auto page = headstock::payload_from_xml<Rsm>(
        set("<first index='10'>a</first><last>b</last><count>800</count>"));
    CHECK(page->first->id == "a");
    CHECK(page->first->index == 10);
    CHECK(page->last == "b");
    CHECK(page->count == 800);
    const auto last_page = headstock::payload_from_xml<Rsm>(set("<before/>"));
    CHECK(last_page->before == "");
    CHECK_FALSE(last_page->after);
    CHECK_FALSE(headstock::payload_from_xml<Rsm>(set("<count>many</count>")));

    const auto end = headstock::payload_from_xml<ArchiveFin>(fin(""));
    CHECK_FALSE(end->complete);
    CHECK(end->stable);
    CHECK_FALSE(headstock::payload_from_xml<ArchiveFin>(fin("", " complete='perhaps'")));

    const auto one = headstock::payload_from_xml<ArchiveResult>(
        result("28482-98726-73623", witch, "2010-07-10T23:08:25Z"));
    const auto forwarded = headstock::from_element<headstock::Forwarded>(one->forwarded);
    CHECK(forwarded->delay->stamp == headstock::parse_date_time("2010-07-10T23:08:25Z"));
    CHECK(forwarded->message(headstock::Jid{"macbeth@shakespeare.lit/x"})->body == "Hail to thee");
    CHECK_FALSE(headstock::payload_from_xml<ArchiveResult>("<result " + mam + "/>"));
    CHECK_FALSE(
        headstock::payload_from_xml<ArchivePreferences>("<prefs " + mam + " default='x'/>"));
    CHECK_FALSE(headstock::payload_from_xml<ArchiveMetadata>("<metadata " + mam +
                                                             "><start id='a'/></metadata>"));
}
