#include "tests/bench/side_by_side_result.hpp"

#include "headstock/version.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <sys/resource.h>

namespace bench {
namespace {

std::int64_t us(const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

// What every line begins with.
std::ostream& begin_line(const Command& command, std::string_view mode) {
    return std::cout << "RESULT client=headstock version=" << headstock::version()
                     << " mode=" << mode << " tls=" << command.tls;
}

} // namespace

std::int64_t cpu_us() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return us(usage.ru_utime) + us(usage.ru_stime);
}

std::int64_t wall_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

long memory_kb(const std::string& key) {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key + ":")) return std::stol(line.substr(key.size() + 1));
    }
    throw std::runtime_error("/proc/self/status does not tell " + key);
}

void Result::connecting() { begin_wall_ = wall_us(); }

void Result::ready() {
    ready_wall_ = wall_us();
    ready_cpu_ = cpu_us();
    ready_kb_ = memory_kb("VmRSS");
}

void Result::end() {
    end_wall_ = wall_us();
    end_cpu_ = cpu_us();
}

// Where we answer, what is still being written when the last stanza comes belongs to it.
int Result::print() const {
    const auto total = cpu_us();
    const auto until = command_.mode == "firehose" ? end_cpu_ : total;
    const auto run_us = ended() ? end_wall_ - ready_wall_ : 0; // none in mode login
    begin_line(command_, command_.mode)
        << " mix=" << command_.mix << " handlers=" << command_.handlers << " count=" << count_
        << " touch=" << touch_ << " cpu_us=" << until - ready_cpu_ << " cpu_total_us=" << total
        << " run_us=" << run_us << " login_us=" << ready_wall_ - begin_wall_
        << " rss_ready_kb=" << ready_kb_ << " rss_peak_kb=" << memory_kb("VmHWM") << std::endl;
    return complete() ? 0 : 1;
}

int IdleResult::print(const Command& command) const {
    const auto each =
        up == 0 ? 0.0 : static_cast<double>(full_kb - base_kb) / static_cast<double>(up);
    begin_line(command, "idle") << " conns=" << command.connections << " up=" << up
                                << " base_kb=" << base_kb << " full_kb=" << full_kb
                                << " per_conn_kb=" << each << " cpu_us=" << cpu_us()
                                << " wall_us=" << wall_us() - begin_wall << std::endl;
    return up == command.connections ? 0 : 1;
}

} // namespace bench
