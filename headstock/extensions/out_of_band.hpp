// Out-of-band data (XEP-0066): the address of something, beside a message or offered by itself.
//
//     client.send_stanza(headstock::Message{.to = juliet, .body = url}
//                            .add(headstock::OutOfBand{url, "A picture"}));
//     if (const auto file = message.get<headstock::OutOfBand>()) fetch(file->url);
//
//     headstock::offer(client, "juliet@example.org/balcony", {url, "A picture"},
//                      [](const headstock::Answer<headstock::Ok>& answer) { ... }); // they have it
//     // who is offered something has a row on<&self::offered>("iq@type=set"), for
//     // void offered(const OutOfBandOffer& offer, headstock::Reply reply): when all of the file is
//     // there it is answered by ok, and else by item_not_found or not_acceptable (section 2)
//
// An address is whatever its sender says, of any scheme: look at it before anything fetches it.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace headstock {

/// The address of something, in a message or presence (section 3).
struct OutOfBand {
    std::string url{};                 ///< Not to be trusted.
    std::optional<std::string> desc{}; ///< For people.  Not to be trusted.
};
HEADSTOCK_PAYLOAD(
    OutOfBand, "x", ns::out_of_band, child_text<&self::url>("url"), child_text<&self::desc>("desc"))

/// A file that is to be fetched by its address (section 2), in an iq set.
struct OutOfBandOffer {
    using answer = Ok;

    std::string url{};
    std::optional<std::string> desc{};
    std::optional<std::string> sid{}; ///< Of a stream that was agreed on (section 6).
};
HEADSTOCK_PAYLOAD(OutOfBandOffer,
                  "query",
                  ns::out_of_band_iq,
                  attribute<&self::sid>("sid"),
                  child_text<&self::url>("url"),
                  child_text<&self::desc>("desc"))

/// Offer a file to `to`, a full JID (section 2).  `callback` is called as by request(): with ok
/// once they have all of it, which may take longer than the time-out of a request; with
/// item_not_found when they could not fetch it, with not_acceptable when they do not want it.
inline Delivery offer(ClientApi& client,
                      Address to,
                      const OutOfBandOffer& file,
                      std::function<void(const Answer<Ok>&)> callback,
                      std::optional<std::chrono::milliseconds> timeout = {}) {
    if (to.empty()) return not_sent(detail::no_address());
    auto iq = iq_set();
    if (auto error = detail::set_to(iq, to)) return not_sent(std::move(error));
    const auto done = [callback = std::move(callback)](const Answer<Ok>& answer) {
        if (callback) callback(answer);
    };
    return client.request(iq.add(to_element(file)), done, timeout);
}

} // namespace headstock
