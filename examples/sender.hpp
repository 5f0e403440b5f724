// Asks what the tutorial of Slixmpp asks, with an example_tag made in every way there is, and
// leaves when each question has its answer.
#pragma once

#include "example_tag.hpp"

#include <headstock/headstock.hpp>

#include <iostream>
#include <string>

struct Sender {
    headstock::AsyncClient& client;
    std::string to; // a full JID: iqs to the bare one are answered by its server
    std::string path;
    bool quiet = false;

    static constexpr int questions = 6;
    int open = questions;       // still waiting for their end
    int unanswered = questions; // got neither a result nor an error

    void ready() {
        client.send_stanza(headstock::roster_get());
        client.send_stanza(headstock::presence());

        const auto xml = "<example_tag xmlns='https://example.net/our_extension' "
                         "some_string='Another_string'>Info_inside_tag"
                         "<inside_tag first_field='1' secound_field='2'/></example_tag>";
        const auto element = bridge::Element::parse(xml).value();
        ask("struct", ExampleTag{"True", "Another_string", "Info_inside_tag"});
        ask("list", ExampleTag{{}, "Another_string", "Info_inside_tag", {{1, 2}}});
        client.send_stanza(to, ExampleTag{"True", "Message string", "Info_inside_tag_message"});
        ask("file", headstock::payload_from_file<ExampleTag>(path));
        ask("element", headstock::from_element<ExampleTag>(element));
        ask("no some_string", ExampleTag{"True"});
        ask("string", headstock::payload_from_xml<ExampleTag>(xml));
    }

    void ask(const char* what, const headstock::Parsed<ExampleTag>& tag) {
        if (!tag)
            return answered(
                what, headstock::Error{headstock::Errc::invalid_payload, tag.error().message()});
        const auto sent =
            client.request(to, *tag, [this, what](const headstock::Answer<ExampleTag>& answer) {
                answered(what, answer);
            });
        if (!sent) answered(what, sent.error);
    }

    void answered(const char* what, const headstock::Answer<ExampleTag>& answer) {
        if (answer.failure() != nullptr) {
            std::cerr << what << ": " << answer.message() << std::endl;
        } else {
            --unanswered;
            if (!quiet)
                std::cout << what << ": " << (answer ? "result " : "error ")
                          << (answer ? headstock::printable(headstock::to_element(*answer).xml())
                                     : answer.message())
                          << std::endl;
        }
        if (--open == 0) client.stop();
    }
};
