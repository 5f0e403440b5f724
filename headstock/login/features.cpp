#include "headstock/login/features.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"

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

constexpr FeatureRow rows[] = {
    {Feature::resume, &Facts::resumable},
    {Feature::bind, &Facts::authenticated},
    {Feature::starttls, &Facts::tls_wanted, &Facts::secure},
    {Feature::clear_text, &Facts::tls_insisted, &Facts::secure},
    {Feature::registration, &Facts::to_register},
    {Feature::sasl},
};

} // namespace

Feature next_feature(const Facts& facts) {
    for (const auto& row : rows) {
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
    for (const auto& mechanism : features.child("mechanisms", ns::sasl).children("mechanism")) {
        read.mechanisms.emplace_back(bridge::trim(mechanism.text()));
    }
    for (const auto& feature : features.children()) read.namespaces.emplace_back(feature.ns());
    return read;
}

} // namespace headstock::detail
