// One host name, resolved by the system on libuv's pool of threads.
#pragma once

#include "headstock/detail/transport_address.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct uv_loop_s;

namespace headstock::detail {

/// Frees itself after its answer, which comes once, on the loop's thread, and not after cancel().
class Lookup {
public:
    /// `status` is libuv's; `found` is in the order of the system (RFC 6724).
    using Answer = std::function<void(int status, std::vector<Address> found)>;

    /// Null with `status` set when it cannot even be asked; `answer` is not called then.
    static Lookup*
    start(uv_loop_s* loop, const std::string& host, std::uint16_t port, Answer answer, int& status);

    /// A look-up that is already running cannot be stopped: its answer is dropped when it comes.
    void cancel() noexcept;

private:
    struct Request;
    explicit Lookup(Answer answer);
    ~Lookup();

    std::unique_ptr<Request> request_;
    Answer answer_;
};

} // namespace headstock::detail
