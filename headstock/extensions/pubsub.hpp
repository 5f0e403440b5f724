// Publish-subscribe (XEP-0060) and personal events (XEP-0163), with typed payloads.
//
//     headstock::PubSub mine;                          // of our own account
//     headstock::PubSub hers{"juliet@example.org"};    // or {"pubsub.example.org"}
//     client.register_handler(mine);                   // and from `ready` on:
//     client.register_handler(hers);
//
//     mine.publish(tune_node, Tune{"Finzi", 255}, [](const auto& answer) {
//         if (!answer) std::cout << answer.message() << '\n';    // Answer<PublishedItem>
//     });
//     hers.items<Tune>(tune_node, [](const auto& answer) {       // Answer<PubSubItems<Tune>>
//         if (!answer) return;
//         for (const auto& item : answer->items)
//             if (auto tune = item.value()) std::cout << printable(tune->artist) << '\n';
//     });
//
// EVENTS: what a service says of a node or a subscription, its object gives as ItemRetracted,
// NodePurged, NodeDeleted and SubscriptionChanged.  Items have a payload of yours, so they come as
// messages to rows of yours:
//     void gone(const headstock::ItemRetracted& event);   // of a service that has a PubSub
//     void tune(const Tune& tune, const Tag& message);    // of whom: message.attribute("from")
//     HEADSTOCK_HANDLERS(Mine, on_event<&self::gone>(),
//                              on<&self::tune>(headstock::item_event<Tune>()))
// A handler that needs the item's id takes `const Element& tune`, whose parent() is the item, and
// reads it by from_element<Tune>.  Anybody may send such a message, so look at `from`, or narrow
// the row by .from_account() or .from(...).
//
// Who is told: those who subscribed, and of a personal event also contacts whose client shows its
// interest by the feature NODE+notify in its entity capabilities: Capabilities::notify
// (capabilities.hpp).
//
// A LONG LIST need not be held: send items_query() by client.request_end(), and a row on
//     "iq@type=result/{http://jabber.org/protocol/pubsub}pubsub/items/item/{...}tune"
// is given the answer item by item, in constant memory.
//
// A refusal keeps the specification's own condition: StanzaError::application, as in
// `{http://jabber.org/protocol/pubsub#errors}precondition-not-met`.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/form_table.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

// --- nodes ---------------------------------------------------------------------------------------

/// Who may subscribe and read, section 4.5.
enum class AccessModel : std::uint8_t { open, presence, roster, authorize, whitelist };
/// When a subscriber is sent the last item without asking, section 16.4.3.
enum class SendLast : std::uint8_t { never, on_sub, on_sub_and_presence };

/// The common settings of a node, section 16.4.4; what is not given is left to the service.
struct NodeConfig {
    std::optional<std::string> title{};
    std::optional<AccessModel> access{};
    std::optional<bool> persist{};
    std::optional<std::string> max_items{}; ///< A number, or "max".
    std::optional<bool> notify_retract{};
    std::optional<SendLast> send_last{};
};
HEADSTOCK_FORM(NodeConfig,
               "http://jabber.org/protocol/pubsub#node_config",
               form_field<&self::title>("pubsub#title"),
               form_field<&self::access>("pubsub#access_model")
                   .values({{"open", AccessModel::open},
                            {"presence", AccessModel::presence},
                            {"roster", AccessModel::roster},
                            {"authorize", AccessModel::authorize},
                            {"whitelist", AccessModel::whitelist}}),
               form_field<&self::persist>("pubsub#persist_items"),
               form_field<&self::max_items>("pubsub#max_items"),
               form_field<&self::notify_retract>("pubsub#notify_retract"),
               form_field<&self::send_last>("pubsub#send_last_published_item")
                   .values({{"never", SendLast::never},
                            {"on_sub", SendLast::on_sub},
                            {"on_sub_and_presence", SendLast::on_sub_and_presence}}))

// --- what comes back -----------------------------------------------------------------------------

/// A node that was made, by the name that the service gave it.
struct CreatedNode {
    std::string node{};
};

/// The id of an item that was published.
struct PublishedItem {
    std::string id{};
};
HEADSTOCK_PAYLOAD(PublishedItem, "item", ns::pubsub, attribute<&self::id>("id"))

/// One item of a list.
template <Payload T>
struct PubSubItem {
    std::string id{}; ///< Empty when it came without.
    std::optional<std::string> publisher{};
    std::vector<Element>
        content{}; ///< As it came; one element, or none in a node without payloads.

    /// Read now, so that an item that is no `T` spoils none of the others.
    Parsed<T> value() const {
        return from_element<T>(content.empty() ? Element{} : content.front());
    }

