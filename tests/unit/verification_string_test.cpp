// The string that is hashed (XEP-0115 section 5): the specification's own examples, what makes an
// answer ill-formed, and how features are read from it.
#include "headstock/extensions/verification_string.hpp"

#include "headstock/digest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using headstock::DiscoInfo, headstock::Element, headstock::verification_string;

namespace {

const std::string exodus_features = "<feature var='http://jabber.org/protocol/caps'/>"
                                    "<feature var='http://jabber.org/protocol/disco#info'/>"
                                    "<feature var='http://jabber.org/protocol/disco#items'/>"
                                    "<feature var='http://jabber.org/protocol/muc'/>";
const std::string exodus_text =
    "http://jabber.org/protocol/caps<http://jabber.org/protocol/disco#info<"
    "http://jabber.org/protocol/disco#items<http://jabber.org/protocol/muc<";

DiscoInfo info_of(const std::string& inside) {
    const auto xml = "<query xmlns='http://jabber.org/protocol/disco#info'>" + inside + "</query>";
    return Element::parse(xml).value().as<DiscoInfo>().value();
}

std::string form(const std::string& fields, const std::string& type = "result") {
    return "<x xmlns='jabber:x:data' type='" + type + "'>" + fields + "</x>";
}

std::string form_type(const std::string& name) {
    return "<field var='FORM_TYPE' type='hidden'><value>" + name + "</value></field>";
}

std::string text_of(const std::string& inside) {
    const auto made = verification_string(info_of(inside));
    return made.well_formed ? made.text : "ill-formed: " + made.text;
}

struct Case {
    std::string inside;
    std::string text;
};

} // namespace

TEST_CASE("verification string: XEP-0115 5.2, the simple example") {
    const auto made = verification_string(
        info_of("<identity category='client' name='Exodus 0.9.1' type='pc'/>" + exodus_features));
    CHECK(made.well_formed);
    CHECK(made.text == "client/pc//Exodus 0.9.1<" + exodus_text);
    CHECK(headstock::sha1_base64(made.text) == "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

TEST_CASE("verification string: XEP-0115 5.3, the complex example") {
    const auto inside =
        "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
        "<identity xml:lang='el' category='client' name='\xce\xa8 0.11' type='pc'/>" +
        exodus_features +
        form(form_type("urn:xmpp:dataforms:softwareinfo") +
             "<field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value>"
             "</field><field var='os'><value>Mac</value></field>"
             "<field var='os_version'><value>10.5.1</value></field>"
             "<field var='software'><value>Psi</value></field>"
             "<field var='software_version'><value>0.11</value></field>");
    const auto made = verification_string(info_of(inside));
    CHECK(made.well_formed);
    CHECK(made.text ==
          "client/pc/el/\xce\xa8 0.11<client/pc/en/Psi 0.11<" + exodus_text +
              "urn:xmpp:dataforms:softwareinfo<ip_version<ipv4<ipv6<os<Mac<os_version<10.5.1<"
              "software<Psi<software_version<0.11<");
    CHECK(headstock::sha1_base64(made.text) == "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

TEST_CASE("verification string: what is sorted is sorted by octets, whatever came first") {
    const std::array<Case, 7> cases{{
        {"<feature var='b'/><feature var='a'/><feature var='B'/>", "B<a<b<"},
        // by category, type and language, not by the letters of all three
        {"<identity category='a' type='b'/><identity category='a-b' type='a'/>", "a/b//<a-b/a//<"},
        {"<identity category='a' type='t' xml:lang='en' name='1'/>"
         "<identity category='a' type='t' name='2'/>",
         "a/t//2<a/t/en/1<"},
        {form(form_type("t") + "<field var='y'><value>2</value><value>1</value></field>"
                               "<field var='x'/>"),
         "t<x<y<1<2<"},
        {form("<field var='a'><value>1</value></field>" + form_type("t")), "t<a<1<"},
        {form(form_type("u")) + form(form_type("t")), "t<u<"},
        {"", ""},
    }};
    for (const auto& each : cases) CHECK(text_of(each.inside) == each.text);
}

TEST_CASE("verification string: XEP-0115 5.4, what makes an answer ill-formed") {
    const std::array<Case, 6> cases{{
        {"<identity category='a' type='b'/><identity type='b' category='a'/>", "a/b//<a/b//<"},
        {"<feature var='x'/><feature var='y'/><feature var='x'/>", "x<x<y<"},
        {form(form_type("t") + "<field var='a'/>") + form(form_type("t")), "t<t<a<"},
        {form("<field var='FORM_TYPE' type='hidden'><value>t</value><value>u</value></field>"),
         "t<"},
        // an identity that differs in its name alone is another one
        {"<identity category='a' type='b' name='c'/><identity category='a' type='b'/>", ""},
        // and the same value twice is one
        {form("<field var='FORM_TYPE' type='hidden'><value>t</value><value>t</value></field>"), ""},
    }};
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(text_of(cases.at(i).inside) == "ill-formed: " + cases.at(i).text);
    CHECK(text_of(cases[4].inside) == "a/b//<a/b//c<");
    CHECK(text_of(cases[5].inside) == "t<");
}

TEST_CASE("verification string: a form that does not say what it is counts for nothing") {
    for (const auto& ignored :
         {form("<field var='a'><value>1</value></field>"),
          form("<field var='FORM_TYPE'><value>t</value></field>"),
          form("<field var='FORM_TYPE' type='text-single'><value>t</value></field>"),
          form("<field var='FORM_TYPE' type='hidden'/>"), form(form_type("t"), "unknown"),
          std::string{"<other xmlns='urn:x'/>"}})
        CHECK(text_of("<feature var='x'/>" + ignored) == "x<");
}

// Section 5.1: what has come as text is not taken for a border.
TEST_CASE("verification string: four characters that look like an entity stay what they are") {
    CHECK(text_of("<feature var='a&amp;lt;b'/>") == "a&lt;b<");
    CHECK_FALSE(headstock::tells_feature("a&lt;b<", "b"));
}

TEST_CASE("verification string: a feature is one whole factor of it") {
    constexpr auto text = "client/pc//Psi<urn:a<urn:b:1<";
    CHECK(headstock::tells_feature(text, "urn:a"));
    CHECK(headstock::tells_feature(text, "urn:b:1"));
    CHECK_FALSE(headstock::tells_feature(text, "urn:b"));
    CHECK_FALSE(headstock::tells_feature(text, "b:1"));
    CHECK_FALSE(headstock::tells_feature(text, ""));
    CHECK_FALSE(headstock::tells_feature(text, "urn:a<urn:b:1"));
    CHECK(headstock::tells_feature("urn:a<", "urn:a"));
    CHECK_FALSE(headstock::tells_feature("", "urn:a"));
    CHECK(headstock::tells_identity(text, "client", "pc"));
    CHECK(headstock::tells_identity("a/b//<client/pc//<", "client", "pc"));
    CHECK_FALSE(headstock::tells_identity(text, "client", "p"));
    CHECK_FALSE(headstock::tells_identity(text, "lient", "pc"));
}

// How caches were poisoned: one string, two answers.
TEST_CASE("verification string: answers that share a string share its reading") {
    const auto honest = verification_string(info_of("<feature var='a'/><feature var='b'/>"));
    const auto poison = verification_string(info_of("<feature var='a'/>" + form(form_type("b"))));
    CHECK(honest.text == poison.text);
    CHECK(headstock::tells_feature(poison.text, "b"));
}
