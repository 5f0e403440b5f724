#include "headstock/route/target.hpp"

#include <utility>

namespace headstock::detail {

bool Target::answered(unsigned number, const LookUpAnswer& answer, std::uint64_t now) {
    auto* const question = number == six_      ? &six_
                           : number == four_   ? &four_
                           : number == system_ ? &system_
                                               : nullptr;
    if (number == 0 || question == nullptr) return false;
    *question = 0;
    for (const auto& address : answer.addresses) add(address, now);
    if (!found_ && (!error_ || question == &four_ || question == &system_)) error_ = answer.error;
    return true;
}

void Target::has_address(std::string address, std::uint64_t now) { add(std::move(address), now); }

void Target::add(std::string address, std::uint64_t now) {
    auto& family = address.find(':') != address.npos ? sixes_ : fours_;
    if (family.size() >= most_addresses) return;
    if (!std::exchange(found_, true)) found_at_ = now;
    error_ = {};
    family.insert(family.begin(), std::move(address));
}

bool Target::wants_system() const {
    return may_ask_system_ && !found_ && !waits() && !system_asked_;
}

std::string Target::take_address() {
    tried_ = true;
    const bool six = fours_.empty() || (!sixes_.empty() && !last_was_six_);
    last_was_six_ = six;
    auto& family = six ? sixes_ : fours_;
    auto address = std::move(family.back());
    family.pop_back();
    return address;
}

} // namespace headstock::detail
