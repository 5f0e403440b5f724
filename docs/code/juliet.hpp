// Who writes to the bots of the pages, in their tests.
#pragma once

#include <headstock/testing/stage.hpp>

#include <string>
#include <string_view>

/// A chat message from Juliet, as the server passes it on.
inline std::string juliet_says(std::string_view body) {
    return "<message type='chat' from='juliet@example.org/balcony'><body>" + std::string{body} +
           "</body></message>";
}

/// The text of the only message that was sent since the last look.
inline std::string said(headstock::testing::Stage& stage) {
    const auto sent = stage.sent_elements();
    return sent.size() == 1 ? std::string{sent[0].child("body").text()}
                            : std::to_string(sent.size()) + " stanzas";
}
