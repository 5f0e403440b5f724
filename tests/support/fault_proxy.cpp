#include "tests/support/fault_proxy.hpp"

#include "tests/support/fault_lane.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace support {
namespace {

using Clock = std::chrono::steady_clock;

int check(int result) {
    if (result < 0) throw std::system_error(errno, std::system_category());
    return result;
}

sockaddr_in on_loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

Socket tcp_socket(int flags = 0) {
    return Socket{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0))};
}

// With a small buffer, so that a stalled way is soon full.
Socket listen_on(std::uint16_t port) {
    auto socket = tcp_socket(SOCK_NONBLOCK);
    const int on = 1;
    const int small = 16 << 10;
    check(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    check(setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small));
    const auto address = on_loopback(port);
    check(bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    check(listen(socket.get(), 64));
    return socket;
}

std::uint16_t port_of(const Socket& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    check(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size));
    return ntohs(address.sin_port);
}

} // namespace

class FaultProxy::Impl {
public:
    explicit Impl(std::uint16_t server_port) : server_port_(server_port) {}
    ~Impl() {
        tell([&] { over_ = true; });
        thread_.join();
    }

    /// Changes what the thread works with, and wakes it.
    template <class F>
    void tell(F change) {
        const std::lock_guard lock{mutex_};
        change();
        const std::uint64_t one = 1;
        check(static_cast<int>(::write(wake_.get(), &one, sizeof one)));
    }
    template <class T>
    T ask(const T& what) const {
        const std::lock_guard lock{mutex_};
        return what;
    }

    // Inside tell().
    void accept(Accepting how) {
        accepting_ = how;
        if (how == Accepting::refuses && listener_) {
            shutdown(listener_->get(), SHUT_RDWR); // a poll under way would let it live on
            listener_.reset();
        }
        if (how != Accepting::refuses && !listener_) listener_.emplace(listen_on(port_));
    }
    void reset() {
        for (auto& link : links_) link.end_by_reset();
        for (const auto& socket : silent_) socket.end_by_reset();
        links_.clear();
        silent_.clear();
    }
    void finish() {
        for (auto& link : links_) {
            link.up.finish();
            link.down.finish();
        }
        silent_.clear();
    }

    Way to_server{};
    Way to_client{};
    std::uint64_t passed_to_server = 0;
    std::uint64_t passed_to_client = 0;
    std::size_t accepted = 0;

    std::uint16_t port() const { return port_; }

private:
    struct Link {
        Link(Socket of_client, Socket of_server, Impl& proxy)
            : client(std::move(of_client)), server(std::move(of_server)),
              up(client, server, proxy.to_server, proxy.passed_to_server),
              down(server, client, proxy.to_client, proxy.passed_to_client) {
            client.send_at_once();
            server.send_at_once();
        }
        void end_by_reset() const {
            client.end_by_reset();
            server.end_by_reset();
        }

        Socket client;
        Socket server;
        FaultLane up;
        FaultLane down;
        std::size_t polled = 0; ///< Where its two sockets stand, or 0.
    };

    void run() {
        std::vector<pollfd> wanted;
        for (std::unique_lock lock{mutex_}; !over_;) {
            const auto until = prepare(wanted);
            lock.unlock();
            wait(wanted, until);
            lock.lock();
            turn(wanted);
        }
    }

