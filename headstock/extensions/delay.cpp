#include "headstock/extensions/delay.hpp"

namespace headstock {
namespace {

std::optional<Delay> read_legacy(const Element& x) {
    const auto stamp = parse_legacy_date_time(bridge::trim(x.attribute("stamp")));
    if (!stamp) return std::nullopt;
    return Delay{Jid::parse(x.attribute("from")).value_or(Jid{}), *stamp, std::string{x.text()}};
}

} // namespace

std::optional<Delay> Delay::of(const Element& stanza) {
    for (const auto& child : stanza.children("delay", ns::delay)) {
        if (auto delay = from_element<Delay>(child)) return *std::move(delay);
    }
    for (const auto& child : stanza.children("x", ns::legacy_delay)) {
        if (auto delay = read_legacy(child)) return delay;
    }
    return std::nullopt;
}

std::optional<DateTime> delayed_by(const Message& message, const Jid& keeper) {
    if (message.from.bare() != keeper.bare()) return std::nullopt;
    for (const auto& other : message.others) {
        if (other.name() != payload_name<Delay>) continue;
        const auto delay = from_element<Delay>(other);
        if (delay && delay->from == keeper.bare()) return delay->stamp;
    }
    return std::nullopt;
}

} // namespace headstock
