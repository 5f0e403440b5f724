#include "headstock/login/sasl_mechanism.hpp"

#include <algorithm>
#include <array>

namespace headstock::detail {
namespace {

constexpr std::array mechanism_rows{
    // by Mechanism, weakest first
    MechanismRow{"ANONYMOUS", Mechanism::anonymous, SaslKind::anonymous},
    MechanismRow{"PLAIN", Mechanism::plain, SaslKind::plain},
    MechanismRow{"SCRAM-SHA-1", Mechanism::scram_sha_1, SaslKind::scram, Hash::sha1,
                 "SCRAM-SHA-1-PLUS"},
    MechanismRow{"SCRAM-SHA-256", Mechanism::scram_sha_256, SaslKind::scram, Hash::sha256,
                 "SCRAM-SHA-256-PLUS"},
    MechanismRow{"SCRAM-SHA-512", Mechanism::scram_sha_512, SaslKind::scram, Hash::sha512,
                 "SCRAM-SHA-512-PLUS"},
    MechanismRow{"EXTERNAL", Mechanism::external, SaslKind::external},
};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < mechanism_rows.size(); ++i) {
        if (static_cast<std::size_t>(mechanism_rows[i].mechanism) != i) return false;
    }
    return true;
}
static_assert(is_in_order());

} // namespace

const MechanismRow& row_of(Mechanism mechanism) {
    return mechanism_rows[static_cast<std::size_t>(mechanism)];
}

std::string_view name_of(Mechanism mechanism) { return row_of(mechanism).name; }

std::optional<Mechanism> mechanism_named(std::string_view name) {
    const auto* const row = std::find_if(mechanism_rows.begin(), mechanism_rows.end(),
                                         [&](const auto& each) { return each.name == name; });
    if (row == mechanism_rows.end()) return std::nullopt;
    return row->mechanism;
}

} // namespace headstock::detail
