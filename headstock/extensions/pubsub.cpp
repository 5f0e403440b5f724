#include "headstock/extensions/pubsub.hpp"

namespace headstock {
namespace {

constexpr std::string_view publish_options = "http://jabber.org/protocol/pubsub#publish-options";

// Adds <pubsub/> and, inside it, what is asked; gives the latter.
Element& content(Element& iq, std::string_view what, std::string_view ns = ns::pubsub) {
    return iq.append("pubsub", ns).append(what);
}

void add_options(Element& pubsub, const NodeConfig& config) {
    auto form = to_form(config);
    form.set("FORM_TYPE", {std::string{publish_options}});
    pubsub.append("publish-options").add(form);
}

// A service need not say the id again when we have chosen it.
Answer<PublishedItem> published(const Answer<Element>& answer, const std::string& id) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    const auto& item = answer->child("publish").child("item");
    return PublishedItem{std::string{item.attribute("id", id)}};
}

// A service must say the name when it is not the one that we gave (section 8.1.2).
Answer<CreatedNode> created(const Answer<Element>& answer, const std::string& node) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    CreatedNode made{std::string{answer->child("create").attribute("node", node)}};
    if (made.node.empty())
        return Error{Errc::invalid_payload, "an instant node was made, and its name not told"};
    return made;
}

} // namespace

Delivery PubSub::publish(std::string_view node,
                         Element payload,
                         OnAnswer<PublishedItem> callback,
                         const PublishOptions& options) {
    auto iq = iq_set(service_);
    auto& pubsub = iq.append("pubsub", ns::pubsub);
    auto& item = pubsub.append("publish").set("node", node).append("item");
    if (!options.id.empty()) item.set("id", options.id);
    item.add(std::move(payload));
    if (options.config) add_options(pubsub, *options.config);
    return client_.request(
        iq, [callback = std::move(callback), id = options.id](const Answer<Element>& answer) {
            tell(callback, published(answer, id));
        });
}

Delivery PubSub::retract(std::string_view node,
                         std::string_view id,
                         OnAnswer<Ok> callback,
                         RetractNotice notice) {
    auto iq = iq_set(service_);
    auto& retract = content(iq, "retract").set("node", node);
    if (notice == RetractNotice::send) retract.set("notify", "true");
    retract.append("item").set("id", id);
    return request(iq, std::move(callback));
}

Element PubSub::items_query(std::string_view node, const ItemSelection& selection) const {
    auto iq = iq_get(service_);
    auto& items = content(iq, "items").set("node", node);
    if (selection.most) items.set("max_items", std::to_string(*selection.most));
    for (const auto& id : selection.ids) items.append("item").set("id", id);
    return iq;
}

Delivery PubSub::subscribe(std::string_view node, OnAnswer<PubSubSubscription> callback) {
    auto iq = iq_set(service_);
    content(iq, "subscribe").set("node", node).set("jid", client_.jid().bare().str());
    return ask(iq, std::move(callback));
}

Delivery PubSub::unsubscribe(std::string_view node, OnAnswer<Ok> callback, std::string_view subid) {
    auto iq = iq_set(service_);
    auto& leave =
        content(iq, "unsubscribe").set("node", node).set("jid", client_.jid().bare().str());
    if (!subid.empty()) leave.set("subid", subid);
    return request(iq, std::move(callback));
}

Delivery PubSub::create_node(std::string_view node,
                             OnAnswer<CreatedNode> callback,
                             const std::optional<NodeConfig>& config) {
    auto iq = iq_set(service_);
    auto& pubsub = iq.append("pubsub", ns::pubsub);
    auto& create = pubsub.append("create");
    if (!node.empty()) create.set("node", node);
    if (config) pubsub.append("configure").add(to_form(*config));
    return client_.request(iq, [callback = std::move(callback),
                                node = std::string{node}](const Answer<Element>& answer) {
        tell(callback, created(answer, node));
    });
}

Delivery PubSub::delete_node(std::string_view node, OnAnswer<Ok> callback) {
    auto iq = iq_set(service_);
    content(iq, "delete", ns::pubsub_owner).set("node", node);
    return request(iq, std::move(callback));
}

Delivery PubSub::request(const Element& iq, OnAnswer<Ok> callback) {
    return client_.request(
        iq, [callback = std::move(callback)](const Answer<Ok>& answer) { tell(callback, answer); });
}

} // namespace headstock
