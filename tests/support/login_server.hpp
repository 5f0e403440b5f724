// The server's side of a login, in memory: header, features, SCRAM-SHA-1, binding.  For tests only.
#pragma once

#include <string>
#include <string_view>

namespace support {

/// Answers a client's bytes until it is bound.  Each call takes what the client wrote since the
/// last one (whole elements) and gives what the server says to it.
class LoginServer {
public:
    struct Settings {
        std::string domain = "e.test";
        std::string password = "secret";
        std::string resource = "r";   ///< Bound whatever was asked for.
        bool starttls = false;        ///< Offer it, required, before anything else.
        unsigned rounds = 4096;       ///< Of PBKDF2.
        bool plain = false;           ///< Offer PLAIN instead of SCRAM, and take any password.
        std::string extra_features{}; ///< XML put into every features element.
        std::string resume_answer{};  ///< To <resume/> (XEP-0198): <resumed/> or <failed/>.
    };

    LoginServer() = default;
    explicit LoginServer(Settings settings) : settings_(std::move(settings)) {}

    std::string receive(std::string_view bytes);
    /// The TLS handshake is done: the next header begins a secured stream.
    void secured() { secured_ = true; }
    bool wants_tls() const { return wants_tls_; }
    /// The JID it has bound, or "resumed"; empty until then.
    const std::string& bound() const { return bound_; }

private:
    std::string open_stream();
    std::string log_in_plainly(std::string_view auth);
    std::string challenge(std::string_view auth);
    std::string success(std::string_view response);
    std::string bind(std::string_view iq);

    Settings settings_;
    bool secured_ = false;
    bool wants_tls_ = false;
    bool authenticated_ = false;
    std::string user_;
    std::string client_first_;
    std::string server_first_;
    std::string bound_;
};

} // namespace support
