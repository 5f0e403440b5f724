#define CARES_NO_DEPRECATED // what 1.18 has, and later versions too
#include "headstock/transport/dns_channel.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/process.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/transport/address.hpp"

#include <ares.h>
#include <uv.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>

namespace headstock::detail {
namespace {

constexpr int first_try = 2000; // milliseconds; c-ares doubles it for the next
constexpr int tries = 2;        // of each name server

Error unanswered(int status) {
    switch (status) {
    case ARES_ENOMEM:
        return out_of_memory();
    case ARES_ENOTFOUND:
        return {Errc::unknown_host, "there is no such name"};
    case ARES_ENODATA:
        return {Errc::unknown_host, "it has no such record"};
    case ARES_ETIMEOUT:
        return {Errc::timed_out, "the name servers do not answer"};
    case ARES_ECONNREFUSED:
        return {Errc::unknown_host, "the name servers cannot be reached"};
    default:
        return {Errc::unknown_host, concat({"look-up failed: ", ares_strerror(status)})};
    }
}

Error unreadable(const std::string& servers) {
    return {Errc::invalid_option,
            concat({"the name servers \"", servers,
                    "\" are no list of addresses, with or without ports, as in "
                    "\"192.0.2.1:5353\""})};
}

struct FreeReply {
    void operator()(ares_srv_reply* reply) const { ares_free_data(reply); }
};
struct FreeAnswer {
    void operator()(ares_addrinfo* found) const { ares_freeaddrinfo(found); }
};

LookUpAnswer read_services(int status, const unsigned char* reply, int size) {
    LookUpAnswer answer;
    ares_srv_reply* first = nullptr;
    if (status == ARES_SUCCESS) status = ares_parse_srv_reply(reply, size, &first);
    const std::unique_ptr<ares_srv_reply, FreeReply> all{first};
    for (const auto* each = all.get(); each != nullptr; each = each->next)
        answer.services.push_back({each->priority, each->weight, each->port, each->host});
    if (answer.services.empty())
        answer.error = unanswered(status == ARES_SUCCESS ? ARES_ENODATA : status);
    return answer;
}

LookUpAnswer read_addresses(int status, const ares_addrinfo* found) {
    LookUpAnswer answer;
    for (const auto* each = found != nullptr ? found->nodes : nullptr; each != nullptr;
         each = each->ai_next) {
        addrinfo one{};
        one.ai_family = each->ai_family;
        one.ai_addrlen = static_cast<socklen_t>(each->ai_addrlen);
        one.ai_addr = each->ai_addr;
        if (const auto address = SocketAddress::from_lookup(one))
            answer.addresses.push_back(address->to_text());
    }
    if (answer.addresses.empty())
        answer.error = unanswered(status == ARES_SUCCESS ? ARES_ENODATA : status);
    return answer;
}

// c-ares calls from C, where nothing may be thrown.
template <class F>
void answer_to(void* argument, F read) noexcept {
    const std::unique_ptr<std::shared_ptr<DnsChannel::Waiting>> waiting{
        static_cast<std::shared_ptr<DnsChannel::Waiting>*>(argument)};
    if (waiting->use_count() == 1) return; // nobody waits any more
    LookUpAnswer answer;
    try {
        answer = read();
    } catch (const std::bad_alloc&) {
        answer.error = out_of_memory();
    }
    const auto tell = std::exchange((*waiting)->tell, nullptr);
    if (tell) tell(std::move(answer));
}

void got_services(void* waiting, int status, int, unsigned char* reply, int size) noexcept {
    answer_to(waiting, [&] { return read_services(status, reply, size); });
}

void got_addresses(void* waiting, int status, int, ares_addrinfo* found) noexcept {
    const std::unique_ptr<ares_addrinfo, FreeAnswer> all{found};
    answer_to(waiting, [&] { return read_addresses(status, found); });
}

} // namespace

// The channel of c-ares with one uv_poll for each of its sockets, and a timer.
struct DnsChannel::Core {
    struct Socket {
        uv_poll_t poll{};
        ares_socket_t descriptor = ARES_SOCKET_BAD;
        Core* core = nullptr;
    };

