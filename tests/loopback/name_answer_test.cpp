// What a name server on the network may answer, byte by byte, to whom it was asked for.
#include "headstock/transport/dns_channel.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

using headstock::Error, headstock::LookUpAnswer, headstock::RecordType;
using headstock::detail::DnsChannel;

namespace {

std::string number(std::size_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
// A name that goes on where the message has these bytes (RFC 1035 4.1.4).
std::string pointer(std::size_t to) { return number(0xc000 | to); }

// Answers each question with one record of type SRV.
class NameServer {
public:
    /// `name` and `target` get the place in the message where they stand.
    using Name = std::string (*)(std::size_t at);
    NameServer(Name name, Name target) : name_(name), target_(target) {
        socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }
    ~NameServer() {
        shutdown(socket_, SHUT_RDWR);
        thread_.join();
        close(socket_);
    }
    std::string where() const { return "127.0.0.1:" + std::to_string(port_); }
    int asked() const { return asked_; }

private:
    std::string answer(std::string_view question) const {
        std::string all{question.substr(0, 2)};
        all += number(0x8180) + number(1) + number(1) + number(0) + number(0);
        const auto end = question.find('\0', 12) + 5; // of its name, type and class
        all += question.substr(12, end - 12);
        all += name_(all.size());
        all += number(33) + number(1) + number(0) + number(60);
        const auto record = number(1) + number(2) + number(5222);
        const auto target = target_(all.size() + 2 + record.size());
        return all + number(record.size() + target.size()) + record + target;
    }

    void serve() {
        std::array<char, 1500> buffer{};
        for (;;) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got = recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &size);
            if (got <= 12) return;
            ++asked_;
            const auto said = answer({buffer.data(), static_cast<std::size_t>(got)});
            sendto(socket_, said.data(), said.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
        }
    }

    Name name_, target_;
    int socket_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> asked_ = 0;
    std::thread thread_;
};

LookUpAnswer ask(NameServer& server) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    LookUpAnswer told;
    int times = 0;
    {
        Error error;
        const auto channel = DnsChannel::of(&loop, server.where(), error);
        REQUIRE_MESSAGE(channel, error.message());
        auto waiting =
            channel->ask("_xmpp-client._tcp.e.test", RecordType::srv, [&](LookUpAnswer answer) {
                told = std::move(answer);
                ++times;
            });
        while (times == 0 && uv_run(&loop, UV_RUN_ONCE) != 0) {
        }
        CHECK(times == 1);
    }
    while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {
    }
    CHECK(uv_loop_close(&loop) == 0);
    return told;
}

std::string question_name(std::size_t) { return pointer(12); }
std::string good(std::size_t) { return std::string{"\x02im\x01"} + "e\x04test" + '\0'; }
std::string itself(std::size_t at) { return pointer(at); }
std::string each_other(std::size_t at) {
    return "\x01"
           "a" +
           pointer(at);
}
std::string beyond(std::size_t) { return pointer(0x3fff); }
std::string into_the_header(std::size_t) { return pointer(0); }
std::string broken_off(std::size_t) {
    return "\x3f"
           "a";
}

} // namespace

TEST_CASE("H11: a name that points at itself, or nowhere, is no answer, and nobody follows it") {
    NameServer honest{question_name, good};
    const auto found = ask(honest);
    REQUIRE(found.services.size() == 1);
    CHECK(found.services.front().target == "im.e.test");
    for (const auto name : {itself, each_other, beyond, broken_off}) {
        for (const bool in_target : {false, true}) {
            CAPTURE(in_target);
            NameServer server{in_target ? question_name : name, in_target ? name : good};
            const auto answer = ask(server);
            CHECK(answer.services.empty());
            CHECK(answer.error);
            CHECK(server.asked() > 0);
        }
    }
    NameServer odd{question_name, into_the_header};
    CHECK(ask(odd).services.size() <= 1); // whatever letters the header makes
}

TEST_CASE("name servers that are no addresses are refused, with an example of one that is") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    Error error;
    CHECK(DnsChannel::of(&loop, "the name server of the house", error) == nullptr);
    CHECK(error.text.find("\"the name server of the house\"") != std::string::npos);
    CHECK(error.text.find("\"192.0.2.1:5353\"") != std::string::npos);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
}