    static constexpr auto payload() {
        return headstock::payload<PubSubItem>(
            "item", ns::pubsub, attribute<&PubSubItem::id>("id").or_default(),
            attribute<&PubSubItem::publisher>("publisher"), rest<&PubSubItem::content>());
    }
};

/// The items of a node, newest first or last as the service has it.
template <Payload T>
struct PubSubItems {
    std::string node{};
    std::vector<PubSubItem<T>> items{};
    /// What stood beside the list in the answer, as the <set/> that says which part of it this is
    /// (section 6.5.4); no part of the payload.
    std::vector<Element> beside{};

    static constexpr auto payload() {
        return headstock::payload<PubSubItems>("items", ns::pubsub,
                                               attribute<&PubSubItems::node>("node").or_default(),
                                               child<&PubSubItems::items>());
    }
};

/// How far a subscription has come, section 4.2.
enum class SubscriptionState : std::uint8_t {
    none,
    pending, ///< The owner is asked first.
    subscribed,
    unconfigured, ///< Nothing comes before it is configured, section 6.3.
};
/// Section 6.3: the subscription can be configured.
struct SubscribeOptions {
    bool required = false; ///< It must be, before anything comes.
};
HEADSTOCK_PAYLOAD(SubscribeOptions,
                  "subscribe-options",
                  ns::pubsub,
                  flag<&self::required>("required"))

/// A subscription, as the service tells it.
struct PubSubSubscription {
    std::optional<std::string> node{};
    Jid jid{};
    std::optional<std::string> subid{};
    std::optional<SubscriptionState> state{};
    std::optional<SubscribeOptions> options{};
    std::vector<Element> rest{}; ///< What else came in it.
    std::vector<Element>
        beside{}; ///< And beside it in the answer, as <options/>; no part of the payload.
};
HEADSTOCK_PAYLOAD(PubSubSubscription,
                  "subscription",
                  ns::pubsub,
                  attribute<&self::node>("node"),
                  attribute<&self::jid>("jid"),
                  attribute<&self::subid>("subid"),
                  attribute<&self::state>("subscription")
                      .values({{"none", SubscriptionState::none},
                               {"pending", SubscriptionState::pending},
                               {"subscribed", SubscriptionState::subscribed},
                               {"unconfigured", SubscriptionState::unconfigured}}),
                  child<&self::options>(),
                  rest<&self::rest>())

namespace detail {
/// <pubsub/> around what an answer is about.
template <Payload T>
struct PubSubAnswer {
    T inside{};
    std::vector<Element> beside{};
    static constexpr auto payload() {
        return headstock::payload<PubSubAnswer>(
            "pubsub", ns::pubsub, child<&PubSubAnswer::inside>(), rest<&PubSubAnswer::beside>());
    }
};
} // namespace detail

// --- events --------------------------------------------------------------------------------------
// Each is given by the PubSub of the service that it is `from`.

/// An event: an item is there no longer (section 7.2.2).
struct ItemRetracted {
    Jid from{};
    std::string node{};
    std::string id{};
};
/// An event: none of the items of a node is there any longer (section 8.5.2).
struct NodePurged {
    Jid from{};
    std::string node{};
};
/// An event: a node is there no longer (section 8.4.2).
struct NodeDeleted {
    Jid from{};
    std::string node{};
    std::string redirect{}; ///< The URI of the node in its place; mostly empty.  Not to be trusted.
};
/// An event: the service or a node's owner has granted, changed or ended a subscription of ours
/// (section 8.8.4).
struct SubscriptionChanged {
    Jid from{};
    PubSubSubscription subscription{}; ///< Its attributes.
};

/// The path of a row for items that are published, whatever is in them.
inline constexpr Path any_item_event{
    "message/{http://jabber.org/protocol/pubsub#event}event/items/item"};
/// For items that hold a `T`: its table says which.
template <Payload T>
consteval Path item_event() {
    return any_item_event / payload_name<T>;
}
/// For items that are retracted, whoever says it; their nodes stand in the parent's attribute.
inline constexpr Path retract_event{
    "message/{http://jabber.org/protocol/pubsub#event}event/items/retract"};

// --- asking --------------------------------------------------------------------------------------

/// How to publish.
struct PublishOptions {
    std::string id{}; ///< Empty: the service makes one.  An item of that id is replaced.
    std::optional<NodeConfig>
        config{}; ///< The node is made like this, or must be like this (7.1.5).
};
/// Which items to get.
struct ItemSelection {
    std::vector<std::string> ids{}; ///< None: all of them, or as many as the service sends at once.
    std::optional<unsigned> most{}; ///< The latest only, so many of them.
};
/// Whether subscribers hear of a retracted item.
enum class RetractNotice : std::uint8_t { send, omit };

