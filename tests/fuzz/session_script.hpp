// A script of the session target, played: see session_target.cpp.
#pragma once

#include "headstock/extensions/account.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/roster.hpp"
#include "headstock/extensions/version.hpp"
#include "headstock/testing/server.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/session_witness.hpp"
#include "tests/fuzz/written.hpp"
#include "tests/support/played.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

/// What a script begins with.
struct Head {
    std::string options{};
    std::string jid = "romeo@example.org/r";
    std::string password = "secret";
    std::vector<std::string> tokens{};
};

/// A client with handlers of each kind, a server that says what the script says, and one beside it
/// that is honest.
template <class Client>
class Script {
public:
    static constexpr std::size_t most_said = 512u << 10; ///< bytes, by the server, in a script
    static constexpr int most_steps = 300;

    template <class Options>
    Script(const Head& head, Way way, const Options& options)
        : way_(way), tokens_(head.tokens.begin(), head.tokens.end()),
          server_({.domain = domain_of(head.jid),
                   .password = head.password,
                   .starttls = way == Way::starttls ? headstock::testing::StartTls::offered
                                                    : headstock::testing::StartTls::not_offered,
                   .plain = head.options.find('p') != std::string::npos,
                   .sasl2 = way != Way::in_clear,
                   .stream_management = true}) {
        means_.handshake = [this] { return shake_hands(); };
        client_ =
            std::make_unique<support::Played<Client>>(means_, head.jid, head.password, options);
        client_->core().session().set_tokens([this] { return next_token(); });
        client_->on_exception([](std::string_view, const std::exception_ptr&) {});
        client_->register_handler(witness_);
        client_->register_handler(ping_);
        client_->register_handler(version_);
        client_->register_handler(disco_);
        client_->register_handler(pubsub_);
    }

    /// What the client was given cannot be used.
    bool cannot_start() { return static_cast<bool>(client_->check()); }
    Client& client() { return *client_; }

    void play(Bytes bytes) {
        for (int steps = 0; !bytes.empty() && steps < most_steps; ++steps) {
            const auto line = bytes.until('\n');
            if (!line.empty()) step(line[0], line.substr(1));
            settle();
        }
        end();
    }

private:
    static std::string domain_of(std::string_view jid) {
        jid = jid.substr(0, jid.find('/'));
        const auto at = jid.find('@');
        return std::string{at == jid.npos ? jid : jid.substr(at + 1)};
    }
    static std::uint64_t number(std::string_view text) {
        std::uint64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return std::min<std::uint64_t>(number, 1'000'000);
    }

    void step(char what, std::string_view text) {
        switch (what) {
        case 'c':
            return connect();
        case 'x':
            return lose();
        case 'S':
            said_ = text;
            return say(text);
        case '*':
            for (auto left = number(text); left > 0 && said_bytes_ < most_said && up_; --left)
                say(said_);
            return;
        case 's':
            read_size_ = number(text);
            return;
        case 'h':
            return honest_turn();
        case 'H':
            for (int i = 0; i < 20; ++i) {
                honest_turn();
                settle();
            }
            return;
        case 't':
            return pass(number(text));
        default:
            return act(what, text);
        }
    }

    // What a program does.
    void act(char what, std::string_view text) {
        using std::chrono::milliseconds;
        switch (what) {
        case 'm':
            client_->send_stanza(headstock::message("juliet@example.org", "hi"));
            return;
        case 'q':
            return ask();
        case 'r':
            client_->send_raw_stanza(text);
            return;
        case 'a':
            client_->after(milliseconds{number(text)}, [this] { witness_.called(); });
            return;
        case 'p':
            client_->post([this] { witness_.called(); });
            return;
        case 'y':
            if (!server_.bound().empty() && up_)
                server_.says(headstock::Element{"message", headstock::ns::client}
                                 .set("from", "juliet@example.org")
                                 .set("type", "chat")
                                 .add("body", "ho"));
            return;
        case 'z':
            client_->stop();
            return;
        case 'f':
            client_->headstock::ClientApi::finish();
            return;
        case 'u':
            client_->suspend();
            return;
        default:
            return act_seldom(what);
        }
    }
    void act_seldom(char what) {
        if (what == 'n') client_->network_changed();
        if (what == 'e') client_->reconnect_now();
        if (what == 'd' && !client_->wants_close()) client_->core().doze();
        if (what != 'l') return;
        logs_ = !logs_;
        std::function<void(std::string_view)> sink;
        if (logs_) sink = [this](std::string_view) { witness_.called(); };
        client_->set_log(sink);
    }

    void ask() {
        auto& count = requests_.emplace_back(0);
        const auto sent =
            client_->request(headstock::Address{}, headstock::DiscoInfoQuery{},
                             [this, &count](const headstock::Answer<headstock::DiscoInfo>&) {
                                 witness_.called();
                                 check(++count == 1, "a request has ended twice");
                             });
        if (!sent) count = 1;
    }

    // --- the connection --------------------------------------------------------------------------

