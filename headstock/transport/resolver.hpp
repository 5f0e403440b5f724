// The look-ups of one client, with the numbers that it gave them.
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"
#include "headstock/transport/dns_channel.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

struct uv_loop_s;

namespace headstock::detail {

class Lookup;

class ResolverOwner {
public:
    virtual ~ResolverOwner() = default;
    /// From ANY thread: call Resolver::tell() soon, on the loop's.
    virtual void resolver_wakes() noexcept = 0;
    virtual void resolver_found(unsigned number, const LookUpAnswer& answer) noexcept = 0;
};

/// The functions are described at Transport, which forwards them.
class Resolver {
public:
    Resolver(uv_loop_s* loop, ResolverOwner& owner) : loop_(loop), owner_(owner) {}
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    Error set_servers(const std::string& servers);
    void look_up(unsigned number, const std::string& name, RecordType type);
    void cancel(unsigned number) noexcept;
    /// Gives the owner what has been found, and nothing from within another function.
    void tell() noexcept;
    /// Nothing is told any more.
    void release() noexcept;
    /// In a child of fork(), in the place of release() or before it: `on_loop_thread` as in
    /// Transport::leave().
    void leave(bool on_loop_thread) noexcept;

private:
    struct Question {
        unsigned number = 0;
        std::shared_ptr<DnsChannel::Waiting> asked{}; ///< Of name servers,
        std::shared_ptr<Lookup> system{};             ///< or of the system.
        bool answered = false;
        LookUpAnswer answer{};
    };

    void ask_system(Question& question, const std::string& name);
    void ask_servers(Question& question, const std::string& name, RecordType type);
    void answered(unsigned number, LookUpAnswer answer) noexcept;
    std::unique_ptr<Question> take_answered() noexcept;

    uv_loop_s* loop_;
    ResolverOwner& owner_;
    std::string servers_{};
    std::vector<std::unique_ptr<Question>> questions_{};
    std::shared_ptr<DnsChannel> channel_{}; ///< While one of them waits.
};

} // namespace headstock::detail
