// Every allocation of a session fails once, and from one on for good: nothing is lost in silence.
#include "headstock/client/core.hpp"
#include "headstock/extensions/roster.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/memory_program.hpp"
#include "tests/support/output.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using support::counter_of_exceptions, support::insist, support::LoginServer, support::MemoryProgram,
    support::MemorySweep, support::Point, support::Told;
using test::HeapFault, test::HeapSpared;

namespace {

headstock::Options in_clear() {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.workers = 1;
    return options;
}

enum class How { plainly, with_log, by_sasl2 };

// Of which TLS is played.
class InTls : public headstock::BaseClient {
public:
    InTls(const headstock::Options& options, std::function<void()> secured)
        : BaseClient{"romeo@e.test", "secret", options} {
        ClientApi::core_->pretended_handshake = [secured = std::move(secured)] {
            const HeapSpared spared;
            secured();
            return std::optional{headstock::Error{}};
        };
    }
};

headstock::Options by_sasl2() {
    auto options = in_clear();
    options.tls = headstock::Tls::direct;
    options.bind2 = true;
    options.saved_state = headstock::SavedState{};
    options.save_keys = true;
    return options;
}

// One life of a client over memory; the server never lacks any.
class Life {
public:
    Life(Told& told, How how)
        : told_(told), program_(told), how_(how),
          options_(how == How::by_sasl2 ? by_sasl2() : in_clear()),
          server_({.plain = how == How::by_sasl2, .sasl2 = how == How::by_sasl2}) {}

    /// Also when a part of it cannot be.
    void run() {
        insist(told_, [&] {
            if (how_ == How::by_sasl2)
                client_ = std::make_unique<InTls>(options_, [this] { server_.secured(); });
            else
                client_ =
                    std::make_unique<headstock::BaseClient>("romeo@e.test", "secret", options_);
        });
        if (!client_) return;
        insist(told_, [&] { client_->on_exception(counter_of_exceptions(told_)); });
        if (how_ == How::with_log)
            insist(told_, [&] { client_->set_log([](std::string_view) {}); });
        insist(told_, [&] {
            client_->register_handler(program_);
            told_.registered = true;
        });
        insist(told_, [&] { client_->register_handler(roster_); });
        insist(told_, [&] { client_->after(std::chrono::milliseconds{5}, [] {}); });
        insist(told_, [&] { client_->every(std::chrono::milliseconds{3}, [] {}); });
        insist(told_, [&] {
            client_->on("message/subject", [this](const bridge::Tag&) { ++told_.others; });
        });
        log_in();
        talk();
        end();
    }

    const headstock::BaseClient* client() const { return client_.get(); }
    const std::string& sent() const { return sent_; }

private:
    void log_in() {
        client_->tick(now_);
        insist(told_, [&] { client_->connected(); });
        while (!client_->wants_close() && server_.bound().empty()) {
            std::optional<headstock::BaseClient::KeyJob> job;
            insist(told_, [&] { job = client_->key_job(); });
            if (job) {
                insist(told_, [&] { job->derive(); });
                client_->finish(*job);
            }
            const auto bytes = take();
            const HeapSpared spared;
            if (bytes.empty() || bytes.find("</stream:stream>") != bytes.npos) return;
            reply_ = server_.receive(bytes);
            says(reply_);
        }
    }

    void talk() {
        for (const auto& xml : script()) {
            says(xml);
            insist(told_, [&] { program_.answer(); });
            take();
        }
        insist(told_, [&] { client_->emit(MemoryProgram::Event{1}); });
        insist(told_, [&] { client_->send_raw_stanza("<presence/>"); });
        await("<done xmlns='urn:t'>");
        for (int i = 0; i < 3; ++i) client_->tick(now_ += 4);
        insist(told_, [&] { client_->unregister_handler(roster_); });
    }

    void end() {
        client_->stop();
        take();
        says("</stream:stream>");
        take();
        client_->disconnected();
    }

    // Made before: the strings are the test's.
    static const std::vector<std::string>& script() {
        const HeapSpared spared;
        static const auto made = [] {
            auto all = support::stanzas_for_memory_program();
            all.emplace_back("<iq type='set' id='push' to='romeo@e.test/r'><query "
                             "xmlns='jabber:iq:roster'><item jid='x@y'/></query></iq>");
            return all;
        }();
        return made;
    }

    void says(std::string_view xml) { client_->received(xml); }

    std::string take() {
        const auto bytes = output_of(*client_);
        const HeapSpared spared;
        std::string taken{bytes};
        client_->written(bytes.size());
        sent_ += taken;
        answer_requests(taken);
        return taken;
    }

    // The client's own requests: the roster's, and the program's.
    void answer_requests(const std::string& taken) {
        if (server_.bound().empty()) return;
        for (auto at = taken.find("<iq"); at != taken.npos; at = taken.find("<iq", at + 1)) {
            const auto one = taken.substr(at, taken.find("/iq>", at) + 4 - at);
            const auto element = bridge::Element::parse(one);
            if (!element || element->attribute("type") != "get") continue;
            answers_ += "<iq type='result' from='" + std::string{element->attribute("to")} +
                        "' id='" + std::string{element->attribute("id")} + "'/>";
        }
    }

    void await(std::string_view word) {
        for (int i = 0; i < 5000 && !client_->wants_close(); ++i) {
            const auto answers = [&] {
                const HeapSpared spared;
                return std::exchange(answers_, {});
            }();
            if (!answers.empty()) says(answers);
            take();
            if (sent_.find(word) != sent_.npos && answers_.empty()) return;
            if (told_.exceptions > 0 && i > 20) return;
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
    }

    Told& told_;
    MemoryProgram program_;
    headstock::Roster roster_;
    How how_;
    headstock::Options options_;
    LoginServer server_;
    std::string reply_{};
    std::string sent_{};
    std::string answers_{};
    std::unique_ptr<headstock::BaseClient> client_;
    std::uint64_t now_ = 1000;
};

Point play(std::size_t nth, HeapFault::Lasts lasts, How how) {
    Point point;
    auto life = std::make_unique<Life>(point.told, how);
    HeapFault fault{nth, lasts};
    try {
        life->run();
    } catch (const std::exception& escaped) {
        fault.lift();
        point.escaped = escaped.what();
    }
    fault.lift();
    point.asked = fault.asked();
    if (life->client() != nullptr) point.error = life->client()->error();
    point.sent = life->sent();
    life.reset();
    return point;
}

void sweep(HeapFault::Lasts lasts, How how) {
    const MemorySweep sweep{lasts, [how](std::size_t nth, HeapFault::Lasts lasts_then) {
                                return play(nth, lasts_then, how);
                            }};
    MESSAGE(sweep.summary());
    CHECK_MESSAGE(sweep.faults().empty(), sweep.faults());
}

} // namespace

TEST_CASE("H10: whichever allocation of a session fails, one report says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, How::plainly);
}

TEST_CASE(
    "whichever allocation of a session with a log fails, one report says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, How::with_log);
}

TEST_CASE("whichever allocation of a session by SASL2 fails, one report says so (issue 13)") {
    sweep(HeapFault::Lasts::once, How::by_sasl2);
    sweep(HeapFault::Lasts::from_then_on, How::by_sasl2);
}

TEST_CASE("a session whose memory runs out for good ends by itself (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::from_then_on, How::plainly);
}
