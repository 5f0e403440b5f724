// A slow program that answers questions, for a client whose loop must not wait for it.
#pragma once

#include "headstock/headstock.hpp"

#include <array>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace examples {

/// Runs a command of the shell for each question, one after the other, on a thread of its own.
class BackEnd {
public:
    static constexpr std::size_t most_waiting = 100;     ///< Questions; more are refused.
    static constexpr std::size_t most_read = 64u * 1024; ///< Bytes of one answer; the rest is not.

    /// Called with the answer on the client's thread.
    using Then = std::function<void(const std::string& answer)>;

    /// The client is borrowed.  A command that may hang has its own limit, as by timeout(1).
    BackEnd(headstock::AsyncClient& client, std::string command)
        : client_(client), command_(std::move(command)),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    /// False when too many wait.
    bool ask(std::string question, Then then) {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() >= most_waiting) return false;
        waiting_.emplace_back(std::move(question), std::move(then));
        more_.notify_one();
        return true;
    }

private:
    void run(const std::stop_token& stop) {
        for (std::unique_lock lock{mutex_};;) {
            if (!more_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
            auto [question, then] = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            client_.post([then = std::move(then), answer = answer_to(question)] { then(answer); });
            lock.lock();
            if (stop.stop_requested()) return;
        }
    }
    /// The question is the command's input, and nothing of it is read by a shell.
    std::string answer_to(const std::string& question) const {
        std::string answer;
        int status = -1;
        auto* const input = std::tmpfile();
        if (input == nullptr) return "I cannot think now.";
        std::fwrite(question.data(), 1, question.size(), input);
        std::rewind(input);
        const auto from = "{ " + command_ + "\n} < /dev/fd/" + std::to_string(fileno(input));
        if (auto* const output = popen(from.c_str(), "r"); output != nullptr) {
            std::array<char, 4096> part{};
            for (std::size_t size = 1; size > 0 && answer.size() < most_read;) {
                size = std::fread(part.data(), 1, part.size(), output);
                answer.append(part.data(), size);
            }
            status = pclose(output);
        }
        std::fclose(input);
        while (answer.ends_with('\n')) answer.pop_back();
        return status == 0 && can_be_said(answer) ? answer : "I do not know.";
    }
    static bool can_be_said(const std::string& text) {
        try {
            headstock::message("somebody@example.org", text);
            return !text.empty();
        } catch (const bridge::Invalid&) { // what XML cannot carry
            return false;
        }
    }

    headstock::AsyncClient& client_;
    const std::string command_;
    std::mutex mutex_;
    std::condition_variable_any more_;
    std::deque<std::pair<std::string, Then>> waiting_;
    std::jthread thread_;
};

} // namespace examples
