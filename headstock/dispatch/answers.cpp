#include "headstock/dispatch/answers.hpp"

#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/text/concat.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace headstock::detail {

namespace {

bool has_answer_type(const Element& iq) {
    const auto type = stanza_type(iq, StanzaKind::iq);
    return type == StanzaType::result || type == StanzaType::error;
}

} // namespace

bool Answers::claim() { return asked_ && !std::exchange(answered_, true); }

void Answers::deliver(std::string_view row, const Tag& stanza, Outcome&& outcome) {
    if (auto* element = std::get_if<Element>(&outcome)) {
        deliver_element(row, stanza, *element);
    } else if (auto* list = std::get_if<std::vector<Element>>(&outcome)) {
        for (auto& each : *list) deliver_element(row, stanza, each);
    } else if (const auto* error = std::get_if<StanzaError>(&outcome)) {
        asked_ ? answer(row, error_reply(stanza, *error))
               : drop(row, "an error, where nothing was asked");
    } else if (std::holds_alternative<Ok>(outcome)) {
        asked_ ? answer(row, reply_to(stanza)) : drop(row, "ok, where nothing was asked");
    }
}

void Answers::deliver_element(std::string_view row, const Tag& stanza, Element& element) {
    if (!element) return;
    const auto kind = stanza_kind(element);
    if (kind == StanzaKind::none) {
        asked_ ? answer(row, reply_to(stanza).add(std::move(element)))
               : drop(row, "an element that is no stanza, where nothing was asked");
        return;
    }
    if (!asked_ || kind != StanzaKind::iq || !has_answer_type(element)) {
        if (const auto error = outlet_->pass_on(element)) drop(row, error.text);
        return;
    }
    if (!element.has_attribute("id")) element.set("id", stanza.attribute("id"));
    if (!element.has_attribute("to") && stanza.has_attribute("from"))
        element.set("to", stanza.attribute("from"));
    if (!element.has_attribute("from") && stanza.has_attribute("to"))
        element.set("from", stanza.attribute("to"));
    answer(row, element);
}

void Answers::answer(std::string_view row, const Element& reply) {
    if (!claim()) return drop(row, "a second answer to one iq");
    if (const auto error = send(reply)) drop(row, error.text);
}

// What could not be written, for want of memory, is owed as before.
Error Answers::send(const Element& reply) {
    try {
        return outlet_->pass_on(reply);
    } catch (...) {
        answered_ = false;
        throw;
    }
}

void Answers::refuse(const Tag& stanza, const StanzaError& error) {
    if (!owed()) return;
    const auto reply = error_reply(stanza, error);
    if (!claim()) return;
    if (const auto why = send(reply)) outlet_->tell_dropped(why.text);
}

void Answers::drop(std::string_view row, std::string_view why) {
    outlet_->tell_dropped(concat({"dropped what ", row, " returned: ", why}));
}

void Answers::pass_over(std::string_view row, const PayloadError& error) {
    outlet_->tell_dropped(concat({"not called: ", row, ", since ", error.message()}));
}

} // namespace headstock::detail
