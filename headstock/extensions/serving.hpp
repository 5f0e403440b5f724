// Which client an object serves, and whose account that is: what an extension that keeps something
// of an account asks first in `ready`, so that nobody is shown the one account's as the other's.
//
//     void ready(headstock::ClientApi& client) {
//         if (serving_.begin(client) == headstock::Serves::another_account) list_.clear();
//         client_ = client.link();
//         client.request(..., [self = headstock::Link{*this, serving_.lifetime()}](...) {...});
//     }
//
// An object that is unregistered is told nothing, and may be registered in another client of
// another account: the lists, positions and texts of the first are dropped then, without events,
// which would go to the second's.  What was asked of the first is answered still: a callback whose
// Link is to this lifetime finds that nobody is there for it any more.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace headstock {

/// What is new at a `ready`.
enum class Serves : std::uint8_t {
    as_before,       ///< The same client of the same account: perhaps in another session.
    another_client,  ///< The first one, or another one of the same account.
    another_account, ///< A client of another account than before.
};

/// A member of an object that is registered in clients, one at a time.
class Serving {
public:
    /// To be called in `ready`, before the object's own link to the client is set.
    Serves begin(ClientApi& client) {
        const auto before = std::exchange(account_, client.jid().bare());
        const bool other_account = before && before != account_;
        if (!other_account && client_.get() == &client) return Serves::as_before;
        client_ = client.link();
        lifetime_.emplace();
        return other_account ? Serves::another_account : Serves::another_client;
    }
    /// Whose client it was at the last `ready`: a bare JID, or a component's domain; empty before.
    const Jid& account() const { return account_; }
    /// For the Links of callbacks: it ends with the object, and when that serves another client or
    /// account.
    const Lifetime& lifetime() const { return *lifetime_; }

private:
    Jid account_{};
    Link<ClientApi> client_{};
    std::optional<Lifetime> lifetime_{std::in_place};
};

/// Errc::session_over: what an object called `name` had yet to do is not done, since it is
/// destroyed or serves another client by now.
inline Error no_longer_serving(const char* name) {
    return {Errc::session_over,
            std::string{"the "} + name + " was destroyed, or serves another client by now"};
}

} // namespace headstock
