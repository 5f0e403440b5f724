#include "headstock/login/sasl_choice.hpp"

#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::string_view server_end_point = "tls-server-end-point";
constexpr std::size_t most_names_shown = 16;
constexpr std::size_t longest_name = 20; // RFC 4422 section 3.1

constexpr Mechanism scrams[] = {Mechanism::scram_sha_512, Mechanism::scram_sha_256,
                                Mechanism::scram_sha_1};

bool is_scram(Mechanism mechanism) { return row_of(mechanism).kind == SaslKind::scram; }

bool wants_plain(const SaslPolicy& policy) {
    return std::find(policy.wanted.begin(), policy.wanted.end(), Mechanism::plain) !=
           policy.wanted.end();
}

// --- what the login can be tied to ---------------------------------------------------------------

struct Usable {
    std::string_view type;
    const std::string* data;
};

// A server that names no types has tls-unique with TLS 1.2: RFC 5802 says so, and Prosody 0.12 and
// ejabberd 23.01 are such servers.  With TLS 1.3 it would be tls-exporter (RFC 9266), but what
// offers channel binding there without a type is ejabberd up to 23.01, which then accepts none.
bool is_on_offer(std::string_view type, const SaslOffer& offer, const SaslPolicy& policy) {
    if (offer.bindings) return offer.has_binding(type);
    const bool insists = policy.channel_binding == ChannelBinding::required;
    return type == "tls-unique" || (insists && type == "tls-exporter");
}

std::optional<Usable> usable_binding(const SaslOffer& offer, const SaslPolicy& policy) {
    if (policy.channel_binding == ChannelBinding::off) return std::nullopt;
    const auto& ours = policy.bindings;
    const Usable best_first[] = {{"tls-exporter", &ours.exporter},
                                 {"tls-unique", &ours.unique},
                                 {server_end_point, &ours.server_end_point}};
    for (const auto& each : best_first) {
        if (!each.data->empty() && is_on_offer(each.type, offer, policy)) return each;
    }
    return std::nullopt;
}

bool could_bind(const SaslPolicy& policy) {
    return policy.channel_binding != ChannelBinding::off && !policy.bindings.none();
}

// Channel binding is on offer, and this login goes without.  A server that names types and not
// tls-server-end-point, or the bound form of another mechanism only, is not what a server is
// (XEP-0440, rules 1 and 6); XEP-0474 lets it prove that it is.
bool must_be_proved(SaslForm form, const SaslOffer& offer, const SaslPolicy& policy) {
    if (!offer.has(row_of(form.mechanism).bound_name)) return true;
    if (!offer.bindings) return false; // see is_on_offer()
    return !offer.has_binding(server_end_point) || !policy.bindings.server_end_point.empty();
}

BindingUse binding_of(SaslForm form, const SaslOffer& offer, const SaslPolicy& policy) {
    if (!is_scram(form.mechanism) || !could_bind(policy)) return {};
    if (form.bound) {
        const auto usable = usable_binding(offer, policy).value();
        return {BindingUse::Flag::bound, usable.type, *usable.data, false};
    }
    if (!offer.has_plus()) return {BindingUse::Flag::not_offered, {}, {}, false};
    return {BindingUse::Flag::cannot, {}, {}, must_be_proved(form, offer, policy)};
}

// --- which form ----------------------------------------------------------------------------------

// Any hash with channel binding comes before any without: no attack on HMAC with SHA-1 is known
// that would help against SCRAM, while a login that is not tied to its connection can be passed on
// by whoever has a certificate that we accept.  RFC 5802 section 6 wants the bound form of a
// mechanism before the other one, and XEP-0438 section 5.1 has the same order.
std::vector<SaslForm> in_order(const SaslPolicy& policy) {
    if (policy.anonymous) return {{Mechanism::anonymous, false}};
    std::vector<SaslForm> forms;
    if (!policy.wanted.empty()) {
        for (const auto mechanism : policy.wanted) {
            if (is_scram(mechanism)) forms.push_back({mechanism, true});
            forms.push_back({mechanism, false});
        }
        return forms;
    }
    forms.push_back({Mechanism::external, false});
    for (const bool bound : {true, false}) {
        for (const auto mechanism : scrams) forms.push_back({mechanism, bound});
    }
    forms.push_back({Mechanism::plain, false});
    return forms;
}

bool tried_bound(const SaslPolicy& policy) {
    return std::any_of(policy.tried.begin(), policy.tried.end(),
                       [](SaslForm form) { return form.bound; });
}

// Not behind a mechanism that was tried before: each of those is better.
bool may_show_password(const SaslPolicy& policy) {
    if (!policy.encrypted_and_verified) return false;
    if (policy.channel_binding == ChannelBinding::required) return false;
    return wants_plain(policy) || (!policy.needs_no_plain && policy.tried.empty());
}

// Whoever can say invalid-mechanism to each bound form must not get an unbound one by it.
bool may_scram(SaslForm form, const SaslOffer& offer, const SaslPolicy& policy) {
    if (!available(row_of(form.mechanism).hash)) return false;
    if (form.bound) return usable_binding(offer, policy).has_value();
    return policy.channel_binding != ChannelBinding::required && !tried_bound(policy);
}

bool is_usable(SaslForm form, const SaslOffer& offer, const SaslPolicy& policy) {
    if (policy.anonymous != (form.mechanism == Mechanism::anonymous)) return false;
    if (!policy.anonymous && form.mechanism < policy.minimum) return false;
    if (std::find(policy.tried.begin(), policy.tried.end(), form) != policy.tried.end())
        return false;
    switch (row_of(form.mechanism).kind) {
    case SaslKind::anonymous:
        return true;
    case SaslKind::plain:
        return may_show_password(policy);
    case SaslKind::scram:
        return may_scram(form, offer, policy);
    case SaslKind::external:
        return policy.has_certificate;
    }
    return false;
}

