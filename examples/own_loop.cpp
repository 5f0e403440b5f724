// No libuv: a BaseClient, TLS included, driven by a blocking connect and poll(2).
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <iostream>

struct Visitor {
    bool quiet = false;

    void ready(headstock::BaseClient& client) {
        if (!quiet) std::cout << "logged in as " << client.jid().str() << std::endl;
        auto ping = headstock::iq_get(client.jid().domain()).add(bridge::Element{"ping", headstock::ns::ping});
        client.request(ping, [this, &client](const headstock::Response& pong) {
            if (!quiet) std::cout << (pong ? "the server answers" : pong.message()) << std::endl;
            client.stop();
        });
    }
};

std::uint64_t now_ms() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

// -1, and why in `error`, when there is no connection to be had.
int connect_to(const std::string& host, std::uint16_t port, headstock::Error& error) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); code != 0) {
        error = {headstock::Errc::unknown_host, host + ": " + gai_strerror(code)};
        return -1;
    }
    int fd = -1;
    for (const auto* at = found; at != nullptr && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0) continue;
        error = {std::error_code{errno, std::generic_category()}, host + ": " + std::generic_category().message(errno)};
        close(std::exchange(fd, -1));
    }
    freeaddrinfo(found);
    return fd;
}

bool write_all(headstock::BaseClient& client, int fd) {
    while (!client.output().empty()) {
        const auto bytes = client.output();
        const auto written = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written < 0) return false;
        client.written(static_cast<std::size_t>(written));
    }
    return true;
}

// Until the session or the connection has ended.
headstock::Error serve(headstock::BaseClient& client, int fd) {
    while (write_all(client, fd) && !client.wants_close()) {
        if (auto job = client.key_job()) {
            job->derive(); // this program has nothing better to do meanwhile
            client.finish(*job);
            continue;
        }
        const auto deadline = client.deadline();
        const auto wait = deadline ? static_cast<int>(*deadline - std::min(*deadline, now_ms())) : -1;
        pollfd readable{fd, POLLIN, 0};
        if (poll(&readable, 1, wait) < 0) return {std::error_code{errno, std::generic_category()}, "poll failed"};
        client.tick(now_ms());
        if (readable.revents == 0) continue;
        char bytes[16384];
        const auto size = recv(fd, bytes, sizeof bytes, 0);
        if (size <= 0) return {};
        client.received({bytes, static_cast<std::size_t>(size)});
    }
    return {};
}

int main(int argc, char** argv) {
    examples::CommandLine line{"Logs in without libuv, pings the server, leaves."};
    line.parse(argc, argv);
    headstock::BaseClient client{line.jid, line.password, line.options};
    client.set_log({}, line.debug);
    Visitor visitor{line.quiet};
    client.register_handler(visitor);

    const auto& options = line.options;
    headstock::Error error;
    const auto host = options.hostname.empty() ? std::string{client.jid().domain()} : options.hostname;
    const int fd = connect_to(host, options.port == 0 ? 5222 : options.port, error);
    client.tick(now_ms());
    if (fd >= 0 && !(error = client.connected())) error = serve(client, fd);
    if (fd >= 0) close(fd);
    client.disconnected(error);
    return examples::report(client.error());
}