    bool wants_attempt() {
        if (!up_ && !wants_attempt_) wants_attempt_ = client_->wants_connection();
        return !up_ && wants_attempt_;
    }
    void connect() {
        if (!wants_attempt() || client_->over()) return;
        up_ = true;
        wants_attempt_ = server_gave_up_ = false;
        written_ = std::make_unique<Written>(way_);
        server_.connected();
        client_->tick(now_);
        client_->connected();
    }
    void lose() {
        if (!up_) return;
        gather();
        up_ = false;
        written_->check_end();
        server_.take_output();
        unread_.clear();
        client_->disconnected({headstock::Errc::connection_lost, "cut"});
    }
    std::optional<headstock::Error> shake_hands() {
        if (written_) written_->secured();
        server_.secured();
        return headstock::Error{};
    }
    void say(std::string_view text) {
        if (!up_) return;
        std::string bytes{text};
        if (const auto at = bytes.find("{id}"); at != bytes.npos) bytes.replace(at, 4, last_id());
        give(bytes);
    }
    void give(std::string_view bytes) {
        said_bytes_ += bytes.size();
        while (!bytes.empty() && up_ && !client_->wants_close()) {
            const auto piece = bytes.substr(0, read_size_ == 0 ? bytes.size() : read_size_);
            const std::vector<char> own(piece.begin(), piece.end());
            client_->received({own.data(), own.size()});
            bytes.remove_prefix(piece.size());
        }
    }
    std::string last_id() const {
        const auto& text = written_->text();
        const auto iq = text.rfind("<iq");
        const auto at = iq == text.npos ? iq : text.find(" id='", iq);
        if (at == text.npos) return {};
        return text.substr(at + 5, text.find('\'', at + 5) - at - 5);
    }
    void honest_turn() {
        if (!up_ || server_gave_up_) return;
        gather();
        try {
            server_.receive(std::exchange(unread_, {}));
        } catch (const std::runtime_error&) {
            server_gave_up_ = true; // the script's server has confused the honest one
        }
        give(server_.take_output());
    }

    // --- time, and what is due -------------------------------------------------------------------

    void pass(std::uint64_t milliseconds) {
        const auto until = now_ + milliseconds;
        for (int ticks = 0; ticks < 200; ++ticks) {
            const auto due = client_->deadline();
            if (!due || *due > until) break;
            now_ = std::max(now_ + 1, *due);
            client_->tick(now_);
            settle();
        }
        now_ = std::max(now_, until);
        client_->tick(now_);
    }
    void settle() {
        gather();
        derive();
        if (means_.threads.run_all()) gather();
        if (!client_->wants_close() || !client_->output().empty() || client_->over()) return;
        up_ ? lose() : client_->disconnected();
    }
    void gather() {
        client_->pump();
        const std::string bytes{client_->output()};
        if (!up_) return;
        written_->add(bytes);
        unread_ += bytes;
        client_->written(bytes.size());
    }
    // With the rounds of a usual server; more are not hashed, and lead to a wrong proof.
    void derive() {
        const auto request = client_->core().take_key_request();
        if (!request) return;
        auto shorter = *request;
        shorter.iterations = std::min(shorter.iterations, 4096u);
        static std::map<std::string, headstock::detail::ScramKeys> known;
        if (known.size() > 100) known.clear();
        const auto name =
            std::string{shorter.password.view()} + '\0' + shorter.salt +
            std::to_string(shorter.iterations * 3 + static_cast<unsigned>(shorter.hash));
        auto found = known.find(name);
        if (found == known.end())
            found = known.emplace(name, headstock::detail::derive_keys(shorter)).first;
        client_->core().derived(found->second);
    }
    std::string next_token() {
        if (tokens_.empty()) return "token" + std::to_string(++made_tokens_);
        auto token = tokens_.front();
        tokens_.pop_front();
        return token.empty() || !headstock::detail::is_scram_nonce(token) ? "odd" : token;
    }

    // However it stands, it ends, and once.
    void end() {
        client_->stop();
        for (int i = 0; i < 50 && !client_->over(); ++i) {
            settle();
            lose();
            if (wants_attempt()) {
                wants_attempt_ = false;
                client_->disconnected({headstock::Errc::connect_failed, "refused"});
            }
            pass(10'000);
        }
        check(client_->over() && witness_.over(), "a client has no end");
        for (const auto count : requests_) check(count == 1, "a request has not ended");
        client_->pump();
        pass(100'000); // and nobody is called
    }

    Way way_;
    std::deque<std::string> tokens_;
    headstock::testing::Server server_;
    support::PlayedMeans means_{1};
    Witness witness_{};
    headstock::Ping ping_{};
    headstock::Version version_{{"fuzzed", "1", "none"}};
    headstock::Disco disco_{{{"client", "bot", {}, {}}}};
    headstock::PubSub pubsub_{"pubsub.example.org"};
    std::unique_ptr<Written> written_{};
    std::string unread_{};
    std::string said_{};
    std::size_t said_bytes_ = 0;
    std::uint64_t read_size_ = 0;
    std::uint64_t now_ = 1000;
    unsigned made_tokens_ = 0;
    std::deque<int> requests_{};
    bool up_ = false;
    bool wants_attempt_ = true;
    bool server_gave_up_ = false;
    bool logs_ = false;
    std::unique_ptr<support::Played<Client>> client_{}; ///< Ends first: it uses all of the above.
};

} // namespace fuzz
