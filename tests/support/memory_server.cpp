#include "tests/support/memory_server.hpp"

#include "bridge/element.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/memory_program.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <poll.h>

namespace support {
namespace {

namespace test = headstock::test;
using Clock = std::chrono::steady_clock;

bool readable(int descriptor, int milliseconds) {
    pollfd wanted{descriptor, POLLIN, 0};
    return ::poll(&wanted, 1, milliseconds) > 0;
}

// One connection.
class Talk {
public:
    Talk(test::Peer peer, const test::Identity& identity)
        : peer_(std::move(peer)), identity_(identity) {}

    std::string run() {
        const auto end = Clock::now() + std::chrono::seconds{10};
        try {
            while (!peer_.at_end() && Clock::now() < end) turn();
        } catch (const std::exception&) { // it has gone, or says what no client says at its login
            while (!peer_.at_end() && Clock::now() < end) hear();
        }
        return std::move(heard_);
    }

private:
    void turn() {
        const auto plain = hear();
        if (tls_ && tls_->error_code() != 0) throw std::runtime_error("TLS is broken");
        if (!plain.empty()) answer(plain);
        if (login_.bound().empty()) return;
        if (!std::exchange(told_, true)) {
            for (const auto& stanza : stanzas_for_memory_program()) say(stanza);
        }
        see_to_end();
    }

    std::string hear() {
        idle_ = !readable(peer_.descriptor(), 100);
        const auto wire = peer_.receive();
        if (!tls_) return heard_ += wire, wire;
        tls_->receive(wire);
        if (tls_->established() && !std::exchange(secured_, true)) login_.secured();
        auto plain = std::exchange(tls_->received(), {});
        heard_ += plain;
        flush();
        return plain;
    }

    void answer(const std::string& plain) {
        if (login_.bound().empty()) {
            if (!plain.ends_with('>')) return;
            say(login_.receive(plain));
            if (login_.wants_tls() && !tls_)
                tls_ = std::make_unique<test::TlsServer>(
                    test::TlsServerOptions{.identity = identity_});
            return;
        }
        const auto at = plain.find("<iq to='e.test'");
        if (at == plain.npos) return;
        const auto question = bridge::Element::parse(
            std::string_view{plain}.substr(at, plain.find("</iq>", at) + 5 - at));
        if (question)
            say("<iq type='result' from='e.test' id='" + std::string{question->attribute("id")} +
                "'/>");
    }

    // When all is answered, or when nothing more comes.
    void see_to_end() {
        if (heard_.ends_with("</stream:stream>") && !std::exchange(closed_, true)) {
            say("</stream:stream>");
            if (tls_) tls_->close(), flush();
        }
        const bool all = std::all_of(std::begin(asked_ids), std::end(asked_ids), [&](auto id) {
            return heard_.find("id='" + std::string{id} + "'") != heard_.npos;
        });
        if ((all || idle_) && !std::exchange(stopped_, true))
            say("<message><subject>stop</subject></message>");
    }

    void say(std::string_view xml) {
        if (!tls_) return peer_.send(xml);
        tls_->write(xml);
        flush();
    }
    void flush() { peer_.send(std::exchange(tls_->output(), {})); }

    test::Peer peer_;
    const test::Identity& identity_;
    LoginServer login_{LoginServer::Settings{.starttls = true}};
    std::unique_ptr<test::TlsServer> tls_{};
    std::string heard_{};
    bool secured_ = false;
    bool told_ = false;
    bool idle_ = false;
    bool stopped_ = false;
    bool closed_ = false;
};

} // namespace

MemoryServer::MemoryServer(test::Identity identity)
    : identity_(std::move(identity)), thread_([this] { run(); }) {}

MemoryServer::~MemoryServer() {
    over_ = true;
    thread_.join();
}

void MemoryServer::run() {
    const ::test::HeapSpared spared;
    while (!over_) {
        const auto wanted = wanted_.load();
        if (readable(listener_.descriptor(), seen_ == wanted ? 20 : 0)) {
            heard_ = Talk{listener_.accept(), identity_}.run();
        } else {
            seen_ = wanted;
        }
    }
}

// A client that has ended was connected before.
std::string MemoryServer::heard() {
    const auto wanted = ++wanted_;
    while (seen_ != wanted) std::this_thread::sleep_for(std::chrono::microseconds{100});
    return std::exchange(heard_, {});
}

} // namespace support
