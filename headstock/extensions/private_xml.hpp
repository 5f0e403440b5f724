// Private XML storage (XEP-0049): elements that an account keeps at its server, one for each name.
//
//     struct Settings { std::optional<std::string> theme{}; };
//     HEADSTOCK_PAYLOAD(Settings, "settings", "urn:example:settings",
//                       attribute<&self::theme>("theme"))
//
//     headstock::private_set(client, Settings{"dark"},
//                            [](const headstock::Answer<headstock::Ok>& answer) { ... });
//     headstock::private_get<Settings>(client, [](const headstock::Answer<Settings>& answer) {
//         if (answer) use(answer->theme);
//     });
//
// A set replaces the whole element, so two clients that change it at once undo each other; nobody
// is told of a change.  What was never set comes as an empty element: a payload whose members are
// all optional reads it.  Newer specifications use private_data.hpp in its place.  A server refuses
// names in "jabber:" and "http://jabber.org/" (not_acceptable), and may refuse all of it
// (service_unavailable).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace headstock {

namespace detail {
/// What stands around the element, both ways.
template <Payload T>
struct PrivateXml {
    T inside{};
    static constexpr auto payload() {
        return headstock::payload<PrivateXml>("query", ns::private_storage,
                                              child<&PrivateXml::inside>());
    }
};
} // namespace detail

/// Ask our own account for the element of `T`'s name.  `callback` is called exactly once, unless
/// the Delivery is false or the client is destroyed first: then never.  A stored element that does
/// not read as a `T` is a failure, Errc::invalid_payload, that names the field.
template <Payload T>
Delivery private_get(ClientApi& client, std::function<void(const Answer<T>&)> callback) {
    auto iq = iq_get();
    iq.append("query", ns::private_storage).append(payload_name<T>);
    return client.request(
        iq, [callback = std::move(callback)](const Answer<detail::PrivateXml<T>>& answer) {
            if (!callback) return;
            if (answer) return callback(answer->inside);
            if (answer.refusal() != nullptr) return callback(*answer.refusal());
            callback(*answer.failure());
        });
}

/// Store `value` in the place of what is stored under its name.  `callback` as above; it may be
/// empty.  Throws what to_element() does.
template <Payload T>
Delivery private_set(ClientApi& client,
                     const T& value,
                     std::function<void(const Answer<Ok>&)> callback = {}) {
    auto iq = iq_set();
    iq.append("query", ns::private_storage).add(to_element(value));
    return client.request(iq, [callback = std::move(callback)](const Answer<Ok>& answer) {
        if (callback) callback(answer);
    });
}

} // namespace headstock
