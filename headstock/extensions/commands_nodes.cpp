// What service discovery says of commands.
#include "headstock/extensions/commands.hpp"

namespace headstock {

DiscoNodes Commands::nodes() {
    const Link self{*this, lifetime_};
    DiscoNodes nodes;
    nodes.info = [self](const DiscoAsked& asked) -> std::optional<Answer<DiscoInfo>> {
        auto* commands = self.get();
        if (commands == nullptr) return std::nullopt;
        if (asked.node != ns::commands && commands->find(asked.node) == nullptr)
            return std::nullopt;
        return commands->tell_info(asked);
    };
    nodes.items = [self](const DiscoAsked& asked) -> std::optional<Answer<DiscoItems>> {
        auto* commands = self.get();
        if (commands == nullptr) return std::nullopt;
        if (asked.node == ns::commands) return commands->tell_items(asked);
        if (commands->find(asked.node) == nullptr) return std::nullopt;
        return DiscoItems{asked.node, {}, {}};
    };
    return nodes;
}

// Section 2.2: of one that is for others, that it is.
Answer<DiscoInfo> Commands::tell_info(const DiscoAsked& asked) const {
    DiscoInfo info;
    info.node = asked.node;
    const auto* offer = find(asked.node);
    if (offer == nullptr) {
        info.identities = {{"automation", "command-list"}};
    } else if (!offer->access.allows(asked.asker, own())) {
        return not_for_them();
    } else {
        info.identities = {{"automation", "command-node", offer->name}};
        info.features = {{std::string{ns::commands}}, {std::string{ns::data_forms}}};
    }
    return info;
}

DiscoItems Commands::tell_items(const DiscoAsked& asked) const {
    DiscoItems items{asked.node, {}, {}};
    for (const auto& offer : offers_) {
        if (offer.access.allows(asked.asker, own()))
            items.items.push_back({asked.asked, offer.name, offer.node});
    }
    return items;
}

} // namespace headstock
