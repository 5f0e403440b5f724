#include "headstock/detail/outgoing.hpp"

#include "bridge/parser.hpp"
#include "bridge/writer.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>
#include <utility>

namespace headstock::detail {
namespace {

std::string name_of(const Tag& tag) {
    return "<" + std::string{tag.local_name()} + "> in " +
           (tag.ns().empty() ? "no namespace" : std::string{tag.ns()});
}

// What RFC 6120 8.2.3 asks of an iq; empty when it is met.
std::string fault_of_iq(const Element& iq, std::string_view id, std::optional<StanzaType> type) {
    if (!type)
        return "an iq has type get, set, result or error, not '" +
               std::string{iq.attribute("type")} + "'";
    const bool request = type == StanzaType::get || type == StanzaType::set;
    if (request && iq.children().size() != 1)
        return "an iq of type " + std::string{to_string(*type)} +
               " holds exactly one payload, this one has " + std::to_string(iq.children().size());
    if (!request && id.empty()) return "an iq result or error carries the id of its request";
    return {};
}

// A comparison with a word of known size is one instruction or two.
template <std::size_t N>
bool is(std::string_view text, const char (&word)[N]) {
    return text.size() == N - 1 && std::memcmp(text.data(), word, N - 1) == 0;
}

// Reads all it needs in one pass; gives the word of its type.
std::optional<std::string_view> describe_stanza(Outgoing& out, const Element& stanza) {
    std::optional<std::string_view> type;
    out.name = stanza.local_name();
    for (const auto [name, value] : stanza.attributes()) {
        if (!name.ns.empty()) continue;
        if (is(name.local, "to")) out.to = value;
        if (is(name.local, "id")) out.set_id(value);
        if (is(name.local, "from")) out.from = value;
        if (is(name.local, "type")) type = value;
    }
    return type;
}

std::string attribute(std::string_view name, std::string_view value) {
    std::string text{" "};
    text.append(name).append("='");
    bridge::escape_attribute(value, text);
    return text += '\'';
}

// Into the start tag of `element`, which begins at `tag`, behind its name.  A token needs no escape.
void insert_id(std::string& xml, std::size_t tag, std::string_view element, const Token& token) {
    std::array<char, std::tuple_size_v<Token> + 6> text{' ', 'i', 'd', '=', '\''};
    *std::copy(token.begin(), token.end(), text.begin() + 5) = '\'';
    xml.insert(tag + 1 + element.size(), text.data(), text.size());
}

// Takes the one element of a stream apart from anything around it.
class RawCheck final : bridge::Demands {
public:
    RawCheck(std::string_view xml, std::string_view content_ns) : parser_(*this) {
        const auto open = "<stream:stream xmlns='" + std::string{content_ns} + "' xmlns:stream='" +
                          std::string{ns::stream} + "'>";
        run(open);
        header_ = open.size();
        run(xml);
        if (fault().empty() && !ends_here()) fault_ = "something follows the element";
    }

    const Element& element() const { return element_; }
    Element take() { return std::move(element_); }

    std::string fault() const {
        if (!fault_.empty()) return fault_;
        if (elements_ == 1 && depth_ == 0) return {};
        return elements_ == 0 || depth_ > 0 ? "the element is not complete"
                                            : "these are two elements, send one at a time";
    }

private:
    bridge::Demand decide(const Tag&, bridge::NameId, std::size_t depth) noexcept override {
        if (depth == 0) return bridge::Demand::look;
        if (depth == 1) ++depth_;
        return depth == 1 ? bridge::Demand::build | bridge::Demand::at_end : bridge::Demand::skip;
    }

    void run(std::string_view bytes) {
        if (!fault_.empty()) return;
        parser_.feed(bytes);
        for (auto event = parser_.next(); event.kind != bridge::Parser::Event::more;
             event = parser_.next()) {
            if (event.kind == bridge::Parser::Event::error) {
                auto error = parser_.error();
                fault_ =
                    error.text + " (byte " +
                    std::to_string(error.offset - std::min<std::uint64_t>(error.offset, header_)) +
                    ")";
                return;
            }
            if (event.kind == bridge::Parser::Event::finish) {
                fault_ = "it closes the stream";
                return;
            }
            --depth_;
            ++elements_;
            element_ = *event.element;
        }
    }

    // No reference, character or tag is left open behind the element: the stream could end.
    bool ends_here() {
        parser_.feed("</stream:stream>");
        return parser_.next().kind == bridge::Parser::Event::finish;
    }

    bridge::Parser parser_;
    std::size_t header_ = 0;
    std::size_t elements_ = 0;
    std::size_t depth_ = 0;
    Element element_;
    std::string fault_;
};

} // namespace

Outgoing refuse(std::string why) {
    Outgoing refused;
    refused.error = Error{Errc::invalid_stanza, "not sent: " + std::move(why)};
    return refused;
}

Outgoing write_stanza(const Element& stanza,
                      std::string_view content_ns,
                      std::string& out,
                      const FromRule& from) {
    const auto kind = stanza_kind(stanza, content_ns);
    if (kind == StanzaKind::none)
        return refuse(stanza ? "a stanza is message, presence or iq in " + std::string{content_ns} +
                                   "; this is " + name_of(stanza)
                             : "the element is empty");
    Outgoing written;
    const auto type = stanza_type(kind, describe_stanza(written, stanza));
    if (kind == StanzaKind::iq) {
        if (auto fault = fault_of_iq(stanza, written.id(), type); !fault.empty())
            return refuse(std::move(fault));
    }
    written.kind = kind;
    written.type = type.value_or(StanzaType::any);
    const bool wants_id = kind != StanzaKind::presence && written.id().empty();
    if (wants_id && written.has_id()) { // an empty one would be there twice
        auto own = Element{stanza}.set("id", new_id());
        written = write_stanza(own, content_ns, out, from);
        written.own = std::move(own);
        return written;
    }
    if (from.leave_out) written.from = {};
    const auto begin = out.size();
    bridge::write(
        stanza, out,
        {.inherited = content_ns, .without = from.leave_out ? std::string_view{"from"} : ""});
    if (!from.add.empty()) {
        written.from = from.add;
        out.insert(begin + 1 + written.name.size(), attribute("from", from.add));
    }
    if (wants_id) insert_id(out, begin, written.name, written.make_id());
    return written;
}

Outgoing check_raw(std::string_view xml, std::string_view content_ns) {
    RawCheck check{xml, content_ns};
    if (auto fault = check.fault(); !fault.empty()) return refuse(std::move(fault));
    const auto& element = check.element();
    if (element.ns() == ns::client && content_ns != ns::client)
        return refuse("this stream's stanzas are in " + std::string{content_ns} +
                      ": write raw ones without xmlns='jabber:client'");
    const auto kind = stanza_kind(element, content_ns);
    Outgoing out;
    const auto type = stanza_type(kind, describe_stanza(out, element));
    if (kind == StanzaKind::iq) {
        if (auto fault = fault_of_iq(element, out.id(), type); !fault.empty())
            return refuse(std::move(fault));
        if (out.id().empty()) return refuse("a raw iq needs an id");
    }
    out.kind = kind;
    out.type = type.value_or(StanzaType::any);
    out.own = check.take();
    return out;
}

} // namespace headstock::detail
