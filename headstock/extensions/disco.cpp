#include "headstock/extensions/disco.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

StanzaError no_such_node() { return {Condition::item_not_found, "there is no such node"}; }

// An empty name is how some clients write that they mean no node.
bool names_node(const std::optional<std::string>& node) { return node && !node->empty(); }

} // namespace

bool DiscoInfo::has_feature(std::string_view var) const {
    return std::any_of(features.begin(), features.end(),
                       [&](const DiscoFeature& feature) { return feature.var == var; });
}

bool DiscoInfo::has_identity(std::string_view category, std::string_view type) const {
    return std::any_of(identities.begin(), identities.end(), [&](const DiscoIdentity& identity) {
        return identity.category == category && identity.type == type;
    });
}

Disco::Disco(std::vector<DiscoIdentity> identities) : identities_(std::move(identities)) {}

Disco& Disco::add_feature(std::string_view var) {
    if (features_.emplace(var).second) tell_changed();
    return *this;
}

Disco& Disco::add_form(Element form) {
    forms_.push_back(std::move(form));
    tell_changed();
    return *this;
}

Disco& Disco::add_item(DiscoItem item, const std::string& of) {
    if (!of.empty()) nodes_[of].info.node = of;
    (of.empty() ? items_ : nodes_[of].items).push_back(std::move(item));
    return *this;
}

Disco& Disco::set_node(const std::string& node, DiscoInfo info) {
    info.node = node;
    nodes_[node].info = std::move(info);
    return *this;
}

Disco& Disco::add_nodes(DiscoNodes nodes) {
    others_.push_back(std::move(nodes));
    return *this;
}

Disco& Disco::remove_node(std::string_view node) {
    if (const auto found = nodes_.find(node); found != nodes_.end()) nodes_.erase(found);
    return *this;
}

void Disco::tell_changed() {
    if (auto* client = client_.get()) client->emit_now(DiscoChanged{});
}

DiscoInfo Disco::info() const {
    DiscoInfo info{{}, identities_, {}, forms_};
    auto all = features_;
    if (const auto* client = client_.get()) {
        for (auto& served : client->served_namespaces()) all.insert(std::move(served));
    }
    for (const auto& var : all) info.features.push_back({var});
    return info;
}

const Disco::Node* Disco::find(std::string_view node) const {
    const auto found = nodes_.find(node);
    return found == nodes_.end() ? nullptr : &found->second;
}

// Without `from` it is our own account's (RFC 6120 8.1.2.1); an address that is none is nobody's.
DiscoAsked Disco::asked_by(const Tag& iq, const std::string& node) const {
    const auto* client = client_.get();
    const auto own = client == nullptr ? Jid{} : client->jid();
    return {iq.has_attribute("from") ? from(iq).value_or(Jid{}) : own.bare(), to(iq).value_or(own),
            node};
}

Answer<DiscoInfo> Disco::answer_info(const DiscoInfoQuery& query, const Tag& iq) const {
    if (!names_node(query.node)) return info();
    if (const auto* node = find(*query.node)) return node->info;
    const auto asked = asked_by(iq, *query.node);
    for (const auto& other : others_) {
        if (!other.info) continue;
        if (auto told = other.info(asked)) return *std::move(told);
    }
    return no_such_node();
}

Answer<DiscoItems> Disco::answer_items(const DiscoItemsQuery& query, const Tag& iq) const {
    if (!names_node(query.node)) return DiscoItems{{}, items_, {}};
    if (const auto* node = find(*query.node)) return DiscoItems{query.node, node->items, {}};
    const auto asked = asked_by(iq, *query.node);
    for (const auto& other : others_) {
        if (!other.items) continue;
        if (auto told = other.items(asked)) return *std::move(told);
    }
    return no_such_node();
}

} // namespace headstock
