#include "headstock/stanza.hpp"

#include "bridge/detail/copy_size.hpp"
#include "bridge/detail/tree.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/ns.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/word.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t text_cap = 512;
constexpr bridge::Name lang_name{"lang", bridge::xml_ns};

struct ConditionWords {
    std::string_view name;
    ErrorType type;
    bool absent = false; ///< Nobody is at the address that it comes from.
};

// In the order of enum Condition; types as RFC 6120 8.3.3 recommends them.
constexpr std::array conditions{
    ConditionWords{"bad-request", ErrorType::modify},
    ConditionWords{"conflict", ErrorType::cancel},
    ConditionWords{"feature-not-implemented", ErrorType::cancel},
    ConditionWords{"forbidden", ErrorType::auth},
    ConditionWords{"gone", ErrorType::cancel, true},
    ConditionWords{"internal-server-error", ErrorType::cancel},
    ConditionWords{"item-not-found", ErrorType::cancel, true},
    ConditionWords{"jid-malformed", ErrorType::modify},
    ConditionWords{"not-acceptable", ErrorType::modify},
    ConditionWords{"not-allowed", ErrorType::cancel},
    ConditionWords{"not-authorized", ErrorType::auth},
    ConditionWords{"policy-violation", ErrorType::modify},
    ConditionWords{"recipient-unavailable", ErrorType::wait, true},
    ConditionWords{"redirect", ErrorType::modify, true},
    ConditionWords{"registration-required", ErrorType::auth},
    ConditionWords{"remote-server-not-found", ErrorType::cancel, true},
    ConditionWords{"remote-server-timeout", ErrorType::wait, true},
    ConditionWords{"resource-constraint", ErrorType::wait},
    ConditionWords{"service-unavailable", ErrorType::cancel, true},
    ConditionWords{"subscription-required", ErrorType::auth},
    ConditionWords{"undefined-condition", ErrorType::cancel},
    ConditionWords{"unexpected-request", ErrorType::wait},
};

constexpr std::array<std::string_view, 5> error_types{"auth", "cancel", "continue", "modify",
                                                      "wait"};

constexpr std::array<std::string_view, 16> stanza_types{
    "",           "get",         "set",          "result", "error",       "normal",
    "chat",       "groupchat",   "headline",     "",       "unavailable", "subscribe",
    "subscribed", "unsubscribe", "unsubscribed", "probe"};

inline std::optional<StanzaType>
find_type(std::string_view word, StanzaType first, StanzaType last) {
    if (word.empty()) return std::nullopt;
    for (auto at = static_cast<std::size_t>(first); at <= static_cast<std::size_t>(last); ++at) {
        const auto& type = stanza_types[at];
        if (type.size() == word.size() && type[0] == word[0] && type == word)
            return static_cast<StanzaType>(at);
    }
    return word == "error" ? std::optional{StanzaType::error} : std::nullopt;
}

std::optional<StanzaType> read_type(StanzaKind kind, std::string_view word, bool given) {
    switch (kind) {
    case StanzaKind::message:
        return find_type(word, StanzaType::normal, StanzaType::headline)
            .value_or(StanzaType::normal);
    case StanzaKind::presence:
        if (!given || word == "available") return StanzaType::available;
        return find_type(word, StanzaType::unavailable, StanzaType::probe);
    case StanzaKind::iq:
        return find_type(word, StanzaType::get, StanzaType::error);
    case StanzaKind::none:
        break;
    }
    return std::nullopt;
}

std::optional<Condition> find_condition(const Element& element) {
    if (element.ns() != ns::stanzas) return std::nullopt;
    const auto* at = std::find_if(conditions.begin(), conditions.end(), [&](const auto& each) {
        return each.name == element.local_name();
    });
    if (at == conditions.end()) return std::nullopt;
    return static_cast<Condition>(at - conditions.begin());
}

// RFC 6120 8.3.3: the others are empty.
bool has_address(Condition condition) {
    return condition == Condition::gone || condition == Condition::redirect;
}

// A peer decides how much is in it, and it would be held twice.
Element read_application(const Element& condition) {
    constexpr std::size_t most = 64u << 10;
    if (bridge::detail::copy_size(condition, most) <= most) return condition;
    return Element{condition.name()};
}

// The first that is known.
void read_condition(const Element& error, StanzaError& read) {
    for (const auto& child : error.children()) {
        const auto found = find_condition(child);
        if (!found) continue;
        read.condition = *found;
        if (has_address(*found)) read.address = bridge::trim(child.text());
        return;
    }
}

ErrorType find_error_type(std::string_view word, ErrorType or_else) {
    const auto* at = std::find(error_types.begin(), error_types.end(), word);
    return at == error_types.end() ? or_else : static_cast<ErrorType>(at - error_types.begin());
}

StanzaKind kind_of(std::string_view local) {
    if (detail::is_word(local, "message")) return StanzaKind::message;
    if (detail::is_word(local, "presence")) return StanzaKind::presence;
    if (detail::is_word(local, "iq")) return StanzaKind::iq;
    return StanzaKind::none;
}

// What the program says, and not a peer: reply_to() never comes here.
Element addressed(Element stanza, Address to) {
    if (const auto error = detail::set_to(stanza, to))
        throw std::invalid_argument{"headstock: " + error.text};
    return stanza;
}

Element iq(std::string_view type, Address to) {
    return addressed(Element{"iq", ns::client}.set("type", type), to);
}

