// The server's side of a login by SCRAM, with channel binding and the hash of XEP-0474, for tests:
// it checks what RFC 5802 has a server check, and says why it refuses.
#pragma once

#include "headstock/base/channel_bindings.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/login/sasl_offer.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

class ScramPeer {
public:
    /// Which hash of its offer it sends (XEP-0474).
    enum class Proof : std::uint8_t { none, d, h };

    struct Settings {
        std::string password = "pencil";
        headstock::detail::SaslOffer offer{};
        headstock::detail::ChannelBindings bindings{}; ///< Of its side of the connection.
        Proof proof = Proof::none;
        unsigned rounds = 4096;
        bool wrong_signature = false;
        bool signature_in_challenge = false;
        std::vector<std::string> unknown{}; ///< Offered, and then called invalid-mechanism.
    };

    explicit ScramPeer(Settings settings) : settings_(std::move(settings)) {}

    std::string features() const { return features(settings_.offer); }
    /// Features with another offer than the server's: what somebody on the way makes of them.
    static std::string features(const headstock::detail::SaslOffer& offer);

    /// The answer to an element of the client's.
    std::string receive(std::string_view xml);

    bool succeeded() const { return succeeded_; }
    const std::string& mechanism() const { return mechanism_; } ///< Of the last <auth/>.
    const std::string& gs2() const { return gs2_; }             ///< As "p=tls-exporter,,".
    const std::string& first() const { return first_; }         ///< The client's, behind that.
    bool proof_came() const { return proof_came_; }

private:
    std::string begin(const headstock::Element& auth);
    std::string challenge(std::string_view message);
    std::string finish(std::string_view message);
    std::string refuse(std::string condition, std::string why);
    std::optional<std::string> binding_data() const;
    headstock::detail::Hash hash() const;

    Settings settings_;
    std::string mechanism_{};
    std::string gs2_{};
    std::string first_{};
    std::string server_first_{};
    std::string signed_{};
    bool signature_sent_ = false;
    bool proof_came_ = false;
    bool succeeded_ = false;
};

} // namespace support
