// Many clients in one process, whose server is restarted: whether all come back, and how evenly.
//
// The accounts are NAME0@DOMAIN to NAMEn-1@DOMAIN, where -j says NAME@DOMAIN, with one password.
// It says "all there" when they are, waits for the restart, and says what came of it.
#include "examples/command_line.hpp"

#include <uv.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

using headstock::AsyncClient;
using namespace std::chrono_literals;

namespace {

double seconds() {
    static const auto begin = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double processor_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    const auto in_seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return in_seconds(use.ru_utime) + in_seconds(use.ru_stime);
}

class Herd {
public:
    Herd(const examples::CommandLine& line, unsigned count) {
        const auto at = line.jid.find('@');
        for (unsigned i = 0; i < count; ++i) {
            const auto jid = line.jid.substr(0, at) + std::to_string(i) + line.jid.substr(at);
            sheep_.push_back(std::make_unique<Sheep>(*this, jid, line.password, line.options));
        }
        sheep_.front()->client.every(100ms, [this] { turn(); });
        start_some();
    }

    /// Whether all came back and, where they are enough for it to be no accident, no second had
    /// more than three times its share.
    bool report() const;

private:
    struct Sheep {
        Sheep(Herd& owner,
              const std::string& jid,
              const std::string& password,
              const headstock::Options& options)
            : herd(owner), client(jid, password, options) {
            client.register_handler(*this);
        }

        void ready() {
            there = true;
            ++sessions;
            back = seconds();
        }
        void resumed() { ready(); }
        void connection_lost(const headstock::Error&, std::chrono::milliseconds next_try) {
            if (there) ++herd.lost_;
            there = false;
            const auto wait = std::chrono::duration<double>(next_try).count();
            ++herd.attempts_[static_cast<std::int64_t>(seconds() + wait)];
        }
        friend HEADSTOCK_HANDLERS(Sheep, on<&Sheep::nothing>("presence")) void nothing(
            const headstock::Tag&) {}

        Herd& herd;
        AsyncClient client;
        bool there = false;
        unsigned sessions = 0;
        double back = 0;
    };

    void turn();
    void start_some();
    std::size_t there() const {
        return static_cast<std::size_t>(std::count_if(sheep_.begin(), sheep_.end(),
                                                      [](const auto& one) { return one->there; }));
    }

    static constexpr std::size_t at_once = 20; ///< Log in at the same time, at the beginning.
    static constexpr std::size_t enough = 1000;
    static constexpr double patience = 600; ///< Seconds: two of the longest windows.

    std::vector<std::unique_ptr<Sheep>> sheep_;
    std::size_t started_ = 0;
    std::size_t lost_ = 0;
    bool told_ = false;
    double lost_at_ = 0;
    double processor_ = 0;
    std::map<std::int64_t, std::size_t> attempts_; ///< By the second for which they were drawn.
};

void Herd::start_some() {
    while (started_ < sheep_.size() && started_ < there() + at_once) {
        if (const auto error = sheep_[started_++]->client.start()) examples::report(error);
    }
}

void Herd::turn() {
    if (lost_ == 0) start_some();
    if (!told_ && there() == sheep_.size()) {
        std::printf("all there: %zu, after %.1f s\n", there(), seconds());
        std::fflush(stdout);
        told_ = true;
        processor_ = processor_seconds();
    }
    if (lost_ > 0 && lost_at_ == 0) lost_at_ = seconds();
    const bool all_back = lost_ >= sheep_.size() && there() == sheep_.size();
    if (all_back || (lost_at_ > 0 && seconds() - lost_at_ > patience))
        for (const auto& one : sheep_) one->client.stop();
}

bool Herd::report() const {
    std::vector<double> back;
    for (const auto& one : sheep_)
        if (one->sessions > 1) back.push_back(one->back - lost_at_);
    std::sort(back.begin(), back.end());
    std::size_t attempts = 0;
    std::size_t fullest = 0;
    for (const auto& [second, count] : attempts_) {
        attempts += count;
        fullest = std::max(fullest, count);
    }
    if (back.empty()) return false;
    // All are lost at once, and each draws its first attempt from the first window.
    const std::chrono::duration<double> window = headstock::Backoff{}.first;
    const auto mean = static_cast<double>(sheep_.size()) / window.count();
    const auto share = static_cast<double>(fullest) / mean;
    std::printf("lost %zu, back %zu, the last after %.1f s\n", lost_, back.size(), back.back());
    std::printf("attempts %zu; in the fullest second %zu, %.2f times the mean of the window\n",
                attempts, fullest, share);
    std::printf("seconds of processor since all were there: %.1f\n",
                processor_seconds() - processor_);
    return back.size() == sheep_.size() && (back.size() < enough || share <= 3);
}

// Each client is a descriptor.
void allow_many_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Loses many connections at once, and makes them again."};
    unsigned count = 100;
    line.allow("--clients", count, "how many");
    line.parse(argc, argv);
    allow_many_descriptors();
    line.options.loop = uv_default_loop();
    line.options.reconnect = headstock::Backoff{};
    line.options.reconnect->before_first_session = true;
    Herd herd{line, count};
    uv_run(line.options.loop, UV_RUN_DEFAULT);
    return herd.report() ? 0 : 1;
}
