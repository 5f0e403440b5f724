// No libuv: a BaseClient, TLS included, driven by a blocking connect and poll(2).
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iostream>

using namespace std::chrono_literals;

// A signal handler may call nothing of a client.
int wake[2];
void wake_up(int) { (void)!write(wake[1], "", 1); }

std::uint64_t now_ms() {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / 1ms);
}

// -1, and why in `error`, when there is no connection to be had.
int connect_to(const headstock::Jid& jid, const headstock::Options& to, headstock::Error& error) {
    const auto host = to.hostname.empty() ? std::string{jid.domain()} : to.hostname;
    const auto port = std::to_string(to.port == 0 ? 5222 : to.port);
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(host.c_str(), port.c_str(), nullptr, &found);
    if (failed) error = {headstock::Errc::unknown_host, host + ": " + gai_strerror(failed)};
    int fd = -1;
    for (const auto* at = failed ? nullptr : found; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0) continue;
        error = {std::error_code{errno, std::system_category()}, host + ": no connection"};
        close(std::exchange(fd, -1));
    }
    if (!failed) freeaddrinfo(found);
    return fd;
}

bool write_all(headstock::BaseClient& client, int fd) {
    client.pump();
    for (auto bytes = client.output(); !bytes.empty(); bytes = client.output()) {
        const auto written = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written < 0) return false;
        client.written(static_cast<std::size_t>(written));
    }
    return true;
}

// Until the session or the connection has ended.
void serve(headstock::BaseClient& client, int fd) {
    while (write_all(client, fd) && !client.wants_close()) {
        if (auto job = client.key_job()) {
            job->derive(); // this program has nothing better to do meanwhile
            client.finish(*job);
            continue;
        }
        pollfd ready[]{{fd, POLLIN, 0}, {wake[0], POLLIN, 0}};
        const auto end = client.deadline();
        const int left = end ? static_cast<int>(*end - std::min(*end, now_ms())) : -1;
        if (poll(ready, 2, left) < 0 && errno != EINTR) return;
        client.tick(now_ms());
        char bytes[16384];
        if (ready[1].revents != 0 && read(wake[0], bytes, 1) == 1) client.stop();
        if (ready[0].revents == 0) continue;
        const auto size = recv(fd, bytes, sizeof bytes, 0);
        if (size <= 0) return;
        client.received({bytes, static_cast<std::size_t>(size)});
    }
}

int main(int argc, char** argv) {
    examples::CommandLine line{"Logs in without libuv, and leaves."};
    line.parse(argc, argv);
    headstock::BaseClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    client.on_event([&](const headstock::SessionStarted&) { client.stop(); });
    if (pipe(wake) != 0) return 1;
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, &wake_up);

    auto error = client.check();
    const int fd = error ? -1 : connect_to(client.jid(), line.options, error);
    client.tick(now_ms());
    if (fd >= 0) {
        client.connected();
        serve(client, fd);
        close(fd);
    }
    client.disconnected(error);
    if (!client.error() && !line.quiet) std::cout << "logged in as " << client.jid().str() << '\n';
    return examples::report(client.error());
}
