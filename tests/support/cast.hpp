// The handlers of tests about who is registered when: they note that they were called, and may act.
#pragma once

#include "tests/support/stage.hpp"

#include <functional>
#include <string>

namespace support {

/// Notes its name at each item, then does what the test wants.
struct Item {
    Stage& stage;
    std::string name;
    std::function<void()> then{};

    void item(const headstock::Tag& item) {
        stage.seen.add(name + std::string{item.attribute("n")});
        if (then) then();
    }
};
HEADSTOCK_HANDLERS(Item, on<&self::item>("item", "urn:x"))

struct Message {
    Stage& stage;
    void message(const headstock::Tag&) { stage.seen.add("message"); }
};
HEADSTOCK_HANDLERS(Message, on<&self::message>("message"))

/// A stanza with two of the items in it.
inline constexpr auto two_items =
    "<message><a xmlns='urn:x'><item n='1'/><item n='2'/></a></message>";

} // namespace support