    explicit Core(uv_loop_t* which, std::string list) : loop(which), servers(std::move(list)) {}

    int open();
    void close() noexcept;
    void process(ares_socket_t readable, ares_socket_t writable) noexcept;
    void set_timer() noexcept;
    void watch(ares_socket_t descriptor, int events) noexcept;
    Socket* find(ares_socket_t descriptor) noexcept;
    Socket* make_socket(ares_socket_t descriptor) noexcept;
    void forget(Socket* socket) noexcept;
    void handle_closed() noexcept;

    static void socket_state(void* core, ares_socket_t descriptor, int readable, int writable) {
        static_cast<Core*>(core)->watch(descriptor, (readable != 0 ? UV_READABLE : 0) |
                                                        (writable != 0 ? UV_WRITABLE : 0));
    }
    static void polled(uv_poll_t* poll, int status, int events) noexcept {
        const auto& socket = *static_cast<Socket*>(poll->data);
        const bool failed = status < 0; // which reading shows to c-ares
        const auto descriptor = socket.descriptor;
        socket.core->process(failed || (events & UV_READABLE) != 0 ? descriptor : ARES_SOCKET_BAD,
                             (events & UV_WRITABLE) != 0 ? descriptor : ARES_SOCKET_BAD);
    }
    static void timed(uv_timer_t* timer) noexcept {
        auto& core = *static_cast<Core*>(timer->data);
        if (std::exchange(core.starved, false)) ares_cancel(core.channel);
        core.process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
    static void poll_closed(uv_handle_t* poll) noexcept {
        const std::unique_ptr<Socket> socket{static_cast<Socket*>(poll->data)};
        socket->core->handle_closed();
    }
    static void timer_closed(uv_handle_t* timer) noexcept {
        static_cast<Core*>(timer->data)->handle_closed();
    }

    uv_loop_t* loop;
    std::string servers;
    std::weak_ptr<DnsChannel> shared{};
    ares_channel channel{};
    uv_timer_t timer{};
    std::vector<Socket*> sockets{};
    std::size_t open_handles = 0;
    bool closing = false;
    bool listed = false;
    bool starved = false; ///< A socket is not watched.
};

namespace {

// All of this process.  Each belongs to the thread that runs its loop; start() and run() of a
// client may be called on different ones.
class Channels {
public:
    void add(DnsChannel::Core* core) {
        const std::lock_guard lock{mutex_};
        all_.push_back(core);
    }
    void remove(DnsChannel::Core* core) noexcept {
        const std::lock_guard lock{mutex_};
        std::erase(all_, core);
    }
    std::shared_ptr<DnsChannel> find(const uv_loop_t* loop, const std::string& servers) {
        const std::lock_guard lock{mutex_};
        for (const auto* each : all_) {
            if (each->loop == loop && each->servers == servers) return each->shared.lock();
        }
        return nullptr;
    }

private:
    std::mutex mutex_{};
    std::vector<DnsChannel::Core*> all_{};
};

constinit PerProcess<Channels> channels;

} // namespace

int DnsChannel::Core::open() {
    ares_options options{};
    options.timeout = first_try;
    options.tries = tries;
    options.ndomains = 0; // names are whole; the system has its list of others
    options.sock_state_cb = &Core::socket_state;
    options.sock_state_cb_data = this;
    const int status = ares_init_options(&channel, &options,
                                         ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_DOMAINS |
                                             ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) return status;
    uv_timer_init(loop, &timer);
    timer.data = this;
    open_handles = 1;
    return servers.empty() ? ARES_SUCCESS : ares_set_servers_ports_csv(channel, servers.c_str());
}

// Whoever still waits for an answer is told nothing.
void DnsChannel::Core::close() noexcept {
    closing = true;
    if (listed) channels.get().remove(this);
    if (open_handles == 0) return void(delete this); // it was never opened
    ares_destroy(channel);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer), &Core::timer_closed);
}

void DnsChannel::Core::process(ares_socket_t readable, ares_socket_t writable) noexcept {
    const auto alive = shared.lock(); // an answer may release the last owner
    if (closing) return;
    ares_process_fd(channel, readable, writable);
    set_timer();
}

