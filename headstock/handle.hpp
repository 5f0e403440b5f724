// What a client gives for a closure or a timer, and a registration that ends by its destructor.
#pragma once

#include "headstock/export.hpp"
#include "headstock/lifetime.hpp"

#include <cstdint>
#include <utility>

namespace headstock {

class ClientApi;

/// Identifies one closure, function for iqs or timer, for unregister() and cancel() of the client
/// that made this and no other.  Only a client makes one; an empty one identifies nothing.
class Handle {
public:
    Handle() = default;
    /// It identifies something, which may be gone by now.
    explicit operator bool() const { return of_ != Of::nothing; }
    friend bool operator==(const Handle&, const Handle&) = default;

private:
    friend class ClientApi;
    enum class Of : std::uint8_t { nothing, row, timer };
    Handle(Of of, std::uint64_t number) : of_(of), number_(number) {}

    Of of_ = Of::nothing;
    std::uint64_t number_ = 0;
};

/// A registration that its destructor takes back: what scoped_register() and scoped_on() give.
///
/// It may outlive the client, and must end on the client's thread: on another one, while the client
/// runs, it ends the program by std::terminate.  Then what was registered is called no more, and a
/// threaded call that has begun is waited for; a handler in which it ends runs to its own end.
class [[nodiscard]] HEADSTOCK_API ScopedRegistration {
public:
    ScopedRegistration() = default;
    ScopedRegistration(ScopedRegistration&& other) noexcept
        : client_(std::exchange(other.client_, {})), ticket_(other.ticket_) {}
    ScopedRegistration& operator=(ScopedRegistration&& other) noexcept {
        if (this == &other) return *this;
        end();
        client_ = std::exchange(other.client_, {});
        ticket_ = other.ticket_;
        return *this;
    }
    ~ScopedRegistration() { end(); }

    /// Unregister now; later calls, and the destructor, do nothing.
    void end() noexcept;

private:
    friend class ClientApi;
    ScopedRegistration(Link<ClientApi> client, std::uint64_t ticket)
        : client_(std::move(client)), ticket_(ticket) {}

    Link<ClientApi> client_;
    std::uint64_t ticket_ = 0;
};

} // namespace headstock
