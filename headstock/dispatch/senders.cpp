#include "headstock/dispatch/senders.hpp"

#include "headstock/text/address.hpp"

namespace headstock::detail {
namespace {

// Of a component, whose JID is its domain, every address in it.
bool is_ours(std::string_view from, const Jid& own) {
    if (from.empty()) return true;
    const bool component = own.local().empty() && own.resource().empty();
    return component ? same_domain(domain_of(from), own.domain())
                     : is_account(bare_part(from), own);
}

} // namespace

bool is_sender(Sender sender, std::string_view jid, std::string_view from, const Jid& own) {
    switch (sender) {
    case Sender::usual:
    case Sender::anyone:
        return true;
    case Sender::account:
        return is_account(from, own);
    case Sender::others:
        return !is_ours(from, own);
    case Sender::server:
        return own && same_domain(from, own.domain());
    case Sender::jid:
        break;
    }
    if (from.empty()) return is_account(jid, own) && !jid.empty();
    return same_jid(from, jid) || (bare_part(jid) == jid && same_bare(bare_part(from), jid));
}

} // namespace headstock::detail
