// The string whose hash stands for what somebody can do (XEP-0115 section 5), of an answer to a
// DiscoInfoQuery.
//
//     const auto made = headstock::verification_string(info);
//     if (made.well_formed && headstock::sha1_base64(made.text) == ver) ...  // it is what was said
//     if (headstock::tells_feature(made.text, headstock::ns::receipts)) ...
//
// Features and identities are read from the string itself: so one hash has one reading, whichever
// answer was first to give it.  (Two answers may have one string: a form's name in the place of a
// feature, say, which is how caches were poisoned.)
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/disco.hpp"

#include <string>
#include <string_view>

namespace headstock {

/// What verification_string() gives.
struct VerificationString {
    std::string text{};
    /// False when section 5.4 calls the answer ill-formed: an identity, a feature or a FORM_TYPE
    /// that comes twice, or one FORM_TYPE of two values.
    bool well_formed = true;
};

/// Section 5.1.  Of `forms` those count that are data forms with a FORM_TYPE that is hidden.
HEADSTOCK_API VerificationString verification_string(const DiscoInfo& info);
/// A verification string has this feature.
HEADSTOCK_API bool tells_feature(std::string_view text, std::string_view feature);
/// It has an identity of this category and type.
HEADSTOCK_API bool
tells_identity(std::string_view text, std::string_view category, std::string_view type);

} // namespace headstock
