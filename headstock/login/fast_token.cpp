#include "headstock/login/fast_token.hpp"

#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace headstock::detail {
namespace {

struct Row {
    std::string_view name;
    Hash hash;
    std::string ChannelBindings::*binding = nullptr; // none: nothing ties the login to TLS
};

// In order of preference.  What a login is tied to counts for more than the longer hash.
constexpr std::array token_rows{
    Row{"HT-SHA-512-EXPR", Hash::sha512, &ChannelBindings::exporter},
    Row{"HT-SHA-256-EXPR", Hash::sha256, &ChannelBindings::exporter},
    Row{"HT-SHA-512-UNIQ", Hash::sha512, &ChannelBindings::unique},
    Row{"HT-SHA-256-UNIQ", Hash::sha256, &ChannelBindings::unique},
    Row{"HT-SHA-512-ENDP", Hash::sha512, &ChannelBindings::server_end_point},
    Row{"HT-SHA-256-ENDP", Hash::sha256, &ChannelBindings::server_end_point},
    Row{"HT-SHA-512-NONE", Hash::sha512},
    Row{"HT-SHA-256-NONE", Hash::sha256},
};

const Row* row_named(std::string_view name) {
    const auto* const row = std::find_if(token_rows.begin(), token_rows.end(),
                                         [&](const Row& each) { return each.name == name; });
    return row == token_rows.end() ? nullptr : row;
}

bool may_use(const Row& row, const SaslPolicy& policy) {
    if (!available(row.hash) || policy.anonymous) return false;
    if (row.binding == nullptr) return would_take_plain(policy);
    return policy.channel_binding != ChannelBinding::off && !(policy.bindings.*row.binding).empty();
}

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

bool may_use_token_mechanism(std::string_view name,
                             const std::vector<std::string>& offered,
                             const SaslPolicy& policy) {
    const auto* const row = row_named(name);
    return row != nullptr && has(offered, name) && may_use(*row, policy);
}

std::string best_token_mechanism(const std::vector<std::string>& offered,
                                 const SaslPolicy& policy) {
    for (const auto& row : token_rows) {
        if (has(offered, row.name) && may_use(row, policy)) return std::string{row.name};
    }
    return {};
}

TokenExchange::TokenExchange(const KeptToken& kept, const ChannelBindings& bindings)
    : mechanism_(kept.mechanism), token_(kept.token) {
    const auto* const row = row_named(mechanism_);
    assert(row);
    hash_ = row->hash;
    if (row->binding != nullptr) binding_ = bindings.*row->binding;
}

std::string TokenExchange::start(std::string_view username) const {
    return concat({username, std::string_view{"\0", 1}, sign("Initiator").view()});
}

Error TokenExchange::success(std::string_view data) const {
    if (equal_in_constant_time(data, sign("Responder").view())) return {};
    return {Errc::server_not_verified, concat({"the server accepted the login by ", mechanism_,
                                               " and did not prove that it has the token"})};
}

Digest TokenExchange::sign(std::string_view who) const {
    return hmac(hash_, token_.view(), concat({who, binding_}));
}

} // namespace headstock::detail
