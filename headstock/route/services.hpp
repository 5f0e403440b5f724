// What a domain says of its servers by SRV records (RFC 6120 3.2.1, XEP-0368).
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/route/plan.hpp"
#include "headstock/route/questions.hpp"
#include "headstock/route/srv_order.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace headstock::detail {

/// Asks for `_xmpp-client` and `_xmpps-client` at the same time, as far as a plan has use for them.
class Services {
public:
    static constexpr std::size_t most_records = 32;     ///< of one answer that are looked at
    static constexpr std::uint64_t other_answer = 1000; ///< the second is waited for, milliseconds

    void ask(const RoutePlan& plan,
             std::uint64_t now,
             Questions& questions,
             std::vector<ConnectStep>& steps);
    /// An answer to one of them; false when the question is of somebody else.
    bool answered(unsigned number, const LookUpAnswer& answer, std::uint64_t now, Questions& all);
    bool waits() const { return clear_.number != 0 || direct_.number != 0; }

    /// What was found, in lists of one priority each, in the order in which it is tried.
    std::vector<std::vector<Service>> take(const RandomNumber& random);
    /// The domain itself is to be tried: nothing is known of such a service, neither that there is
    /// one nor that there is none.
    bool may_fall_back(bool direct_tls) const;

private:
    enum class Found : std::uint8_t {
        nothing,
        servers,
        refusal, ///< One record, and it says that there is no such service (RFC 2782, target ".").
    };
    struct Question {
        unsigned number = 0; ///< While it is open.
        bool asked = false;
        Found found = Found::nothing;
    };

    void ask(Question& question,
             std::string name,
             std::uint64_t now,
             Questions& questions,
             std::vector<ConnectStep>& steps);
    Found take_records(const LookUpAnswer& answer, bool direct_tls);

    Question clear_{};
    Question direct_{};
    std::vector<Service> services_{};
};

} // namespace headstock::detail
