// SCRAM (RFC 5802, RFC 7677): the client's side of one exchange, with the hashing taken out of it.
//
// No socket, clock or thread here: the costly part, derive_keys(), is a pure function that the
// caller runs where it likes, between a step that asks for it and derived().
#pragma once

#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/error.hpp"
#include "headstock/login/sasl_choice.hpp"
#include "headstock/login/scram_message.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// All that the derivation needs: a value to hand to another thread.
struct KeyRequest {
    Hash hash = Hash::sha1;
    Secret password{}; ///< prepared by SASLprep
    std::string salt{};
    unsigned iterations = 0;
};

/// What the password was good for; wiped when it ends.  Good for every exchange with the same
/// password, salt and iterations.
struct ScramKeys {
    Digest client_key{};
    Digest server_key{};
};

/// PBKDF2 and two HMACs: milliseconds to seconds, by the iterations.  Pure; from any thread; throws
/// nothing but std::bad_alloc for a hash that is available().
ScramKeys derive_keys(const KeyRequest& request);
/// The same until `stop` is set; then nothing, within milliseconds.
std::optional<ScramKeys> derive_keys(const KeyRequest& request, const std::atomic<bool>& stop);

/// What to do next.
struct SaslStep {
    enum class Kind : std::uint8_t {
        respond, ///< send `data` to the server, also when it is empty
        derive,  ///< run derive_keys(key_request()), then call derived()
        failed,  ///< send <abort/> and end; `error` says why
    };
    Kind kind = Kind::failed;
    std::string data{};
    Error error{};

    static SaslStep respond(std::string data) { return {Kind::respond, std::move(data), {}}; }
    static SaslStep derive() { return {Kind::derive, {}, {}}; }
    static SaslStep fail(Error error) { return {Kind::failed, {}, std::move(error)}; }
};

/// What an exchange begins with.
struct ScramLogin {
    Hash hash = Hash::sha1;
    std::string username{}; ///< prepared by SASLprep, not empty
    Secret password{};      ///< the same; or given later, or not at all if there are keys
    std::string nonce{};    ///< is_scram_nonce()
    ScramLimits limits{};
    std::string authzid{}; ///< another account to log in to; or empty
    BindingUse binding{};
    SaslOffer offer{}; ///< which the server may prove (XEP-0474)
};

/// One exchange.  Messages are raw bytes, not base64.  After a failure every further call fails.
class ScramClient {
public:
    explicit ScramClient(ScramLogin login);

    /// The client's first message.
    std::string start();
    SaslStep challenge(std::string_view data);
    /// Only after a step that said `derive`.
    KeyRequest key_request() const;
    bool has_password() const { return !login_.password.empty(); }
    void give_password(Secret password) { login_.password = std::move(password); }
    SaslStep derived(const ScramKeys& keys);
    /// The server says that we are in.  Not an error only when it has proved that it knows the
    /// password, in `data` or in the challenge before.
    Error success(std::string_view data);

private:
    enum class State : std::uint8_t { fresh, first_sent, deriving, final_sent, verified, over };

    SaslStep server_first(std::string_view message);
    Error check_offer(const ServerFirst& message) const;
    SaslStep fail(Error error);
    Error verify(std::string_view message) const;

    ScramLogin login_;
    State state_ = State::fresh;
    std::string gs2_header_;
    std::string first_bare_;
    std::string salt_;
    unsigned iterations_ = 0;
    std::string final_bare_;   // the client's final message without its proof
    std::string auth_message_; // what both sides sign
    Digest server_signature_;
};

} // namespace headstock::detail
