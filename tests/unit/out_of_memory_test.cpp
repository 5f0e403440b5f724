// Every allocation of a session fails once, and from one on for good: nothing is lost in silence.
#include "headstock/extensions/roster.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/login_server.hpp"
#include "tests/support/memory_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

using support::counter_of_exceptions, support::insist, support::LoginServer, support::MemoryProgram,
    support::Outcomes, support::Told;
using test::HeapFault, test::HeapSpared;

namespace {

constexpr int messages = 10;

std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
    return count;
}

std::string iq(std::string_view id, std::string_view name) {
    return "<iq type='get' from='a@b/c' id='" + std::string{id} + "'><" + std::string{name} +
           " xmlns='urn:t' x='1'/></iq>";
}

headstock::Options in_clear() {
    headstock::Options options;
    options.tls = headstock::Tls::disabled;
    options.workers = 1;
    return options;
}

// One life of a client over memory; the server never lacks any.
class Life {
public:
    explicit Life(Told& told) : told_(told), program_(told) {}

    /// Also when a part of it cannot be.
    void run() {
        insist(told_, [&] {
            client_ = std::make_unique<headstock::BaseClient>("romeo@e.test", "secret", options_);
        });
        if (!client_) return;
        insist(told_, [&] { client_->on_exception(counter_of_exceptions(told_)); });
        if (with_log) insist(told_, [&] { client_->set_log([](std::string_view) {}); });
        insist(told_, [&] { client_->register_handler(program_); });
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
    bool with_log = false;

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
        await("urn:t' x=");
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

    // What is said, made before: the strings are the test's.
    static const std::vector<std::string>& script() {
        const HeapSpared spared;
        static const auto made = [] {
            std::vector<std::string> all;
            for (int i = 0; i < messages; ++i)
                all.push_back("<message from='a@b/c' type='chat' id='m" + std::to_string(i) +
                              "'><body>hello</body></message>");
            for (const auto* name : {"now", "later", "never", "thread"})
                all.push_back(iq(name, name));
            all.push_back("<iq type='set' id='push' to='romeo@e.test/r'><query "
                          "xmlns='jabber:iq:roster'><item jid='x@y'/></query></iq>");
            return all;
        }();
        return made;
    }

    void says(std::string_view xml) { client_->received(xml); }

    std::string take() {
        const auto bytes = client_->output();
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
    headstock::Options options_ = in_clear();
    LoginServer server_;
    std::string reply_{};
    std::string sent_{};
    std::string answers_{};
    std::unique_ptr<headstock::BaseClient> client_;
    std::uint64_t now_ = 1000;
};

struct Point {
    Told told;
    headstock::Error error;
    bool made = false;
    std::string sent;
    std::string escaped;
    std::size_t asked = 0;
};

Point play(std::size_t nth, HeapFault::Lasts lasts, bool with_log) {
    Point point;
    auto life = std::make_unique<Life>(point.told);
    life->with_log = with_log;
    HeapFault fault{nth, lasts};
    try {
        life->run();
    } catch (const std::exception& escaped) {
        fault.lift();
        point.escaped = escaped.what();
    }
    fault.lift();
    point.asked = fault.asked();
    point.made = life->client() != nullptr;
    if (point.made) point.error = life->client()->error();
    point.sent = life->sent();
    life.reset();
    return point;
}

std::string faults_of(const Point& point, HeapFault::Lasts lasts) {
    const auto& told = point.told;
    std::string text;
    const auto want = [&](bool good, std::string_view what) {
        if (!good) text.append(what).append("; ");
    };
    const bool ran_out = point.error.code == headstock::Errc::out_of_memory;
    want(point.escaped.empty(), "escaped: " + point.escaped);
    want(told.others == 0, "another exception");
    want(!point.error || ran_out, "ended by: " + point.error.message());
    want(point.sent.find("<stream:error>") == point.sent.npos ||
             point.sent.find("<resource-constraint") != point.sent.npos,
         "told the peer of another fault: " + point.sent.substr(std::min(point.sent.size(), point.sent.find("<stream:error>"))));
    if (lasts == HeapFault::Lasts::from_then_on) {
        if (told.ready > 0 || ran_out)
            want(told.terminated == 1 && told.stopping == 1 && told.cleanup == 1, "hooks");
        want(told.answered == told.asked, "a request is left open");
        return text;
    }
    want(told.terminated == 1 && told.stopping == 1 && told.cleanup == 1, "hooks");
    want(told.answered == told.asked, "a request is left open");
    const int reports = told.thrown + told.exceptions + (ran_out ? 1 : 0);
    want(reports <= 1, "told " + std::to_string(told.thrown) + "+" +
                           std::to_string(told.exceptions) + "+" + std::to_string(ran_out));
    if (told.exceptions == 0 && !ran_out) {
        const std::string_view sent = point.sent;
        want(told.ready == 1 && told.asked == 1, "not ready");
        want(count_of(sent, "<body>hello</body>") == messages, "lost a message");
        for (const auto* id : {"now", "later", "never", "thread", "push"})
            want(count_of(sent, "id='" + std::string{id} + "'") == 1,
                 "lost the answer to " + std::string{id});
        want(sent.ends_with("<presence type='unavailable'/></stream:stream>"), "ended otherwise");
    }
    if (told.exceptions > 0) {
        const std::string_view sent = point.sent;
        for (const auto* id : {"now", "later", "never", "thread", "push"})
            want(count_of(sent, "id='" + std::string{id} + "'") == 1,
                 "lost the answer to " + std::string{id} + " behind an exception");
    }
    return text;
}

std::size_t from_environment(const char* name, std::size_t usual) {
    const char* text = std::getenv(name);
    return text ? std::strtoul(text, nullptr, 10) : usual;
}

void sweep(HeapFault::Lasts lasts, bool with_log) {
    play(0, lasts, with_log);
    const auto all = play(0, lasts, with_log);
    REQUIRE(faults_of(all, HeapFault::Lasts::once) == "");
    Outcomes faults;
    std::size_t thrown = 0, exceptions = 0, ended = 0, nothing = 0;
    const auto last = from_environment("FAULT_LAST", all.asked + 20);
    for (auto k = from_environment("FAULT_FIRST", 1); k <= last; ++k) {
        if (std::getenv("FAULT_PROGRESS")) std::fprintf(stderr, "%zu\n", k);
        const auto before = test::heap_bytes();
        {
            const auto point = play(k, lasts, with_log);
            if (const auto text = faults_of(point, lasts); !text.empty()) faults.add(text, k);
            const bool ran_out = point.error.code == headstock::Errc::out_of_memory;
            ++(ran_out ? ended : point.told.exceptions ? exceptions : point.told.thrown ? thrown
                                                                                      : nothing);
        }
        if (test::heap_bytes() != before) {
            { play(0, lasts, with_log); }
            if (test::heap_bytes() > before)
                faults.add("leaked", k); // what a thread keeps for itself comes and goes
        }
    }
    MESSAGE(all.asked, " allocations: ", thrown, " thrown to the caller, ", exceptions,
            " given to on_exception, ", ended, " ended the session, ", nothing, " did without");
    CHECK_MESSAGE(faults.empty(), faults.to_text());
}

} // namespace

TEST_CASE("whichever allocation of a session fails, one report says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, false);
}

TEST_CASE("whichever allocation of a session with a log fails, one report says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, true);
}

TEST_CASE("a session whose memory runs out for good ends by itself (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::from_then_on, false);
}
