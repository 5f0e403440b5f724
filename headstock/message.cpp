#include "headstock/message.hpp"

#include "headstock/ns.hpp"

#include <stdexcept>

namespace headstock {
namespace {

void set_address(Element& message, const char* name, const Jid& jid) {
    if (jid) message.set(name, jid.str());
}

void add_text(Element& message, const char* name, const std::string& text) {
    if (!text.empty()) message.add(name, text);
}

bool is_of_message(StanzaType type) {
    return type == StanzaType::error ||
           (type >= StanzaType::normal && type <= StanzaType::headline);
}

} // namespace

Message Message::reply(std::string text) const {
    Message answer;
    answer.type = type == StanzaType::error ? StanzaType::normal : type;
    // What is said to all goes to the room, never to the occupant who spoke (XEP-0045 7.4).
    answer.to = type == StanzaType::groupchat ? from.bare() : from;
    answer.from = to;
    answer.thread = thread;
    answer.body = std::move(text);
    return answer;
}

Element Message::element() const {
    Element message{"message", ns::client};
    set_address(message, "to", to);
    set_address(message, "from", from);
    if (!is_of_message(type)) throw std::invalid_argument{"headstock: a message has no such type"};
    if (type != StanzaType::normal) message.set("type", to_string(type));
    if (!id.empty()) message.set("id", id);
    if (!language.empty()) message.set({"lang", bridge::xml_ns}, language);
    if (subject) message.add("subject", *subject);
    add_text(message, "body", body);
    add_text(message, "thread", thread);
    for (const auto& other : others) message.add(other);
    return message;
}

} // namespace headstock
