// A program and its plug-in share one client: what tells a type must not be an address, of which
// each of them has one of its own.
#include "tests/shared/plugin.hpp"

#include "bridge/element.hpp"
#include "bridge/error.hpp"
#include "headstock/extensions/ping.hpp"
#include "tests/support/output.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

// A client that a server without passwords has let in.
class LoggedIn {
public:
    LoggedIn() : client{"e.test", "", in_clear()} {
        client.tick(1);
        client.connected();
    }

    void log_in() {
        greet("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
              "<mechanism>ANONYMOUS</mechanism></mechanisms>");
        client.received("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        greet("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
        const auto wrote = take();
        const auto iq = bridge::Element::parse(wrote.substr(wrote.find("<iq")));
        REQUIRE(iq);
        client.received("<iq type='result' id='" + std::string{iq->attribute("id")} +
                        "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>me@e.test/r</jid>"
                        "</bind></iq>");
        REQUIRE(client.ready());
        take();
    }
    std::string take() {
        std::string bytes{output_of(client)};
        client.written(bytes.size());
        return bytes;
    }

    headstock::BaseClient client;

private:
    static headstock::Options in_clear() {
        headstock::Options options;
        options.tls = headstock::Tls::disabled;
        return options;
    }
    void greet(const std::string& features) {
        client.received("<stream:stream xmlns='jabber:client' from='e.test' id='1' version='1.0' "
                        "xmlns:stream='http://etherx.jabber.org/streams'><stream:features>" +
                        features + "</stream:features>");
    }
};

} // namespace

TEST_CASE("shared: an event reaches the rows of a plug-in and of the program, whoever emits it") {
    LoggedIn stage;
    auto& client = stage.client;
    std::string heard;
    client.on_event([&](const headstock::SessionStarted&) { heard += "started "; });
    client.on_event([&](const plugin::Spoke& spoke) { heard += spoke.who + ' '; });
    const auto listener = plugin::listen(client);
    stage.log_in();
    plugin::speak(client);
    client.emit_now(plugin::Spoke{"program"});
    CHECK(heard == "started plugin program ");
    CHECK(listener->heard == "started me@e.test/r plugin program ");
}

TEST_CASE("shared: what a plug-in registered the program unregisters, and the other way round") {
    LoggedIn stage;
    auto& client = stage.client;
    const auto listener = plugin::listen(client);
    CHECK_THROWS_AS(client.register_handler(*listener), std::invalid_argument);
    client.unregister_handler(*listener);
    client.register_handler(*listener);
    plugin::stop_listening(client, *listener);
    client.emit_now(plugin::Spoke{"nobody hears"});
    CHECK(listener->heard.empty());
}

TEST_CASE("shared: what a plug-in throws is caught by its type") {
    CHECK_THROWS_AS(plugin::write_what_xml_cannot_carry(), bridge::Invalid);
}

TEST_CASE("shared: an extension works across the border") {
    LoggedIn stage;
    headstock::Ping ping;
    stage.client.register_handler(ping);
    stage.log_in();
    stage.client.received("<iq type='get' id='p' from='e.test'><ping xmlns='urn:xmpp:ping'/></iq>");
    CHECK(stage.take() == "<iq to='e.test' type='result' id='p'/>");
}
