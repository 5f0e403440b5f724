// A login by SASL2 (XEP-0388) for tests: whole clients with the kit's server, and one login with a
// peer whose words are the test's.
#pragma once

#include "headstock/testing/stage.hpp"
#include "tests/support/login_stage.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

inline headstock::Options in_tls() {
    auto options = headstock::testing::Stage::in_clear();
    options.tls = headstock::Tls::direct;
    return options;
}

inline headstock::Options coming_back_in_tls() {
    auto options = in_tls();
    options.reconnect = headstock::Backoff{};
    return options;
}

// A stage whose server has SASL2 and stream management, and logs in by PLAIN.
struct Sasl2Stage : headstock::testing::Stage {
    explicit Sasl2Stage(const headstock::Options& options = in_tls(),
                        bool plain = true,
                        std::string_view account = "romeo@example.org/desk")
        : Stage{options, 1, account} {
        auto& settings = server().settings();
        settings.sasl2 = settings.stream_management = true;
        settings.plain = plain;
    }
    /// What was said since the last call.
    std::string since() {
        auto text = transcript().substr(seen_);
        seen_ = transcript().size();
        return text;
    }

private:
    std::size_t seen_ = 0;
};

inline const headstock::detail::ChannelBindings tls_1_3{.exporter = "exported",
                                                        .server_end_point = "certificate"};

inline ScramPeer::Settings serving_sasl2() {
    ScramPeer::Settings settings;
    settings.offer = {{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"},
                      std::vector<std::string>{"tls-exporter", "tls-server-end-point"}};
    settings.bindings = {"exported", {}, "certificate"};
    settings.sasl2 = true;
    settings.offered_inline = "<sm xmlns='urn:xmpp:sm:3'/><bind xmlns='urn:xmpp:bind:0'><inline>"
                              "<feature var='urn:xmpp:sm:3'/></inline></bind>"
                              "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism>"
                              "<mechanism>HT-SHA-256-EXPR</mechanism></fast>";
    return settings;
}

// One that has a token of an earlier login.
struct WithToken : LoginStage {
    explicit WithToken(const std::string& mechanism = "HT-SHA-256-EXPR",
                       headstock::Options options = {})
        : LoginStage{serving_sasl2(), std::move(options)} {
        peer.settings().token = "abc";
        credentials.keys_saved = true;
        credentials.token = std::make_unique<headstock::detail::KeptToken>(
            headstock::detail::KeptToken{"user", mechanism, headstock::detail::Secret{"abc"}});
    }
    std::string token() const {
        return credentials.token ? std::string{credentials.token->token.view()} : "none";
    }
};

} // namespace support
