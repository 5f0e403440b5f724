// A client in memory on a server with stream management (XEP-0198), whose words are the test's.
#pragma once

#include "tests/support/stage.hpp"

#include <headstock/events.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace support {

inline constexpr std::string_view offered =
    "<sm xmlns='urn:xmpp:sm:3'/><csi xmlns='urn:xmpp:csi:0'/>";
inline constexpr std::string_view enabled =
    "<enabled xmlns='urn:xmpp:sm:3' id='s&apos;1' resume='true'/>";
inline constexpr std::string_view ask = "<r xmlns='urn:xmpp:sm:3'/>";

inline std::string ack(std::uint64_t h) {
    return "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(h) + "'/>";
}

inline headstock::Options coming_back() {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    return options;
}

inline LoginServer::Settings managing() {
    LoginServer::Settings settings;
    settings.extra_features = offered;
    return settings;
}

/// A client on a server with stream management.
class Managed : public SessionKit {
public:
    explicit Managed(headstock::Options options = coming_back())
        : SessionKit{std::move(options), managing()} {
        login();
        begin = take();
    }
    /// And it has answered.
    void enable() { says(enabled); }
    headstock::Delivery send(std::string_view id) {
        return client->send_stanza(headstock::message("a@x", "hi").set("id", id));
    }
    headstock::DeliveryState state(const headstock::Delivery& sent) {
        return client->state_of(sent);
    }
    /// The connection is lost, and the session goes on: the server has handled `h`.
    void resume(std::uint32_t h) {
        resume_by("<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='" + std::to_string(h) +
                  "'/>");
    }
    void resume_by(std::string answer) {
        answer_resume(std::move(answer));
        come_back();
    }

    std::string begin;
};

inline std::string ids(const std::string& sent) {
    std::string all;
    for (auto at = sent.find(" id='"); at != std::string::npos; at = sent.find(" id='", at + 1))
        all += sent.substr(at + 5, sent.find('\'', at + 5) - at - 5) + " ";
    return all;
}

/// How often `what` stands in it.
inline std::size_t count(const std::string& in, std::string_view what) {
    std::size_t found = 0;
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + 1)) ++found;
    return found;
}

/// The ids of the stanzas in each event Unconfirmed.
inline void note_unconfirmed(headstock::ClientApi& client, Notes& seen) {
    client.on_event([&seen](const headstock::Unconfirmed& event) {
        for (const auto& one : event.stanzas) seen.add(one.id);
    });
}

struct Witness {
    Notes& seen;
    std::function<void(std::string_view)> then{};

    void note(std::string_view hook) {
        seen.add(hook);
        const auto copy = then;
        if (copy) copy(hook);
    }
    void ready() { note("ready"); }
    void connection_lost() { note("lost"); }
    void resumed() { note("resumed"); }
    void session_ended() { note("ended"); }
    void stopping() { note("stopping"); }
    void cleanup() { note("cleanup"); }
    void terminated() { note("terminated"); }
};

inline constexpr std::string_view hello = "<message from='a@x'><body>hi</body></message>";

} // namespace support
