#include "headstock/session/outgoing.hpp"

#include "bridge/detail/node.hpp"
#include "bridge/parser.hpp"
#include "bridge/writer.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/word.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace headstock::detail {
namespace {

std::string name_of(const Tag& tag) {
    return concat({"<", tag.local_name(), "> in ", tag.ns().empty() ? "no namespace" : tag.ns()});
}

// What RFC 6120 8.2.3 asks of an iq; empty when it is met.
std::string fault_of_iq(const Element& iq, std::string_view id, StanzaType type) {
    if (type == StanzaType::any)
        return concat(
            {"an iq has type get, set, result or error, not '", iq.attribute("type"), "'"});
    const bool request = type == StanzaType::get || type == StanzaType::set;
    if (request && iq.children().size() != 1)
        return concat({"an iq of type ", to_string(type),
                       " holds exactly one child element, this one has ",
                       decimal(iq.children().size())});
    if (!request && id.empty())
        return "an iq of type result or error needs the id of the iq that it answers";
    return {};
}

// What else a stanza says of itself.
struct Said {
    std::optional<std::string_view> type{};
    bool from = false;
};

// Reads all it needs in one pass.
Said describe_stanza(Outgoing& out, const Element& stanza) {
    Said said;
    out.name = stanza.local_name();
    const auto* at = bridge::detail::Node::of(stanza)->attributes;
    for (; at != nullptr; at = at->next) {
        const auto& [local, ns] = *at->name;
        if (!ns.empty()) continue;
        if (is_word(local, "to")) {
            out.to = at->value.view();
        } else if (is_word(local, "id")) {
            out.set_id(at->value.view());
        } else if (is_word(local, "type")) {
            said.type = at->value.view();
        } else if (is_word(local, "from")) {
            out.from = at->value.view();
            said.from = true;
        }
    }
    return said;
}

// Of a message nobody asks.
StanzaType type_of(StanzaKind kind, const Said& said) {
    if (kind == StanzaKind::message) return StanzaType::any;
    return stanza_type(kind, said.type).value_or(StanzaType::any);
}

Outgoing refuse_no_stanza(const Element& element) {
    if (!element) return refuse("the element is empty");
    return refuse(concat(
        {"a stanza is message, presence or iq in ", ns::client, "; this is ", name_of(element)}));
}

// In the place of an empty id: another would stand beside it.  Called once, since it has an id
// then.  NOLINTNEXTLINE(misc-no-recursion)
Outgoing write_with_id(const Element& stanza, std::string& out, const WritingRule& rule) {
    Outgoing named;
    auto own = Element{stanza}.set("id", named.make_id(rule.randomness));
    auto written = write_stanza(own, out, rule);
    written.own = std::move(own);
    return written;
}

// Raw text is in the stream's own namespace, of which ns::client is the name everywhere else.
StanzaKind raw_kind(const Element& element, std::string_view content_ns) {
    const auto stands_for = element.ns() == content_ns ? ns::client : std::string_view{};
    return stanza_kind(bridge::Name{element.local_name(), stands_for});
}

// Takes the one element of a stream apart from anything around it.
class RawCheck final : bridge::Demands {
public:
    RawCheck(std::string_view xml, std::string_view content_ns) : parser_(*this) {
        const auto open =
            concat({"<stream:stream xmlns='", content_ns, "' xmlns:stream='", ns::stream, "'>"});
        run(open);
        header_ = open.size();
        run(xml);
        if (fault().empty() && !ends_here())
            fault_ = "something follows the element: send one stanza at a time, and nothing else";
    }

    const Element& element() const { return element_; }
    Element take_element() { return std::move(element_); }

    std::string fault() const {
        if (!fault_.empty()) return fault_;
        if (elements_ == 1 && depth_ == 0) return {};
        return elements_ == 0 || depth_ > 0 ? "the element is not complete: its end tag is missing"
                                            : "these are two elements: send one at a time";
    }

private:
    bridge::Demand decide(bridge::StartTag& start) override {
        if (start.depth() == 0) return bridge::Demand::look;
        if (start.depth() == 1) ++depth_;
        return start.depth() == 1 ? bridge::Demand::build | bridge::Demand::at_end
                                  : bridge::Demand::skip;
    }

    void run(std::string_view bytes) {
        if (!fault_.empty()) return;
        parser_.feed(bytes);
        for (auto event = parser_.next(); event.kind != bridge::Parser::Event::more;
             event = parser_.next()) {
            if (event.kind == bridge::Parser::Event::error) {
                const auto& error = parser_.error();
                if (error.fault == bridge::ParseFault::no_memory) throw std::bad_alloc{};
                const auto at = error.offset - std::min<std::uint64_t>(error.offset, header_);
                fault_ = concat({error.text, " (byte ", decimal(at), ")"});
                return;
            }
            if (event.kind == bridge::Parser::Event::finish) {
                fault_ = "it holds </stream:stream>, which ends the session: call stop() for that";
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

bool is_own(std::string_view from, const Jid& own) {
    if (from == own.str()) return true;
    const auto jid = Jid::parse(from);
    return jid && jid->bare() == own.bare();
}

static bool is_own(std::string_view from, const WritingRule& rule) {
    return is_own(from, *rule.own) || (rule.asked && is_own(from, *rule.asked));
}

// NOLINTNEXTLINE(misc-no-recursion): see write_with_id
Outgoing write_stanza(const Element& stanza, std::string& out, const WritingRule& rule) {
    Outgoing written;
    written.kind = stanza_kind(stanza);
    if (written.kind == StanzaKind::none) return refuse_no_stanza(stanza);
    const auto said = describe_stanza(written, stanza);
    written.type = type_of(written.kind, said);
    if (written.kind == StanzaKind::iq) {
        if (auto fault = fault_of_iq(stanza, written.id(), written.type); !fault.empty())
            return refuse(std::move(fault));
    }
    const bool wants_id = written.kind != StanzaKind::presence && written.id().empty();
    if (wants_id && written.has_id()) return write_with_id(stanza, out, rule);
    const bool leave_out =
        rule.own && said.from && (written.from.empty() || is_own(written.from, rule));
    if (leave_out) written.from = {};
    const bool adds_from = rule.sender && !said.from;
    if (adds_from) written.from = rule.sender->str();
    const auto id = wants_id ? written.make_id(rule.randomness) : std::string_view{};
    const bridge::Attribute added[] = {{{"id", {}}, id}, {{"from", {}}, written.from}};
    bridge::write(stanza, out,
                  {.inherited = ns::client,
                   .without = leave_out ? std::string_view{"from"} : "",
                   .with = {wants_id ? added : added + 1, std::size_t{wants_id} + adds_from}});
    return written;
}

Outgoing check_raw(std::string_view xml, std::string_view content_ns) {
    RawCheck check{xml, content_ns};
    if (auto fault = check.fault(); !fault.empty()) return refuse(std::move(fault));
    const auto& element = check.element();
    if (element.ns() == ns::client && content_ns != ns::client)
        return refuse(concat({"the raw stanzas of a component are in ", content_ns,
                              ": write them without xmlns='jabber:client'"}));
    const auto kind = raw_kind(element, content_ns);
    Outgoing out;
    out.type = type_of(kind, describe_stanza(out, element));
    if (kind == StanzaKind::iq) {
        if (auto fault = fault_of_iq(element, out.id(), out.type); !fault.empty())
            return refuse(std::move(fault));
        if (out.id().empty())
            return refuse("a raw iq needs an id: write one that no other request has");
    }
    out.kind = kind;
    out.own = check.take_element();
    return out;
}

} // namespace headstock::detail
