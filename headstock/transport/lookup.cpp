#include "headstock/transport/lookup.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/process.hpp"
#include "headstock/transport/address.hpp"

#include <uv.h>

#include <list>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace headstock::detail {
namespace {

// The threads that look up.  Never destroyed: one of them may still wait for its name server when
// the program ends.
class Lookups {
public:
    void add(std::shared_ptr<Lookup> lookup) {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(lookup));
        if (threads_ < Lookup::most_lookups) begin_thread();
    }

    // What nobody waits for any more must not wait here, or a name server that is silent for hours
    // would let every attempt of a client leave one behind.
    void remove(const Lookup* lookup) noexcept {
        const std::lock_guard lock{mutex_};
        std::erase_if(waiting_, [&](const auto& each) { return each.get() == lookup; });
    }

private:
    // A thread that is there already will do.
    void begin_thread() {
        try {
            std::thread{[this] { work(); }}.detach();
            ++threads_;
        } catch (...) {
            if (threads_ > 0) return;
            waiting_.pop_back();
            throw;
        }
    }

    void work() noexcept {
        while (const auto lookup = next()) lookup->ask();
    }

    std::shared_ptr<Lookup> next() {
        const std::lock_guard lock{mutex_};
        if (waiting_.empty()) {
            --threads_;
            return nullptr;
        }
        auto lookup = std::move(waiting_.front());
        waiting_.pop_front();
        return lookup;
    }

    std::mutex mutex_{};
    std::list<std::shared_ptr<Lookup>> waiting_{};
    unsigned threads_ = 0;
};

constinit PerProcess<Lookups> lookups;

struct FreeAddresses {
    void operator()(addrinfo* all) const { uv_freeaddrinfo(all); }
};

Error not_found(int status) {
    if (status == UV_ENOMEM || status == UV_EAI_MEMORY) return out_of_memory();
    return {Errc::unknown_host, status < 0 ? uv_strerror(status) : "it has no address"};
}

// Without a callback libuv asks on this thread; it wants a loop to count its requests in.
LookUpAnswer resolve(const std::string& host) {
    LookUpAnswer answer;
    uv_loop_t loop{};
    if (const int status = uv_loop_init(&loop)) {
        answer.error = not_found(status);
        return answer;
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    uv_getaddrinfo_t request{};
    const int status = uv_getaddrinfo(&loop, &request, nullptr, host.c_str(), nullptr, &hints);
    const std::unique_ptr<addrinfo, FreeAddresses> all{request.addrinfo};
    uv_loop_close(&loop);
    for (const auto* one = all.get(); one != nullptr; one = one->ai_next) {
        if (auto address = SocketAddress::from_lookup(*one))
            answer.addresses.push_back(address->to_text());
    }
    if (answer.addresses.empty()) answer.error = not_found(status);
    return answer;
}

} // namespace

Lookup::Lookup(const std::string& host, std::function<void()> tell)
    : host_(host), tell_(std::move(tell)) {}

std::shared_ptr<Lookup> Lookup::start(const std::string& host, std::function<void()> tell) {
    auto lookup = std::make_shared<Lookup>(host, std::move(tell));
    lookups.get().add(lookup);
    return lookup;
}

void Lookup::cancel() noexcept {
    {
        const std::lock_guard lock{mutex_};
        tell_ = nullptr;
    }
    lookups.get().remove(this);
}

bool Lookup::answered() {
    const std::lock_guard lock{mutex_};
    return answered_;
}

void Lookup::ask() noexcept {
    try {
        answer_ = resolve(host_);
    } catch (const std::bad_alloc&) {
        answer_ = {};
        answer_.error = out_of_memory();
    }
    const std::lock_guard lock{mutex_};
    answered_ = true;
    if (tell_) std::exchange(tell_, nullptr)(); // under the lock: see cancel()
}

} // namespace headstock::detail
