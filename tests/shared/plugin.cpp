#include "tests/shared/plugin.hpp"

namespace plugin {

std::unique_ptr<Listener> listen(headstock::BaseClient& client) {
    auto listener = std::make_unique<Listener>();
    client.register_handler(*listener);
    return listener;
}

void stop_listening(headstock::BaseClient& client, Listener& listener) {
    client.unregister_handler(listener);
}

void speak(headstock::BaseClient& client) { client.emit_now(Spoke{"plugin"}); }

void write_what_xml_cannot_carry() {
    const auto xml = headstock::message("a@x", std::string{"\x01"}).xml();
    static_cast<void>(xml);
}

} // namespace plugin
