// Service discovery (XEP-0030): what somebody is and can do, and what belongs to it.
//
//     headstock::Disco disco{{{"client", "bot", "echo bot"}}};
//     client.register_handler(disco);           // features: what the registered rows answer
//     disco.add_feature(headstock::ns::receipts);  // and what no row on an iq shows
//
//     client.request("example.org", headstock::DiscoInfoQuery{},
//                    [](const headstock::Answer<headstock::DiscoInfo>& info) {
//                        if (info && info->has_feature(headstock::ns::archive)) ...
//                    });
//     client.request("example.org", headstock::DiscoItemsQuery{},
//                    [](const headstock::Answer<headstock::DiscoItems>& answer) { ... });
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

struct DiscoInfo;

/// What is this? (section 3)
struct DiscoInfoQuery {
    using answer = DiscoInfo;

    std::optional<std::string> node{};
};
HEADSTOCK_PAYLOAD(DiscoInfoQuery, "query", ns::disco_info, attribute<&self::node>("node"))

/// A category and type of the registry at xmpp.org/registrar/disco-categories.html.  Both must be
/// there; one that came without is empty, and spoils nothing else.
struct DiscoIdentity {
    std::string category{};
    std::string type{};
    std::optional<std::string> name{};
    std::optional<std::string> lang{}; ///< Of the name.
};
HEADSTOCK_PAYLOAD(DiscoIdentity,
                  "identity",
                  ns::disco_info,
                  attribute<&self::category>("category").or_default(),
                  attribute<&self::type>("type").or_default(),
                  attribute<&self::name>("name"),
                  attribute<&self::lang>("lang", bridge::xml_ns))

/// The name of a protocol that is understood, as "urn:xmpp:ping".
struct DiscoFeature {
    std::string var{};
};
HEADSTOCK_PAYLOAD(DiscoFeature,
                  "feature",
                  ns::disco_info,
                  attribute<&self::var>("var").or_default())

/// The answer to a DiscoInfoQuery.
struct HEADSTOCK_API DiscoInfo {
    std::optional<std::string> node{};
    std::vector<DiscoIdentity> identities{};
    std::vector<DiscoFeature> features{};
    std::vector<Element> forms{}; ///< More about it in data forms (XEP-0128), and what else came.

    bool has_feature(std::string_view var) const; ///< It is told among the features.
    /// It is told among the identities.
    bool has_identity(std::string_view category, std::string_view type) const;
};
HEADSTOCK_PAYLOAD(DiscoInfo,
                  "query",
                  ns::disco_info,
                  attribute<&self::node>("node"),
                  child<&self::identities>(),
                  child<&self::features>(),
                  rest<&self::forms>())

struct DiscoItems;

/// What belongs to this? (section 4)
struct DiscoItemsQuery {
    using answer = DiscoItems;

    std::optional<std::string> node{};
    std::vector<Element> rest{}; ///< As the <set/> that asks for one page of the list (XEP-0059).
};
HEADSTOCK_PAYLOAD(
    DiscoItemsQuery, "query", ns::disco_items, attribute<&self::node>("node"), rest<&self::rest>())

/// One thing that belongs to what was asked.
struct DiscoItem {
    /// Empty when none came, or what is no JID: one item, a stranger's room, spoils no list.
    Jid jid{};
    std::optional<std::string> name{};
    std::optional<std::string> node{};
};
HEADSTOCK_PAYLOAD(
    DiscoItem,
    "item",
    ns::disco_items,
    attribute<&self::jid>("jid")
        .as([](std::string_view word) { return std::optional{Jid::parse(word).value_or(Jid{})}; },
            [](const Jid& jid) { return jid.str(); })
        .or_default(),
    attribute<&self::name>("name"),
    attribute<&self::node>("node"))

/// The answer to a DiscoItemsQuery.  A list of any length can be taken item by item instead: by a
/// row on `{"item", ns::disco_items}`, and the question sent by request_end().
struct DiscoItems {
    std::optional<std::string> node{};
    std::vector<DiscoItem> items{};
    /// What else came, as the <set/> that says which page of the list this is (XEP-0059).
    std::vector<Element> rest{};
};
HEADSTOCK_PAYLOAD(DiscoItems,
                  "query",
                  ns::disco_items,
                  attribute<&self::node>("node"),
                  child<&self::items>(),
                  rest<&self::rest>())

/// A question for one node, and who has it.
struct DiscoAsked {
    Jid asker{}; ///< The full JID; our bare one where the stanza names nobody.
    Jid asked{}; ///< The address of ours that was asked.
    std::string node{};
};

/// Nodes of another object, made up when somebody asks.  Each function gives nothing for a node
/// that is none of its own, and must hold when its object has gone: by a Link.
struct DiscoNodes {
    std::function<std::optional<Answer<DiscoInfo>>(const DiscoAsked&)> info{};   ///< What it is.
    std::function<std::optional<Answer<DiscoItems>>(const DiscoAsked&)> items{}; ///< What it has.
};

/// An event: add_feature() or add_form() has changed what a Disco says, in a session.
struct DiscoChanged {};

/// Answers for the one client in which it is registered.  What it says is made up when it is asked,
/// so what is registered or unregistered later counts.  Nodes that were not given are refused with
/// item-not-found.
class HEADSTOCK_API Disco {
public:
    /// The specification wants one identity at least.
    explicit Disco(std::vector<DiscoIdentity> identities);

    /// A feature that ClientApi::served_namespaces() does not know of; each is told once.
    Disco& add_feature(std::string_view var);
    /// A data form about us (XEP-0128).
    Disco& add_form(Element form);
    /// Something that belongs to us, or to the node `of`, which is a node of ours from then on.
    Disco& add_item(DiscoItem item, const std::string& of = {});
    /// A node of ours and what is said of it.
    Disco& set_node(const std::string& node, DiscoInfo info);
    /// No node of ours any longer.
    Disco& remove_node(std::string_view node);

    /// Nodes that another object answers for, behind those that were given here.
    Disco& add_nodes(DiscoNodes nodes);

    /// What is answered to a question without a node.  Outside a session, the features that were
    /// added and no others.
    DiscoInfo info() const;

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    struct Node {
        DiscoInfo info{};
        std::vector<DiscoItem> items{};
    };
    const Node* find(std::string_view node) const;
    void tell_changed();
    DiscoAsked asked_by(const Tag& iq, const std::string& node) const;
    Answer<DiscoInfo> answer_info(const DiscoInfoQuery& query, const Tag& iq) const;
    Answer<DiscoItems> answer_items(const DiscoItemsQuery& query, const Tag& iq) const;

    Link<ClientApi> client_; ///< While a session lasts.
    std::vector<DiscoIdentity> identities_;
    std::set<std::string, std::less<>> features_;
    std::vector<Element> forms_;
    std::vector<DiscoItem> items_;
    std::map<std::string, Node, std::less<>> nodes_;
    std::vector<DiscoNodes> others_;

    friend HEADSTOCK_HANDLERS(Disco,
                              on<&self::answer_info>("iq@type=get"),
                              on<&self::answer_items>("iq@type=get"))
};

} // namespace headstock
