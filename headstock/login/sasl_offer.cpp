#include "headstock/login/sasl_offer.hpp"

#include <algorithm>

namespace headstock::detail {
namespace {

constexpr std::string_view plus = "-PLUS";

bool contains(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

void append_sorted(std::string& text, std::vector<std::string> list, char between) {
    std::sort(list.begin(), list.end()); // by bytes, which is the collation i;octet (RFC 4790 9.3)
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) text += between;
        text += list[i];
    }
}

} // namespace

bool SaslOffer::has(std::string_view mechanism) const { return contains(mechanisms, mechanism); }

bool SaslOffer::has_plus() const {
    return std::any_of(mechanisms.begin(), mechanisms.end(), [](const std::string& name) {
        return std::string_view{name}.ends_with(plus);
    });
}

bool SaslOffer::has_binding(std::string_view type) const {
    return bindings && contains(*bindings, type);
}

Digest offer_hash(Hash hash, const SaslOffer& offer, OfferSpelling spelling) {
    const bool old = spelling == OfferSpelling::d;
    const char between = old ? ',' : '\x1e';
    std::string text;
    append_sorted(text, offer.mechanisms, between);
    if (offer.bindings) {
        text += old ? '|' : '\x1f';
        append_sorted(text, *offer.bindings, between);
    }
    return digest(hash, text);
}

} // namespace headstock::detail