/// One service as one client sees it.  Several may be registered, each for a service of its own.
/// Before `ready` and after the session nothing is sent (Errc::session_over).  Each callback is
/// called exactly once, unless the Delivery is false or the client is destroyed first: then never.
/// It may be empty, for an answer that nobody waits for.
class HEADSTOCK_API PubSub {
public:
    template <class T>
    using OnAnswer = std::function<void(const Answer<T>&)>; ///< A callback, called once.

    /// `service`: a domain, or the bare JID of an account; empty for our own (XEP-0163).  Events
    /// are given of this address, and of no other.  Throws std::invalid_argument for an address
    /// that is none.
    explicit PubSub(Address service = {});

    /// Publish `payload` as an item (section 7.1).  The service makes a node of our own account
    /// that is not there yet.  Throws std::invalid_argument for an empty `payload`.
    template <Payload T>
    Delivery publish(std::string_view node,
                     const T& payload,
                     OnAnswer<PublishedItem> callback,
                     const PublishOptions& options = {}) {
        return publish(node, to_element(payload), std::move(callback), options);
    }
    Delivery publish(std::string_view node,
                     Element payload,
                     OnAnswer<PublishedItem> callback,
                     const PublishOptions& options = {});
    /// Remove the item of this id (section 7.2).
    Delivery retract(std::string_view node,
                     std::string_view id,
                     OnAnswer<Ok> callback,
                     RetractNotice notice = RetractNotice::send);
    /// Get items of a node, each read as a `T` (section 6.5).
    template <Payload T>
    Delivery items(std::string_view node,
                   OnAnswer<PubSubItems<T>> callback,
                   const ItemSelection& selection = {}) {
        return ask<PubSubItems<T>>(items_query(node, selection), std::move(callback));
    }
    /// The iq that items() sends, for client.request_end() and rows that read a long list piece by
    /// piece.
    Element items_query(std::string_view node, const ItemSelection& selection = {}) const;
    /// Subscribe our bare JID (section 6.1): all clients of our account are notified.
    Delivery subscribe(std::string_view node, OnAnswer<PubSubSubscription> callback);
    /// End the subscription of our bare JID (section 6.2).  `subid` is needed only when it is
    /// subscribed more than once.
    Delivery unsubscribe(std::string_view node, OnAnswer<Ok> callback, std::string_view subid = {});
    /// Make a node (section 8.1).  With an empty `node` the service gives it a name (an instant
    /// node, 8.1.2); a service that does not refuses with not_acceptable and `nodeid-required`.
    Delivery create_node(std::string_view node,
                         OnAnswer<CreatedNode> callback,
                         const std::optional<NodeConfig>& config = {});
    /// Delete a node with all its items and subscriptions (section 8.4).
    Delivery delete_node(std::string_view node, OnAnswer<Ok> callback);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    template <class F>
    Delivery request(const Element& iq, F callback) {
        auto* client = client_.get();
        return client == nullptr ? no_session("PubSub") : client->request(iq, std::move(callback));
    }
    Delivery request_ok(const Element& iq, OnAnswer<Ok> callback);

    template <class T>
    Delivery ask(const Element& question, OnAnswer<T> callback) {
        using Whole = detail::PubSubAnswer<T>;
        return request(question, [callback = std::move(callback)](const Answer<Whole>& answer) {
            if (answer) return tell<T>(callback, with_others(*answer));
            if (answer.refusal() != nullptr) return tell<T>(callback, *answer.refusal());
            tell<T>(callback, *answer.failure());
        });
    }
    template <class T>
    static T with_others(const detail::PubSubAnswer<T>& answer) {
        T inside = answer.inside;
        inside.beside = answer.beside;
        return inside;
    }
    template <class T>
    static void tell(const OnAnswer<T>& callback, const Answer<T>& answer) {
        if (callback) callback(answer);
    }

    Jid own_jid() const;
    void on_retract(const Tag& retract, const Tag& message);
    void on_purge(const Tag& purge, const Tag& message);
    void on_delete(const Element& gone, const Tag& message);
    void on_subscription(const Tag& told, const Tag& message);
    template <class Event>
    void emit(const Tag& message, Event event);

    Link<ClientApi> client_; ///< While a session lasts.
    Jid service_;            ///< Empty: our own account.

    friend HEADSTOCK_HANDLERS(
        PubSub,
        on<&self::on_retract>(retract_event),
        on<&self::on_purge>("message/{http://jabber.org/protocol/pubsub#event}event/purge"),
        on<&self::on_delete>("message/{http://jabber.org/protocol/pubsub#event}event/delete"),
        on<&self::on_subscription>(
            "message/{http://jabber.org/protocol/pubsub#event}event/subscription"))
};

} // namespace headstock
