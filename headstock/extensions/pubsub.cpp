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

// --- asking --------------------------------------------------------------------------------------

PubSub::PubSub(Address service) : service_(service.empty() ? Jid{} : Jid{service.text()}) {}

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
    return request(
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
    return request_ok(iq, std::move(callback));
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
    content(iq, "subscribe").set("node", node).set("jid", own_jid().str());
    return ask(iq, std::move(callback));
}

Delivery PubSub::unsubscribe(std::string_view node, OnAnswer<Ok> callback, std::string_view subid) {
    auto iq = iq_set(service_);
    auto& leave = content(iq, "unsubscribe").set("node", node).set("jid", own_jid().str());
    if (!subid.empty()) leave.set("subid", subid);
    return request_ok(iq, std::move(callback));
}

Delivery PubSub::create_node(std::string_view node,
                             OnAnswer<CreatedNode> callback,
                             const std::optional<NodeConfig>& config) {
    auto iq = iq_set(service_);
    auto& pubsub = iq.append("pubsub", ns::pubsub);
    auto& create = pubsub.append("create");
    if (!node.empty()) create.set("node", node);
    if (config) pubsub.append("configure").add(to_form(*config));
    return request(iq,
                   [callback = std::move(callback), node = std::string{node}](
                       const Answer<Element>& answer) { tell(callback, created(answer, node)); });
}

Delivery PubSub::delete_node(std::string_view node, OnAnswer<Ok> callback) {
    auto iq = iq_set(service_);
    content(iq, "delete", ns::pubsub_owner).set("node", node);
    return request_ok(iq, std::move(callback));
}

Delivery PubSub::request_ok(const Element& iq, OnAnswer<Ok> callback) {
    return request(
        iq, [callback = std::move(callback)](const Answer<Ok>& answer) { tell(callback, answer); });
}

// Empty outside a session, where nothing is sent.
Jid PubSub::own_jid() const {
    const auto* client = client_.get();
    return client == nullptr ? Jid{} : client->jid().bare();
}

// --- events --------------------------------------------------------------------------------------

// No `from` means our own account (RFC 6120 8.1.2.1).
template <class Event>
void PubSub::emit(const Tag& message, Event event) {
    auto* client = client_.get();
    if (client == nullptr) return;
    const auto own = own_jid();
    const auto said = message.has_attribute("from") ? from(message) : std::optional{own};
    if (!said || *said != (service_ ? service_ : own)) return;
    event.from = *said;
    client->emit_now(event);
}

void PubSub::on_retract(const Tag& retract, const Tag& message) {
    emit(message, ItemRetracted{{},
                                std::string{retract.parent().attribute("node")},
                                std::string{retract.attribute("id")}});
}

void PubSub::on_purge(const Tag& purge, const Tag& message) {
    emit(message, NodePurged{{}, std::string{purge.attribute("node")}});
}

void PubSub::on_delete(const Element& gone, const Tag& message) {
    emit(message, NodeDeleted{{},
                              std::string{gone.attribute("node")},
                              std::string{gone.child("redirect").attribute("uri")}});
}

// It is read as an answer is, whose namespace is another (section 8.8.4).  One that does not read
// says nothing.
void PubSub::on_subscription(const Tag& told, const Tag& message) {
    Element subscription{"subscription", ns::pubsub};
    for (const auto* name : {"node", "jid", "subid", "subscription"}) {
        if (told.has_attribute(name)) subscription.set(name, told.attribute(name));
    }
    if (auto read = from_element<PubSubSubscription>(subscription))
        emit(message, SubscriptionChanged{{}, std::move(*read)});
}

} // namespace headstock
