#include "headstock/extensions/displayed.hpp"

#include "headstock/extensions/disco.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_displayed = 20'000;
constexpr std::string_view publish_options_feature =
    "http://jabber.org/protocol/pubsub#publish-options";

Error no_private_nodes() {
    return {Errc::service_not_offered,
            "the server cannot keep what is published from others (publish options)"};
}

// Why it is not known what the server can do; or that nobody is there to use it.
Answer<Ok> not_asked(const Answer<DiscoInfo>& info) {
    if (info.refusal() != nullptr) return *info.refusal();
    if (info.failure() != nullptr) return *info.failure();
    return no_longer_serving("Displayed");
}

bool refuses_a_field(const Answer<Ok>& answer) {
    const auto* refusal = answer.refusal();
    if (refusal == nullptr) return false;
    const auto said = refusal->condition;
    return said == Condition::bad_request || said == Condition::not_acceptable ||
           said == Condition::resource_constraint;
}

} // namespace

const StanzaId* Displayed::find(const Jid& chat) const {
    const auto found = chats_.find(chat);
    return found == chats_.end() ? nullptr : &found->second;
}

void Displayed::ready(ClientApi& client) {
    if (serving_.begin(client) == Serves::another_account) chats_.clear();
    client_ = client.link();
    mine_.ready(client);
    offered_ = Offered::unasked;
    loaded_ = false;
    mine_.items<DisplayedMark>(ns::displayed,
                               [self = Link{*this, serving_.lifetime()}](
                                   const Answer<PubSubItems<DisplayedMark>>& answer) {
                                   if (auto* displayed = self.get()) displayed->got(answer);
                               });
}

// What was shown is true in the next session too.
void Displayed::session_ended() {
    loaded_ = false;
    offered_ = Offered::unasked;
}

// The server's, or the room's (section 4.2).
bool Displayed::believes(const Jid& chat, const StanzaId& upto) const {
    const auto* client = client_.get();
    return client != nullptr && upto.by && !upto.id.empty() &&
           (upto.by == client->jid().bare() || upto.by == chat.bare());
}

// False when a handler of the event has ended this object.
bool Displayed::take(std::string_view item, const DisplayedMark& mark) {
    auto* client = client_.get();
    const auto chat = Jid::parse(item);
    if (client == nullptr || !chat || !believes(*chat, mark.upto)) return true;
    const auto known = chats_.find(*chat);
    if (known != chats_.end() && known->second.id == mark.upto.id &&
        known->second.by == mark.upto.by)
        return true;
    if (known != chats_.end() || chats_.size() < most_displayed) chats_[*chat] = mark.upto;
    const Link self{*this, serving_.lifetime()};
    return client->emit_now(DisplayedChanged{*chat, mark.upto}) && self.get() != nullptr;
}

// Where nothing was ever published there is no node.
void Displayed::got(const Answer<PubSubItems<DisplayedMark>>& answer) {
    const auto* refusal = answer.refusal();
    if (!answer && (refusal == nullptr || refusal->condition != Condition::item_not_found)) return;
    DisplayedLoaded event;
    if (answer) {
        event.chats = answer->items.size();
        for (const auto& item : answer->items) {
            const auto mark = item.value();
            if (mark && !take(item.id, *mark)) return;
        }
    }
    loaded_ = true;
    if (auto* client = client_.get()) client->emit_now(event);
}

void Displayed::on_mark(const Element& displayed) {
    const auto& item = displayed.parent();
    if (item.parent().attribute("node") != ns::displayed) return;
    if (const auto mark = from_element<DisplayedMark>(displayed)) take(item.attribute("id"), *mark);
}

void Displayed::on_retract(const Tag& retract) {
    if (retract.parent().attribute("node") != ns::displayed) return;
    if (const auto chat = Jid::parse(retract.attribute("id"))) chats_.erase(*chat);
}

Delivery Displayed::mark(const Jid& chat, const StanzaId& upto, OnDone callback) {
    if (client_.get() == nullptr) return no_session("Displayed");
    if (!chat) return not_sent(detail::no_address());
    if (!believes(chat, upto)) {
        return not_sent(
            {Errc::invalid_option, "the id is neither our account's nor the room's (XEP-0359)"});
    }
    if (offered_ == Offered::no) return not_sent(no_private_nodes());
    if (offered_ == Offered::unasked) return ask_first(chat, upto, std::move(callback));
    return publish(chat, upto, std::move(callback));
}

// Without publish options the node might be open to contacts (section 7).
Delivery Displayed::ask_first(const Jid& chat, const StanzaId& upto, OnDone callback) {
    auto* client = client_.get();
    return client->request(client->jid().bare(), DiscoInfoQuery{},
                           [self = Link{*this, serving_.lifetime()}, chat, upto,
                            callback = std::move(callback)](const Answer<DiscoInfo>& info) {
                               auto* displayed = self.get();
                               if (!info || displayed == nullptr) {
                                   if (callback) callback(not_asked(info));
                                   return;
                               }
                               displayed->offers(info->has_feature(publish_options_feature));
                               const auto sent = displayed->mark(chat, upto, callback);
                               if (!sent && callback) callback(sent.error);
                           });
}

void Displayed::offers(bool options) { offered_ = options ? Offered::yes : Offered::no; }

// ejabberd 23.01 knows two of these fields only, and refuses the others.
Delivery Displayed::publish(const Jid& chat, const StanzaId& upto, OnDone callback) {
    NodeConfig config;
    config.access = AccessModel::whitelist;
    config.persist = true;
    auto whole = config;
    whole.max_items = "max";
    whole.send_last = SendLast::never;
    return publish(chat, upto, whole,
                   [self = Link{*this, serving_.lifetime()}, chat, upto, config,
                    callback = std::move(callback)](const Answer<Ok>& answer) {
                       auto* displayed = self.get();
                       if (displayed == nullptr || !refuses_a_field(answer)) {
                           if (callback) callback(answer);
                           return;
                       }
                       const auto sent = displayed->publish(chat, upto, config, callback);
                       if (!sent && callback) callback(sent.error);
                   });
}

Delivery Displayed::publish(const Jid& chat,
                            const StanzaId& upto,
                            const NodeConfig& config,
                            OnDone callback) {
    PublishOptions options;
    options.id = chat.str();
    options.config = config;
    return mine_.publish(
        ns::displayed, DisplayedMark{upto},
        [callback = std::move(callback)](const Answer<PublishedItem>& answer) {
            if (!callback) return;
            if (answer.refusal() != nullptr) return callback(*answer.refusal());
            if (answer.failure() != nullptr) return callback(*answer.failure());
            callback(Ok{});
        },
        options);
}

} // namespace headstock
