// Sends each line of its standard input to a person, over restarts of the server.  Exit status 0
// means that the server has all of them.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <iostream>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;

/// Reads on a thread of its own, so that the client goes on when nothing comes.
struct Lines {
    headstock::AsyncClient& client;
    std::string to;
    std::chrono::seconds patience; // behind the last line
    unsigned taken = 0;
    bool all = true; // read, and taken

    /// Waits while the client holds as much as it may, as when its server is away.
    bool send(const headstock::Element& message, const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::promise<headstock::Delivery> result;
            if (!client.post([&] { result.set_value(client.send_stanza(message)); })) return false;
            const auto sent = result.get_future().get();
            if (sent) return true;
            if (sent.error.code != headstock::Errc::queue_full) return false;
            std::this_thread::sleep_for(100ms);
        }
        return false;
    }
    void take(const std::string& line, const std::stop_token& stop) {
        if (line.empty()) return;
        try {
            const bool sent = send(headstock::message(to, line), stop);
            taken += sent ? 1 : 0;
            all = all && sent;
        } catch (const bridge::Invalid& invalid) { // what XML cannot carry
            std::cerr << "a line was not sent: " << invalid.what() << std::endl;
            all = false;
        }
    }
    void read(const std::stop_token& stop) {
        std::string text;
        std::array<char, 4096> buffer{};
        for (ssize_t size = 1; size > 0 && !stop.stop_requested();) {
            pollfd input{STDIN_FILENO, POLLIN, 0};
            if (poll(&input, 1, 100) == 0) continue;
            size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
            text.append(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
            for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
                take(text.substr(0, end), stop);
                text.erase(0, end + 1);
            }
        }
        take(text, stop);
        all = all && !stop.stop_requested();
        client.post([this] {
            client.after(patience, [this] { client.stop(); });
            client.finish();
        });
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{
        "Sends each line of standard input, and leaves when they are there."};
    std::string to;
    unsigned wait = 300;
    line.require("-t,--to", to, "whom to send them to");
    line.allow("--wait", wait, "seconds to wait for the server behind the last line (300)");
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(to, &error)) return examples::report(error);

    line.options.reconnect = headstock::Backoff{};
    line.options.resend_unconfirmed = true; // twice is better than never
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Lines lines{client, to, std::chrono::seconds{wait}};
    std::jthread reader{[&](const std::stop_token& stop) { lines.read(stop); }};
    error = client.run_until_signal();
    reader.request_stop();
    reader.join();
    const auto unsent = client.unsent().size();
    if (unsent > 0) std::cerr << "not known to be with the server: " << unsent << std::endl;
    if (!line.quiet && !error) std::cout << "sent: " << lines.taken << std::endl;
    const int status = examples::report(error);
    return lines.all && unsent == 0 ? status : 1;
}
