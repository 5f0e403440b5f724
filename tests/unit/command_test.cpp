// The words of XEP-0050: what <command/> holds, read and written again, and its errors.
#include "headstock/extensions/command.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::Command, headstock::CommandAction, headstock::CommandActions,
    headstock::CommandFault, headstock::CommandNoteType, headstock::CommandStatus,
    headstock::Element;

namespace {

std::string wrap(const std::string& attributes, const std::string& inside = {}) {
    return "<command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + inside +
           "</command>";
}
const std::string result_form =
    "<x xmlns='jabber:x:data' type='result'><title>Available Services</title><reported>"
    "<field var='service' label='Service'/><field var='runlevel-1' label='Single-User mode'/>"
    "</reported><item><field var='service'><value>httpd</value></field><field var='runlevel-1'>"
    "<value>off</value></field></item></x>";
const std::string first_form =
    "<x xmlns='jabber:x:data' type='form'><title>Configure Service</title><instructions>Please "
    "select the service to configure.</instructions><field var='service' label='Service' "
    "type='list-single'><value>httpd</value><option><value>httpd</value></option></field></x>";
const std::string filled =
    "<x xmlns='jabber:x:data' type='submit'><field var='runlevel'><value>3</value></field></x>";
const std::string id = "sessionid='config:20020923T213616Z-700' node='config'";

} // namespace

TEST_CASE("command: every example of the specification is read and written again") {
    const std::string all[] = {
        wrap("node='list' action='execute'"),
        wrap("sessionid='list:20020923T213616Z-700' node='list' status='completed'", result_form),
        wrap("node='config' action='execute'"),
        wrap(id + " status='executing'", "<actions execute='next'><next/></actions>" + first_form),
        wrap(id, filled),
        wrap(id + " status='executing'",
             "<actions execute='complete'><prev/><complete/></actions>" + first_form),
        wrap(id + " status='completed'",
             "<note type='info'>Service 'httpd' has been configured.</note>"),
        wrap(id + " action='prev'"),
        wrap(id + " action='cancel'"),
        wrap(id + " status='canceled'"),
        wrap("node='list' action='execute' xml:lang='fr-ca'"),
        wrap(id + " status='completed'",
             "<note type='warn'>old</note><note type='error'>no</note><x xmlns='jabber:x:oob'>"
             "<url>http://e.test</url></x>"),
    };
    for (const auto& xml : all) {
        const auto element = Element::parse(xml).value();
        const auto command = headstock::from_element<Command>(element);
        REQUIRE_MESSAGE(command, command.error().message());
        // What is the default of a note need not be written.
        auto again = headstock::to_element(*command);
        if (auto* note = again.find("note"); note != nullptr && !note->has_attribute("type"))
            note->set("type", "info");
        CHECK(again == element);
    }
}

TEST_CASE("command: its form is the first that reads, wherever it stands") {
    const auto command = headstock::payload_from_xml<Command>(
        wrap(id, "<note>n</note><x xmlns='jabber:x:oob'/><x xmlns='jabber:x:data'/>" + first_form +
                     filled));
    REQUIRE(command);
    CHECK(command->payload.size() == 4);
    CHECK(command->notes.at(0).type == CommandNoteType::info);
    const auto form = command->form();
    REQUIRE(form);
    CHECK(form->title == "Configure Service");
    CHECK_FALSE(Command{}.form());
}

TEST_CASE("command: unknown words spoil nothing, and are not written") {
    const auto command = headstock::payload_from_xml<Command>(
        wrap("node='n' action='jump' status='lost'",
             "<actions execute='leap'><next/></actions><note type='shout'>x</note>"));
    REQUIRE(command);
    CHECK(command->action == CommandAction::unknown);
    CHECK(command->status == CommandStatus::unknown);
    CHECK(command->actions->execute == CommandAction::unknown);
    CHECK(command->notes.at(0).type == CommandNoteType::info);
    CHECK(to_string(CommandAction::unknown).empty());
    CHECK(to_string(CommandStatus::unknown).empty());
    CHECK_THROWS_AS((void)headstock::to_element(*command), std::invalid_argument);
    CHECK(to_string(CommandAction::prev) == "prev");
    CHECK(to_string(CommandStatus::canceled) == "canceled");
    CHECK_FALSE(headstock::payload_from_xml<Command>(wrap("action='execute'")));
}

TEST_CASE("command: what a stage allows") {
    struct Row {
        CommandActions actions;
        const char* allowed;
    };
    const Row rows[] = {
        {{}, "cancel "},
        {{.next = true}, "execute cancel next "}, // without a word, execute is next
        {{.complete = true}, "cancel complete "},
        {{.execute = CommandAction::complete, .prev = true, .complete = true},
         "execute cancel prev complete "},
        {{.execute = CommandAction::execute, .next = true}, "cancel next "},
        {{.execute = CommandAction::unknown, .next = true}, "cancel next "},
        {{.execute = CommandAction::prev, .next = true}, "cancel next "},
        {{.execute = CommandAction::cancel, .next = true}, "cancel next "},
    };
    for (const auto& row : rows) {
        std::string allowed;
        for (const auto action :
             {CommandAction::execute, CommandAction::cancel, CommandAction::prev,
              CommandAction::next, CommandAction::complete, CommandAction::unknown}) {
            if (row.actions.allow(action)) allowed += std::string{to_string(action)} + ' ';
        }
        CHECK(allowed == row.allowed);
    }
}

TEST_CASE("command: the errors of the specification, both ways") {
    const auto error = [](const std::string& type, const std::string& general,
                          const std::string& specific) {
        return "<error xmlns='jabber:client' type='" + type + "'><" + general +
               " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>why</text><" +
               specific + " xmlns='http://jabber.org/protocol/commands'/></error>";
    };
    const std::pair<CommandFault, std::string> rows[] = {
        {CommandFault::malformed_action, error("modify", "bad-request", "malformed-action")},
        {CommandFault::bad_action, error("modify", "bad-request", "bad-action")},
        {CommandFault::bad_locale, error("modify", "bad-request", "bad-locale")},
        {CommandFault::bad_payload, error("modify", "bad-request", "bad-payload")},
        {CommandFault::bad_session, error("modify", "bad-request", "bad-sessionid")},
        {CommandFault::session_expired, error("cancel", "not-allowed", "session-expired")},
    };
    for (const auto& [fault, xml] : rows) {
        const auto made = headstock::command_error(fault, "why").element();
        CHECK(made == Element::parse(xml).value());
        Element iq{"iq", ns::client};
        iq.set("type", "error").add(made);
        CHECK(headstock::command_fault(headstock::StanzaError::of(iq)) == fault);
    }
    CHECK_FALSE(headstock::command_fault({headstock::Condition::forbidden}));
    headstock::StanzaError other{headstock::Condition::bad_request};
    other.application = Element{"bad-action", "urn:other"};
    CHECK_FALSE(headstock::command_fault(other));
    other.application = Element{"worse-action", ns::commands};
    CHECK_FALSE(headstock::command_fault(other));
}
