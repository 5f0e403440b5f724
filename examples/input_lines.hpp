// Lines of standard input for a client, read on a thread of their own.
#pragma once

#include "headstock/headstock.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

namespace examples {

/// Reads until the input ends or this is destroyed.  The client goes on when nothing comes.
class InputLines {
public:
    /// `say` is called for each line that is not empty and that XML can carry, and `at_end` behind
    /// the last one, both on the client's thread.  The client is borrowed.
    InputLines(headstock::AsyncClient& client,
               std::function<headstock::Delivery(const std::string&)> say,
               std::function<void()> at_end)
        : client_(client), say_(std::move(say)), at_end_(std::move(at_end)),
          thread_([this](const std::stop_token& stop) { read(stop); }) {}

    /// Waits for the thread, which reads no more.
    void stop() {
        thread_.request_stop();
        thread_.join();
    }
    unsigned taken() const { return taken_; } ///< Lines, when it is stopped.
    bool all() const { return all_; }         ///< All there are were read and taken; likewise.

private:
    /// Waits while the client holds as much as it may, as when its server is away.
    bool send(const std::string& line, const std::stop_token& stop) {
        for (; !stop.stop_requested();
             std::this_thread::sleep_for(std::chrono::milliseconds{100})) {
            std::promise<headstock::Delivery> result;
            if (!client_.post([&] { result.set_value(say_(line)); })) return false;
            const auto sent = result.get_future().get();
            if (sent || sent.error.code != headstock::Errc::queue_full) return !sent.error;
        }
        return false;
    }
    void take(const std::string& line, const std::stop_token& stop) {
        if (line.empty()) return;
        try {
            static_cast<void>(headstock::message("check@example.org", line)); // throws
            const bool sent = send(line, stop);
            taken_ += sent ? 1 : 0;
            all_ = all_ && sent;
        } catch (const bridge::Invalid& invalid) {
            std::cerr << "a line was not sent: " << headstock::printable(invalid.what())
                      << std::endl;
            all_ = false;
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
        all_ = all_ && !stop.stop_requested();
        client_.post(at_end_);
    }

    headstock::AsyncClient& client_;
    std::function<headstock::Delivery(const std::string&)> say_;
    std::function<void()> at_end_;
    unsigned taken_ = 0;
    bool all_ = true;
    std::jthread thread_;
};

} // namespace examples
