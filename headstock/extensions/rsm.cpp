#include "headstock/extensions/rsm.hpp"

namespace headstock::detail {

Error too_many_pages(std::size_t pages) {
    return {Errc::policy_violation,
            "the list goes on after " + std::to_string(pages) + " pages; see PageOptions"};
}

Error pages_repeat() {
    return {Errc::policy_violation, "the list has no end: it comes to the same page again"};
}

Parsed<Rsm> set_in(const Response& response) {
    const auto& set = response.payload().child("set", ns::result_set);
    return set ? from_element<Rsm>(set) : Parsed<Rsm>{Rsm{}};
}

Error unusable_set(const Response& response, const PayloadError& why) {
    return unusable_payload(response.stanza(), why);
}

} // namespace headstock::detail
