// Where a test of components begins: one that is connected, in memory, as bot.e.test.
#pragma once

#include "headstock/client/core.hpp"
#include "headstock/client_of.hpp"
#include "tests/support/stage.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace support {

/// A component without a socket: what AsyncComponent is without its driver.
class Component final : public headstock::ClientOf<Component> {
public:
    static constexpr bool has_account = false;

    explicit Component(const headstock::ComponentOptions& options = {},
                       std::string_view domain = "bot.e.test")
        : ClientOf(std::make_shared<headstock::detail::ClientCore>(domain, "test", options, this)) {
    }

    headstock::detail::ClientCore& core() { return *core_; }
};

class ComponentStage {
public:
    ComponentStage() {
        core().tick(0);
        core().connected(headstock::detail::Reach::loopback);
        core().received(
            "<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='3BF96D32' "
            "xmlns:stream='http://etherx.jabber.org/streams'><handshake/>");
        take();
    }

    /// What was written since the last call.
    std::string take() {
        core().run_inbox();
        return core().take_wire();
    }
    /// What the component wrote when the server said this.
    std::string answer_to(std::string_view xml) {
        core().received(xml);
        return take();
    }
    /// What it wrote for this; or why it did not, and then that nothing was written.
    std::string sent(const headstock::Element& stanza) {
        const auto delivery = component.send_stanza(stanza);
        const auto wire = take();
        return delivery ? wire : delivery.error.text + wire;
    }
    std::string sent_raw(std::string_view xml) {
        const auto delivery = component.send_raw_stanza(xml);
        const auto wire = take();
        return delivery ? wire : delivery.error.text + wire;
    }
    headstock::detail::ClientCore& core() { return component.core(); }

    Component component;
    Notes seen;
};

} // namespace support
