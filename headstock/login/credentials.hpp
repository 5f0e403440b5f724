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

    /// It was used, or never will be.
    void forget_password() { password.clear(); }
};

} // namespace headstock::detail
