// Who logs in, and with what.
#pragma once

#include "headstock/crypto/secret.hpp"
#include "headstock/jid.hpp"
#include "headstock/login/fast_token.hpp"
#include "headstock/login/scram.hpp"

#include <memory>
#include <string>
#include <utility>

namespace headstock::detail {

/// Keys that have logged in, and what they are good for.  Wiped when it ends.
struct KeptKeys {
    Hash hash = Hash::sha1;
    std::string salt{};
    unsigned iterations = 0;
    ScramKeys keys{};

    bool fit(const KeyRequest& request) const {
        return hash == request.hash && salt == request.salt && iterations == request.iterations;
    }
};

/// The owner of the password.  A login takes copies (Secret) out of it, which are wiped when they
/// are used: SaslClient its own at start(), ScramClient and KeyRequest when the keys are there.
struct Credentials {
    Jid account;
    Secret password;
    bool needed_again = false; ///< For the login of another connection.
    bool registers = false;    ///< And may have to log in once more for it.
    bool asked_for = false;    ///< The program gives the password each time, if it is asked.
    bool keys_saved = false;   ///< Keys and token are for another client too.
    bool registered = false;   ///< On this connection or an earlier one.
    /// The account has logged in without showing the password (SCRAM, EXTERNAL), so that a server
    /// that offers PLAIN only may be another one (XEP-0474 section 7).
    bool needs_no_plain = false;
    bool needs_no_plain_changed = false; ///< And nobody was told yet.
    /// Of the last login, while they are needed again: the next one need not hash.
    std::unique_ptr<KeptKeys> keys{};
    /// For the next login, likewise.
    std::unique_ptr<KeptToken> token{};
    bool keys_changed = false; ///< Others, or another token, or none any more; nobody was told yet.

    bool keeps_keys() const { return needed_again || keys_saved; }
    /// A login has used it.
    void password_used() {
        if ((!needed_again && !registers) || asked_for) password.clear();
        if (!keeps_keys()) drop_keys();
    }
    /// The account has a session.
    void registration_over() {
        if (std::exchange(registers, false)) password_used();
    }
    void logged_in_without_plain() {
        needs_no_plain_changed = needs_no_plain_changed || !needs_no_plain;
        needs_no_plain = true;
    }
    /// The connection is over, whether or not there was a login on it.
    void login_over() {
        if (asked_for) password.clear();
    }
    /// There is something to log in with.  `another_way`: Settings::has_another_way().
    bool can_log_in(bool another_way) const {
        return !password.empty() || keys || token || another_way || account.local().empty();
    }
    /// The server does not take them.
    void forget_keys() {
        keys.reset();
        keys_changed = true;
    }
    void take_token(KeptToken given) {
        if (token && *token == given) return;
        token = std::make_unique<KeptToken>(std::move(given));
        keys_changed = true;
    }
    void forget_token() {
        token.reset();
        keys_changed = true;
    }
    /// Nobody will use it any more.
    void forget_password() {
        password.clear();
        if (!keys_saved) drop_keys();
    }

private:
    void drop_keys() {
        keys.reset();
        token.reset();
    }
};

} // namespace headstock::detail
