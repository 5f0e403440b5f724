#include "headstock/login/features.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"

#include <utility>

namespace headstock::detail {
namespace {

// Negotiated when what it needs is so, and what rules it out is not.  In order of preference.
struct FeatureRow {
    Feature feature;
    bool Facts::*needs = nullptr;
    bool Facts::*ruled_out_by = nullptr;
};

// Of XEP-0478.  Zero would be a server that takes nothing.
std::optional<std::uint32_t> limit_in(const Element& element) {
    const auto limit = bridge::convert<std::uint32_t>(element.text());
    return limit && *limit > 0 ? limit : std::nullopt;
}

constexpr FeatureRow feature_rows[] = {
    {Feature::resume, &Facts::resumable},
    {Feature::bind, &Facts::authenticated},
    {Feature::starttls, &Facts::tls_wanted, &Facts::secure},
    {Feature::clear_text, &Facts::tls_insisted, &Facts::secure},
    {Feature::registration, &Facts::to_register},
    {Feature::sasl},
};

void append_mechanisms(const Element& list, std::vector<std::string>& names) {
    for (const auto& mechanism : list.children("mechanism"))
        names.emplace_back(bridge::trim(mechanism.text()));
}

// Of all <mechanisms/>, since some servers send two.  A list of channel bindings with nothing in
// it, which XEP-0440 does not allow, is taken for none.
SaslOffer read_offer(const Element& features) {
    SaslOffer offer;
    for (const auto& list : features.children("mechanisms", ns::sasl))
        append_mechanisms(list, offer.mechanisms);
    std::vector<std::string> types;
    const auto& bindings = features.child("sasl-channel-binding", ns::channel_binding);
    for (const auto& binding : bindings.children("channel-binding"))
        types.emplace_back(binding.attribute("type"));
    if (!types.empty()) offer.bindings = std::move(types);
    return offer;
}

// `bindings` are of both profiles.
std::shared_ptr<const Sasl2Offer> read_sasl2_offer(const Element& features,
                                                   const SaslOffer& bindings) {
    const auto& authentication = features.child("authentication", ns::sasl2);
    if (!authentication) return nullptr;
    Sasl2Offer offer;
    append_mechanisms(authentication, offer.sasl.mechanisms);
    offer.sasl.bindings = bindings.bindings;
    const auto& together = authentication.child("inline");
    offer.resumption = static_cast<bool>(together.child("sm", ns::stream_management));
    append_mechanisms(together.child("fast", ns::fast), offer.tokens);
    const auto& bind = together.child("bind", ns::bind2);
    offer.bind = static_cast<bool>(bind);
    for (const auto& feature : bind.child("inline").children("feature")) {
        offer.bind_acks |= feature.attribute("var") == ns::stream_management;
        offer.bind_activity |= feature.attribute("var") == ns::client_state;
    }
    return std::make_shared<const Sasl2Offer>(std::move(offer));
}

} // namespace

Feature next_feature(const Facts& facts) {
    for (const auto& row : feature_rows) {
        const bool fits = row.needs == nullptr || facts.*row.needs;
        if (fits && (row.ruled_out_by == nullptr || !(facts.*row.ruled_out_by))) return row.feature;
    }
    return Feature::sasl;
}

Features read_features(const Element& features) {
    Features read;
    const auto& starttls = features.child("starttls", ns::tls);
    read.starttls = static_cast<bool>(starttls);
    read.starttls_required = static_cast<bool>(starttls.child("required"));
    read.bind = static_cast<bool>(features.child("bind", ns::bind));
    const auto& session = features.child("session", ns::session);
    read.session_required = session && !session.child("optional");
    read.stream_management = static_cast<bool>(features.child("sm", ns::stream_management));
    read.client_state = static_cast<bool>(features.child("csi", ns::client_state));
    const auto& limits = features.child("limits", ns::stream_limits);
    read.max_bytes = limit_in(limits.child("max-bytes"));
    read.silence =
        std::chrono::milliseconds{500} * limit_in(limits.child("idle-seconds")).value_or(0);
    read.sasl = read_offer(features);
    read.sasl2 = read_sasl2_offer(features, read.sasl);
    for (const auto& feature : features.children()) read.namespaces.emplace_back(feature.ns());
    return read;
}

} // namespace headstock::detail
