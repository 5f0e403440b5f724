// What a client costs that is logged in and has nothing to do, by the thousand on one loop.
//
//     idle_clients [--tls] [--steps 100,1000,10000]
#include "headstock/headstock.hpp"
#include "tests/bench/process_memory.hpp"
#include "tests/bench/stand_in_server.hpp"

#include <CLI/CLI.hpp>
#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

using bridge::Element, bridge::Tag;
using headstock::AsyncClient;

namespace {

// Every client has an object of its own with a table, as it would have in use.
class Reader {
public:
    explicit Reader(std::size_t& ready) : ready_(ready) {}

    void ready(AsyncClient& client) {
        ++ready_;
        client.send_stanza(headstock::presence());
    }
    void stopping(const headstock::Error& error) {
        std::fprintf(stderr, "%s\n", error.message().c_str());
    }
    void message(const Element& message) { read_ += message.child("body").text().size(); }
    void presence(const Tag& presence) { read_ += presence.attribute("from").size(); }

private:
    std::size_t& ready_;
    std::size_t read_ = 0;
};
HEADSTOCK_HANDLERS(Reader, on<&self::message>("message"), on<&self::presence>("presence"))

struct Session {
    Session(const headstock::Options& options, std::size_t& ready)
        : reader{ready}, client{"romeo@e.test", "secret", options} {
        client.register_handler(reader);
        if (const auto error = client.start()) throw std::runtime_error{error.message()};
    }

    Reader reader;
    AsyncClient client;
};

class Fleet {
public:
    explicit Fleet(headstock::Options options) : options_(std::move(options)) {
        options_.liveness = {}; // the server answers nobody who asks whether it is there
        uv_loop_init(&loop_);
        uv_timer_init(&loop_, &timer_);
        timer_.data = this;
        options_.loop = &loop_;
    }
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet() {
        sessions_.clear();
        uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
        uv_run(&loop_, UV_RUN_DEFAULT);
        uv_loop_close(&loop_);
    }

    /// Until so many are logged in, and have been silent for a while.  False when some cannot.
    bool grow(std::size_t count) {
        while (ready_ < count) {
            const auto until = std::min(count, ready_ + at_once);
            const auto before = ready_;
            while (sessions_.size() < until)
                sessions_.push_back(std::make_unique<Session>(options_, ready_));
            for (int turns = 0; ready_ < until && turns < 2000; ++turns) run_for(5);
            if (ready_ == before) return false;
        }
        run_for(settling_ms);
        return true;
    }

private:
    static constexpr std::size_t at_once = 50; ///< Log in at the same time.
    static constexpr std::uint64_t settling_ms = 1500;

    void run_for(std::uint64_t ms) {
        uv_timer_start(
            &timer_, [](uv_timer_t* timer) { uv_stop(timer->loop); }, ms, 0);
        uv_run(&loop_, UV_RUN_DEFAULT);
    }

    headstock::Options options_;
    uv_loop_t loop_{};
    uv_timer_t timer_{};
    std::size_t ready_ = 0;
    std::vector<std::unique_ptr<Session>> sessions_{};
};

// Each client is a descriptor here, and one in the server.
void allow_many_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

bool measure(const headstock::Options& options, const std::vector<std::size_t>& steps) {
    Fleet fleet{options};
    std::size_t clients = 0;
    auto resident = bench::resident_bytes();
    std::printf("%8s %14s %22s\n", "clients", "resident KiB", "KiB for one more");
    std::printf("%8zu %14zu\n", clients, resident / 1024);
    for (const auto step : steps) {
        if (!fleet.grow(step)) return false;
        const auto now = bench::resident_bytes();
        const auto more = static_cast<double>(now) - static_cast<double>(resident);
        std::printf("%8zu %14zu %22.1f\n", step, now / 1024,
                    more / 1024 / static_cast<double>(step - clients));
        std::fflush(stdout);
        clients = step;
        resident = now;
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    bool tls = false;
    std::vector<std::size_t> steps{100, 1000, 10'000};
    CLI::App app{"Measures the memory of clients that do nothing."};
    app.add_flag("--tls", tls, "By STARTTLS, with the certificate checked");
    app.add_option("--steps", steps, "How many clients, growing")
        ->delimiter(',')
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    allow_many_descriptors();
    const bench::StandInServer server{tls ? headstock::Tls::required : headstock::Tls::disabled};
    std::printf("%s\n", tls ? "inside TLS" : "in clear");
    return measure(server.options(), steps) ? 0 : 1;
}
