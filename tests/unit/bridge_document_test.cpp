// Whole documents: Element::parse and Element::load.
#include "bridge/element.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <unistd.h>

using bridge::Element;
using bridge::ParseError;
using bridge::ParseFault;

namespace {

ParseError error_of(const std::string& xml) {
    ParseError error;
    CHECK_FALSE(Element::parse(xml, &error));
    return error;
}

// A file that is gone when the test ends.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content) {
        const int file = mkstemp(path_.data());
        REQUIRE(file >= 0);
        close(file);
        std::ofstream{path_, std::ios::binary} << content;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/headstock-document-XXXXXX";
};

} // namespace

TEST_CASE("document: the root with all that is in it") {
    const auto root = Element::parse("<?xml version='1.0' encoding='UTF-8'?>\n<!-- head -->\n"
                                     "<a xmlns='urn:a' xmlns:p='urn:p' p:x='1'>t<!-- c -->u"
                                     "<p:b/><?pi x?>v<![CDATA[<w>]]>&#x41;</a>\n<!-- tail -->\n ");
    REQUIRE(root);
    CHECK(root->text() == "tu");
    CHECK(root->attribute({"x", std::string_view{"urn:p"}}) == "1");
    CHECK(root->child("b", "urn:p"));
    CHECK(root->all_text() == "tuv<w>A");
}

TEST_CASE("document: what is wrong is told with its place") {
    CHECK(error_of("").fault == ParseFault::incomplete);
    CHECK(error_of("  \n").fault == ParseFault::incomplete);
    CHECK(error_of("<a><b></a>").message() ==
          "the end tag does not match the start tag (line 1, column 9)");
    CHECK(error_of("<a>").fault == ParseFault::incomplete);
    CHECK(error_of("<a/><b/>").message() ==
          "something follows the root element (line 1, column 5)");
    CHECK(error_of("<a/>junk").fault == ParseFault::not_well_formed);
    CHECK(error_of("<a/> <").fault == ParseFault::incomplete);
    CHECK(error_of("<a/> <!-- x").fault == ParseFault::incomplete);
    CHECK(error_of("<!DOCTYPE a><a/>").fault == ParseFault::restricted_xml);
    CHECK(error_of("<a x='1' x='2'/>").message() ==
          "an attribute stands twice in one tag (line 1, column 10)");
    CHECK(error_of("<?xml version='1.1'?><a/>").fault == ParseFault::unsupported_version);
    CHECK(error_of("<?xml version='1.0' encoding='latin1'?><a/>").fault ==
          ParseFault::unsupported_encoding);
    CHECK_FALSE(Element::parse("<a"));
}

TEST_CASE("document: files are read whole, and what cannot be read is an error") {
    std::string text = "<a>";
    for (int i = 0; i < 20'000; ++i) text += "<b n='" + std::to_string(i) + "'>text</b>";
    const TemporaryFile file{text + "</a>\n"};
    const auto root = Element::load(file.path());
    REQUIRE(root);
    CHECK(root->children().size() == 20'000);
    CHECK(root->last_child().attribute_as<int>("n") == 19'999);

    ParseError error;
    const TemporaryFile broken{text + "</b>"};
    CHECK_FALSE(Element::load(broken.path(), &error));
    CHECK(error.fault == ParseFault::not_well_formed);
    CHECK_FALSE(Element::load("/nonexistent/file.xml", &error));
    CHECK(error.fault == ParseFault::unreadable);
    CHECK(error.message() == "cannot read /nonexistent/file.xml: No such file or directory");
    CHECK_FALSE(Element::load("/", &error));
    CHECK(error.fault == ParseFault::unreadable);
}

TEST_CASE("document: depth has a limit, below it any shape is fine") {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "<a>";
        for (std::size_t i = 0; i < depth; ++i) text += "</a>";
        return text;
    };
    CHECK(Element::parse(nested(10'000)));
    CHECK(error_of(nested(10'001)).fault == ParseFault::limit_exceeded);
}

TEST_CASE("document: a borrowed root is copied whole, with text in pieces") {
    const std::string text(100'000, 'x');
    const auto root = Element::parse("<a>" + text + "&amp;" + text + "</a>");
    REQUIRE(root);
    CHECK(root->text() == text + "&" + text);
    CHECK(Element::parse(root->xml()) == root);
}
