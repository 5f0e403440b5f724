// One's own account (XEP-0077, after login): change its password, cancel it.
//
//     headstock::Account account{client};
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

#include <functional>
#include <string_view>

namespace headstock {

/// What the owner of an account asks of its server.  Holds nothing but the client, borrowed.  Each
/// callback is called exactly once, unless the Delivery is false or the client is destroyed first:
/// then never; it may be empty.  A component has no account: both are refused with
/// Errc::invalid_option.
class HEADSTOCK_API Account {
public:
    using OnAnswer = std::function<void(const Answer<Ok>&)>;

    explicit Account(ClientApi& client) : client_(client) {}

    /// XEP-0077 section 3.3.  The password goes over the wire as it is, so it is refused with
    /// Errc::tls_required unless the session is ready and ClientApi::may_send_password(); an empty
    /// one, which no server takes, with Errc::invalid_option.  The log shows its length only.  This
    /// session goes on; the client still logs in with the password that it was made with.
    /// Throws bridge::Invalid for a password that XML cannot carry.
    Delivery change_password(std::string_view password, OnAnswer callback);

    /// XEP-0077 section 3.2: the account, its roster and all that the server keeps for it.  The
    /// server then ends the stream, by the specification with not-authorized (ejabberd: conflict).
    /// Its answer is Ok, and so is not-authorized without one; any other end without an answer is a
    /// failure that leaves open what became of the account.  The session itself ends with that
    /// stream error all the same, in stopping() and run().
    Delivery cancel(OnAnswer callback);

private:
    ClientApi& client_;
};

} // namespace headstock
