// PRECIS (RFC 8264, RFC 8265): which characters a name may hold, and what form it is compared in.
//
// The derived property is computed from Unicode's own properties, as RFC 8264 section 8 prescribes,
// so there is no table that grows old.  Everything is pure and may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail::precis {

/// What RFC 8264 section 8 derives for one code point.
enum class Property : std::uint8_t {
    valid,      ///< in identifiers and in free text (PVALID)
    free_valid, ///< in free text only (FREE_PVAL, ID_DIS)
    joiner,     ///< only where context_allows() says so (CONTEXTJ)
    context,    ///< only where context_allows() says so (CONTEXTO)
    disallowed,
    unassigned,
};

/// IdentifierClass for names, FreeformClass for what people write (RFC 8264 section 4).
enum class StringClass : std::uint8_t { identifier, freeform };

Property property_of(char32_t c);

/// Whether the joiner or contextual character at `at` may stand there (RFC 5892, appendix A).
bool context_allows(std::u32string_view text, std::size_t at);

/// The Bidi rule (RFC 5893 section 2) for one label or name.
bool obeys_bidi_rule(std::u32string_view text);
bool is_right_to_left(std::u32string_view text); ///< holds a letter or digit that runs so

/// Why `text` is not of this class, as "holds U+00AD, which ..."; empty when it is.
std::string fault_in(std::u32string_view text, StringClass kind);

/// `text` (UTF-8) with width, case and normal form mapped (RFC 8265 3.3.3), no character refused
/// yet.  Nothing, and the reason in `why`, when it is not UTF-8 or never settles.
std::optional<std::u32string> case_mapped(std::string_view text, std::string& why);

/// `text` (UTF-8) by the profile UsernameCaseMapped (RFC 8265 3.3).  Nothing, and the reason in
/// `why`, when it cannot be one.
std::optional<std::string> username_case_mapped(std::string_view text, std::string& why);

/// `text` (UTF-8) by the profile OpaqueString (RFC 8265 4.2): spaces to SPACE, NFC.
std::optional<std::string> opaque_string(std::string_view text, std::string& why);

} // namespace headstock::detail::precis
