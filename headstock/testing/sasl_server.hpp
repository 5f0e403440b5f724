// The server's side of one SASL exchange: SCRAM-SHA-1, PLAIN, ANONYMOUS and tokens.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace headstock::detail {

/// What stands in <auth/> and <response/> in, what the server says to it out.  Throws
/// std::runtime_error for what is no message of the mechanism.
class SaslServer {
public:
    SaslServer() = default;
    SaslServer(std::string password, unsigned rounds)
        : password_(std::move(password)), rounds_(rounds) {}

    /// <auth/> by PLAIN, with its content.
    std::string plain(std::string_view base64);
    /// <auth/> by ANONYMOUS (RFC 4505), which anybody may.
    std::string anonymous();
    /// By HT-SHA-256-NONE, with what is said; the token that was given, or empty.
    std::string token(std::string_view base64, std::string_view given);
    /// <auth/> by SCRAM-SHA-1, with its content.
    std::string scram(std::string_view base64);
    /// The <response/> to the challenge of SCRAM.
    std::string response(std::string_view base64);

    /// The client has proved that it knows the password.
    bool succeeded() const { return succeeded_; }
    /// The account's local part that it named.
    const std::string& user() const { return user_; }

private:
    std::string password_;
    unsigned rounds_ = 0;
    bool succeeded_ = false;
    std::string user_;
    std::string gs2_header_;
    std::string client_first_; ///< Without it.
    std::string server_first_;
};

/// <failure/> by this condition (RFC 6120 6.5).
std::string sasl_failure(const std::string& condition);

} // namespace headstock::detail
