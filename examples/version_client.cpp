// Asks what somebody runs, and leaves: Wokkel's one-off client.
#include "command_line.hpp"

#include <headstock/extensions/version.hpp>
#include <headstock/one_off.hpp>

#include <iostream>

using headstock::AsyncClient, headstock::Finish, headstock::SoftwareVersion;

int main(int argc, char** argv) {
    examples::CommandLine line{"Asks for the name and version of somebody's software."};
    std::string whom;
    line.allow("-t,--to", whom, "whom to ask, instead of the account's own server");
    line.parse(argc, argv);

    const auto ask = [&](AsyncClient& client, Finish<SoftwareVersion> finish) {
        if (line.debug) client.set_log(stdout);
        if (whom.empty()) whom = client.jid().domain();
        client.request(whom, headstock::VersionQuery{}, finish);
    };
    const auto version =
        headstock::one_off<SoftwareVersion>(line.jid, line.password, line.options, ask);
    if (!version) {
        std::cerr << version.message() << '\n';
        return 1;
    }
    std::cout << "Name: " << headstock::printable(version->name)
              << "\nVersion: " << headstock::printable(version->version) << std::endl;
}
