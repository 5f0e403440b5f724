// The block list (XEP-0191): whose stanzas our server keeps from us.
//
//     headstock::Blocking blocking;
//     client.register_handler(blocking);               // fetches the list at each `ready`
//     blocking.block({Jid{"iago@example.org"}});       // and from `ready` on
//     if (blocking.blocks("iago@example.org/x")) ...
//     // in a handler's table: on_event<&self::changed>() for void changed(const BlockListChanged&)
//
// What the server confirms is seen here as everywhere: by its push, which only our own account can
// send (contract 5 of handlers.hpp).  A stanza to somebody who is blocked comes back as an error
// that is_blocked() knows (section 3.3).  A server without blocking refuses the list, and then
// loaded() stays false: failed() says why.
//
// LIMITED: 50,000 addresses are kept; of a longer list the rest is counted in BlockListLoaded.
// Items whose jid is none are counted too, and spoil no other.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// One address, section 3.2.
struct BlockItem {
    Jid jid{}; ///< Empty when none came, or what is no JID.
};
HEADSTOCK_PAYLOAD(
    BlockItem,
    "item",
    ns::blocking,
    attribute<&self::jid>("jid")
        .as([](std::string_view word) { return std::optional{Jid::parse(word).value_or(Jid{})}; },
            [](const Jid& jid) { return jid.str(); })
        .or_default())

/// The whole list, section 3.2: the question, empty, and the answer.
struct BlockList {
    using answer = BlockList;

    std::vector<BlockItem> items{};
};
HEADSTOCK_PAYLOAD(BlockList, "blocklist", ns::blocking, child<&self::items>())
/// To block these, and that these were blocked, section 3.3.
struct Block {
    using answer = Ok;

    std::vector<BlockItem> items{};
};
HEADSTOCK_PAYLOAD(Block, "block", ns::blocking, child<&self::items>())
/// To unblock these, and that these were, section 3.4; without any, all of them (section 3.5).
struct Unblock {
    using answer = Ok;

    std::vector<BlockItem> items{};
};
HEADSTOCK_PAYLOAD(Unblock, "unblock", ns::blocking, child<&self::items>())

/// Whether an error says that we have blocked whom we wrote to, section 3.3.
HEADSTOCK_API bool is_blocked(const StanzaError& error);

/// An event: the list is known.  It comes again with each session.
struct BlockListLoaded {
    std::size_t blocked = 0; ///< How many addresses.
    std::size_t skipped = 0; ///< Items that are not kept: see LIMITED.
};
/// An event: addresses were blocked or unblocked, here or by another client of the account.
struct BlockListChanged {
    std::vector<Jid> blocked{};
    std::vector<Jid> unblocked{}; ///< Those that were blocked, and are not any more.
};

/// Holds the block list of one account.
class HEADSTOCK_API Blocking {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    /// Called once with what came of a change, unless the client is destroyed first.
    using Done = std::function<void(const Answer<Ok>&)>;

    /// As the server has them: full JIDs, bare ones, and domains.
    const std::set<Jid>& list() const { return list_; }
    /// The list is known: the server has answered in this session.
    bool loaded() const { return loaded_; }
    /// Why it is not, in words; empty while it is not answered, and when it is.
    const std::string& failed() const { return failed_; }
    /// Whether the list keeps stanzas of this address from us (section 6): by itself, its bare JID,
    /// its domain with this resource, or its domain.
    bool blocks(Address who) const;

    /// Block these (section 3.3).  Before `ready` and after the session nothing is sent
    /// (Errc::session_over); refused with Errc::invalid_jid: none at all, and an empty one.
    Delivery block(const std::vector<Jid>& who, Done done = {});
    /// Unblock these (section 3.4); refused likewise.
    Delivery unblock(const std::vector<Jid>& who, Done done = {});
    /// Unblock everybody (section 3.5).
    Delivery unblock_all(Done done = {});

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    void answered(const Answer<BlockList>& answer);
    Ok on_block(const Block& block);
    Ok on_unblock(const Unblock& unblock);
    bool take(const Jid& jid, std::size_t& skipped);
    void tell(BlockListChanged event);
    template <class Change>
    Delivery change(const std::vector<Jid>& who, Done done);
    Delivery send(const Element& iq, Done done);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;
    std::set<Jid> list_;
    std::string failed_;
    bool loaded_ = false;

    friend HEADSTOCK_HANDLERS(Blocking,
                              on<&self::on_block>("iq@type=set"),
                              on<&self::on_unblock>("iq@type=set"))
};

} // namespace headstock
