// Behind a login no copy of the password is left in the memory of the process, however it was used.
//
// The tests drive the client by hand, since a server in this process would have copies of its own.
#include "bridge/writer.hpp"
#include "headstock/base_client.hpp"
#include "headstock/client/core.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/text/saslprep.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/memory_scan.hpp"
#include "tests/support/output.hpp"
#include "tests/support/tls_server.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using headstock::BaseClient, headstock::Options, headstock::Register, headstock::Tls;
using namespace headstock::detail;
using support::Hidden, support::hidden, support::Shown;

namespace {

constexpr std::string_view salt = "0123456789abcdef";
constexpr unsigned rounds = 4096;

// Longer than what a std::string holds in itself, shorter than that, with what XML escapes, and
// with what SASLprep changes.
std::vector<Hidden> passwords() {
    return {hidden<"Canary_Of_The_City123">(), hidden<"Canary-Bird7">(),
            hidden<"Canary&Of<The>City'\"4">(),
            hidden<"Can\xc2\xaa\xc2\xa0ry_Of\xc2\xad_The_City">(),
            hidden<"C\xc2\xaa\xc2\xad\xc2\xa0ry7">()};
}

std::string header() {
    return "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
           "id='s' version='1.0' from='e.test'>";
}

std::string mechanism(const std::string& name) {
    return header() +
           "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>" +
           name + "</mechanism></mechanisms></stream:features>";
}

std::string with_bind() {
    return header() +
           "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
}

std::string bound(const std::string& id) {
    return "<iq type='result' id='" + id +
           "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@e.test/r</jid></bind></iq>";
}

const std::string success = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";

Options in_clear() {
    Options options;
    options.tls = Tls::disabled;
    options.insecure_plain_password = true;
    return options;
}

std::string value(std::string_view text, std::string_view from, char to) {
    const auto at = text.rfind(from);
    if (at == text.npos) return {};
    const auto begin = at + from.size();
    return std::string{text.substr(begin, text.find(to, begin) - begin)};
}

// In clear: what it writes is seen where it lies, and not copied.
struct Stage {
    explicit Stage(const Hidden& password, const Options& options = in_clear()) {
        const Shown shown{password};
        client = std::make_unique<BaseClient>("romeo@e.test", shown.view(), options);
        client->tick(1);
        client->connected();
        written();
    }

    /// The id of what was written since the last call.
    std::string written() {
        const auto bytes = output_of(*client);
        auto id = value(bytes, " id='", '\'');
        client->written(bytes.size());
        return id;
    }
    std::string says(const std::string& xml) {
        client->received(xml);
        return written();
    }
    // The request for a resource stands behind the header, before the features.
    void bind(const std::string& succeeded = success) {
        const auto id = says(succeeded);
        says(with_bind());
        says(bound(id));
        REQUIRE(client->ready());
    }

    std::unique_ptr<BaseClient> client;
};

struct Keys {
    Hidden salted;
    Hidden client;
};

Keys keys_of(const Hidden& password, Digest& server_key) {
    const Shown shown{password};
    auto prepared = saslprep(shown.view());
    const WipeAtEnd wiped{*prepared};
    const auto salted = pbkdf2(Hash::sha1, *prepared, salt, rounds);
    const auto client_key = hmac(Hash::sha1, salted.view(), "Client Key");
    server_key = hmac(Hash::sha1, salted.view(), "Server Key");
    return {Hidden{salted.view()}, Hidden{client_key.view()}};
}

// What else a password is called by: as SASLprep makes it, as XML writes it, as PLAIN says it.
std::vector<Hidden> spellings(const Hidden& password) {
    const Shown shown{password};
    auto prepared = saslprep(shown.view());
    const WipeAtEnd prepared_wiped{*prepared};
    std::string plain;
    plain.reserve(prepared->size() + 7);
    plain.append(1, '\0').append("romeo").append(1, '\0').append(*prepared);
    const WipeAtEnd plain_wiped{plain};
    auto base64 = base64_encode(plain);
    const WipeAtEnd base64_wiped{base64};
    std::string xml;
    xml.reserve(6 * shown.view().size());
    const WipeAtEnd xml_wiped{xml};
    for (const char c : shown.view()) bridge::escape_text({&c, 1}, xml);
    return {password, Hidden{*prepared}, Hidden{base64}, Hidden{xml}};
}

// While one lives, what goes back to the heap is looked at too: there the next owner of the memory
// may have written over a copy before the search.
class Copies {
public:
    explicit Copies(const Hidden& password) : looked_for_(spellings(password)) { now = this; }
    ~Copies() { now = nullptr; }
    Copies(const Copies&) = delete;
    Copies& operator=(const Copies&) = delete;

