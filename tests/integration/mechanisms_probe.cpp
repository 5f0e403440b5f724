// Logs in by what the command line says of mechanisms, tells under which address, and leaves.
#include "examples/command_line.hpp"

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

namespace {

using headstock::ChannelBinding, headstock::Mechanism;

constexpr std::pair<const char*, Mechanism> mechanisms[] = {
    {"PLAIN", Mechanism::plain},
    {"SCRAM-SHA-1", Mechanism::scram_sha_1},
    {"SCRAM-SHA-256", Mechanism::scram_sha_256},
    {"SCRAM-SHA-512", Mechanism::scram_sha_512},
    {"EXTERNAL", Mechanism::external},
};
constexpr std::pair<const char*, ChannelBinding> bindings[] = {
    {"where_possible", ChannelBinding::where_possible},
    {"required", ChannelBinding::required},
    {"off", ChannelBinding::off},
};

template <class Names>
auto named(const Names& names, const std::string& wanted) {
    for (const auto& [name, value] : names) {
        if (wanted == name) return value;
    }
    std::cerr << "no such name: " << wanted << '\n';
    std::exit(2);
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Logs in, tells under which address, and leaves."};
    std::string list;
    std::string binding = "where_possible";
    auto& options = line.options;
    line.allow("--mechanisms", list, "best first, as \"SCRAM-SHA-1 PLAIN\"");
    line.allow("--binding", binding, "where_possible, required or off");
    line.allow("--username", options.username, "of the login, if it is not in the JID");
    line.allow("--authzid", options.authzid, "the account, if it is not the user's");
    line.allow("--certificate", options.client_certificate, "a PEM file");
    line.allow("--key", options.client_key, "a PEM file");
    line.parse(argc, argv);
    std::istringstream words{list};
    for (std::string word; words >> word;) options.mechanisms.push_back(named(mechanisms, word));
    options.channel_binding = named(bindings, binding);
    headstock::AsyncClient client{line.jid, line.password, options};
    if (line.debug) client.set_log(stdout);
    struct Visitor {
        void ready(headstock::AsyncClient& client) {
            std::cout << "ready " << client.jid().str() << std::endl;
            client.stop();
        }
    } visitor;
    client.register_handler(visitor);
    return examples::report(client.run());
}
