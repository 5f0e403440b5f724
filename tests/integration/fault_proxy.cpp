// A FaultProxy before a real server, that does what standard input says.
//
//     fault_proxy SERVER_PORT
//
// It says first at which port of 127.0.0.1 it listens, then "ok" to each line:
//
//     WAY passes | lost | stalled          WAY: to_server, to_client, both
//     WAY latency MILLISECONDS
//     WAY bandwidth BYTES_PER_SECOND
//     WAY drip MICROSECONDS
//     reset | finish
//     accept forwards | silent | refuses
//
// A line about a way takes the place of the one before.  The end of the input is the proxy's.
#include "tests/support/fault_proxy.hpp"

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

using support::FaultProxy, support::Way;

namespace {

Way way_of(const std::string& what, std::istringstream& rest) {
    const std::map<std::string, Way> flows{{"passes", {}},
                                           {"lost", {.flow = Way::Flow::lost}},
                                           {"stalled", {.flow = Way::Flow::stalled}}};
    if (const auto flow = flows.find(what); flow != flows.end()) return flow->second;
    std::uint32_t number = 0;
    if (!(rest >> number)) throw std::invalid_argument{what + " wants a number"};
    if (what == "latency") return {.latency = std::chrono::milliseconds{number}};
    if (what == "bandwidth") return Way::bandwidth(number);
    if (what == "drip") return Way::drip(std::chrono::microseconds{number});
    throw std::invalid_argument{"nothing is called " + what};
}

void obey(FaultProxy& proxy, const std::string& line) {
    using Accepting = FaultProxy::Accepting;
    const std::map<std::string, Accepting> ways_to_accept{{"forwards", Accepting::forwards},
                                                          {"silent", Accepting::silent},
                                                          {"refuses", Accepting::refuses}};
    std::istringstream words{line};
    std::string who;
    std::string what;
    words >> who >> what;
    if (who == "reset") return proxy.reset();
    if (who == "finish") return proxy.finish();
    if (who == "accept") return proxy.accept(ways_to_accept.at(what));
    const auto way = way_of(what, words);
    if (who == "to_server") return proxy.to_server(way);
    if (who == "to_client") return proxy.to_client(way);
    if (who == "both") return proxy.both_ways(way);
    throw std::invalid_argument{"nobody is called " + who};
}

} // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 2) throw std::invalid_argument{"usage: fault_proxy SERVER_PORT"};
        FaultProxy proxy{static_cast<std::uint16_t>(std::stoul(argv[1]))};
        std::cout << proxy.port() << std::endl;
        for (std::string line; std::getline(std::cin, line);) {
            obey(proxy, line);
            std::cout << "ok" << std::endl;
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
