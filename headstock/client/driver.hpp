// Ties a ClientCore to a Transport.
#pragma once

#include "headstock/client/core.hpp"
#include "headstock/client/key_thread.hpp"
#include "headstock/client/sleep_watch.hpp"
#include "headstock/dispatch/inbox.hpp"
#include "headstock/error.hpp"
#include "headstock/transport/transport.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// How long a peer is given to end a connection that we have ended.
inline constexpr std::chrono::milliseconds longest_linger{1000};

/// Carries bytes, time and jobs between the core and the transport.  Shared by the client, by a
/// run() under way, and by each callback while it runs, since any of them may be where the client
/// ends.
///
/// The functions are described at OnLoop, which forwards to them; each may be the client's last.
class Driver final : public TransportOwner, public std::enable_shared_from_this<Driver> {
public:
    explicit Driver(std::shared_ptr<ClientCore> core, SleepWatch sleep = SleepWatch{})
        : core_(std::move(core)), sleep_(sleep) {}

    Error start();
    Error run();
    Error run_until_signal();
    /// Without a limit of its own: Timeouts::stop.
    void stop(std::optional<std::chrono::milliseconds> limit = {});
    /// The same through the inbox, so never within this call.
    void stop_soon() noexcept;
    bool post(std::function<void()> f) { return core_->session().post(std::move(f)); }
    const Error& error() const { return core_->session().error(); }
    /// Null while there is none.
    uv_loop_s* loop() const { return transport_ ? transport_->loop() : nullptr; }
    /// The client is gone: nobody is to be called any more.
    void cancel();

private:
    Error begin();
    Error open();
    Error run_to_the_end();
    void connect();
    void take_steps();
    void take(const LookUp& step);
    void take(const CancelLookUp& step);
    void take(const OpenConnection& step);
    void take(const CloseConnection& step);
    void flush(unsigned connection);
    void tell_disconnected(const Error& why);
    void come_back();
    void stop_here(std::chrono::milliseconds limit);
    void shorten_stop(std::chrono::milliseconds limit) noexcept;
    void push_stop() noexcept;
    void ask_for_turn();
    void watch_signals();

    void transport_connected(unsigned connection) noexcept override;
    void transport_received(unsigned connection, std::string_view bytes) noexcept override;
    void transport_written(unsigned connection, std::size_t still_queued) noexcept override;
    void transport_looked_up(unsigned number, const LookUpAnswer& answer) noexcept override;
    void transport_deadline() noexcept override;
    void transport_turn() noexcept override;
    void transport_woken() noexcept override;
    void transport_signalled() noexcept override;
    void transport_ended(unsigned connection, const Error& why) noexcept override;

    /// It is open, and what is negotiated on it is the session's.
    bool has_connection() const { return core_->connection() != 0; }

    template <class F>
    void act(F&& happened) noexcept;
    template <class F>
    void act_now(F& happened);
    void run_out_of_memory() noexcept;
    void follow();
    void follow_without();
    void flush();
    void see_to_reading();
    void see_to_stall();
    void confirm();
    void close_when_written();
    void set_deadline();
    void see_to_sleep();
    void see_to_nap();
    void derive_key();
    void take_keys();
    void leave() noexcept;
    void finish();
    void release();

    std::shared_ptr<ClientCore> core_;
    TransportHandle transport_;
    Inbox::Jobs stop_job_ =
        Inbox::one([this] { stop_here(stop_limit_); }); ///< Of stop_soon(), made beforehand.
    std::atomic<std::chrono::milliseconds> stop_limit_{
        std::chrono::milliseconds::max()}; ///< The shortest that was asked for until that runs.
    std::atomic<bool> stop_wished_{false};
    std::unique_ptr<KeyThread> key_;        ///< While a key is derived.
    std::optional<std::uint64_t> deadline_; ///< What the transport's timer is set to.
    std::optional<std::uint64_t> nap_;      ///< When the session dozes, if nothing comes before.
    SleepWatch sleep_;
    bool heard_ = false; ///< Something came since that was set.
    bool started_ = false;
    bool ran_ = false;
    bool signals_wanted_ = false;
    bool closing_ = false;
    bool canceled_ = false;
    bool reading_ = true;
    std::optional<std::uint64_t> stall_end_; ///< When a peer that reads nothing is given up.
    std::uint64_t stall_begin_ = 0;          ///< What was written when that was set.
    bool hurried_ = true;                    ///< Quick acknowledgement is on.
};

} // namespace headstock::detail
