#include "tests/bench/stand_in_server.hpp"

#include "tests/support/certificates.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/tls_server.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace bench {
namespace {

namespace test = headstock::test;

constexpr int backlog = 4096;
constexpr std::size_t read_size = 16 * 1024;

int check(int result) {
    if (result < 0) throw std::system_error(errno, std::system_category());
    return result;
}

/// One client, from its connection to its end.
class Guest {
public:
    Guest(test::Peer peer, bool starttls, const test::Identity& identity)
        : peer_(std::move(peer)), identity_(identity),
          login_({.starttls = starttls, .plain = true}) {}

    /// Takes what has come.  False when that was the last.
    bool hear(const StandInServer::Speech& speech) {
        const auto wire = peer_.receive(read_size);
        auto plain = tls_ ? decrypted(wire) : wire;
        if (!plain.empty()) answer(plain, speech);
        return !peer_.at_end() && !ended_;
    }

private:
    std::string decrypted(const std::string& wire) {
        tls_->receive(wire);
        peer_.send(std::exchange(tls_->output(), {}));
        if (tls_->established() && !std::exchange(secured_, true)) login_.secured();
        return std::exchange(tls_->received(), {});
    }

    void answer(const std::string& plain, const StandInServer::Speech& speech) {
        if (login_.bound().empty()) {
            say(login_.receive(plain));
            if (login_.wants_tls() && !tls_) tls_ = std::make_unique<test::TlsServer>(shown());
            return;
        }
        if (speech && !std::exchange(spoken_, true))
            speech([this](std::string_view xml) { say(xml); });
        ended_ = plain.ends_with("</stream:stream>");
        if (ended_) say("</stream:stream>");
    }

    test::TlsServerOptions shown() const {
        test::TlsServerOptions options;
        options.identity = identity_;
        return options;
    }

    void say(std::string_view xml) {
        if (!tls_) return peer_.send(xml);
        tls_->write(xml);
        peer_.send(std::exchange(tls_->output(), {}));
    }

    test::Peer peer_;
    const test::Identity& identity_;
    support::LoginServer login_;
    std::unique_ptr<test::TlsServer> tls_{};
    bool secured_ = false;
    bool spoken_ = false;
    bool ended_ = false;
};

/// All of them, until the lifeline ends.
class House {
public:
    House(test::Listener& listener, int lifeline, bool starttls, const test::Identity& identity)
        : listener_(listener), lifeline_(lifeline), starttls_(starttls), identity_(identity) {
        watch(listener_.descriptor());
        watch(lifeline_);
    }

    void run(const StandInServer::Speech& speech) {
        std::array<epoll_event, 64> ready{};
        for (;;) {
            const int count =
                check(epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), -1));
            for (int i = 0; i < count; ++i) {
                const int descriptor = ready[static_cast<std::size_t>(i)].data.fd;
                if (descriptor == lifeline_) return;
                serve(descriptor, speech);
            }
        }
    }

private:
    void watch(int descriptor) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        check(epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event));
    }

    void serve(int descriptor, const StandInServer::Speech& speech) {
        if (descriptor == listener_.descriptor()) return welcome();
        if (!guests_.at(descriptor).hear(speech)) guests_.erase(descriptor);
    }

    void welcome() {
        auto peer = listener_.accept();
        const int descriptor = peer.descriptor();
        watch(descriptor);
        guests_.try_emplace(descriptor, std::move(peer), starttls_, identity_);
    }

    test::Listener& listener_;
    int lifeline_;
    bool starttls_;
    const test::Identity& identity_;
    int poll_ = check(epoll_create1(EPOLL_CLOEXEC));
    std::unordered_map<int, Guest> guests_{};
};

} // namespace

StandInServer::StandInServer(headstock::Tls tls, Speech speech) {
    const bool starttls = tls != headstock::Tls::disabled;
    const auto authority = test::make_authority();
    const auto identity = test::signed_by(authority, {.names = {test::dns_name("e.test")}});
    test::Listener listener{backlog};
    std::array<int, 2> lifeline{};
    check(pipe(lifeline.data()));
    process_ = check(fork());
    if (process_ == 0) {
        close(lifeline[1]);
        try {
            House{listener, lifeline[0], starttls, identity}.run(speech);
        } catch (const std::exception& fault) {
            std::fprintf(stderr, "the stand-in server: %s\n", fault.what());
            _exit(1);
        }
        _exit(0);
    }
    close(lifeline[0]);
    lifeline_ = lifeline[1];
    ca_file_ = std::make_unique<test::TemporaryFile>(authority.certificate);
    options_.hostname = "127.0.0.1";
    options_.port = listener.port();
    options_.tls = tls;
    options_.ca_file = ca_file_->path();
    options_.insecure_plain_password = true; // no key is derived, so no thread is started for that
}

StandInServer::~StandInServer() {
    close(lifeline_);
    waitpid(process_, nullptr, 0);
}

} // namespace bench
