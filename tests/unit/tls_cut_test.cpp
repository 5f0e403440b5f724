// A TLS handshake that is cut, or not answered, at any byte, and one that an alert ends, over
// memory.  The numbers are those of the project's list of faults, section 4.3.
//
//     HEADSTOCK_WHOLE_SWEEP=1    at every byte, not at one in 23
#include "headstock/base_client.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using namespace headstock;
using namespace headstock::test;

namespace {

struct World {
    Identity root = make_authority();
    TemporaryFile file{root.certificate};
    Identity server{};
    World() {
        Wanted wanted;
        wanted.names = {dns_name("e.test")};
        server = signed_by(root, wanted);
    }
};

World& world() {
    static World one;
    return one;
}

Options direct() {
    Options options;
    options.tls = Tls::direct;
    options.ca_file = world().file.path();
    options.reconnect = Backoff{.before_first_session = true};
    return options;
}

/// A handshake in which only so many bytes come from the server, or from the client.
class Cut {
public:
    Cut(std::size_t from_server, std::size_t from_client)
        : to_client_(from_server), to_server_(from_client) {
        client.register_handler(witness);
        client.tick(1000);
        client.connected();
        while (carry()) {
        }
    }

    bool all_said() const { return !cut_; }

    struct Witness {
        void connection_lost(const Error& why) {
            ++lost;
            error = why;
        }
        int lost = 0;
        Error error{};
    } witness;
    BaseClient client{"romeo@e.test", "secret", direct()};
    TlsServer server{{.identity = world().server, .newest = TlsServerOptions::Newest::tls_1_2}};

private:
    // False when nothing more goes either way.
    bool carry() {
        const auto out = pass(std::string{output_of(client)}, to_server_);
        client.written(out.size());
        if (!out.empty()) server.receive(out);
        const auto in = pass(std::exchange(server.output(), {}), to_client_);
        if (!in.empty()) client.received(in);
        return !cut_ && (!out.empty() || !in.empty());
    }
    std::string pass(const std::string& bytes, std::size_t& left) {
        cut_ = cut_ || bytes.size() > left;
        const auto size = std::min(bytes.size(), left);
        left -= size;
        return bytes.substr(0, size);
    }

    bool cut_ = false;
    std::size_t to_client_;
    std::size_t to_server_;
};

constexpr std::size_t all = 1 << 20;

enum class By { fin, rst, silence };

void ends(Cut& cut, By by) {
    if (by == By::silence) {
        cut.client.tick(1000 + 15'000); // Timeouts::tls
        REQUIRE(cut.client.wants_close());
        cut.client.disconnected();
        CHECK(cut.witness.error.code == Errc::timed_out);
        CHECK(cut.witness.error.text.find("Timeouts::tls") != std::string::npos);
    } else {
        const Error reset{Errc::connection_lost, "connection reset by peer"};
        cut.client.disconnected(by == By::rst ? reset : Error{});
        CHECK(cut.witness.error.code == Errc::connection_lost);
        CHECK(cut.witness.error.text.find("during the TLS handshake") != std::string::npos);
    }
    CHECK(cut.witness.lost == 1);
    CHECK_FALSE(cut.client.over()); // it comes back
    CHECK(cut.server.received().empty());
}

// How many cuts there were, up to the byte with which the client has begun its stream.
template <class Cutting>
std::size_t everywhere(By by, Cutting cutting) {
    const std::size_t step = std::getenv("HEADSTOCK_WHOLE_SWEEP") != nullptr ? 1 : 23;
    std::size_t cuts = 0;
    for (std::size_t after = 0;; after += step, ++cuts) {
        CAPTURE(after);
        auto cut = cutting(after);
        if (cut->all_said() || !cut->server.received().empty()) return cuts;
        if (cut->server.established()) return cuts; // the last flight is under way
        ends(*cut, by);
    }
}

} // namespace

TEST_CASE("4.3-16: a TLS handshake cut at any byte of the server's, by FIN, RST and silence") {
    for (const auto by : {By::fin, By::rst, By::silence}) {
        CAPTURE(static_cast<int>(by));
        const auto cuts =
            everywhere(by, [](std::size_t after) { return std::make_unique<Cut>(after, all); });
        CHECK(cuts > 20);
    }
}

TEST_CASE("4.3-16: a TLS handshake cut at any byte of the client's, by FIN, RST and silence") {
    for (const auto by : {By::fin, By::rst, By::silence}) {
        CAPTURE(static_cast<int>(by));
        const auto cuts =
            everywhere(by, [](std::size_t after) { return std::make_unique<Cut>(all, after); });
        CHECK(cuts > 5);
    }
}

TEST_CASE("4.3-17: the alerts that end a handshake are named, and internal_error passes") {
    struct {
        char number;
        const char* name;
    } const alerts[] = {{10, "unexpected_message"}, {20, "bad_record_mac"},
                        {40, "handshake_failure"},  {42, "bad_certificate"},
                        {47, "illegal_parameter"},  {50, "decode_error"},
                        {51, "decrypt_error"},      {70, "protocol_version"},
                        {80, "internal_error"},     {112, "unrecognized_name"}};
    for (const auto& alert : alerts) {
        CAPTURE(alert.name);
        BaseClient client{"romeo@e.test", "secret", direct()};
        client.tick(1000);
        client.connected();
        const std::string record{'\x15', '\x03', '\x03', '\0', '\2', '\2', alert.number};
        client.received(record);
        CHECK(client.error().code == Errc::tls_failed);
        CHECK(client.error().condition == alert.name);
        CHECK(client.wants_close());
        client.disconnected();
        CHECK(client.over() == (std::string_view{alert.name} != "internal_error"));
    }
}
