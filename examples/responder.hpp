// Answers those who send an example_tag.
#pragma once

#include "example_tag.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

struct Responder {
    bool quiet = false;

    void ready(headstock::AsyncClient& client) {
        client.send_stanza(headstock::roster_get());
        client.send_stanza(headstock::presence());
    }
    bridge::Element get(const ExampleTag& tag, const bridge::Tag& iq) {
        show("get", iq, tag);
        if (tag.some_string) return headstock::to_element(ExampleTag{"True", "Reply_string"});
        const headstock::StanzaError error{headstock::Condition::feature_not_implemented,
                                           "Without some_string value returns error."};
        return headstock::reply_to(iq)
            .set("type", "error")
            .add(tag) // what it is about
            .add(error.element());
    }
    headstock::Ok set(const ExampleTag& tag, const bridge::Tag& iq) {
        show("set", iq, tag);
        return headstock::ok;
    }
    void message(const ExampleTag& tag, const bridge::Element& message) {
        show("message", message, tag, message.child("body").text());
    }
    void show(const char* what,
              const bridge::Tag& stanza,
              const ExampleTag& tag,
              std::string_view body = {}) {
        if (!quiet)
            std::cout << what << " from " << headstock::printable(stanza.attribute("from")) << ": "
                      << headstock::printable(headstock::to_element(tag).xml())
                      << headstock::printable(body) << std::endl;
    }
};
HEADSTOCK_HANDLERS(Responder,
                   on<&self::get>("iq@type=get"), // the payload's type names the element
                   on<&self::set>("iq@type=set"),
                   on<&self::message>("message"))
