// A small program that uses every way of a client's, and what it is told while memory runs out.
#pragma once

#include "headstock/headstock.hpp"
#include "tests/support/heap_fault.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// What a program is told, counted.
struct Told {
    bool registered = false;
    int ready = 0;
    int stopping = 0;
    int cleanup = 0;
    int terminated = 0;
    int asked = 0;      ///< Requests that were taken,
    int answered = 0;   ///< and how many of them ended.
    int thrown = 0;     ///< std::bad_alloc to the caller of a client's function.
    int exceptions = 0; ///< std::bad_alloc given to on_exception.
    int others = 0;     ///< Any other exception.
};

/// An echo, an iq that is answered at once, later, never, and on a thread; a request of its own.
class MemoryProgram {
public:
    struct Event {
        int value = 0;
    };

    explicit MemoryProgram(Told& told) : told_(told) {}

    void ready(headstock::ClientApi& client) {
        ++told_.ready;
        client.send_stanza(headstock::presence());
        auto question = headstock::iq_get("e.test").add(bridge::Element{"q", "urn:q"});
        const auto taken =
            client.request(question, [this](const headstock::Response&) { ++told_.answered; });
        told_.asked += taken ? 1 : 0;
    }
    bridge::Element echo(const bridge::Element& body, const bridge::Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
    headstock::Ok at_once(const bridge::Tag&) { return headstock::ok; }
    void later(const bridge::Tag&, headstock::Reply reply) { reply_.emplace(std::move(reply)); }
    void never(const bridge::Tag&, headstock::Reply) {}
    bridge::Element threaded(bridge::Element asked) {
        return bridge::Element{"done", "urn:t"}.add("x", asked.attribute("x"));
    }
    void happened(const Event&) {}
    void stopping(const headstock::Error&) { ++told_.stopping; }
    void cleanup() { ++told_.cleanup; }
    void terminated() { ++told_.terminated; }

    /// The answer that `later` owes.
    void answer() {
        if (!reply_) return;
        std::move (*reply_)(headstock::ok);
        reply_.reset();
    }

private:
    Told& told_;
    std::optional<headstock::Reply> reply_{};
};
HEADSTOCK_HANDLERS(MemoryProgram,
                   on<&self::echo>("message@type=chat/body"),
                   on<&self::at_once>("iq@type=get", "now", "urn:t"),
                   on<&self::later>("iq@type=get", "later", "urn:t"),
                   on<&self::never>("iq@type=get", "never", "urn:t"),
                   on<&self::threaded>("iq@type=get", "thread", "urn:t").threaded(),
                   on_event<&self::happened>())

/// Calls `f`, which calls the client.  What it throws for want of memory changed nothing: it is
/// called again.
template <class F>
void insist(Told& told, F&& f) {
    for (int tries = 0; tries < 3; ++tries) {
        try {
            return f();
        } catch (const std::bad_alloc&) {
            ++told.thrown;
        }
    }
}

/// For on_exception.
inline auto counter_of_exceptions(Told& told) {
    return [&told](std::string_view, const std::exception_ptr& thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::bad_alloc&) {
            ++told.exceptions;
        } catch (...) {
            ++told.others;
        }
    };
}

/// One life of a client, in which one allocation failed.
struct Point {
    Told told{};
    headstock::Error error{}; ///< With which the session ended.
    std::string sent{};       ///< What the server heard.
    std::string escaped{};    ///< An exception where there should be none.
    std::size_t asked = 0;    ///< Allocations.

    bool ran_out() const { return error.code == headstock::Errc::out_of_memory; }
    /// How often the program was told.
    int reports() const { return told.thrown + told.exceptions + (ran_out() ? 1 : 0); }
};

inline constexpr std::size_t messages_to_echo = 10;
inline constexpr std::string_view asked_ids[] = {"now", "later", "never", "thread"};

/// What the server says once the session is ready: one string for each stanza.
std::vector<std::string> stanzas_for_memory_program();
/// What is wrong with it; empty when nothing is.
std::string faults_of(const Point& point, test::HeapFault::Lasts lasts);

/// Tries `play` with every `step`-th of its allocations in turn.
class MemorySweep {
public:
    using Play = std::function<Point(std::size_t nth, test::HeapFault::Lasts lasts)>;

    MemorySweep(test::HeapFault::Lasts lasts, Play play, std::size_t step = 1);

    /// What went wrong, and where last; empty when nothing did.
    std::string faults() const;
    /// How many points there were, and what came of them.
    std::string summary() const;

private:
    void try_point(std::size_t nth);
    void look_for_leak(std::size_t nth);
    void note(const std::string& fault, std::size_t nth);

    test::HeapFault::Lasts lasts_;
    Play play_;
    std::size_t clean_bytes_ = 0;
    std::size_t asked_ = 0;
    std::size_t points_ = 0;
    std::size_t thrown_ = 0;
    std::size_t exceptions_ = 0;
    std::size_t ended_ = 0;
    std::map<std::string, std::pair<std::size_t, std::size_t>>
        faults_{}; // how often, and where last
};

} // namespace support
