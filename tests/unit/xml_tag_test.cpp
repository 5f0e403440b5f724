// Tags taken apart as they are written.
#include "headstock/session/xml_tag.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace headstock::detail;

namespace {

std::string markup(std::string_view xml) {
    const auto size = markup_size(xml);
    return size == xml.npos ? "none" : std::string{xml.substr(0, size)};
}

// "name=value ..." and what is left.
std::string attributes(std::string_view inside) {
    std::string all;
    while (const auto attribute = take_attribute(inside))
        all.append(attribute->name).append("=").append(attribute->value).append(" ");
    return all.append("|").append(inside);
}

} // namespace

TEST_CASE("xml tag: where markup ends") {
    CHECK(markup("<a>b") == "<a>");
    CHECK(markup("<a b='>' c=\"'>\"/>d") == "<a b='>' c=\"'>\"/>");
    CHECK(markup("</a >b") == "</a >");
    CHECK(markup("<!-- > -- -->b") == "<!-- > -- -->");
    CHECK(markup("<![CDATA[>]>]]]>b") == "<![CDATA[>]>]]]>");
    CHECK(markup("<?x '>' ?>b") == "<?x '>' ?>");
    for (const auto* open : {"<", "<a", "<a b='>", "<a <b>", "<!-->", "<![CDATA[]>", "<?>",
                             "<!DOCTYPE a>", "<!", "<a b='<'>"})
        CHECK(markup(open) == "none");
}

TEST_CASE("xml tag: attributes in order, and what is none") {
    CHECK(attributes(" a='1' b:c = \"2'\"\n d=''") == "a=1 b:c=2' d= |");
    CHECK(attributes(" a='1' b") == "a=1 | b");
    CHECK(attributes(" a=1") == "| a=1");
    CHECK(attributes(" a='1") == "| a='1");
    CHECK(attributes(" ='1'") == "| ='1'");
    CHECK(attributes("") == "|");
    CHECK(attributes(" ") == "| ");
    CHECK(local_part("a:b") == "b");
    CHECK(local_part("b") == "b");
}

TEST_CASE("xml tag: values with their references replaced") {
    CHECK(decode_value("a&lt;&gt;&amp;&quot;&apos;b") == "a<>&\"'b");
    CHECK(decode_value("&#112;&#x70;&#X70;") == std::nullopt); // a capital X is no reference
    CHECK(decode_value("&#112;&#x70;&#x00070;") == "ppp");
    CHECK(decode_value("&#233;") == "\x80");
    for (const auto* bad : {"&", "&;", "&a;", "&#;", "&#x;", "&#-1;", "&#99999999999;", "&#1a;"})
        CHECK(decode_value(bad) == std::nullopt);
}
