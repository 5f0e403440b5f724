#include "tests/support/memory_program.hpp"

#include "tests/support/heap_count.hpp"

#include <algorithm>

namespace support {

using Lasts = test::HeapFault::Lasts;

namespace {

std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
    return count;
}

// The faults of one point, collected.
class Judge {
public:
    explicit Judge(const Point& point) : point_(point) {}

    void want(bool good, std::string_view what) {
        if (!good) faults_.append(what).append("; ");
    }

    void ends() {
        const auto& told = point_.told;
        want(point_.escaped.empty(), "escaped: " + point_.escaped);
        want(told.others == 0, "another exception than std::bad_alloc");
        want(!point_.error || point_.ran_out(), "ended by: " + point_.error.message());
        const int once = told.registered ? 1 : 0;
        want(told.stopping == once && told.cleanup == once && told.terminated == once,
             "a hook was not called once");
        want(told.answered == told.asked, "a request is left open");
    }

    void blames_nobody() {
        const auto at = point_.sent.find("<stream:error>");
        want(at == std::string::npos ||
                 point_.sent.find("<resource-constraint", at) != std::string::npos,
             "told the server of another fault");
    }

    void nothing_is_lost() {
        const auto& told = point_.told;
        want(told.ready == 1 && told.asked == 1, "not ready");
        want(count_of(point_.sent, "<body>hello</body>") == messages_to_echo, "lost a message");
        want(point_.sent.ends_with("<presence type='unavailable'/></stream:stream>"),
             "ended otherwise");
        all_is_answered();
    }

    void all_is_answered() {
        for (const auto id : asked_ids)
            want(count_of(point_.sent, "id='" + std::string{id} + "'") == 1,
                 "lost the answer to " + std::string{id});
    }

    const std::string& faults() const { return faults_; }

private:
    const Point& point_;
    std::string faults_{};
};

} // namespace

std::vector<std::string> stanzas_for_memory_program() {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < messages_to_echo; ++i)
        all.push_back("<message from='a@b/c' type='chat' id='m" + std::to_string(i) +
                      "'><body>hello</body></message>");
    for (const auto id : asked_ids)
        all.push_back("<iq type='get' from='a@b/c' id='" + std::string{id} + "'><" +
                      std::string{id} + " xmlns='urn:t' x='1'/></iq>");
    return all;
}

std::string faults_of(const Point& point, Lasts lasts) {
    Judge judge{point};
    judge.ends();
    judge.blames_nobody();
    if (lasts == Lasts::from_then_on) return judge.faults();
    judge.want(point.reports() <= 1, "told " + std::to_string(point.reports()) + " times");
    const bool goes_on = point.told.exceptions == 0 && !point.ran_out();
    if (goes_on) judge.nothing_is_lost();
    if (point.told.exceptions > 0) judge.all_is_answered();
    return judge.faults();
}

MemorySweep::MemorySweep(Lasts lasts, Play play, std::size_t step)
    : lasts_(lasts), play_(std::move(play)) {
    play_(0, Lasts::once); // what is made once for the process
    const auto whole = play_(0, Lasts::once);
    if (const auto text = faults_of(whole, Lasts::once); !text.empty()) note(text, 0);
    asked_ = whole.asked;
    clean_bytes_ = test::heap_bytes();
    for (std::size_t nth = 1; nth <= asked_; nth += step) {
        try_point(nth);
        look_for_leak(nth);
    }
}

void MemorySweep::try_point(std::size_t nth) {
    ++points_;
    const auto point = play_(nth, lasts_);
    if (const auto text = faults_of(point, lasts_); !text.empty()) note(text, nth);
    if (point.ran_out())
        ++ended_;
    else if (point.told.exceptions > 0)
        ++exceptions_;
    else if (point.told.thrown > 0)
        ++thrown_;
}

// What a thread keeps for itself comes and goes, up to a bound; what leaks, leaks again each time.
void MemorySweep::look_for_leak(std::size_t nth) {
    if (test::heap_bytes() <= clean_bytes_) return;
    for (int i = 0; i < 4; ++i) {
        const auto before = std::exchange(clean_bytes_, test::heap_bytes());
        if (clean_bytes_ <= before) return;
        play_(nth, lasts_);
        play_(0, Lasts::once);
    }
    if (test::heap_bytes() > clean_bytes_) note("leaked", nth);
    clean_bytes_ = test::heap_bytes();
}

void MemorySweep::note(const std::string& fault, std::size_t nth) {
    auto& [count, last] = faults_[fault];
    ++count;
    last = nth;
}

std::string MemorySweep::faults() const {
    std::string text;
    for (const auto& [fault, met] : faults_)
        text += "\n" + std::to_string(met.first) + " (last " + std::to_string(met.second) + ") " +
                fault;
    return text;
}

std::string MemorySweep::summary() const {
    const auto rest = points_ - thrown_ - exceptions_ - ended_;
    return std::to_string(points_) + " of " + std::to_string(asked_) +
           " allocations failed: " + std::to_string(thrown_) + " thrown to the caller, " +
           std::to_string(exceptions_) + " given to on_exception, " + std::to_string(ended_) +
           " ended the session, " + std::to_string(rest) + " were not needed";
}

} // namespace support