    /// In memory, and in all that was freed.
    std::size_t all() const { return here() + freed_; }
    std::size_t here() const {
        std::size_t found = 0;
        for (const auto& each : looked_for_) found += support::can_scan_memory ? each.count() : 0;
        return found;
    }
    std::size_t freed() const { return freed_; }

private:
    static void look(const void* memory, std::size_t size) noexcept {
        for (const auto& each : now->looked_for_) now->freed_ += each.count_in(memory, size);
    }

    static inline Copies* now = nullptr;
    std::vector<Hidden> looked_for_;
    std::size_t freed_ = 0;
    test::FreeWatch watch_{&look};
};

} // namespace

TEST_CASE("I2: the search finds what is there, and what was freed") {
    for (const auto& password : passwords()) {
        const Copies copies{password};
        {
            const Shown short_lived{password};
            const std::vector<char> left(short_lived.view().begin(), short_lived.view().end());
        }
        CHECK(copies.freed() >= 1);
        if (!support::can_scan_memory) continue;
        CHECK(password.count() == 0);
        const Shown shown{password};
        CHECK(password.count() == 1);
        const Secret kept{shown.view()};
        CHECK(password.count() == 2);
        const std::string text{shown.view()};
        CHECK(password.count() == 3);
    }
}

TEST_CASE("I2: a login by SCRAM leaves neither the password nor its keys") {
    for (const auto& password : passwords()) {
        Digest server_key;
        const auto keys = keys_of(password, server_key);
        const Copies copies{password};
        Stage stage{password};
        stage.client->received(mechanism("SCRAM-SHA-1"));
        const auto auth = value(output_of(*stage.client), "mechanism='SCRAM-SHA-1'>", '<');
        stage.written();
        const auto bare = base64_decode(auth).value().substr(3);
        const auto first = "r=" + bare.substr(bare.find("r=") + 2) + "x,s=" + base64_encode(salt) +
                           ",i=" + std::to_string(rounds);
        stage.says("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64_encode(first) +
                   "</challenge>");
        {
            auto job = stage.client->key_job();
            REQUIRE(job);
            job->derive();
            stage.client->finish(*job);
        }
        const auto response = value(output_of(*stage.client), "xmpp-sasl'>", '<');
        stage.written();
        const auto last = base64_decode(response).value();
        const auto signature = hmac(Hash::sha1, server_key.view(),
                                    bare + "," + first + "," + last.substr(0, last.find(",p=")));
        stage.bind("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
                   base64_encode("v=" + base64_encode(signature.view())) + "</success>");
        CHECK(copies.all() == 0);
        if (!support::can_scan_memory) continue;
        CHECK(keys.salted.count() == 0);
        CHECK(keys.client.count() == 0);
    }
}

TEST_CASE("I2: a login by PLAIN leaves nothing of the password, base64 included") {
    for (const auto& password : passwords()) {
        const Copies copies{password};
        Stage stage{password};
        stage.says(mechanism("PLAIN"));
        stage.bind();
        CHECK(copies.all() == 0);
    }
}

TEST_CASE("I2: the same while the wire is logged") {
    for (const auto& password : passwords()) {
        const Copies copies{password};
        Stage stage{password};
        std::size_t lines = 0;
        stage.client->set_log([&](std::string_view) { ++lines; });
        stage.says(mechanism("PLAIN"));
        stage.bind();
        CHECK(lines > 0);
        CHECK(copies.all() == 0);
    }
}

TEST_CASE("I2: a registration, in fields and in a form, leaves nothing of the password") {
    for (const auto* form :
         {"<username/><password/><email/>",
          "<x xmlns='jabber:x:data' type='form'><field type='text-single' "
          "var='username'><required/>"
          "</field><field type='text-private' var='password'><required/></field></x>"}) {
        for (const auto& password : passwords()) {
            Register answers{"r@e.test"};
            auto options = in_clear();
            options.registration = &answers;
            const Copies copies{password};
            Stage stage{password, options};
            std::size_t lines = 0;
            stage.client->set_log([&](std::string_view) { ++lines; });
            auto id = stage.says(mechanism("PLAIN"));
            stage.client->received("<iq type='result' id='" + id +
                                   "'><query xmlns='jabber:iq:register'>" + form + "</query></iq>");
            id = stage.written();
            stage.says("<iq type='result' id='" + id + "'/>");
            stage.bind();
            CHECK(lines > 0);
            CHECK(copies.all() == 0);
        }
    }
}

