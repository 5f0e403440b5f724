// The look-ups of one search: what was asked, what is still waited for, and until when.
#pragma once

#include "headstock/connect_report.hpp"
#include "headstock/connect_step.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headstock::detail {

class Questions {
public:
    /// `answer_limit`: how long an answer is waited for, in milliseconds.
    explicit Questions(std::uint64_t answer_limit) : limit_(answer_limit) {}

    /// The number of the question, which is asked by the step that this adds.
    unsigned
    ask(std::string name, RecordType type, std::uint64_t now, std::vector<ConnectStep>& steps);
    bool is_open(unsigned number) const;
    /// It is answered: notes that.  False when nobody waits for it.
    bool close(unsigned number, std::uint64_t now, const LookUpAnswer& answer);
    /// A question whose time is over, or 0.
    unsigned overdue(std::uint64_t now) const;
    /// It is waited for until then at most.
    void shorten(unsigned number, std::uint64_t end);
    /// Those that are open are waited for so much longer.
    void wait_longer(std::uint64_t time);
    /// Nobody waits for any of them.
    void cancel_all(std::uint64_t now, std::vector<ConnectStep>& steps);
    /// When the first of those that are open is overdue.
    std::optional<std::uint64_t> deadline() const;
    /// How long it may be, or might have been, waited for.
    std::chrono::milliseconds waited(unsigned number) const;
    /// "_xmpp-client._tcp.example.com (SRV)"
    std::string name_of(unsigned number) const;

    const std::vector<LookUpReport>& report() const { return report_; }

private:
    struct Question {
        std::uint64_t asked = 0;
        std::uint64_t end = 0;
        bool open = true;
    };

    std::uint64_t limit_;
    std::vector<Question> questions_{};  ///< By number, from 1.
    std::vector<LookUpReport> report_{}; ///< In the same order.
};

} // namespace headstock::detail
