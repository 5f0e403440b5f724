// A small program that uses every way of a client's, and what it is told while memory runs out.
#pragma once

#include "headstock/headstock.hpp"
#include "tests/support/heap_fault.hpp"

#include <exception>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace support {

/// What a program is told, counted.
struct Told {
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

/// Calls `f`, which calls the client.  What it throws for want of memory changed nothing: it is called
/// again.
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

/// What came of many points: how often each was met, and where last.
class Outcomes {
public:
    void add(const std::string& what, std::size_t point) {
        auto& [count, last] = met_[what];
        ++count;
        last = point;
    }
    std::string to_text() const {
        std::string text;
        for (const auto& [what, met] : met_)
            text += "\n" + std::to_string(met.first) + " (last " + std::to_string(met.second) +
                    ") " + what;
        return text;
    }
    bool empty() const { return met_.empty(); }

private:
    std::map<std::string, std::pair<std::size_t, std::size_t>> met_{};
};

} // namespace support
