// What a component may be told, what it says in clear to whom, and what of it reaches the log.  The
// handshake itself is in tests/transcripts/component.txt.
#include "headstock/session/redact.hpp"
#include "headstock/transport/address.hpp"
#include "tests/support/component_stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using headstock::ComponentOptions, headstock::ComponentTls, headstock::Errc;
using headstock::detail::Reach, headstock::detail::is_loopback;
using support::Component;

// How the session begins: what is written at once, or why it ended and that nothing was.
std::string beginning(ComponentTls tls, Reach reach) {
    Component component{{.tls = tls}};
    if (auto error = component.core().check()) return error.message();
    component.core().tick(0);
    component.core().connected(reach);
    const auto wire = component.core().take_wire();
    const auto& error = component.core().session().error();
    CHECK(component.core().wants_close() == static_cast<bool>(error));
    return error ? error.code.message() + wire : wire.substr(0, wire.find(' '));
}

} // namespace

TEST_CASE("J3: in clear to loopback or when it is spelled out, else nothing is written") {
    CHECK(beginning(ComponentTls::loopback_only, Reach::loopback) == "<?xml");
    CHECK(beginning(ComponentTls::loopback_only, Reach::network) == "TLS required but not offered");
    CHECK(beginning(ComponentTls::unencrypted, Reach::loopback) == "<?xml");
    CHECK(beginning(ComponentTls::unencrypted, Reach::network) == "<?xml");
    for (const auto reach : {Reach::loopback, Reach::network}) {
        const auto first = beginning(ComponentTls::direct, reach);
        REQUIRE(first.size() > 2);
        CHECK(first.substr(0, 2) == "\x16\x03"); // a TLS handshake record
    }
}

TEST_CASE("J3: a server whose address is not known yet is told nothing, whatever it says") {
    for (const auto tls : {ComponentTls::loopback_only, ComponentTls::direct}) {
        Component component{{.tls = tls}};
        component.core().tick(0);
        component.core().received("<s:stream xmlns:s='http://etherx.jabber.org/streams' "
                                  "xmlns='jabber:component:accept' id='x'>");
        CHECK(component.core().take_wire().empty());
        CHECK_FALSE(component.core().session().error());
    }
}

TEST_CASE("component: an address that is not a domain alone is an error before any connection") {
    for (const auto* address : {"a@bot.e.test", "bot.e.test/r", "a@bot.e.test/r"}) {
        Component component{{}, address};
        const auto error = component.core().check();
        CHECK(error.code == Errc::invalid_jid);
        CHECK(error.text ==
              "a component has the address of a domain, without user or resource, not '" +
                  std::string{address} + "'");
    }
    CHECK(Component{{}, "not a domain"}.core().check().code == Errc::invalid_jid);
    CHECK(Component{{}, ""}.core().check().code == Errc::invalid_jid);
    CHECK_FALSE(Component{}.core().check());
}

TEST_CASE("component: a file of authorities is read where TLS is spoken, and only there") {
    ComponentOptions no_authority;
    no_authority.ca_file = "/nonexistent/ca.pem";
    for (const auto tls : {ComponentTls::loopback_only, ComponentTls::unencrypted}) {
        no_authority.tls = tls;
        CHECK_FALSE(Component{no_authority}.core().check());
    }
    no_authority.tls = ComponentTls::direct;
    CHECK(Component{no_authority}.core().check().code == Errc::invalid_option);
}

TEST_CASE("component: direct TLS is begun before anything is said, and then the same is said") {
    headstock::detail::Settings settings{ComponentOptions{.tls = ComponentTls::direct}};
    headstock::detail::Session session{headstock::Jid{"bot.e.test"},
                                       headstock::detail::Secret{"test"}, settings, nullptr};
    session.connected(Reach::network);
    CHECK(session.step() == headstock::detail::Step::start_tls);
    CHECK(session.outbox().empty());
    session.step_taken();
    session.secured();
    CHECK(session.outbox().take().find("xmlns='jabber:component:accept'") != std::string::npos);
}

TEST_CASE("component: stanzas sent before the handshake wait for it and keep their order") {
    Component component;
    std::string order;
    component.core().tick(0);
    for (const auto* id : {"1", "2"})
        component.send_stanza(headstock::presence().set("to", "a@x").set("id", id));
    component.core().connected(Reach::loopback);
    component.core().received("<s:stream xmlns:s='http://etherx.jabber.org/streams' "
                              "xmlns='jabber:component:accept' id='x'>");
    CHECK(component.core().take_wire().find("<presence") == std::string::npos);
    component.core().received("<handshake/>");
    CHECK(component.core().take_wire() == "<presence from='bot.e.test' to='a@x' id='1'/>"
                                          "<presence from='bot.e.test' to='a@x' id='2'/>");
    CHECK(component.ready());
    CHECK(component.jid().str() == "bot.e.test");
}

TEST_CASE("component: the handshake does not reach the log, in whatever way it is written") {
    Component component;
    std::string log;
    component.set_log([&](std::string_view line) { log.append(line).append("\n"); });
    component.core().tick(0);
    component.core().connected(Reach::loopback);
    component.core().received("<stream:stream xmlns='jabber:component:accept' id='3BF96D32' "
                              "xmlns:stream='http://etherx.jabber.org/streams'>");
    CHECK(component.core().take_wire().find("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e") !=
          std::string::npos);
    CHECK(log.find("<handshake>[40 bytes]</handshake>") != std::string::npos);
    CHECK(log.find("aaee") == std::string::npos);
    for (const auto* xml :
         {"<handshake xmlns='jabber:component:accept'>aaee83</handshake>",
          "<h:handshake xmlns:h='jabber:component:accept'>aaee83</h:handshake>",
          "<handshake>aaee83</handshake>", "<handshake a='aaee83'>aaee83</handshake>"}) {
        const auto safe = headstock::detail::redact(xml);
        CHECK(safe.find("[6 bytes]") != safe.npos);
        CHECK(safe.find("aaee") == safe.npos);
    }
    CHECK(headstock::detail::redact("<handshake/>") == "<handshake/>");
}

TEST_CASE("loopback is 127.0.0.0/8, the same inside IPv6, and ::1") {
    const auto loops = [](const char* host) {
        return is_loopback(*headstock::detail::SocketAddress::from_literal(host, 5347)->get());
    };
    for (const auto* host :
         {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:127.9.9.9"})
        CHECK_MESSAGE(loops(host), host);
    for (const auto* host : {"128.0.0.1", "126.255.255.255", "10.127.0.1", "0.0.0.0", "::", "::2",
                             "::127.0.0.1", "fe80::1", "::ffff:128.0.0.1", "::ffff:10.0.0.127",
                             "64:ff9b::127.0.0.1", "2001:db8::7f00:1"})
        CHECK_MESSAGE(!loops(host), host);
    const sockaddr unknown{};
    CHECK_FALSE(is_loopback(unknown));
}
