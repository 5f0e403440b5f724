#include "tests/support/scripted_server.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace support {
namespace {

namespace test = headstock::test;

const test::Identity& authority() {
    static const auto made = test::make_authority();
    return made;
}

} // namespace

void ServerSide::wait(const std::function<bool()>& done, std::string_view what) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{30}; // valgrind
    while (!done()) {
        if (peer_.at_end() || std::chrono::steady_clock::now() > limit)
            throw std::runtime_error("waited for " + std::string{what} + ", heard: " + heard_);
        if (!pump()) std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
}

// False when nothing had arrived.
bool ServerSide::pump() {
    const auto wire = peer_.receive();
    if (!tls_) {
        heard_ += wire;
        return !wire.empty();
    }
    if (!wire.empty()) tls_->receive(wire);
    heard_ += std::exchange(tls_->received(), {});
    peer_.send(std::exchange(tls_->output(), {}));
    return !wire.empty();
}

std::string ServerSide::hear(std::string_view end) {
    wait(
        [&] {
            return std::string_view{heard_}.substr(taken_).ends_with(end) && heard_.size() > taken_;
        },
        end);
    return heard_.substr(std::exchange(taken_, heard_.size()));
}

std::string ServerSide::hear_or_end(std::string_view end) {
    wait([&] { return peer_.at_end() || std::string_view{heard_}.substr(taken_).ends_with(end); },
         end);
    return heard_.substr(std::exchange(taken_, heard_.size()));
}

void ServerSide::hear_among(std::string_view words) {
    wait([&] { return heard_.find(words) != heard_.npos; }, words);
}

std::string ServerSide::hear_end() {
    wait([&] { return peer_.at_end(); }, "the end");
    return heard_.substr(std::exchange(taken_, heard_.size()));
}

void ServerSide::say(std::string_view xml) {
    if (!tls_) return peer_.send(xml);
    tls_->write(xml);
    peer_.send(std::exchange(tls_->output(), {}));
}

void ServerSide::flush() { peer_.send(std::exchange(tls_->output(), {})); }

void ServerSide::handshake(test::TlsServerOptions options) {
    options.identity = identity_;
    tls_ = std::make_unique<test::TlsServer>(std::move(options));
    wait([&] { return tls_->established() || tls_->error_code() != 0 || peer_.at_end(); },
         "the handshake");
}

void ServerSide::login(LoginServer::Settings settings) {
    LoginServer server{std::move(settings)};
    while (server.bound().empty()) {
        auto heard = hear(">");
        while (heard.ends_with("?>")) heard += hear(">"); // a declaration, of a header in pieces
        say(server.receive(heard));
        if (!server.wants_tls() || tls_) continue;
        handshake();
        server.secured();
    }
}

test::Identity ScriptedServer::identity(test::Wanted wanted) {
    if (wanted.names.empty()) wanted.names = {test::dns_name("e.test")};
    return test::signed_by(authority(), wanted);
}

const std::string& ScriptedServer::ca_file() const {
    static const test::TemporaryFile file{authority().certificate};
    return file.path();
}

headstock::Options ScriptedServer::options() const {
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.port = port();
    options.ca_file = ca_file();
    return options;
}

headstock::ComponentOptions ScriptedServer::component_options() const {
    return {.hostname = "127.0.0.1", .port = port(), .ca_file = ca_file()};
}

ScriptedServer::ScriptedServer(Script script) : ScriptedServer(std::move(script), identity()) {}

ScriptedServer::ScriptedServer(Script script, test::Identity identity)
    : ScriptedServer(std::vector{std::move(script)}, std::move(identity)) {}

ScriptedServer::ScriptedServer(std::vector<Script> scripts)
    : ScriptedServer(std::move(scripts), identity()) {}

ScriptedServer::ScriptedServer(std::vector<Script> scripts, test::Identity identity)
    : thread_([this, scripts = std::move(scripts), identity = std::move(identity)] {
          for (const auto& script : scripts) play(script, identity);
      }) {}

ScriptedServer::~ScriptedServer() { finish(); }

std::string ScriptedServer::finish() {
    if (thread_.joinable()) thread_.join();
    return fault_;
}

void ScriptedServer::play(const Script& script, test::Identity identity) {
    ServerSide side{listener_.accept(), std::move(identity)};
    try {
        script(side);
    } catch (const std::exception& error) {
        if (fault_.empty()) fault_ = error.what();
    }
    heard_ = side.heard();
}

} // namespace support