TEST_CASE("I2: a login that is refused, stopped or lost leaves nothing of the password") {
    const auto password = passwords().front();
    for (const auto* name : {"PLAIN", "SCRAM-SHA-1", "X-UNKNOWN"}) {
        const Copies copies{password};
        Stage refused{password};
        refused.says(mechanism(name));
        refused.says(
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
        CHECK(copies.all() == 0);
        Stage stopped{password};
        stopped.says(mechanism(name));
        stopped.client->stop();
        CHECK(copies.all() == 0);
        Stage lost{password};
        lost.client->received(mechanism(name)); // and is never written
        lost.client->disconnected();
        lost.client.reset();
        CHECK(copies.all() == 0);
    }
}

TEST_CASE(
    "password memory: one that is asked for is gone behind each login, and each that is lost") {
    for (const auto& password : passwords()) {
        for (const auto* name : {"PLAIN", "SCRAM-SHA-1"}) {
            auto options = in_clear();
            options.reconnect = headstock::Backoff{};
            int asked = 0;
            options.password = [&] {
                ++asked;
                const Shown shown{password};
                return std::string{shown.view()};
            };
            const Copies copies{password};
            Stage stage{Hidden{""}, options};
            stage.says(mechanism("PLAIN"));
            stage.bind();
            CHECK(copies.all() == 0);
            stage.client->disconnected();
            stage.client->tick(stage.client->deadline().value());
            REQUIRE(stage.client->wants_connection());
            stage.client->connected();
            stage.written();
            stage.says(mechanism(name));
            stage.client->disconnected();
            CHECK(asked == 2);
            CHECK(copies.all() == 0);
        }
    }
}

TEST_CASE("I2: the handshake of a component leaves nothing of its secret") {
    for (const auto& password : passwords()) {
        const headstock::ComponentOptions options{.tls = headstock::ComponentTls::unencrypted};
        const Copies copies{password};
        std::unique_ptr<ClientCore> core;
        {
            const Shown shown{password};
            core = std::make_unique<ClientCore>("plays.e.test", shown.view(), options, nullptr);
        }
        core->tick(1);
        core->connected();
        core->take_wire();
        for (const auto* id : {"s", "a longer id than that"}) {
            if (core->session().state() == State::ready) break;
            core->received("<stream:stream xmlns='jabber:component:accept' "
                           "xmlns:stream='http://etherx.jabber.org/streams' from='plays.e.test' "
                           "id='" +
                           std::string{id} + "'>");
            core->take_wire();
            core->received("<handshake/>");
        }
        REQUIRE(core->session().state() == State::ready);
        CHECK(copies.all() == 0);
    }
}

TEST_CASE("I2: PLAIN inside TLS leaves nothing of the password on our side") {
    namespace test = headstock::test;
    const auto root = test::make_authority();
    const test::TemporaryFile file{root.certificate};
    test::Wanted wanted;
    wanted.names = {test::dns_name("e.test")};
    for (const auto newest :
         {test::TlsServerOptions::Newest::tls_1_2, test::TlsServerOptions::Newest::any}) {
        const auto password = passwords().front();
        auto server = std::make_unique<test::TlsServer>(
            test::TlsServerOptions{.identity = test::signed_by(root, wanted), .newest = newest});
        Options options;
        options.tls = Tls::direct;
        options.ca_file = file.path();
        const Copies copies{password};
        std::unique_ptr<BaseClient> client;
        {
            const Shown shown{password};
            client = std::make_unique<BaseClient>("romeo@e.test", shown.view(), options);
        }
        client->tick(1);
        client->connected();
        std::string id;
        const auto carry = [&] { // until nobody has more to say
            for (bool more = true; more;) {
                const auto wire = output_of(*client);
                more = !wire.empty() || !server->output().empty();
                if (!wire.empty()) server->receive(wire);
                client->written(wire.size());
                id = value(server->received(), " id='", '\'');
                wipe(server->received());
                client->received(std::exchange(server->output(), {}));
            }
        };
        carry();
        REQUIRE(server->established());
        for (const auto& xml : {mechanism("PLAIN"), success, with_bind()}) {
            server->write(xml);
            carry();
        }
        server.reset(); // with the record that it decrypted
        CHECK(copies.all() == 0);
    }
}
