// One's own account (XEP-0077, after login): change its password, cancel it.
//
//     headstock::Account account;
//     client.register_handler(account);             // then, from `ready` on:
//     const auto changed = [](const headstock::Answer<headstock::Ok>& answer) {
//         std::cout << (answer ? "changed" : answer.message()) << '\n';
//     };
//     const auto sent = account.change_password("new secret", changed);
//     if (!sent) std::cout << sent.error.message() << '\n';    // not inside verified TLS, for one
//
//     account.cancel([](const headstock::Answer<headstock::Ok>& answer) { ... });   // it is gone
//
// The account itself is made by Options::registration.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/lifetime.hpp"

#include <functional>
#include <string_view>

namespace headstock {

/// What the owner of an account asks of its server.  Each callback is called exactly once, unless
/// the Delivery is false or the client is destroyed first: then never; it may be empty.  Before
/// `ready` and after the session nothing is sent (Errc::session_over).
class HEADSTOCK_API Account {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    /// Ok, the server's no, or why there is no answer.
    using OnAnswer = std::function<void(const Answer<Ok>&)>;

    /// XEP-0077 section 3.3.  The password goes over the wire as it is, so it is refused with
    /// Errc::tls_required unless ClientApi::may_send_password(); with Errc::invalid_option an empty
    /// one, which no server takes, and any on a component.  The log shows its length only.  This
    /// session goes on; the next client is to be made with the new password.
    /// Throws bridge::Invalid for a password that XML cannot carry.
    Delivery change_password(std::string_view password, OnAnswer callback);

    /// XEP-0077 section 3.2: the account, its roster and all that the server keeps for it.  The
    /// server then ends the stream, by the specification with not-authorized (ejabberd: conflict).
    /// Its answer is Ok, and so is not-authorized without one; any other end without an answer is a
    /// failure that leaves open what became of the account.  The session itself ends with that
    /// stream error all the same, in stopping() and run().
    Delivery cancel(OnAnswer callback);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    Link<ClientApi> client_; ///< While a session lasts.
};

} // namespace headstock
