#include "tests/simulation/wire.hpp"

#include "headstock/client/core.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace simulation {
namespace {

using headstock::Errc, headstock::Error;

// What a program has to say of a connection that has ended: nothing, or what the system said.
Error reason(Chance& chance) {
    switch (chance.below(3)) {
    case 0:
        return {};
    case 1:
        return {Errc::connection_lost, "the connection is cut"};
    default:
        return {std::make_error_code(std::errc::connection_reset), "read"};
    }
}

constexpr std::string_view ack_begins = "<a xmlns='urn:xmpp:sm:3'";

} // namespace

SeededClient::SeededClient(const headstock::Options& options,
                           headstock::detail::Seeded& seeded,
                           headstock::testing::Server& server)
    : BaseClient("romeo@example.org", "secret", options) {
    auto& core = *ClientApi::core_;
    core.session().set_randomness(seeded);
    core.pretended_handshake = [&server] {
        server.secured();
        return std::optional{Error{}};
    };
}

Wire::Wire(const headstock::Options& options, Chance& chance)
    : server({.plain = true, .sasl2 = true, .stream_management = true}),
      seeded_(chance.below(UINT64_MAX)), client(options, seeded_, server), chance_(chance) {}

// --- bytes ---------------------------------------------------------------------------------------

void Wire::client_writes() {
    client.pump();
    if (!up_) return;
    const auto output = client.output();
    if (output.empty()) return;
    const auto size = chance_.piece_of(output.size());
    to_server_ += output.substr(0, size);
    client.written(size);
}

void Wire::server_reads() {
    if (!up_ || to_server_.empty()) return;
    give_to_server(chance_.piece_of(to_server_.size()));
    collect();
    if (refused_) lose({});
}

// A client whose login takes too long ends it by a stream error, of which the server knows nothing.
void Wire::give_to_server(std::size_t size) {
    const auto bytes = to_server_.substr(0, size);
    to_server_.erase(0, size);
    try {
        if (!refused_) server.receive(bytes);
    } catch (const std::runtime_error&) {
        refused_ = server.bound().empty() && client.wants_close();
        if (!refused_) throw;
    }
}

void Wire::client_reads() {
    collect();
    if (!up_ || to_client_.empty() || client.wants_close()) return;
    give_to_client(chance_.piece_of(to_client_.size()));
}

// A copy of its own, so that a sanitizer sees a read past its end.
void Wire::give_to_client(std::size_t size) {
    const std::vector<char> piece(to_client_.begin(),
                                  to_client_.begin() + static_cast<std::ptrdiff_t>(size));
    to_client_.erase(0, size);
    client.received({piece.data(), piece.size()});
}

// What the server has to say goes on its way, or nowhere.
void Wire::collect() {
    auto said = server.take_output();
    if (said.empty() || !up_) return;
    managed_ =
        managed_ || said.find("<enabled ") != said.npos || said.find("<resumed ") != said.npos;
    if (plays_with_acks) play_with_acks(said);
    to_client_ += said;
}

// Only the newest may come late: a server does not count backwards.
void Wire::play_with_acks(std::string& said) {
    const auto at = said.rfind(ack_begins);
    if (at == said.npos) {
        if (!late_ack_.empty() && chance_.one_in(4)) said += std::exchange(late_ack_, {});
        return;
    }
    late_ack_.clear();
    const auto size = said.find("/>", at) + 2 - at;
    const auto ack = said.substr(at, size);
    switch (chance_.below(6)) {
    case 0:
        said.insert(at, ack);
        return;
    case 1:
        late_ack_ = ack;
        said.erase(at, size);
        return;
    case 2:
        said.erase(at, size);
        return;
    default:
        return;
    }
}

// --- the connection ------------------------------------------------------------------------------

bool Wire::wants_attempt() {
    if (!up_ && !wants_attempt_) wants_attempt_ = client.wants_connection();
    return !up_ && wants_attempt_;
}

void Wire::connect() {
    up_ = true;
    wants_attempt_ = false;
    managed_ = false;
    server.connected();
    client.tick(now_);
    client.connected();
}

void Wire::fail_to_connect() {
    wants_attempt_ = false;
    client.tick(now_);
    client.disconnected({Errc::connect_failed, "nobody listens"});
}

void Wire::cut() {
    collect();
    if (!client.wants_close()) give_to_client(chance_.part_of(to_client_.size()));
    give_to_server(chance_.part_of(to_server_.size()));
    lose(reason(chance_));
}

void Wire::close() {
    give_to_server(to_server_.size());
    lose({});
}

// What the server has to say after it is said to nobody, until it notices.
void Wire::lose(const Error& why) {
    up_ = refused_ = false;
    server.take_output();
    to_server_.clear();
    to_client_.clear();
    late_ack_.clear();
    client.disconnected(why);
}

// --- time ----------------------------------------------------------------------------------------

void Wire::tick(std::uint64_t time) {
    now_ = time;
    client.tick(now_);
    client.pump();
}

// What is due again at once is due a millisecond later: otherwise time would stand still.
void Wire::pass(std::uint64_t milliseconds) {
    const auto end = now_ + milliseconds;
    for (auto due = client.deadline(); due; due = client.deadline()) {
        const auto next = std::max(*due, now_ + 1);
        if (next > end) break;
        tick(next);
        if (wants_attempt()) return;
    }
    tick(end);
}

} // namespace simulation
