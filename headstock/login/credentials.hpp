// Who logs in, and with what.
#pragma once

#include "headstock/crypto/secret.hpp"
#include "headstock/jid.hpp"

namespace headstock::detail {

/// The only place of the password: whoever logs in borrows it.
struct Credentials {
    Jid account;
    Secret password;

    /// It was used, or never will be.
    void forget_password() { password.clear(); }
};

} // namespace headstock::detail
