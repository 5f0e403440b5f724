// An echo bot.  Arguments: JID and password; for a server on this machine also its
// port, and a file with the authority that has signed its certificate.
#include <headstock/headstock.hpp>

#include <cstdint>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 3 && argc != 5) {
        std::cerr << "usage: echo_bot JID PASSWORD [PORT AUTHORITY.pem]\n";
        return 2;
    }
    headstock::Options options;
    if (argc == 5) {
        options.hostname = "127.0.0.1";
        options.port = static_cast<std::uint16_t>(std::stoi(argv[3]));
        options.ca_file = argv[4];
    }
    headstock::AsyncClient client{argv[1], argv[2], options};
    client.send_stanza(headstock::presence()); // so that the server sends it what comes
    client.on_message([](const headstock::Message& message) {
        std::cout << headstock::printable(message.body) << " (" << message.from.str() << ")"
                  << std::endl;
        return message.body; // what it returns is the reply
    });
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
