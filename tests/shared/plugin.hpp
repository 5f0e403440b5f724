// What a program's plug-in gives it: objects whose types both know, and events both ways.
#pragma once

#include "headstock/base_client.hpp"
#include "headstock/events.hpp"

#include <memory>
#include <string>

#define PLUGIN_API [[gnu::visibility("default")]]

namespace plugin {

/// Emitted by either side, heard by either side.
struct Spoke {
    std::string who;
};

/// Hears events, notes them, and answers a request.
class Listener {
public:
    std::string heard{};

    void started(const headstock::SessionStarted& event) {
        heard += "started " + event.jid.str() + ' ';
    }
    void spoke(const Spoke& event) { heard += event.who + ' '; }
    void stopping() { heard += "stopping "; }

private:
    friend HEADSTOCK_HANDLERS(Listener, on_event<&self::started>(), on_event<&self::spoke>())
};

/// Made and registered inside the plug-in.
PLUGIN_API std::unique_ptr<Listener> listen(headstock::BaseClient& client);
PLUGIN_API void stop_listening(headstock::BaseClient& client, Listener& listener);
PLUGIN_API void speak(headstock::BaseClient& client);
/// Throws bridge::Invalid.
PLUGIN_API void write_what_xml_cannot_carry();

} // namespace plugin
