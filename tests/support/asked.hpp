// The one iq that a client has just sent, and the answers to it: for tests of those who ask.
#pragma once

#include "tests/support/stage.hpp"

#include <string>
#include <string_view>

namespace support {

class Asked {
public:
    /// Takes what the client wrote: one iq and no more.
    explicit Asked(Stage& stage) : stage_(stage) {
        auto iq = headstock::Element::parse(stage.take()).value();
        id_ = iq.attribute("id");
        to_ = iq.attribute("to");
        xml = iq.unset("id").xml();
    }

    /// What the rows noted when it was answered: by a result with this payload ...
    std::string result(std::string_view payload = {}) { return answer("result", payload); }
    /// ... or by an error; `application` stands behind the condition.
    std::string error(std::string_view condition, std::string_view application = {}) {
        return answer("error", "<error type='cancel'><" + std::string{condition} +
                                   " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
                                   std::string{application} + "</error>");
    }

    std::string xml; ///< Without its id.

private:
    std::string answer(std::string_view type, std::string_view inside) {
        const auto from = to_.empty() ? "" : " from='" + to_ + "'";
        return stage_.seen_in("<iq type='" + std::string{type} + "' id='" + id_ + "'" + from + ">" +
                              std::string{inside} + "</iq>");
    }

    Stage& stage_;
    std::string id_;
    std::string to_;
};

} // namespace support
