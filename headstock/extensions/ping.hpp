// Ping (XEP-0199): is the other side there, and how far away is it?
//
//     headstock::Ping pong;
//     client.register_handler(pong);    // answers pings, the server's too
//
//     headstock::ping(client, "", [](const headstock::Answer<headstock::Ok>& answer,
//                                    std::chrono::microseconds round_trip) {
//         if (answer) std::cout << "the server answered in " << round_trip.count() << " us\n";
//         else std::cout << answer.message() << '\n';
//     });
//
// WHAT A REFUSAL SAYS of the one that was asked.  Ask a client by its full JID: its server answers
// for the bare one.
//
//     asked         refusal                                it is there?
//     a server      service-unavailable                    yes: it does not know pings (4.2)
//     a server      another of says_absent (stanza.hpp),   no: our own server says so in its
//                   as remote-server-not-found             place
//     a full JID    service-unavailable                    unknown: its server must say this of one
//                                                          that has gone, and a client may say it
//                                                          to hide (section 6)
//     a full JID    another of says_absent                 no
//     either        any other, feature-not-implemented     yes
//                   for one
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/handlers.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

namespace headstock {

/// The question; its answer is empty.
struct PingQuery {
    using answer = Ok;
};
HEADSTOCK_PAYLOAD(PingQuery, "ping", ns::ping)

/// Answers pings.  Any number of clients may share it.
class Ping {
    Ok answer(const PingQuery&) const { return ok; }
    friend HEADSTOCK_HANDLERS(Ping, on<&self::answer>("iq@type=get"))
};

/// Ping `to` (empty: our own server).  `callback` takes `const Answer<Ok>&` and, if wanted, the
/// time from this call to the answer as `std::chrono::microseconds`: on a session that is not ready
/// yet, that includes the login.  It is called exactly once, unless the Delivery is false or the
/// client is destroyed first: then never.
template <class F>
Delivery ping(ClientApi& client,
              Address to,
              F callback,
              std::optional<std::chrono::milliseconds> timeout = {}) {
    using Time = std::chrono::microseconds;
    using Clock = std::chrono::steady_clock;
    constexpr bool timed = std::is_invocable_v<F&, const Answer<Ok>&, Time>;
    constexpr bool plain = std::is_invocable_v<F&, const Answer<Ok>&>;
    static_assert(timed || plain,
                  "headstock: the callback of a ping takes const headstock::Answer<headstock::Ok>& "
                  "and may take std::chrono::microseconds");
    const auto answered = [callback = std::move(callback),
                           asked = Clock::now()](const Answer<Ok>& answer) mutable {
        if constexpr (timed) {
            callback(answer, std::chrono::duration_cast<Time>(Clock::now() - asked));
        } else if constexpr (plain) {
            callback(answer);
        }
    };
    return client.request(to, PingQuery{}, answered, timeout);
}

} // namespace headstock
