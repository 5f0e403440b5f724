// What a row would copy is counted before it is copied; what is too much is passed over and told
// once.
#include "bridge/detail/copy_size.hpp"
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace headstock::detail {
namespace {

constexpr std::size_t beyond =
    std::numeric_limits<std::size_t>::max() / 2; // what is counted stays below

} // namespace

// What a call of this row copies; more than `most` when it is more.
std::size_t Dispatcher::copies_of(const Row& row, const Element& element, std::size_t most) const {
    std::size_t size = row.copies_element ? bridge::detail::copy_size(element, most) : 0;
    if (row.match.threaded && !row.wants_stanza) size += bridge::detail::copy_size(*stanza_);
    if (row.copies_stanza && size <= most) size += bridge::detail::copy_size(*built_, most - size);
    return size;
}

// A row that was refused once is not called for the rest of the stanza: so the counting too is
// bounded.
std::optional<std::size_t> Dispatcher::may_copy(Entry& entry, const Element& element) {
    if (entry.passed_over_in == number_) return std::nullopt;
    const auto left = std::min<std::uint64_t>(entry.copies.left(received_, copied_limit_), beyond);
    const auto room = entry.row.match.threaded ? outlet_.room_for_calls() : beyond;
    const auto size = copies_of(entry.row, element, std::min<std::size_t>(left, room));
    if (size <= left && size <= room) {
        entry.copies.spend(size);
        return size;
    }
    entry.passed_over_in = number_;
    pass_over(entry, size > room ? outlet_.why_no_room(size)
                                 : concat({"it would copy more than ", decimal(left),
                                           " bytes more of what came (Limits::copied)"}));
    return std::nullopt;
}

// The stanza, or a part of it, is lost to this row, so the log alone is not enough: on_exception is
// told.
void Dispatcher::pass_over(const Entry& entry, const std::string& why) {
    crowded_ = crowded_ || acknowledges(entry) || !entry.row.returns_nothing;
    outlet_.tell_dropped(concat({"not called: ", entry.row.name, ", since ", why}));
    catching(entry.row.name, [&] { throw std::length_error{"headstock: not called: " + why}; });
}

} // namespace headstock::detail
