// An Upload in a client, a server that gives it a slot, and one that plays the HTTP side.
#pragma once

#include "headstock/headstock.hpp"
#include "headstock/upload/upload.hpp"
#include "tests/support/scripted_server.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

using Script = ScriptedServer::Script;

/// For https://127.0.0.1.
inline headstock::test::Identity web_identity() {
    using namespace std::string_literals;
    return ScriptedServer::identity({.names = {headstock::test::ip_address("\x7f\0\0\1"s)}});
}

inline std::string
answer_of(std::string_view status, std::string_view body = {}, std::string_view headers = {}) {
    return "HTTP/1.1 " + std::string{status} +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string{headers} +
           "\r\n" + std::string{body};
}

/// Says it to a client that may have had enough; false when it had.
inline bool say_to_the_end(ServerSide& side, std::string_view bytes) {
    try {
        side.say(bytes);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

/// The HTTP side of a file that ends in "END": hears all of it, and answers.
inline Script takes_file(std::string answer = answer_of("201 Created")) {
    return [answer](ServerSide& side) {
        side.handshake();
        side.hear("END");
        side.say(answer);
        side.hear_end();
    };
}
inline Script gives(std::string answer) {
    return [answer](ServerSide& side) {
        side.handshake();
        side.hear("\r\n\r\n");
        side.say(answer);
        side.hear_end();
    };
}

/// The XMPP side: a service of the name files.e.test, and one slot.
class UploadScene {
public:
    /// `put` is the URL of the slot, made of the port of the HTTP side where there is one.
    explicit UploadScene(std::optional<Script> http = std::nullopt,
                         headstock::TransferOptions how = {},
                         std::string headers = {})
        : http_(http ? std::make_unique<ScriptedServer>(std::move(*http), web_identity())
                     : nullptr),
          xmpp_([this, headers = std::move(headers)](ServerSide& side) { serve(side, headers); }),
          upload(std::make_unique<headstock::Upload>(with_trust(std::move(how)))) {
        auto options = xmpp_.options();
        options.timeouts.stop = std::chrono::milliseconds{200};
        client = std::make_unique<headstock::AsyncClient>("romeo@e.test", "secret", options);
        client->register_handler(*upload);
        client->register_handler(*this);
    }

    /// Where the HTTP side is.
    std::string url(std::string_view path = "/a.txt") const {
        if (!put_url.empty()) return put_url;
        return "https://127.0.0.1:" + std::to_string(http_ ? http_->port() : 9) + std::string{path};
    }
    headstock::Options options() const { return xmpp_.options(); }
    headstock::TransferOptions trust() const { return with_trust({}); }
    const std::string& heard() const { return http_->heard(); }
    /// Runs the client: `act` is called when the session is ready.  What the servers complained of.
    std::string run(std::function<void()> act) {
        act_ = std::move(act);
        error = client->run();
        std::string faults = xmpp_.finish();
        if (http_) faults += http_->finish();
        return faults;
    }
    void ready() {
        if (act_) act_();
    }

    /// Notes the end of an upload, and ends the client.
    auto uploaded() {
        return [this](const headstock::Answer<headstock::Uploaded>& answer) {
            note(answer);
            if (answer) url_told = answer->url;
        };
    }
    auto downloaded() {
        return [this](const headstock::Answer<headstock::Downloaded>& answer) { note(answer); };
    }

    int ends = 0;
    headstock::Error failure; ///< Of the last end.
    std::string url_told;
    std::string put_url;    ///< In the place of the HTTP side's.
    headstock::Error error; ///< Of the client.

private:
    headstock::TransferOptions with_trust(headstock::TransferOptions how) const {
        how.service = headstock::Jid{"files.e.test"};
        if (how.ca_file.empty()) how.ca_file = xmpp_.ca_file();
        return how;
    }
    template <class T>
    void note(const headstock::Answer<T>& answer) {
        ++ends;
        failure = {};
        if (answer.failure() != nullptr) failure = *answer.failure();
        if (answer.refusal() != nullptr) failure = {headstock::Errc::rejected, answer.message()};
        if (client) client->stop();
    }

    static std::string id_in(const std::string& iq) {
        const auto begin = iq.find("id='", iq.find("<iq ")) + 4;
        return iq.substr(begin, iq.find('\'', begin) - begin);
    }
    void serve(ServerSide& side, const std::string& headers) {
        side.login();
        const auto answer = [&](const std::string& iq, const std::string& payload) {
            side.say("<iq type='result' from='files.e.test' id='" + id_in(iq) + "'>" + payload +
                     "</iq>");
        };
        const auto question = side.hear_or_end("</iq>");
        if (question.ends_with("</iq>"))
            answer(question, "<query xmlns='http://jabber.org/protocol/disco#info'><feature "
                             "var='urn:xmpp:http:upload:0'/></query>");
        const auto request = side.hear_or_end("</iq>");
        if (request.ends_with("</iq>") && slots)
            answer(request, "<slot xmlns='urn:xmpp:http:upload:0'><put url='" + url() + "'>" +
                                headers + "</put><get url='https://get.e.test/a.txt'/></slot>");
        side.hear_end();
    }

    std::function<void()> act_;
    std::unique_ptr<ScriptedServer> http_;

public:
    bool slots = true; ///< The service answers.

private:
    ScriptedServer xmpp_;

public:
    std::unique_ptr<headstock::AsyncClient> client;
    std::unique_ptr<headstock::Upload> upload;
};

} // namespace support