std::optional<SaslForm> first_usable(const SaslOffer& offer, const SaslPolicy& policy) {
    for (const auto form : in_order(policy)) {
        if (offer.has(form.name()) && is_usable(form, offer, policy)) return form;
    }
    return std::nullopt;
}

// --- why there is none ---------------------------------------------------------------------------

bool is_well_formed(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= longest_name &&
           std::all_of(name.begin(), name.end(), fits);
}

// The server's names go into our own sentence, so only what RFC 4422 calls a name does.
std::string list(const std::vector<std::string>& offered) {
    std::string text;
    std::size_t shown = 0;
    for (const auto& name : offered) {
        if (!is_well_formed(name) || shown == most_names_shown) continue;
        if (shown++ > 0) text += ", ";
        text += name;
    }
    return shown == 0 ? "none" : text;
}

Error too_weak(const SaslOffer& offer, std::initializer_list<std::string_view> why) {
    return {Errc::mechanism_too_weak,
            concat({concat(why), "; it offers ", list(offer.mechanisms)})};
}

Error no_mechanism(const SaslOffer& offer, const SaslPolicy& policy) {
    auto text =
        concat({policy.anonymous ? "the JID has no user name, which asks for a login without an "
                                   "account, and the server does not offer that; it offers "
                                 : "the server offers no way to log in that can be used here; it "
                                   "offers ",
                list(offer.mechanisms)});
    if (!policy.anonymous && !policy.wanted.empty())
        text += " (Options::mechanisms says which may be used)";
    else if (!policy.anonymous && !policy.encrypted_and_verified && offer.has("PLAIN"))
        text += " (PLAIN is used inside verified TLS only)";
    return {Errc::no_mechanism, std::move(text)};
}

Error unbound(const SaslOffer& offer) {
    return too_weak(offer, {"Options::channel_binding wants a login that is tied to the TLS "
                            "connection, and the server offers none to which it can be tied"});
}

Error plain_now(const SaslOffer& offer) {
    return too_weak(offer, {"the server offers PLAIN only, which shows it the password, and this "
                            "account has logged in without that before; somebody may be in "
                            "the server's place; if the server has really changed, put "
                            "Mechanism::plain into Options::mechanisms"});
}

// One rule of the policy is left out after the other, to see which is in the way.
Error nothing_usable(const SaslOffer& offer, const SaslPolicy& policy) {
    auto loose = policy;
    loose.needs_no_plain = false;
    if (first_usable(offer, loose)) return plain_now(offer);
    loose = policy;
    loose.channel_binding = ChannelBinding::where_possible;
    if (first_usable(offer, loose)) return unbound(offer);
    loose = policy;
    loose.minimum = Mechanism::plain;
    if (const auto best = first_usable(offer, loose))
        return too_weak(offer, {"the best way to log in that the server offers is ", best->name(),
                                ", which is weaker than Options::minimum_mechanism, ",
                                name_of(policy.minimum)});
    return no_mechanism(offer, policy);
}

// XEP-0440, rule 5, for SCRAM.  Prosody 13 and ejabberd 24 name types of channel binding whatever
// their mechanisms are, so with an LDAP server behind them they offer PLAIN and types; whoever had
// taken SCRAM out of the offer would have taken out the types as well.
bool is_stripped(const SaslOffer& offer, const SaslPolicy& policy) {
    auto loose = policy;
    loose.channel_binding = ChannelBinding::where_possible;
    const auto form = first_usable(offer, loose);
    if (!form || !is_scram(form->mechanism)) return false;
    return could_bind(policy) && offer.bindings && !offer.has_plus();
}

Error stripped(const SaslOffer& offer) {
    return {Errc::sasl_downgrade,
            concat({"the server names what a login can be tied to (XEP-0440), and offers no "
                    "mechanism that does so; somebody may have taken them out on the way; "
                    "ChannelBinding::off in Options::channel_binding logs in all the same; it "
                    "offers ",
                    list(offer.mechanisms)})};
}

} // namespace

std::string_view SaslForm::name() const {
    const auto& row = row_of(mechanism);
    return bound ? row.bound_name : row.name;
}

std::optional<SaslChoice> choose(const SaslOffer& offer, const SaslPolicy& policy, Error& error) {
    if (is_stripped(offer, policy)) {
        error = stripped(offer);
        return std::nullopt;
    }
    const auto form = first_usable(offer, policy);
    if (form) return SaslChoice{*form, binding_of(*form, offer, policy)};
    error = nothing_usable(offer, policy);
    return std::nullopt;
}

bool would_take_plain(const SaslPolicy& policy) {
    const bool listed = policy.wanted.empty() || wants_plain(policy);
    return !policy.anonymous && policy.minimum <= Mechanism::plain && listed &&
           may_show_password(policy);
}

std::string others_offered(const SaslOffer& offer, Mechanism but) {
    std::vector<std::string> others;
    for (const auto mechanism :
         {Mechanism::external, Mechanism::scram_sha_512, Mechanism::scram_sha_256,
          Mechanism::scram_sha_1, Mechanism::plain}) {
        const auto& row = row_of(mechanism);
        const bool offered =
            offer.has(row.name) || (!row.bound_name.empty() && offer.has(row.bound_name));
        if (offered && mechanism != but) others.emplace_back(row.name);
    }
    return others.empty() ? std::string{} : list(others);
}

} // namespace headstock::detail