void DnsChannel::Core::set_timer() noexcept {
    timeval room{};
    const auto* const wait = ares_timeout(channel, nullptr, &room);
    if (wait == nullptr) {
        uv_timer_stop(&timer);
        return;
    }
    if (starved) return void(uv_timer_start(&timer, &Core::timed, 0, 0));
    uv_update_time(loop);
    const auto ms = static_cast<std::uint64_t>(wait->tv_sec) * 1000 +
                    static_cast<std::uint64_t>(wait->tv_usec + 999) / 1000;
    uv_timer_start(&timer, &Core::timed, ms, 0);
}

DnsChannel::Core::Socket* DnsChannel::Core::find(ares_socket_t descriptor) noexcept {
    const auto found = std::find_if(sockets.begin(), sockets.end(), [&](const Socket* each) {
        return each->descriptor == descriptor;
    });
    return found == sockets.end() ? nullptr : *found;
}

// Without memory, or a place in the loop's set, the socket is not watched, and nothing would come
// of waiting for it.
void DnsChannel::Core::watch(ares_socket_t descriptor, int events) noexcept {
    auto* socket = find(descriptor);
    if (events == 0) {
        if (socket != nullptr) forget(socket);
        return;
    }
    if (socket == nullptr) {
        socket = make_socket(descriptor);
        starved = starved || socket == nullptr;
        if (socket == nullptr) return;
    }
    uv_poll_start(&socket->poll, events, &Core::polled);
}

DnsChannel::Core::Socket* DnsChannel::Core::make_socket(ares_socket_t descriptor) noexcept {
    std::unique_ptr<Socket> fresh{new (std::nothrow) Socket};
    if (!fresh) return nullptr;
    const auto before = sockets.size();
    if_memory_allows([&] { sockets.push_back(fresh.get()); });
    if (sockets.size() == before) return nullptr;
    if (uv_poll_init(loop, &fresh->poll, descriptor) < 0) {
        sockets.pop_back();
        return nullptr;
    }
    fresh->poll.data = fresh.get();
    fresh->descriptor = descriptor;
    fresh->core = this;
    ++open_handles;
    return fresh.release();
}

// c-ares closes the descriptor next.
void DnsChannel::Core::forget(Socket* socket) noexcept {
    std::erase(sockets, socket);
    uv_close(reinterpret_cast<uv_handle_t*>(&socket->poll), &Core::poll_closed);
}

void DnsChannel::Core::handle_closed() noexcept {
    if (--open_handles == 0 && closing) delete this;
}

std::shared_ptr<DnsChannel>
DnsChannel::of(uv_loop_s* loop, const std::string& servers, Error& error) {
    if (auto there = channels.get().find(loop, servers)) return there;
    auto core = std::make_unique<Core>(loop, servers);
    auto made = std::make_shared<DnsChannel>(core.get());
    auto& opened = *core.release(); // which `made` closes
    opened.shared = made;
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    const int status = library != ARES_SUCCESS ? library : opened.open();
    if (status == ARES_SUCCESS) {
        channels.get().add(&opened);
        opened.listed = true;
        return made;
    }
    error = opened.open_handles == 0 ? unanswered(status) : unreadable(servers);
    return nullptr;
}

DnsChannel::~DnsChannel() { core_->close(); }

std::shared_ptr<DnsChannel::Waiting>
DnsChannel::ask(const std::string& name, RecordType type, Tell tell) {
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(tell)});
    auto argument = std::make_unique<std::shared_ptr<Waiting>>(waiting);
    if (type == RecordType::srv) {
        ares_query(core_->channel, name.c_str(), C_IN, T_SRV, &got_services, argument.release());
    } else {
        ares_addrinfo_hints hints{};
        hints.ai_family = type == RecordType::a ? AF_INET : AF_INET6;
        hints.ai_socktype = SOCK_STREAM;
        ares_getaddrinfo(core_->channel, name.c_str(), nullptr, &hints, &got_addresses,
                         argument.release());
    }
    core_->set_timer();
    return waiting;
}

void DnsChannel::leave() noexcept {
    for (auto* const socket : core_->sockets) replace_descriptor(socket->descriptor, true);
}

} // namespace headstock::detail
