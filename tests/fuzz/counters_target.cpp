// Stream management (XEP-0198) against plain models: the counters, and the outbox that keeps what
// was sent until it is acknowledged.
//
// Each step of the counters takes three bytes, each of the outbox one or two.
#include "headstock/session/outbox.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/simulation/counters_model.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fuzz {
namespace {

using headstock::DeliveryState, headstock::Unsent;
using headstock::detail::Outbox;

// Small numbers, and those beside the turn of the counters.
std::uint64_t some_number(Bytes& bytes) {
    const std::uint64_t number = bytes.byte();
    if (number < 0xf0) return number << (bytes.byte() % 4 * 8);
    return (std::uint64_t{1} << 32) - (0xff - number);
}

void count(Bytes bytes) {
    simulation::CountersPair pair;
    pair.enable_sent(0);
    pair.enabled(1);
    try {
        while (!bytes.empty()) {
            const auto happens =
                simulation::happenings[bytes.byte() % std::size(simulation::happenings)];
            (pair.*happens)(some_number(bytes));
            pair.check();
        }
    } catch (const std::logic_error& error) {
        check(false, error.what());
    }
}

/// An outbox with copies, as a client that comes back has one, and what it has to hold.
class Pair {
public:
    Pair() { outbox_.keep_copies(); }

    void step(Bytes& bytes) {
        const auto what = bytes.byte();
        switch (what % 10) {
        case 0:
        case 1:
        case 2:
            return send(what / 10);
        case 3:
            return draft();
        case 4:
            return begin_session(what / 10 % 2 == 1);
        case 5:
            return write(bytes.byte());
        case 6:
            return acknowledge(bytes.byte());
        case 7:
            return lose();
        case 8:
            return negotiate();
        default:
            return take();
        }
    }
    void check_all() const {
        const auto unsent = outbox_.unsent();
        check(unsent.size() == stanzas_.size() && outbox_.kept() == stanzas_.size(),
              "stanzas are lost, or too many");
        for (std::size_t i = 0; i < unsent.size(); ++i) {
            check_same(unsent[i].xml, stanzas_[i].xml, "a stanza has changed");
            check(unsent[i].number == stanzas_[i].number, "the numbers are others");
            check(outbox_.holds(stanzas_[i].number), "a stanza is not held");
            check(unsent[i].state == outbox_.state_of(stanzas_[i].number),
                  "a stanza has two states");
        }
        for (const auto& [number, state] : gone_)
            check(outbox_.state_of(number) == state, "the fate of a stanza is another",
                  std::to_string(number));
        check(outbox_.next_number() == last_ + 1, "the next number is another");
    }

private:
    struct Stanza {
        std::string xml;
        std::uint64_t number = 0;
        std::uint64_t end = 0; ///< Of its bytes, of those of this connection.
        bool written = false;  ///< On a connection that is lost.
    };

    void send(unsigned size) {
        const auto xml = "<message id='" + std::to_string(last_ + 1) + "'>" +
                         std::string(size * 3, 'x') + "</message>";
        outbox_.draft() += xml;
        outbox_.keep({.stanza = "message", .to = "a@x", .id = std::to_string(last_ + 1)});
        stanzas_.push_back({xml, ++last_, 0, false});
        if (!released_) return;
        due_ += xml;
        stanzas_.back().end = taken_ + due_.size();
    }
    void draft() {
        outbox_.draft() += "<iq/>";
        outbox_.drop();
    }
    // `resumed`: the server says that it has not got what is here.
    void begin_session(bool resumed) {
        if (released_) return;
        if (resumed) {
            outbox_.none_arrived();
            for (auto& each : stanzas_) each.written = false;
        } else {
            forget(outbox_.drop_written());
        }
        outbox_.await_acks(true);
        outbox_.release();
        released_ = true;
        for (auto& each : stanzas_) {
            due_ += each.xml;
            each.end = taken_ + due_.size();
        }
    }
    void forget(const std::vector<Unsent>& dropped) {
        std::size_t index = 0;
        std::erase_if(stanzas_, [&](const Stanza& each) {
            if (!each.written) return false;
            check(index < dropped.size() && dropped[index].number == each.number,
                  "what was written is not told");
            gone_.emplace_back(each.number, dropped[index++].state);
            return true;
        });
        check(index == dropped.size(), "what was not written is told");
    }
    void write(std::uint8_t part) {
        const auto bytes = (taken_ - confirmed_) * part / 255;
        confirmed_ += bytes;
        outbox_.confirm(confirmed_);
    }
    void acknowledge(std::uint8_t wanted) {
        if (!released_) return;
        const auto count = std::min<std::size_t>(wanted % 8, stanzas_.size());
        outbox_.acknowledge(count);
        for (std::size_t i = 0; i < count; ++i)
            gone_.emplace_back(stanzas_[i].number, DeliveryState::acked);
        stanzas_.erase(stanzas_.begin(), stanzas_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    void lose() {
        if (!released_) return;
        for (auto& each : stanzas_) each.written = each.written || each.end <= confirmed_;
        outbox_.hold();
        released_ = false;
        due_.clear();
        taken_ = confirmed_ = 0;
    }
    void negotiate() {
        outbox_.write("<r/>");
        due_ += "<r/>";
    }
    void take() {
        check_same(outbox_.take(), due_, "other bytes go out");
        taken_ += due_.size();
        due_.clear();
    }

    Outbox outbox_{};
    std::vector<Stanza> stanzas_{};
    std::vector<std::pair<std::uint64_t, DeliveryState>> gone_{};
    std::uint64_t last_ = 0;
    std::string due_{};
    std::uint64_t taken_ = 0;
    std::uint64_t confirmed_ = 0;
    bool released_ = false;
};

void keep(Bytes bytes) {
    Pair pair;
    for (int steps = 0; !bytes.empty() && steps < 500; ++steps) {
        pair.step(bytes);
        if (steps % 16 == 15) pair.check_all();
    }
    pair.check_all();
}

} // namespace

void counters(std::string_view input) {
    Bytes bytes{input};
    bytes.flag() ? count(bytes) : keep(bytes);
}

} // namespace fuzz
