// A row that acts on whole messages only: the rest of a stanza says whether it may be acted upon
// (handlers.hpp, rules 4, 5 and 13).
#pragma once

#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace support {

/// `message` without its end tag.
inline std::string without_end(const std::string& message) {
    return message.substr(0, message.size() - std::string_view{"</message>"}.size());
}

/// `stage` tells of `message` with a body behind what it has, and of nothing where forged or
/// refused content or no end follows.
template <class Stage>
void only_whole_messages(Stage& stage, const std::string& message) {
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    const auto most = without_end(message);
    CHECK(!stage.seen_in(most + "<body>hi</body></message>").empty());
    for (const auto& rest : {std::string{"<sent xmlns='urn:xmpp:carbons:2'/>"},
                             "<far xmlns='urn:" + std::string(200, 'x') + "'/>"}) {
        CAPTURE(rest);
        CHECK(stage.seen_in(most + rest + "</message>").empty());
    }
    CHECK(stage.seen_in(most + "</presence>").empty()); // and the stream is over
}

/// `object` emits one `Event` of a message that is cut by a loss and comes again whole.
template <class Event, class Object>
void told_once_after_a_resumption(Object& object, const std::string& message) {
    Managed kit;
    kit.enable();
    kit.client->register_handler(object);
    std::size_t told = 0;
    kit.client->on_event([&](const Event&) { ++told; });
    kit.says(without_end(message));
    CHECK(told == 0);
    kit.lose();
    kit.resume(0);
    kit.says(message);
    CHECK(told == 1);
    kit.client->unregister_handler(object);
}

} // namespace support
