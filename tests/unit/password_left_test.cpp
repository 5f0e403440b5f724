// A password in what a client had still to write when its connection ended: nobody will write it,
// and it is overwritten.
#include "headstock/base_client.hpp"
#include "tests/support/memory_scan.hpp"
#include "tests/support/output.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Backoff, headstock::BaseClient, headstock::Errc, headstock::Options;
using support::hidden, support::Shown;

namespace {

// "\0romeo\0Canary_Of_The_City123"
const auto password = hidden<"Canary_Of_The_City123">();
const auto base64 = hidden<"AHJvbWVvAENhbmFyeV9PZl9UaGVfQ2l0eTEyMw==">();

Options in_clear() {
    Options options;
    options.tls = headstock::Tls::disabled;
    options.insecure_plain_password = true;
    return options;
}

// Logs in by PLAIN, until the password is in output() and not written.  It may stand on the stack
// as well: at a first call the dynamic linker saves the registers by which it was copied.
std::unique_ptr<BaseClient> about_to_show_it(const Options& options) {
    std::unique_ptr<BaseClient> client;
    {
        const Shown shown{password};
        client = std::make_unique<BaseClient>("romeo@e.test", shown.view(), options);
    }
    client->tick(1);
    client->connected();
    client->written(output_of(*client).size());
    client->received(
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "id='s' version='1.0' from='e.test'><stream:features>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
        "</mechanisms></stream:features>");
    CHECK(output_of(*client).find("<auth") != std::string::npos);
    return client;
}

} // namespace

TEST_CASE("I2: what was not written of the password at the end is overwritten") {
    if (!support::can_scan_memory) return;
    const auto client = about_to_show_it(in_clear());
    CHECK(base64.count() >= 1);
    client->disconnected({Errc::connection_lost, "the cable is cut"});
    CHECK(client->over());
    CHECK(client->output().empty());
    CHECK(base64.count() == 0);
    CHECK(password.count() == 0);
}

TEST_CASE("I2: the same of a client that comes back, which keeps its password") {
    if (!support::can_scan_memory) return;
    auto options = in_clear();
    options.reconnect = Backoff{.before_first_session = true};
    const auto client = about_to_show_it(options);
    CHECK(base64.count() >= 1);
    client->disconnected({Errc::connection_lost, "the cable is cut"});
    CHECK_FALSE(client->over());
    CHECK(base64.count() == 0);
    CHECK(password.count() == 1);
    client->stop();
    client->disconnected();
    CHECK(client->over());
    CHECK(password.count() == 0);
}

TEST_CASE("I2: a part of the password that was written is overwritten with the rest") {
    if (!support::can_scan_memory) return;
    const auto client = about_to_show_it(in_clear());
    const auto begin = client->output().find("AHJvbW");
    REQUIRE(begin != std::string::npos);
    client->written(begin + 4);
    const auto rest = hidden<"bWVvAENhbmFyeV9PZl9UaGVfQ2l0eTEyMw==">();
    CHECK(rest.count() >= 1);
    client->disconnected({Errc::connection_lost, "the cable is cut"});
    CHECK(rest.count() == 0);
}
