// testing::Server by the names that the tests of this project have: e.test, and r, and one call for
// what it is told and what it says.
#pragma once

#include "headstock/testing/server.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace support {

class LoginServer : private headstock::testing::Server {
public:
    struct Settings {
        std::string domain = "e.test";
        std::string password = "secret";
        std::string resource = "r"; ///< Bound whatever was asked for.
        bool starttls = false;
        unsigned rounds = 4096;
        bool plain = false;
        std::string extra_features{};
        std::string resume_answer{};
        bool sasl2 = false; ///< Behind secured().
    };

    LoginServer() : LoginServer(Settings{}) {}
    explicit LoginServer(Settings chosen)
        : Server({.domain = std::move(chosen.domain),
                  .password = std::move(chosen.password),
                  .resource = std::move(chosen.resource),
                  .starttls = chosen.starttls ? headstock::testing::StartTls::offered
                                              : headstock::testing::StartTls::not_offered,
                  .rounds = chosen.rounds,
                  .plain = chosen.plain,
                  .sasl2 = chosen.sasl2,
                  .extra_features = std::move(chosen.extra_features),
                  .resume_answer = std::move(chosen.resume_answer)}) {}

    std::string receive(std::string_view bytes) {
        Server::receive(bytes);
        return take_output();
    }
    using Server::bound;
    using Server::secured;
    using Server::wants_tls;
};

} // namespace support
