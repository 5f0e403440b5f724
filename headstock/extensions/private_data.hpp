// Private data in nodes of our own account (XEP-0223), which nobody else can read.
//
//     headstock::PubSub mine;                  // of our own account
//     client.register_handler(mine);
//     headstock::publish_private(mine, "urn:example:notes", Note{"buy poison"}, "today",
//                                [](const headstock::Answer<headstock::PublishedItem>& answer) {
//         if (!answer) std::cout << answer.message() << '\n';
//     });
//
// The node is made for us alone, or must be so: a server that has it with other settings refuses
// with `{http://jabber.org/protocol/pubsub#errors}precondition-not-met`.  A server that does not
// know publish options would show the data to contacts: ask once whether its DiscoInfo, or that of
// the account, keeps_private_data().  Others cannot write to the node, but can send events in its
// name: narrow rows by .from_account().
#pragma once

#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/pubsub.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace headstock {

/// The settings that section 3 wants: kept, and for us alone.  `max_items` is a number or "max".
inline NodeConfig private_node(std::string_view max_items = "max") {
    NodeConfig config;
    config.access = AccessModel::whitelist;
    config.persist = true;
    config.max_items = std::string{max_items};
    return config;
}

/// Whether private data may be given to who says this of itself: personal nodes, with publish
/// options (section 6).  Our server says it of the account, or of itself.
inline bool keeps_private_data(const DiscoInfo& info) {
    return info.has_identity("pubsub", "pep") &&
           info.has_feature("http://jabber.org/protocol/pubsub#publish-options");
}

/// Publish `value` for us alone.  `mine` is the PubSub of our own account; with an `id`, the item
/// of that id is replaced, with an empty one the service makes one.  Throws what to_element() does.
template <Payload T>
Delivery publish_private(PubSub& mine,
                         std::string_view node,
                         const T& value,
                         std::string_view id,
                         PubSub::OnAnswer<PublishedItem> callback) {
    return mine.publish(node, value, std::move(callback),
                        {.id = std::string{id}, .config = private_node()});
}

} // namespace headstock
