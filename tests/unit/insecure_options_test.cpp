// Of all options only those that are called insecure let a server be anyone.
#include "tests/support/test_directory.hpp"
#include "tests/support/tls_stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

using namespace headstock;
using namespace std::chrono_literals;
using support::TlsStage, support::TlsWorld;

namespace {

using Change = std::function<void(Options&)>;

// Each option with another value than it has by itself.  One is missing that is set for every
// client of this test, ca_file.
const std::map<std::string, Change> changes{
    {"hostname", [](Options& o) { o.hostname = "elsewhere.test"; }},
    {"port", [](Options& o) { o.port = 1; }},
    {"tls", [](Options& o) { o.tls = Tls::direct; }}, // Tls::disabled has no certificate at all
    {"name_servers", [](Options& o) { o.name_servers = "192.0.2.1"; }},
    {"ca_file", [](Options&) {}},
    {"insecure_skip_verification", [](Options& o) { o.insecure_skip_verification = true; }},
    {"pins", [](Options& o) { o.pins = {"sha256//" + std::string(43, 'A') + "="}; }},
    // What it accepts is the program's own decision; that it was given is none.
    {"decide_certificate",
     [](Options& o) {
         o.decide_certificate = [](const ServerCertificate&) { return TrustDecision{}; };
     }},
    {"insecure_plain_password", [](Options& o) { o.insecure_plain_password = true; }},
    {"minimum_mechanism", [](Options& o) { o.minimum_mechanism = Mechanism::anonymous; }},
    {"mechanisms", [](Options& o) { o.mechanisms = {Mechanism::plain}; }},
    {"channel_binding", [](Options& o) { o.channel_binding = ChannelBinding::off; }},
    {"maximum_iterations", [](Options& o) { o.maximum_iterations = 4'000'000; }},
    {"minimum_iterations", [](Options& o) { o.minimum_iterations = 1; }},
    {"username", [](Options& o) { o.username = "juliet"; }},
    {"authzid", [](Options& o) { o.authzid = "juliet@e.test"; }},
    {"client_certificate",
     [](Options& o) {
         static const test::TemporaryFile one{TlsWorld::get().good.certificate};
         o.client_certificate = one.path();
         static const test::TemporaryFile key{TlsWorld::get().good.key};
         o.client_key = key.path();
     }},
    {"client_key", [](Options&) {}}, // with the former
    {"loop", [](Options&) {}},       // of an AsyncClient
    {"registration", [](Options&) {}},
    {"language", [](Options& o) { o.language = "de"; }},
    {"reconnect", [](Options& o) { o.reconnect = Backoff{}; }},
    {"liveness", [](Options& o) { o.liveness = 0ms; }},
    {"whitespace_keepalive", [](Options& o) { o.whitespace_keepalive = 1s; }},
    {"stream_management", [](Options& o) { o.stream_management = false; }},
    {"resend_unconfirmed", [](Options& o) { o.resend_unconfirmed = true; }},
    {"sasl2", [](Options& o) { o.sasl2 = false; }},
    {"bind2", [](Options& o) { o.bind2 = true; }},
    {"pipelining", [](Options& o) { o.pipelining = false; }},
    {"offline_queue", [](Options& o) { o.offline_queue = OfflineQueue::drop_oldest; }},
    {"saved_state", [](Options& o) { o.saved_state = SavedState{}; }},
    {"save_keys", [](Options& o) { o.save_keys = true; }},
    {"password", [](Options& o) { o.password = [] { return std::string{"secret"}; }; }},
    {"workers", [](Options& o) { o.workers = 1; }},
    {"limits", [](Options& o) { o.limits.before_login = 1u << 20; }},
    {"timeouts", [](Options& o) { o.timeouts.tls = 0ms; }},
};

std::string header() {
    std::ifstream file{support::test_directory() + "/../headstock/options.hpp"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// The data members of a struct of that name, as its header declares them.
std::set<std::string> members_of(const std::string& name) {
    const auto text = header();
    const auto begin = text.find("struct " + name + " {");
    REQUIRE(begin != text.npos);
    const auto body = text.substr(begin, text.find("\n};", begin) - begin);
    const std::regex member{R"(\n    [\w:]+[^\n/]*?\b(\w+)(?: = [^;\n]+|\{\})?;)"};
    std::set<std::string> names;
    for (std::sregex_iterator at{body.begin(), body.end(), member}, end; at != end; ++at)
        names.insert((*at)[1].str());
    return names;
}

bool is_insecure(const std::string& name) { return name.starts_with("insecure_"); }

} // namespace

TEST_CASE("A10: no option but those that are called insecure takes a certificate of anybody") {
    std::set<std::string> known;
    for (const auto& [option, change] : changes) {
        const std::string name = option; // clang 14 captures no binding
        CAPTURE(name);
        known.insert(name);
        auto options = TlsStage::options();
        change(options);
        TlsStage stage{options};
        REQUIRE_FALSE(stage.client->check());
        stage.connect(TlsWorld::get().self_signed);
        const bool taken = stage.client->error().code != Errc::certificate_rejected;
        CHECK(taken == (name == "insecure_skip_verification"));
        CHECK((!taken || is_insecure(name)));
        CHECK(stage.heard().empty() == !taken);
    }
    CHECK(members_of("Options") == known); // one that is new has to be told of here
}

TEST_CASE("A10: a component has no option about certificates that a client has not") {
    const auto of_clients = members_of("Options");
    for (const auto& name : members_of("ComponentOptions")) {
        CAPTURE(name);
        CHECK(of_clients.count(name) == 1);
    }
}
