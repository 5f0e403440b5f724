// Asks which software somebody runs (XEP-0092).  JID, password and whom to ask as arguments.
#include <headstock/extensions/version.hpp>
#include <headstock/headstock.hpp>

#include <iostream>

int main(int, char** argv) {
    const auto answer = headstock::one_off<headstock::SoftwareVersion>(
        argv[1], argv[2], {}, [&](auto& client, auto finish) {
            client.request(argv[3], headstock::VersionQuery{}, finish);
        });
    std::cout << (answer ? headstock::printable(answer->name) : answer.message()) << '\n';
    return answer ? 0 : 1;
}
