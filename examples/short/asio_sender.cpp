// A program that has an Asio loop already sends an alert now and then, from beside it.  JID,
// password and who is to be told as arguments.
#include <headstock/headstock.hpp>

#include <asio.hpp>

#include <chrono>
#include <iostream>
#include <thread>

struct Watchdog { // what the program did before
    asio::steady_timer timer;
    std::function<void(std::string)> alert;

    void watch() {
        timer.expires_after(std::chrono::seconds{10});
        timer.async_wait([this](auto error) {
            if (error) return;
            alert("ten seconds have passed");
            watch();
        });
    }
};

int main(int, char** argv) {
    headstock::AsyncClient client{argv[1], argv[2]};
    asio::io_context io;
    Watchdog watchdog{asio::steady_timer{io}, [&](const std::string& text) {
                          client.post(
                              [&, text] { client.send_stanza(headstock::message(argv[3], text)); });
                      }};
    watchdog.watch();
    std::jthread xmpp{[&] {
        if (const auto error = client.run_until_signal()) std::cerr << error.message() << '\n';
        io.stop();
    }};
    io.run();
}
