// A bot with three commands.  JID and password as arguments.
#include <headstock/headstock.hpp>

#include <chrono>
#include <iostream>

std::string answer(const headstock::Message& message) {
    const std::string& said = message.body;
    if (said == "!ping") return "pong";
    if (said == "!time") return headstock::format_date_time(std::chrono::system_clock::now());
    if (said.starts_with("!echo ")) return said.substr(6);
    return {}; // two bots that answer everything would never end
}

int main(int, char** argv) {
    headstock::AsyncClient client{argv[1], argv[2]};
    client.send_stanza(headstock::presence());
    client.on_message(&answer);
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
