// A client that is busy for a long time, on a connection that is cut again and again: whether its
// process grows, keeps descriptors, or holds up its loop.
//
//     soak [MINUTES]     2; with 30 it is cut once a minute, otherwise every ten seconds
//
// The server is the test kit's, behind a socket, on a thread of its own; 2,500 stanzas a second go
// each way, with stream management.
#include "headstock/async_client.hpp"
#include "headstock/stanza.hpp"
#include "headstock/testing/server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <uv.h>
#include <vector>

using headstock::AsyncClient;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto period = 10ms;
constexpr int each_period = 25; // stanzas, each way

/// One connection at a time.
class SocketServer {
public:
    explicit SocketServer(std::chrono::seconds between_cuts)
        : listener_(socket(AF_INET, SOCK_STREAM, 0)), between_cuts_(between_cuts) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        if (bind(listener_, generic, size) != 0 || listen(listener_, 8) != 0 ||
            getsockname(listener_, generic, &size) != 0)
            throw std::runtime_error{"no port to listen at"};
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { run(); }};
    }
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;
    ~SocketServer() {
        stopped_ = true;
        thread_.join();
        close(listener_);
    }

    std::uint16_t port() const { return port_; }
    std::atomic<std::uint64_t> said{0};
    std::atomic<std::uint64_t> got{0};
    std::atomic<std::uint64_t> cuts{0};

private:
    void run() {
        while (!stopped_) {
            pollfd ready{listener_, POLLIN, 0};
            if (poll(&ready, 1, 100) != 1) continue;
            const int connection = accept(listener_, nullptr, nullptr);
            if (connection < 0) continue;
            server_.connected();
            managed_ = false;
            serve(connection);
            close(connection);
        }
    }

    void serve(int connection) {
        const auto end = Clock::now() + between_cuts_;
        auto next = Clock::now();
        while (!stopped_) {
            if (Clock::now() > end) {
                ++cuts;
                return;
            }
            pollfd ready{connection, POLLIN, 0};
            const bool comes = poll(&ready, 1, 1) == 1;
            if (comes && !read_from(connection)) return;
            for (; Clock::now() > next; next += period) say();
            if (!write_to(connection)) return;
        }
    }

    bool read_from(int connection) {
        std::array<char, 64 * 1024> bytes{};
        const auto size = recv(connection, bytes.data(), bytes.size(), 0);
        if (size <= 0) return false;
        server_.receive({bytes.data(), static_cast<std::size_t>(size)});
        got += server_.take_stanzas().size();
        return true;
    }

    // What is said before a session is managed may be lost.
    void say() {
        if (!managed_) return;
        for (int i = 0; i < each_period; ++i, ++said) server_.says(stanza_);
        server_.asks_for_ack();
    }

    bool write_to(int connection) {
        const auto output = server_.take_output();
        managed_ = managed_ || output.find("<enabled ") != output.npos ||
                   output.find("<resumed ") != output.npos;
        for (std::size_t at = 0; at < output.size();) {
            const auto size =
                send(connection, output.data() + at, output.size() - at, MSG_NOSIGNAL);
            if (size <= 0) return false;
            at += static_cast<std::size_t>(size);
        }
        return true;
    }

    int listener_;
    std::chrono::seconds between_cuts_;
    std::uint16_t port_ = 0;
    headstock::testing::Server server_{{.domain = "localhost", .stream_management = true}};
    bridge::Element stanza_ = headstock::message("romeo@localhost/stage", "how are you?")
                                  .set("from", "juliet@localhost/balcony");
    bool managed_ = false;
    std::atomic<bool> stopped_{false};
    std::thread thread_;
};

/// How long the loop's callbacks take, from one wait for events to the next.
class Turns {
public:
    explicit Turns(uv_loop_t* loop) {
        uv_check_init(loop, &check_);
        uv_prepare_init(loop, &prepare_);
        check_.data = prepare_.data = this;
        uv_check_start(
            &check_, [](uv_check_t* it) { static_cast<Turns*>(it->data)->begin_ = Clock::now(); });
        uv_prepare_start(&prepare_, [](uv_prepare_t* it) {
            auto& self = *static_cast<Turns*>(it->data);
            if (self.begin_ != Clock::time_point{})
                self.longest = std::max(self.longest, Clock::now() - self.begin_);
        });
        uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
        uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
    }
    Clock::duration longest{};

private:
    uv_check_t check_{};
    uv_prepare_t prepare_{};
    Clock::time_point begin_{};
};

