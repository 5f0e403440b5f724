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

        /// By SASL2 as well (XEP-0388); with what may stand in <inline/>.
        bool sasl2 = false;
        std::string offered_inline{};
        std::string token{};    ///< That logs in (FAST, XEP-0484), by whichever HT- mechanism.
        std::string together{}; ///< In <success/>, besides what a login needs.
        std::string identity = "user@e.test";
        /// Behind <success/>.
        std::string behind = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                             "</stream:features>";
    };

    explicit ScramPeer(Settings settings) : settings_(std::move(settings)) {}

    /// To be changed at any time.
    Settings& settings() { return settings_; }

    std::string features() const {
        return features(settings_.offer, settings_.sasl2 ? &settings_ : nullptr);
    }
    /// Features with another offer than the server's: what somebody on the way makes of them.  With
    /// SASL2 they have it in both places.
    static std::string features(const headstock::detail::SaslOffer& offer,
                                const Settings* sasl2 = nullptr);

    /// The answer to an element of the client's.
    std::string receive(std::string_view xml);

    bool succeeded() const { return succeeded_; }
    const std::string& mechanism() const { return mechanism_; } ///< Of the last login.
    const std::string& gs2() const { return gs2_; }             ///< As "p=tls-exporter,,".
    const std::string& first() const { return first_; }         ///< The client's, behind that.
    bool proof_came() const { return proof_came_; }

private:
    std::string receive_sasl2(const headstock::Element& came);
    std::string begin(std::string_view mechanism, std::string_view initial);
    std::string token(std::string_view message);
    std::string challenge(std::string_view message);
    std::string finish(std::string_view message);
    std::string refuse(std::string condition, std::string why);
    std::string end();
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
