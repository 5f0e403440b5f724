// Who logs in, and with what.
#pragma once

#include "headstock/crypto/secret.hpp"
#include "headstock/jid.hpp"

namespace headstock::detail {

/// The owner of the password.  A login takes copies (Secret) out of it, which are wiped when they
/// are used: SaslClient its own at start(), ScramClient and KeyRequest when the keys are there.
struct Credentials {
    Jid account;
    Secret password;
    bool needed_again = false; ///< For the login of another connection.
    bool registered = false;   ///< On this connection or an earlier one.

    /// A login has used it.
    void password_used() {
        if (!needed_again) password.clear();
    }
    /// Nobody will use it any more.
    void forget_password() { password.clear(); }
};

} // namespace headstock::detail
