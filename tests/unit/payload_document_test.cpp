// Payloads from elements, texts and files, and into other elements.
#include "headstock/payload.hpp"
#include "headstock/stanza.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

using headstock::Element, headstock::payload_from_file, headstock::payload_from_xml;

namespace {

struct Note {
    std::string text{};
};
HEADSTOCK_PAYLOAD(Note, "note", "urn:x", content<&self::text>())

// A file that is there as long as this.
class File {
public:
    explicit File(const std::string& text) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "wb"),
                                                                   &std::fclose};
        REQUIRE(file);
        REQUIRE(std::fwrite(text.data(), 1, text.size(), file.get()) == text.size());
    }
    ~File() { std::remove(path.c_str()); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    const std::string path = "payload_document_test." + headstock::new_id().substr(0, 8) + ".xml";
};

} // namespace

TEST_CASE("payload documents: from a text and from a file, with the rules of Element::parse") {
    const std::string text =
        "<?xml version='1.0'?>\n<!-- a note -->\n<note xmlns='urn:x'>hi</note>\n";
    CHECK(payload_from_xml<Note>(text)->text == "hi");
    CHECK(payload_from_file<Note>(File{text}.path)->text == "hi");
}

TEST_CASE("payload documents: what is no XML, or too early at its end, has no field but a reason") {
    for (const auto* text :
         {"", "<note", "<note xmlns='urn:x'>", "<a/><b/>", "<!DOCTYPE note><note/>", "<n:note/>"}) {
        CAPTURE(text);
        const auto parsed = payload_from_xml<Note>(text);
        CHECK_FALSE(parsed);
        CHECK(parsed.error().field.empty());
        CHECK_FALSE(parsed.error().message().empty());
    }
    const auto absent = payload_from_file<Note>("no/such/file.xml");
    CHECK(absent.error().message().find("cannot read no/such/file.xml") == 0);
    CHECK(payload_from_xml<Note>("<note/>").error().message() ==
          "note of urn:x was expected, and <note> without a namespace came");
}

TEST_CASE("payload documents: as() gives an optional") {
    const auto message =
        headstock::message("a@x", "hi").add(Element{"note", "urn:x"}.add_text("n"));
    CHECK(message.child("note", "urn:x").as<Note>()->text == "n");
    CHECK_FALSE(message.as<Note>());
    CHECK_FALSE(message.child("other").as<Note>());
}

TEST_CASE("payload documents: add() appends a payload to an element, and goes on with it") {
    auto message = headstock::message("a@x", "hi");
    CHECK(&message.add(Note{"n"}) == &message);
    CHECK(message.child("note", "urn:x").text() == "n");
    const Element iq = headstock::iq_set("a@x").add(Note{"s"});
    CHECK(iq.xml() ==
          "<iq xmlns='jabber:client' type='set' to='a@x'><note xmlns='urn:x'>s</note></iq>");
}

TEST_CASE("payload documents: a Parsed gives its value away") {
    auto parsed =
        payload_from_xml<Note>("<note xmlns='urn:x'>long enough to be on the heap, surely</note>");
    parsed->text += "!";
    const Note note = *std::move(parsed);
    CHECK(note.text.back() == '!');
}
