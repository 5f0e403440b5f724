#include "programs/headstock_explain/saved_stanza.hpp"

#include "programs/headstock_explain/bad_input.hpp"
#include "programs/headstock_explain/input.hpp"

#include "bridge/conversion.hpp"
#include "headstock/printable.hpp"

#include <string_view>

namespace explaining {
namespace {

// On a line of its own, so that lines count as in the file when one is taken off.
constexpr std::string_view stream_begins =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>\n";
constexpr std::string_view stream_ends = "</stream:stream>";

// What an editor or a tool may put in front, and what cannot stand inside a stream.
void drop_declaration(std::string& text) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.starts_with(mark)) text.erase(0, mark.size());
    if (!text.starts_with("<?xml ")) return;
    const auto end = text.find("?>");
    // Blanks in its place: what stands behind it keeps its line and column.
    if (end != text.npos) text.replace(0, end + 2, end + 2, ' ');
}

bool only_blanks(std::string_view text) { return bridge::trim(text).empty(); }

} // namespace

bridge::Element read_stanza(const std::string& path) {
    auto text = read_input(path);
    const auto name = name_of(path);
    if (only_blanks(text)) throw BadInput(name + ": there is no stanza in it");
    drop_declaration(text);
    bridge::ParseError error;
    const auto stream =
        bridge::Element::parse(std::string{stream_begins}.append(text).append(stream_ends), &error);
    if (!stream)
        throw BadInput(name + ":" + std::to_string(error.line - 1) + ": " +
                       headstock::printable(error.text));
    for (const auto& content : stream->contents()) {
        if (content.is_text() && !only_blanks(content.text()))
            throw BadInput(name + ": there is text beside the stanza; a line of a log is to be "
                                  "saved from its first '<' on");
    }
    const auto found = stream->children().size();
    if (found != 1)
        throw BadInput(name + ": one stanza is wanted, and it has " + std::to_string(found));
    return stream->first_child();
}

} // namespace explaining
