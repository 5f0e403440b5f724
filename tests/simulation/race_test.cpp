// A thousand networks made by chance: the client logs in to its server wherever there is a way,
// shows its password to nobody else, and leaves no connection behind.
#include "headstock/testing/network.hpp"
#include "tests/simulation/chance.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace headstock;
using namespace std::chrono_literals;
using headstock::testing::Handshake;
using headstock::testing::Network;
using headstock::testing::Place;
using headstock::testing::StartTls;
using simulation::Chance;

std::chrono::milliseconds some_time(Chance& chance) {
    return std::chrono::milliseconds{chance.one_in(4) ? chance.below(2000) : chance.below(100)};
}

// Where a login goes well, if anybody comes here.
bool is_good(const Place& place) {
    return place.answer == Place::Answer::accepts &&
           place.settings.handshake == Handshake::succeeds &&
           place.settings.starttls != StartTls::refused && place.settings.password == "secret";
}

Place some_place(Chance& chance, bool direct_tls) {
    Place place;
    place.delay = some_time(chance);
    place.latency = std::chrono::milliseconds{chance.below(60)};
    place.settings.starttls = direct_tls ? StartTls::not_offered : StartTls::offered;
    switch (chance.below(9)) {
    case 0:
        place.answer = Place::Answer::refuses;
        break;
    case 1:
        place.answer = Place::Answer::is_silent;
        break;
    case 2:
        place.answer = Place::Answer::is_mute;
        break;
    case 3:
        place.settings.handshake = Handshake::certificate_rejected;
        break;
    case 4:
        place.settings.handshake = Handshake::silent;
        break;
    case 5:
        if (!direct_tls) place.settings.starttls = StartTls::refused;
        break;
    default:
        break;
    }
    return place;
}

// Servers with addresses, as far as chance gives them records.
struct World {
    explicit World(std::uint64_t seed) : chance(seed), network(options(), seed) {
        for (unsigned i = 0, count = 1 + static_cast<unsigned>(chance.below(4)); i < count; ++i)
            add_server(i);
        for (const bool direct : {true, false}) publish(direct);
    }

    static Options options() {
        Options options;
        options.timeouts.connect = options.timeouts.login = 10min; // there is time for all of them
        options.timeouts.tls = 3s;
        options.timeouts.stream = 3s;
        return options;
    }

    void add_server(unsigned index) {
        const bool direct = chance.one_in(2);
        const auto name = "s" + std::to_string(index) + ".example.org";
        const auto port = static_cast<std::uint16_t>(direct ? 443 : 5222);
        auto& records = direct ? direct_services : services;
        records.push_back({static_cast<std::uint16_t>(chance.below(3)),
                           static_cast<std::uint16_t>(chance.below(100)), port, name});
        for (const auto type : {RecordType::aaaa, RecordType::a}) {
            if (chance.one_in(3)) continue; // it has none of this kind
            if (chance.one_in(10)) {
                network.add_silence(name, type);
                continue;
            }
            const auto tail = std::to_string(index * 8 + static_cast<unsigned>(chance.below(8)));
            const auto address = (type == RecordType::aaaa ? "2001:db8::" : "192.0.2.") + tail;
            network.add_record(name, type, {.addresses = {address}}, some_time(chance));
            auto place = some_place(chance, direct);
            // One that is silent may take half of the time, so two of them take all.
            if (place.answer == Place::Answer::is_silent && std::exchange(silence, true))
                place.answer = Place::Answer::refuses;
            network.add_place(address, port, place);
            reachable = reachable || is_good(place);
        }
    }

    void publish(bool direct) {
        const auto& records = direct ? direct_services : services;
        const std::string name =
            std::string{direct ? "_xmpps-client" : "_xmpp-client"} + "._tcp.example.org";
        if (!records.empty())
            network.add_record(name, RecordType::srv, {.services = records}, some_time(chance) / 4);
        else if (chance.one_in(4))
            network.add_silence(name, RecordType::srv);
    }

    Chance chance;
    Network network;
    std::vector<SrvRecord> services{};
    std::vector<SrvRecord> direct_services{};
    bool silence = false;   ///< One of the places is silent.
    bool reachable = false; ///< There is a place where a login would go well.
};

bool shows_credentials(const Network::Connection& connection) {
    return connection.written.find("<auth") != std::string::npos ||
           connection.written.find("<response") != std::string::npos;
}

} // namespace

TEST_CASE("a thousand networks: one connection gets the login, and none is left open") {
    unsigned sessions = 0;
    unsigned failures = 0;
    std::size_t attempts = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        World world{seed};
        auto& network = world.network;
        network.find_server();
        const auto report = network.client().connect_report();
        CAPTURE(report.text());
        attempts += report.attempts.size();
        unsigned logins = 0;
        for (const auto& each : network.connections()) {
            if (!shows_credentials(each)) continue;
            ++logins;
            REQUIRE(report.attempts.at(each.number - 1).reached == Reached::chosen);
        }
        REQUIRE(logins <= 1);
        const bool over = network.client().over();
        over ? ++failures : ++sessions;
        REQUIRE(over == !world.reachable);
        REQUIRE((logins == 1) == world.reachable);
        if (over) CHECK(network.client().error());
        network.pass(2s); // what was left behind has ended by then
        unsigned open = 0;
        for (const auto& each : network.connections()) open += each.open ? 1 : 0;
        CHECK(open == (over ? 0 : 1));
        network.client().stop();
        network.pass(10s);
        for (const auto& each : network.connections()) REQUIRE_FALSE(each.open);
        REQUIRE(network.client().over());
    }
    MESSAGE(sessions << " sessions, " << failures << " networks without a way in, " << attempts
                     << " connections");
    CHECK(sessions > 300);
    CHECK(failures > 100);
}

TEST_CASE("the same seed gives the same network and the same way through it") {
    for (const std::uint64_t seed : {3u, 7u}) {
        std::string first;
        for (int i = 0; i < 2; ++i) {
            World world{seed};
            world.network.find_server();
            const auto text = world.network.client().connect_report().text();
            if (i == 0) first = text;
            CHECK(text == first);
        }
    }
}
