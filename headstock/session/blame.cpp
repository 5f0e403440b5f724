#include "headstock/session/blame.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace headstock::detail {

bool Blame::falls_again_on(const std::vector<Unsent>& unconfirmed) {
    std::vector<std::size_t> hashes;
    bool again = false;
    for (const auto& one : unconfirmed) {
        if (one.state != DeliveryState::written || one.id.empty() || one.stanza == "presence")
            continue;
        const auto hash = std::hash<std::string>{}(one.xml);
        again = again || std::find(hashes_.begin(), hashes_.end(), hash) != hashes_.end();
        hashes.push_back(hash);
    }
    hashes_ = std::move(hashes);
    return again;
}

} // namespace headstock::detail