std::size_t resident_kibibytes() {
    std::size_t size = 0;
    std::size_t resident = 0;
    std::ifstream{"/proc/self/statm"} >> size >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

std::size_t descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class Busy {
public:
    void ready() { ++sessions; }
    void resumed() { ++resumptions; }
    std::uint64_t received = 0;
    std::uint64_t sessions = 0;
    std::uint64_t resumptions = 0;

private:
    void message(const headstock::Element& message) { received += message ? 1 : 0; }
    friend HEADSTOCK_HANDLERS(Busy, on<&self::message>("message"))
};

/// What is looked at twice: when everything has found its size, and at the end.
struct Look {
    std::size_t resident = resident_kibibytes();
    std::size_t open = descriptors();
};

class Soak {
public:
    explicit Soak(std::chrono::minutes length)
        : length_(length), whole_(length >= 30min), server_(whole_ ? 60s : 10s),
          turns_(uv_default_loop()), client_("romeo@localhost", "secret", options()) {
        client_.register_handler(busy_);
        client_.every(period, [this] {
            for (int i = 0; i < each_period && client_.ready() && !ends_; ++i, ++sent_)
                client_.send_stanza(message_);
        });
        client_.after(whole_ ? 5min : 1min, [this] { first_ = Look{}; });
        client_.after(length, [this] {
            last_ = Look{};
            ends_ = true;
            client_.finish();
        });
    }

    int run() {
        if (const auto error = client_.start()) return fail(error.message());
        uv_run(uv_default_loop(), UV_RUN_DEFAULT);
        report();
        if (client_.error()) return fail(client_.error().message());
        if (last_.resident > first_.resident + 2048) return fail("the process grows");
        if (last_.open > first_.open) return fail("descriptors are left open");
        return busy_.resumptions == server_.cuts && busy_.sessions == 1
                   ? 0
                   : fail("a session was not resumed");
    }

private:
    headstock::Options options() const {
        headstock::Options options;
        options.hostname = "127.0.0.1";
        options.port = server_.port();
        options.tls = headstock::Tls::disabled;
        options.loop = uv_default_loop();
        options.reconnect = headstock::Backoff{};
        options.reconnect->first = options.reconnect->first_own = 100ms;
        options.reconnect->good_session = 1s;
        return options;
    }
    static int fail(const std::string& why) {
        std::printf("failed: %s\n", why.c_str());
        return 1;
    }
    void report() const {
        const auto number = [](std::uint64_t value) {
            return static_cast<unsigned long long>(value);
        };
        const std::chrono::duration<double> seconds = length_;
        std::printf("sent %llu, of which the server has %llu; said %llu, of which the client has "
                    "%llu: %.0f a second\n",
                    number(sent_), number(server_.got), number(server_.said),
                    number(busy_.received),
                    static_cast<double>(server_.got + busy_.received) / seconds.count());
        std::printf("cuts %llu, resumptions %llu\n", number(server_.cuts),
                    number(busy_.resumptions));
        std::printf("resident KiB after the first minutes %zu, at the end %zu\n", first_.resident,
                    last_.resident);
        std::printf("descriptors %zu, at the end %zu\n", first_.open, last_.open);
        std::printf("longest turn of the loop %.1f ms\n",
                    std::chrono::duration<double, std::milli>(turns_.longest).count());
    }

    std::chrono::minutes length_;
    bool whole_;
    SocketServer server_;
    Turns turns_;
    Busy busy_;
    AsyncClient client_;
    bridge::Element message_ = headstock::message("juliet@localhost", "well, thank you");
    std::uint64_t sent_ = 0;
    bool ends_ = false;
    Look first_{};
    Look last_{};
};

} // namespace

int main(int argc, char** argv) {
    try {
        return Soak{std::chrono::minutes{argc > 1 ? std::stoi(argv[1]) : 2}}.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "soak: %s\n", error.what());
        return 1;
    }
}
