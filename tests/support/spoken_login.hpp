// A client that logs in by PLAIN, in clear and in memory, on a server whose every word is the
// test's.
#pragma once

#include "headstock/base_client.hpp"
#include "tests/support/output.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace support {

inline headstock::Options plain_in_clear() {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true;
    options.liveness = {};
    return options;
}

/// romeo@e.test/r; the client is made at once, so that handlers can be registered before.
class SpokenLogin {
public:
    static constexpr std::string_view header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "id='s' version='1.0' from='e.test'>";
    static constexpr std::string_view success =
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
    static constexpr std::string_view bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
    static constexpr std::string_view sm = "<sm xmlns='urn:xmpp:sm:3'/>";

    explicit SpokenLogin(headstock::Options options = plain_in_clear())
        : client{"romeo@e.test/r", "secret", std::move(options)} {
        client.tick(now);
    }

    static std::string features(std::string_view inner) {
        return "<stream:features>" + std::string{inner} + "</stream:features>";
    }
    /// Up to what the client answers to the features of the first stream.
    std::string connect(std::string_view more = {}) {
        client.connected();
        take();
        return says(std::string{header} +
                    features("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN"
                             "</mechanism></mechanisms>" +
                             std::string{more}));
    }
    /// And what it writes behind <success/>, before the server has said anything else.
    std::string log_in(std::string_view more = {}) {
        connect(more);
        return says(success);
    }
    /// What the client answers to this.
    std::string says(std::string_view xml) {
        client.received(xml);
        return take();
    }
    /// The answer to the request for a resource that is in `written`.
    static std::string bound(std::string_view written) {
        return "<iq type='result' id='" + id_of(written, "<iq type='set'") +
               "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@e.test/r</jid></bind>"
               "</iq>";
    }
    /// Of the element of `written` that begins so.
    static std::string id_of(std::string_view written, std::string_view element) {
        const auto at = written.find("id='", written.find(element));
        const auto begin = at == written.npos ? at : at + 4;
        return at == written.npos
                   ? std::string{}
                   : std::string{written.substr(begin, written.find('\'', begin) - begin)};
    }
    std::string take() {
        std::string bytes{output_of(client)};
        client.written(bytes.size());
        return bytes;
    }
    std::string pass(std::uint64_t milliseconds) {
        now += milliseconds;
        client.tick(now);
        return take();
    }
    /// The connection is closed, as the client wants, or by the server.
    void close() { client.disconnected(); }

    std::uint64_t now = 1000;
    headstock::BaseClient client;
};

} // namespace support
