// Which address is ours: the one that the server has bound, whatever we asked for; and the stanzas
// that came to it before we were told.
#include "headstock/session/session.hpp"
#include "headstock/stream/header.hpp"

#include <utility>

namespace headstock::detail {
namespace {

// Wants what is inside the root, of which the session knows nothing.
class Root final : public bridge::Demands {
    bridge::Demand decide(bridge::StartTag&) override { return bridge::Demand::look; }
};

} // namespace

// Our server knows the account by the name that it has bound, so answers come from there.
void Session::take_address(Jid bound) {
    jid_ = std::move(bound);
    const auto& asked = credentials_.account;
    renamed_ = !asked.local().empty() && asked.bare() != jid_.bare();
    dispatcher_.begin({jid_, options_.language});
    if (renamed_) requests_.readdress([this](std::string_view to) { return as_bound(to); });
}

// `to`, with the name that is bound where it has the one that was asked for.
std::string Session::as_bound(std::string_view to) const {
    const auto whom = Jid::parse(to);
    if (!renamed_ || !whom || whom->bare() != credentials_.account.bare()) return std::string{to};
    return jid_.with_resource(whom->resource()).value_or(jid_).str();
}

// By a parser of their own: the connection's is behind them.
void Session::deliver_early(const std::vector<std::string>& stanzas) {
    using Event = bridge::Parser::Event;
    if (stanzas.empty() || is_closed()) return;
    const auto& limits = options_.limits;
    Root root;
    bridge::Parser parser{root,
                          {.held_bytes = limits.held,
                           .depth = limits.depth,
                           .attributes = limits.attributes,
                           .namespace_bytes = limits.namespace_bytes}};
    std::string all;
    for (const auto& xml : stanzas) all += xml;
    const auto header = stream_header(jid_, false, {});
    parser.feed(header); // it borrows what it is fed
    auto kind = parser.next().kind;
    registry_.forget_names(0);
    parser.set_demands(*this);
    parser.feed(all);
    early_ = true;
    do {
        kind = parser.next().kind;
    } while (!is_closed() && kind != Event::more && kind != Event::error);
    early_ = false;
    if (kind == Event::error)
        tell_dropped("dropped: what came before the resource was bound breaks off");
    registry_.forget_names(0);
}

} // namespace headstock::detail
