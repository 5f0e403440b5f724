// One host of a search: its look-ups, and its addresses in the order in which they are tried.
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"
#include "headstock/route/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headstock::detail {

/// Addresses of both families take turns, IPv6 first (RFC 8305 section 4).
class Target {
public:
    /// More addresses of one family are not tried.
    static constexpr std::size_t most_addresses = 8;

    /// `may_ask_system`: a person has named the host, perhaps by a name that only this machine
    /// knows.
    Target(Endpoint endpoint, bool may_ask_system)
        : endpoint_(std::move(endpoint)), may_ask_system_(may_ask_system) {}

    const Endpoint& endpoint() const { return endpoint_; }

    /// The numbers of its questions, once they are asked.
    void asked(unsigned six, unsigned four) {
        six_ = six;
        four_ = four;
    }
    void asked_system(unsigned number) {
        system_ = number;
        system_asked_ = true;
    }
    /// An answer to one of them; false when the question is of somebody else.
    bool answered(unsigned number, const LookUpAnswer& answer, std::uint64_t now);
    /// An address that needs no look-up.
    void has_address(std::string address, std::uint64_t now);
    /// Neither name server has an address, and the system was not asked.
    bool wants_system() const;
    bool waits() const { return six_ != 0 || four_ != 0 || system_ != 0; }

    bool has_address() const { return !sixes_.empty() || !fours_.empty(); }
    /// The next one to try, which is taken.  Only if there is one.
    std::string take_address();
    /// The answer that may hold better addresses than those here is still waited for.
    bool waits_for_better() const { return six_ != 0 && sixes_.empty() && !tried_; }
    /// When the first address was found.
    std::uint64_t found_at() const { return found_at_; }
    /// Why there is no address; no error while there is, or was, one.
    const Error& error() const { return error_; }

private:
    void add(std::string address, std::uint64_t now);

    Endpoint endpoint_;
    bool may_ask_system_;
    unsigned six_ = 0; ///< Numbers of open questions.
    unsigned four_ = 0;
    unsigned system_ = 0;
    bool system_asked_ = false;
    std::vector<std::string> sixes_{}; ///< Not tried yet, best last.
    std::vector<std::string> fours_{};
    bool found_ = false;
    bool tried_ = false;
    bool last_was_six_ = false;
    std::uint64_t found_at_ = 0;
    Error error_{};
};

} // namespace headstock::detail