    // What is to be waited for, and how long at most.
    std::optional<Clock::time_point> prepare(std::vector<pollfd>& wanted) {
        std::optional<Clock::time_point> until;
        wanted = {{wake_.get(), POLLIN, 0}, {listener_ ? listener_->get() : -1, POLLIN, 0}};
        for (auto& link : links_) {
            link.polled = wanted.size();
            wanted.push_back(interest(link.client, link.up, link.down));
            wanted.push_back(interest(link.server, link.down, link.up));
            for (const auto& due : {link.up.due(), link.down.due()}) {
                if (due) until = std::min(until.value_or(*due), *due);
            }
        }
        return until;
    }
    // A socket of which nothing is wanted is left out: its end would be told again and again.
    static pollfd interest(const Socket& socket, const FaultLane& from, const FaultLane& to) {
        const int events =
            (from.wants_to_read() ? POLLIN : 0) | (to.wants_to_write() ? POLLOUT : 0);
        return {events != 0 ? socket.get() : -1, static_cast<short>(events), 0};
    }
    static void wait(std::vector<pollfd>& wanted, std::optional<Clock::time_point> until) {
        timespec limit{};
        if (until) {
            const auto left = std::max(*until - Clock::now(), Clock::duration{0});
            const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
            limit.tv_sec = whole.count();
            limit.tv_nsec = std::chrono::nanoseconds{left - whole}.count();
        }
        if (ppoll(wanted.data(), wanted.size(), until ? &limit : nullptr, nullptr) < 0) {
            for (auto& each : wanted) each.revents = 0; // interrupted
        }
    }

    void turn(const std::vector<pollfd>& wanted) {
        if (wanted[0].revents != 0) {
            std::uint64_t count = 0;
            check(static_cast<int>(::read(wake_.get(), &count, sizeof count)));
        }
        const auto now = Clock::now();
        for (auto link = links_.begin(); link != links_.end();) {
            const bool good = carry(*link, wanted, now);
            if (!good) link->end_by_reset();
            const bool over = !good || (link->up.over() && link->down.over());
            link = over ? links_.erase(link) : std::next(link);
        }
        if (wanted[1].revents != 0 && listener_) accept_one();
    }
    static bool carry(Link& link, const std::vector<pollfd>& wanted, Clock::time_point now) {
        const bool from_client = link.polled != 0 && wanted[link.polled].revents != 0;
        const bool from_server = link.polled != 0 && wanted[link.polled + 1].revents != 0;
        if (from_client && link.up.wants_to_read() && !link.up.read(now)) return false;
        if (from_server && link.down.wants_to_read() && !link.down.read(now)) return false;
        return link.up.write(now) && link.down.write(now);
    }

    void accept_one() {
        Socket client{::accept4(listener_->get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (client.get() < 0) return; // it has gone again
        ++accepted;
        if (accepting_ == Accepting::silent) {
            silent_.push_back(std::move(client));
            return;
        }
        auto server = tcp_socket();
        const auto address = on_loopback(server_port_);
        if (connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            links_.emplace_back(std::move(client), std::move(server), *this);
        else
            client.end_by_reset(); // as of a server that is not there
    }

    std::uint16_t server_port_;
    std::optional<Socket> listener_{listen_on(0)};
    std::uint16_t port_ = port_of(*listener_);
    Socket wake_{check(eventfd(0, EFD_CLOEXEC))};
    Accepting accepting_ = Accepting::forwards;
    std::list<Link> links_{};
    std::vector<Socket> silent_{};
    bool over_ = false;
    mutable std::mutex mutex_{};
    std::thread thread_{[this] { run(); }}; // last: it uses all of the above
};

FaultProxy::FaultProxy(std::uint16_t server_port) : impl_(std::make_unique<Impl>(server_port)) {}
FaultProxy::~FaultProxy() = default;

std::uint16_t FaultProxy::port() const { return impl_->port(); }
void FaultProxy::to_server(const Way& way) {
    impl_->tell([&] { impl_->to_server = way; });
}
void FaultProxy::to_client(const Way& way) {
    impl_->tell([&] { impl_->to_client = way; });
}
void FaultProxy::both_ways(const Way& way) {
    impl_->tell([&] { impl_->to_server = impl_->to_client = way; });
}
void FaultProxy::accept(Accepting how) {
    impl_->tell([&] { impl_->accept(how); });
}
void FaultProxy::reset() {
    impl_->tell([&] { impl_->reset(); });
}
void FaultProxy::finish() {
    impl_->tell([&] { impl_->finish(); });
}
std::uint64_t FaultProxy::passed_to_server() const { return impl_->ask(impl_->passed_to_server); }
std::uint64_t FaultProxy::passed_to_client() const { return impl_->ask(impl_->passed_to_client); }
std::size_t FaultProxy::accepted() const { return impl_->ask(impl_->accepted); }

} // namespace support
