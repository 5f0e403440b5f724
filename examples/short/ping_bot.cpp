// A bot that answers !ping.  JID and password as arguments.
#include <headstock/headstock.hpp>

#include <iostream>

int main(int, char** argv) {
    headstock::AsyncClient client{argv[1], argv[2]};
    client.send_stanza(headstock::presence()); // so that the server sends it what comes
    client.on_message([](const auto& message) { return message.body == "!ping" ? "pong" : ""; });
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
