#include "headstock/login/sasl_mechanism.hpp"

#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace headstock::detail {
namespace {

constexpr std::array rows{
    // by Mechanism, weakest first
    MechanismRow{"ANONYMOUS", Mechanism::anonymous, SaslKind::anonymous},
    MechanismRow{"PLAIN", Mechanism::plain, SaslKind::plain},
    MechanismRow{"SCRAM-SHA-1", Mechanism::scram_sha_1, SaslKind::scram, Hash::sha1},
    MechanismRow{"SCRAM-SHA-256", Mechanism::scram_sha_256, SaslKind::scram, Hash::sha256},
    MechanismRow{"SCRAM-SHA-512", Mechanism::scram_sha_512, SaslKind::scram, Hash::sha512},
};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].mechanism) != i) return false;
    }
    return true;
}
static_assert(is_in_order());

constexpr std::size_t most_names_shown = 16;
constexpr std::size_t longest_name = 20; // RFC 4422 section 3.1

bool is_well_formed(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= longest_name &&
           std::all_of(name.begin(), name.end(), fits);
}

// The server's names go into our own sentence, so only what RFC 4422 calls a name does.
std::string list(std::span<const std::string_view> offered) {
    std::string text;
    std::size_t shown = 0;
    for (const auto name : offered) {
        if (!is_well_formed(name) || shown == most_names_shown) continue;
        if (shown++ > 0) text += ", ";
        text += name;
    }
    return shown == 0 ? "none" : text;
}

bool is_usable(Mechanism mechanism, const SaslPolicy& policy) {
    const auto& row = row_of(mechanism);
    switch (row.kind) {
    case SaslKind::anonymous:
        return policy.anonymous;
    case SaslKind::plain:
        return !policy.anonymous && policy.encrypted_and_verified;
    case SaslKind::scram:
        return !policy.anonymous && available(row.hash);
    }
    return false;
}

std::optional<Mechanism> strongest(std::span<const std::string_view> offered,
                                   const SaslPolicy& policy) {
    std::optional<Mechanism> best;
    for (const auto name : offered) {
        const auto mechanism = mechanism_named(name);
        if (mechanism && is_usable(*mechanism, policy))
            best = best ? std::max(*best, *mechanism) : *mechanism;
    }
    return best;
}

Error no_mechanism(std::span<const std::string_view> offered, const SaslPolicy& policy) {
    std::string text =
        policy.anonymous
            ? "the JID has no user name, which asks for a login without an account, and the server "
              "does not offer that; it offers "
            : "the server offers no way to log in that can be used here; it offers ";
    text += list(offered);
    const auto plain = std::find(offered.begin(), offered.end(), name_of(Mechanism::plain));
    if (!policy.anonymous && plain != offered.end())
        text += " (PLAIN is used inside verified TLS only)";
    return {Errc::no_mechanism, std::move(text)};
}

} // namespace

const MechanismRow& row_of(Mechanism mechanism) {
    return rows[static_cast<std::size_t>(mechanism)];
}

std::string_view name_of(Mechanism mechanism) { return row_of(mechanism).name; }

std::optional<Mechanism> mechanism_named(std::string_view name) {
    const auto* const row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.name == name; });
    if (row == rows.end()) return std::nullopt;
    return row->mechanism;
}

std::optional<Mechanism>
choose(std::span<const std::string_view> offered, const SaslPolicy& policy, Error& error) {
    const auto best = strongest(offered, policy);
    if (!best) {
        error = no_mechanism(offered, policy);
        return std::nullopt;
    }
    if (!policy.anonymous && *best < policy.minimum) {
        error = Error(Errc::mechanism_too_weak,
                      concat({"the best way to log in that the server offers is ", name_of(*best),
                              ", which is weaker than Options::minimum_mechanism, ",
                              name_of(policy.minimum), "; it offers ", list(offered)}));
        return std::nullopt;
    }
    return best;
}

} // namespace headstock::detail