// What is said to all goes to the room, never to the occupant who spoke (XEP-0045 7.4).
std::string_view room_of(std::string_view occupant) {
    return occupant.substr(0, occupant.find('/'));
}

// The start tag of an answer.  What it says was checked when the tag that is answered was made.
Element
answer_to(const Tag& stanza, std::string_view to, std::string_view type, std::string_view id) {
    if (!stanza) return Element{stanza.name()}; // throws: it has no name
    // A component speaks for many addresses: the answer comes from the one that was asked.  A
    // client leaves its own out again when it sends.
    const bridge::Attribute all[] = {{{"to", {}}, to},
                                     {{"from", {}}, stanza.attribute("to")},
                                     {{"type", {}}, type},
                                     {{"id", {}}, id}};
    return bridge::detail::make_element(stanza.name(), all);
}

} // namespace

StanzaKind stanza_kind(const Tag& tag) { return stanza_kind(tag.name()); }

StanzaKind stanza_kind(const bridge::Name& name) {
    const auto kind = kind_of(name.local);
    return kind != StanzaKind::none && name.ns == ns::client ? kind : StanzaKind::none;
}

std::optional<StanzaType> stanza_type(const Tag& stanza) {
    const auto local = stanza.local_name();
    if (local == "message") return stanza_type(stanza, StanzaKind::message);
    return stanza_type(stanza, local == "presence" ? StanzaKind::presence : StanzaKind::iq);
}

std::optional<StanzaType> stanza_type(const Tag& stanza, StanzaKind kind) {
    const auto word = stanza.attribute("type");
    const bool given = !word.empty() || stanza.has_attribute("type");
    return read_type(kind, word, given);
}

std::optional<StanzaType> stanza_type(StanzaKind kind, std::optional<std::string_view> word) {
    return read_type(kind, word.value_or(""), word.has_value());
}

std::string_view to_string(StanzaType type) { return stanza_types[static_cast<std::size_t>(type)]; }
std::string_view to_string(Condition condition) {
    return conditions[static_cast<std::size_t>(condition)].name;
}
std::string_view to_string(ErrorType type) { return error_types[static_cast<std::size_t>(type)]; }
ErrorType usual_type(Condition condition) {
    return conditions[static_cast<std::size_t>(condition)].type;
}

bool says_absent(Condition condition) {
    return conditions[static_cast<std::size_t>(condition)].absent;
}

StanzaError StanzaError::of(const Element& stanza) {
    const auto& error = stanza.child("error");
    StanzaError read;
    read_condition(error, read);
    read.type = find_error_type(error.attribute("type"), usual_type(read.condition));
    read.by = error.attribute("by");
    for (const auto& child : error.children()) {
        if (child.ns() != ns::stanzas && !read.application)
            read.application = read_application(child);
    }
    if (const auto& text = error.child("text", ns::stanzas)) {
        read.text = text.text();
        read.lang = text.attribute(lang_name, stanza.attribute(lang_name));
    }
    return read;
}

Element StanzaError::element() const {
    Element error{"error", ns::client};
    error.set("type", to_string(type));
    if (!by.empty()) error.set("by", by);
    error.append(to_string(condition), ns::stanzas)
        .add_text(has_address(condition) ? std::string_view{address} : std::string_view{});
    if (!text.empty()) {
        auto& said = error.append("text", ns::stanzas).add_text(text);
        if (!lang.empty()) said.set(lang_name, lang);
    }
    if (application) error.add(application);
    return error;
}

std::string StanzaError::message() const {
    return detail::concat({to_string(condition), " (", to_string(type), ")",
                           address.empty() ? "" : " to ", printable(address, text_cap),
                           text.empty() ? "" : ": ", printable(text, text_cap)});
}

Element message(Address to, std::string_view body) {
    if (to.empty()) throw std::invalid_argument{"headstock: a message to nobody: `to` is empty"};
    return addressed(Element{"message", ns::client}, to).set("type", "chat").add("body", body);
}

Element presence() { return Element{"presence", ns::client}; }
Element iq_get(Address to) { return iq("get", to); }
Element iq_set(Address to) { return iq("set", to); }
Element roster_get() { return iq_get().add(Element{"query", ns::roster}); }

Element reply_to(const Tag& stanza) {
    const auto from = stanza.attribute("from");
    const auto kind = kind_of(stanza.local_name());
    if (kind == StanzaKind::iq) return answer_to(stanza, from, "result", stanza.attribute("id"));
    auto type = stanza.attribute("type");
    if (kind != StanzaKind::message || type == "error") type = {};
    return answer_to(stanza, type == "groupchat" ? room_of(from) : from, type, {});
}

Element error_reply(const Tag& stanza, const StanzaError& error) {
    return answer_to(stanza, stanza.attribute("from"), "error", stanza.attribute("id"))
        .add(error.element());
}

std::optional<Jid> from(const Tag& stanza) {
    return detail::jid_in_stanza(stanza.attribute("from"));
}
std::optional<Jid> to(const Tag& stanza) { return detail::jid_in_stanza(stanza.attribute("to")); }

Error detail::set_to(Element& stanza, Address to) {
    if (to.empty()) return {};
    Error why;
    if (const auto jid = to.jid(&why)) stanza.set("to", jid->str());
    return why;
}

std::string new_id() { return detail::random_token(); }

} // namespace headstock
