#include "poll_loop.hpp"

#include "host_look_up.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <variant>
#include <vector>

namespace examples {
namespace {

std::uint64_t now_ms() {
    using namespace std::chrono_literals;
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / 1ms);
}

headstock::Error why(int code, const char* what) {
    return {std::error_code{code, std::system_category()}, what};
}

} // namespace

void PollLoop::run() {
    client_.tick(now_ms());
    client_.find_server();
    while (!client_.over()) turn();
}

void PollLoop::turn() {
    take_steps();
    client_.pump();
    for (const auto& [number, socket] : std::map{sockets_}) {
        if (client_.wants_close() && client_.output(number).empty()) return end(number, {});
        if (socket.connected) write_to(number, socket.fd);
    }
    if (auto job = client_.key_job()) {
        job->derive(); // this program has nothing better to do meanwhile
        return client_.finish(*job);
    }
    if (!client_.over()) wait();
}

void PollLoop::take_steps() {
    for (auto steps = client_.connect_steps(); !steps.empty(); steps = client_.connect_steps()) {
        for (const auto& step : steps) std::visit([this](const auto& each) { take(each); }, step);
    }
}

void PollLoop::take(const headstock::LookUp& step) {
    const auto answer = look_up(step); // which blocks
    client_.tick(now_ms());
    client_.looked_up(step.number, answer);
}

void PollLoop::take(const headstock::OpenConnection& step) {
    const int fd = begin_to_connect(step);
    if (fd < 0) return client_.disconnected(step.connection, why(errno, "no connection"));
    sockets_[step.connection] = {fd};
}

void PollLoop::take(const headstock::CloseConnection& step) {
    const auto there = sockets_.find(step.connection);
    if (there == sockets_.end()) return;
    if (there->second.connected) write_to(step.connection, there->second.fd);
    end(step.connection, {});
}

void PollLoop::write_to(unsigned number, int fd) {
    const auto bytes = client_.output(number);
    const auto size = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size > 0) client_.written(number, static_cast<std::size_t>(size));
}

void PollLoop::end(unsigned number, const headstock::Error& reason) {
    if (const auto there = sockets_.extract(number)) close(there.mapped().fd);
    client_.disconnected(number, reason);
}

void PollLoop::wait() {
    std::vector<pollfd> ready{{wake_, POLLIN, 0}};
    for (const auto& [number, socket] : sockets_) {
        const bool writes = !socket.connected || !client_.output(number).empty();
        ready.push_back({socket.fd, static_cast<short>(POLLIN | (writes ? POLLOUT : 0)), 0});
    }
    const auto end = client_.deadline();
    const int left = end ? static_cast<int>(*end - std::min(*end, now_ms())) : -1;
    if (poll(ready.data(), ready.size(), left) < 0) return; // a signal: see `wake`
    client_.tick(now_ms());
    char byte = 0;
    if (ready[0].revents != 0 && read(wake_, &byte, 1) == 1) client_.stop();
    auto next = ready.begin() + 1;
    for (const auto& [number, socket] : std::map{sockets_}) {
        if ((next++)->revents == 0 || !sockets_.contains(number)) continue;
        socket.connected ? read_from(number) : connected(number);
    }
}

void PollLoop::connected(unsigned number) {
    if (const int error = error_of(sockets_[number].fd))
        return end(number, why(error, "no connection"));
    sockets_[number].connected = true;
    client_.connected(number);
}

void PollLoop::read_from(unsigned number) {
    char bytes[16384];
    const auto size = recv(sockets_[number].fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0)
        return end(number, size < 0 ? why(errno, "the connection is lost") : headstock::Error{});
    client_.received(number, {bytes, static_cast<std::size_t>(size)});
}

} // namespace examples
