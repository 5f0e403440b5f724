// One login by SASL, of a Stream inside TLS, against a ScramPeer, with somebody between them who
// may change what the server says.
#pragma once

#include "headstock/stream/stream.hpp"
#include "tests/support/scram_peer.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace support {

class LoginStage : private headstock::detail::Stream::Owner {
public:
    explicit LoginStage(ScramPeer::Settings server,
                        headstock::Options options = {},
                        std::string_view account = "user@e.test")
        : peer{std::move(server)}, credentials{headstock::Jid{account},
                                               headstock::detail::Secret{"pencil"}},
          settings_{in_tls(std::move(options))} {}
    virtual ~LoginStage() = default;

    /// Until it is logged in, which is no error, or has failed.
    headstock::Error log_in(const std::string& features,
                            headstock::detail::ChannelBindings bindings = {}) {
        using namespace headstock::detail;
        answered_ = 0;
        stream_.emplace(settings_, credentials, tokens_, static_cast<Stream::Owner&>(*this));
        stream_->set_resumption(session);
        stream_->connected(Reach::network);
        stream_->secured(std::move(bindings));
        said.clear();
        auto error =
            hears("<stream:stream xmlns='jabber:client' id='s' version='1.0' from='e.test' "
                  "xmlns:stream='http://etherx.jabber.org/streams'>" +
                  features);
        while (!error && stream_->negotiating() && !logged_in()) {
            if (stream_->step() == Step::derive_key) {
                stream_->step_taken();
                stream_->derived(derive_keys(stream_->key_request()));
                ++derived;
                if (auto end = outcome()) return *end;
                continue;
            }
            if (said.size() == answered_) return {};
            error = hears(on_the_way(peer.receive(said[answered_++])));
        }
        return error;
    }
    headstock::Error log_in(headstock::detail::ChannelBindings bindings = {}) {
        return log_in(peer.features(), std::move(bindings));
    }

    ScramPeer peer;
    headstock::detail::Credentials credentials; ///< Outlive a stream, as a session's do.
    /// What becomes of an answer of the server's.
    std::function<std::string(std::string)> on_the_way = [](std::string xml) { return xml; };
    std::vector<std::string> said{}; ///< By the client, behind its stream header.
    int derived = 0;                 ///< Keys.
    /// What came of a login by SASL2, if it was more than a login.
    std::unique_ptr<headstock::detail::Stream::Bound> bound{};
    std::unique_ptr<headstock::detail::Stream::Resumed> resumed{};
    /// Of the next login.
    std::optional<headstock::detail::Resumption> session{};
    headstock::detail::Stream& stream() { return *stream_; }
    std::string noted{}; ///< For the log, last.

private:
    static headstock::Options in_tls(headstock::Options options) {
        options.tls = headstock::Tls::direct;
        options.pipelining = false; // what follows the login is nobody's here
        return options;
    }
    /// Logged in: the next stream begins.
    bool logged_in() const { return stream_->phase() == headstock::detail::Phase::header; }

    std::optional<headstock::Error> outcome() {
        using headstock::detail::Stream;
        const auto end = stream_->outcome();
        if (!end) return std::nullopt;
        if (auto* error = std::get_if<headstock::Error>(end.get())) return std::move(*error);
        if (auto* got = std::get_if<Stream::Bound>(end.get()))
            bound = std::make_unique<Stream::Bound>(std::move(*got));
        else
            resumed = std::make_unique<Stream::Resumed>(std::get<Stream::Resumed>(*end));
        return std::nullopt;
    }
    headstock::Error hears(const std::string& xml) {
        stream_->feed(xml);
        for (;;) {
            const auto event = stream_->parser().next();
            if (event.kind == bridge::Parser::Event::more) return {};
            stream_->handle(event);
            if (auto end = outcome()) return *end;
            if (!stream_->negotiating()) return {};
        }
    }

    void write(std::string_view xml) override {
        if (xml.find("<stream:stream") == xml.npos) said.emplace_back(xml);
    }
    void write_secret(std::string_view xml, std::string_view) override { write(xml); }
    void note(std::string_view line) override { noted = line; }
    bool run_hook(std::string_view, const std::function<void()>& hook) override {
        hook();
        return true;
    }
    void write_space() override {}
    headstock::RegistrationReply make_form_reply(std::string) override { return {}; }
    void stream_restarts() override {}
    void session_not_resumed(std::optional<std::uint32_t>) override {}
    std::string user_agent_id() override { return "d4565fa7-4d72-4749-b3d3-740edbf87770"; }

    headstock::detail::Settings settings_;
    std::function<std::string()> tokens_ = [] { return std::string{"nonce"}; };
    std::size_t answered_ = 0;
    std::optional<headstock::detail::Stream> stream_{};
};

} // namespace support
