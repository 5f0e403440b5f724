// A bar that offers commands, and Juliet, who uses them: for the tests of Commands.
#pragma once

#include "headstock/extensions/commands.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace support {

using headstock::CommandAccess, headstock::CommandCall, headstock::CommandFault,
    headstock::CommandFollows, headstock::CommandNoteType, headstock::CommandReply,
    headstock::Commands, headstock::CommandStep, headstock::Disco, headstock::Element;

struct Order {
    std::string drink{};
    int cups = 1;
};
HEADSTOCK_FORM(Order, "", form_field<&self::drink>("drink"), form_field<&self::cups>("cups"))

inline const std::string theirs = "juliet@e.test/balcony";

inline std::string asked(const std::string& attributes,
                         const std::string& inside = {},
                         const std::string& from = theirs) {
    return "<iq type='set' id='i' to='romeo@e.test/r'" +
           (from.empty() ? "" : " from='" + from + "'") +
           "><command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + inside +
           "</command></iq>";
}
inline std::string filled(const std::string& drink, const std::string& cups = "2") {
    return "<x xmlns='jabber:x:data' type='submit'><field var='drink'><value>" + drink +
           "</value></field><field var='cups'><value>" + cups + "</value></field></x>";
}

// The answer in few words: "executing prev complete: form", "completed: info done",
// "bad-request/bad-action".
inline std::string told(const std::string& xml) {
    if (xml.empty()) return "nothing";
    const auto iq = Element::parse(xml).value();
    if (iq.attribute("type") == "error") {
        const auto error = headstock::StanzaError::of(iq);
        return std::string{to_string(error.condition)} + '/' +
               std::string{error.application.local_name()};
    }
    const auto& command = iq.first_child();
    std::string all{command.attribute("status")};
    for (const auto& action : command.child("actions").children())
        all += ' ' + std::string{action.local_name()};
    for (const auto& note : command.children("note"))
        all += ": " + std::string{note.attribute("type", "info")} + ' ' + std::string{note.text()};
    for (const auto& field : command.child("x", headstock::ns::data_forms).children("field"))
        all += ' ' + std::string{field.attribute("var")} + '=' +
               std::string{field.child("value").text()};
    return all;
}

struct CommandsStage : Stage {
    CommandsStage() {
        client->register_handler(disco);
        client->register_handler(commands);
        client->on_exception([this](std::string_view, std::exception_ptr) { seen.add("threw"); });
    }

    std::string says_to(const std::string& attributes,
                        const std::string& inside = {},
                        const std::string& from = theirs) {
        const auto xml = answer_to(asked(attributes, inside, from));
        if (xml.find("sessionid='") != xml.npos) {
            const auto begin = xml.find("sessionid='") + 11;
            id = xml.substr(begin, xml.find('\'', begin) - begin);
        }
        return told(xml);
    }
    // In the session that was begun last.
    std::string goes_on(const std::string& action,
                        const std::string& inside = {},
                        const std::string& from = theirs) {
        return says_to("node='order' sessionid='" + id + "'" +
                           (action.empty() ? "" : " action='" + action + "'"),
                       inside, from);
    }
    std::string
    about(const std::string& what, const std::string& node, const std::string& from = theirs) {
        return answer_to("<iq type='get' id='d' to='romeo@e.test/r' from='" + from +
                         "'><query xmlns='http://jabber.org/protocol/disco#" + what + "' node='" +
                         node + "'/></iq>");
    }
    void offer_order() {
        commands.offer<Order>("order", "Order a drink", CommandAccess::everybody(),
                              [this](const Order& order, const CommandCall& call) {
                                  seen.add(order.drink + '*' + std::to_string(order.cups));
                                  seen.add(call.requester.str());
                                  return CommandStep::done("it comes");
                              });
    }
    // Two steps; the second knows the first.
    void offer_steps() {
        commands.offer("order", "Order", CommandAccess::everybody(), [this](const CommandCall&) {
            return CommandStep::ask(
                Order{"tea"},
                [this](const Order& first, const CommandCall&) {
                    return CommandStep::ask(
                               Order{first.drink + "+"},
                               [this, first](const Order& second, const CommandCall& call) {
                                   seen.add(first.drink + ',' + second.drink);
                                   seen.add(std::string{to_string(call.action)});
                                   return CommandStep::done();
                               })
                        .note(CommandNoteType::warn, "nearly");
                },
                CommandFollows::more);
        });
    }

    Disco disco{{{"client", "bot"}}};
    Commands commands{disco};
    std::string id;
};

} // namespace support
