// A TCP proxy on 127.0.0.1 that does to connections what networks do: it delays, drips, stalls,
// loses and breaks them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace support {

/// What happens to the bytes that go one way.
struct Way {
    enum class Flow : std::uint8_t {
        passes,
        lost,    ///< They vanish, the end of the stream included, as if the receiver had gone.
        stalled, ///< Nothing is read any more, so the sender's buffers fill.
    };

    Flow flow = Flow::passes;
    /// From the byte that comes in to the same byte going out.
    std::chrono::milliseconds latency{};
    /// At most so much is added to the latency or taken off it, evenly, anew for what is read at
    /// once.  Bytes keep their order, as TCP's do, so a late one holds up those behind it.
    std::chrono::milliseconds jitter{};
    /// At most so many bytes at once, and from one such slice to the next `pause`.  0: no slices.
    std::size_t slice = 0;
    std::chrono::microseconds pause{};

    static Way bandwidth(std::size_t bytes_per_second) {
        constexpr std::size_t slices = 100; // a second
        return {.slice = bytes_per_second / slices + 1, .pause = std::chrono::milliseconds{10}};
    }
    static Way drip(std::chrono::microseconds pause) { return {.slice = 1, .pause = pause}; }
};

/// Runs on a thread of its own.  Everything may be called at any time on any thread, and holds for
/// the connections that there are and those that come.
class FaultProxy {
public:
    enum class Accepting : std::uint8_t {
        forwards,
        silent,  ///< A connection is accepted, and nothing is read from it or said.
        refuses, ///< Nobody listens.
    };

    /// Connects to 127.0.0.1:`server_port` for each connection that it accepts.
    explicit FaultProxy(std::uint16_t server_port);
    /// Closes all connections.
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::uint16_t port() const;

    void to_server(const Way& way);
    void to_client(const Way& way);
    void both_ways(const Way& way);
    void accept(Accepting how);
    /// All connections end by RST, on both sides.  What has passed by then is there to be read.
    void reset();
    /// All connections end by FIN, on both sides, behind what the proxy has read by now.
    void finish();

    /// Bytes that went to any server, or to any client, so far.
    std::uint64_t passed_to_server() const;
    std::uint64_t passed_to_client() const;
    /// Connections so far.
    std::size_t accepted() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace support
