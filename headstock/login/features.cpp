#include "headstock/login/features.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"

namespace headstock::detail {

Features read_features(const Element& features) {
    Features read;
    const auto& starttls = features.child("starttls", ns::tls);
    read.starttls = static_cast<bool>(starttls);
    read.starttls_required = static_cast<bool>(starttls.child("required"));
    read.bind = static_cast<bool>(features.child("bind", ns::bind));
    const auto& session = features.child("session", ns::session);
    read.session_required = session && !session.child("optional");
    for (const auto& mechanism : features.child("mechanisms", ns::sasl).children("mechanism")) {
        read.mechanisms.emplace_back(bridge::trim(mechanism.text()));
    }
    for (const auto& feature : features.children()) read.namespaces.emplace_back(feature.ns());
    return read;
}

} // namespace headstock::detail
