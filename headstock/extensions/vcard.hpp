// vcard-temp (XEP-0054): what people say of themselves, as a struct.
//
//     client.request("juliet@example.org", headstock::VCardQuery{}, [](const auto& answer) {
//         if (answer) std::cout << printable(answer->full_name.value_or("")) << '\n';
//     });                                                  // Answer<VCard>; empty: our own
//
//     mine.nickname = "romeo";                             // one that was got before
//     client.request(headstock::iq_set().add(mine), answered);  // (const Answer<Ok>&)
//
// Ask a bare JID: a full one is that client, which need not answer.  Who has none is refused with
// item-not-found or service-unavailable, or answers with an empty one (section 3.1, 3.3).  It is
// set whole: what was got and is not set again is gone; so what no member has is kept in `rest` and
// written back.  All the world can read it.  Nothing in it is to be trusted.
#pragma once

#include "headstock/export.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

struct VCard;

/// The question.
struct VCardQuery {
    using answer = VCard;
};
HEADSTOCK_PAYLOAD(VCardQuery, "vCard", ns::vcard)

/// The parts of a name.
struct VCardName {
    std::optional<std::string> family{};
    std::optional<std::string> given{};
    std::optional<std::string> middle{};
    std::optional<std::string> prefix{}; ///< As "Dr."
    std::optional<std::string> suffix{};
};
HEADSTOCK_PAYLOAD(VCardName,
                  "N",
                  ns::vcard,
                  child_text<&self::family>("FAMILY"),
                  child_text<&self::given>("GIVEN"),
                  child_text<&self::middle>("MIDDLE"),
                  child_text<&self::prefix>("PREFIX"),
                  child_text<&self::suffix>("SUFFIX"))

/// A picture, or where it is.
struct HEADSTOCK_API VCardPhoto {
    std::optional<std::string> type{};     ///< As "image/png"; a hint only (XEP-0153 section 5).
    std::optional<std::string> base64{};   ///< As it came.
    std::optional<std::string> external{}; ///< A URI in its place.

    /// A picture of this type.
    static VCardPhoto of(std::string_view bytes, std::string type = "image/png");
    /// The picture; nothing when there is none, or what stands there is no base64.  White space
    /// does no harm.
    std::optional<std::string> bytes() const;
};
HEADSTOCK_PAYLOAD(VCardPhoto,
                  "PHOTO",
                  ns::vcard,
                  child_text<&self::type>("TYPE"),
                  child_text<&self::base64>("BINVAL"),
                  child_text<&self::external>("EXTVAL"))

/// Where somebody works.
struct VCardOrganization {
    std::optional<std::string> name{};
    std::vector<std::string> units{}; ///< The larger first.
};
HEADSTOCK_PAYLOAD(VCardOrganization,
                  "ORG",
                  ns::vcard,
                  child_text<&self::name>("ORGNAME"),
                  child_text<&self::units>("ORGUNIT"))

/// A telephone.
struct VCardPhone {
    bool home = false;
    bool work = false;
    bool voice = false;
    bool cell = false;
    bool fax = false;
    bool preferred = false;
    std::optional<std::string> number{}; ///< To be set, even if empty (section 8).
    std::vector<Element> rest{};         ///< What else it is, as <MSG/>.
};
HEADSTOCK_PAYLOAD(VCardPhone,
                  "TEL",
                  ns::vcard,
                  flag<&self::home>("HOME"),
                  flag<&self::work>("WORK"),
                  flag<&self::voice>("VOICE"),
                  flag<&self::cell>("CELL"),
                  flag<&self::fax>("FAX"),
                  flag<&self::preferred>("PREF"),
                  rest<&self::rest>(),
                  child_text<&self::number>("NUMBER"))

/// An address for electronic mail.
struct VCardEmail {
    bool home = false;
    bool work = false;
    bool internet = false;
    bool preferred = false;
    std::optional<std::string> address{};
    std::vector<Element> rest{}; ///< What else came in it.
};
HEADSTOCK_PAYLOAD(VCardEmail,
                  "EMAIL",
                  ns::vcard,
                  flag<&self::home>("HOME"),
                  flag<&self::work>("WORK"),
                  flag<&self::internet>("INTERNET"),
                  flag<&self::preferred>("PREF"),
                  rest<&self::rest>(),
                  child_text<&self::address>("USERID"))

/// An address for people and parcels.
struct VCardAddress {
    bool home = false;
    bool work = false;
    bool preferred = false;
    std::optional<std::string> box{};
    std::optional<std::string> extended{};
    std::optional<std::string> street{};
    std::optional<std::string> locality{};
    std::optional<std::string> region{};
    std::optional<std::string> code{};
    std::optional<std::string> country{};
    std::vector<Element> rest{}; ///< What else came in it, as <POSTAL/>.
};
HEADSTOCK_PAYLOAD(VCardAddress,
                  "ADR",
                  ns::vcard,
                  flag<&self::home>("HOME"),
                  flag<&self::work>("WORK"),
                  flag<&self::preferred>("PREF"),
                  rest<&self::rest>(),
                  child_text<&self::box>("POBOX"),
                  child_text<&self::extended>("EXTADD"),
                  child_text<&self::street>("STREET"),
                  child_text<&self::locality>("LOCALITY"),
                  child_text<&self::region>("REGION"),
                  child_text<&self::code>("PCODE"),
                  child_text<&self::country>("CTRY"))

/// The whole card; a member that is not set is not there.
struct VCard {
    std::optional<std::string> full_name{};
    std::optional<VCardName> name{};
    std::optional<std::string> nickname{};
    std::optional<VCardPhoto> photo{};
    std::optional<std::string> birthday{}; ///< As it was written; best 1597-01-29.
    std::optional<std::string> url{};
    std::optional<VCardOrganization> organization{};
    std::optional<std::string> title{};
    std::optional<std::string> role{};
    std::vector<VCardPhone> phones{};
    std::vector<VCardEmail> emails{};
    std::vector<VCardAddress> addresses{};
    std::optional<std::string> jid{}; ///< As it was written; need not be one.
    std::optional<std::string> description{};
    std::vector<Element> rest{}; ///< All that no member has.
};
HEADSTOCK_PAYLOAD(VCard,
                  "vCard",
                  ns::vcard,
                  child_text<&self::full_name>("FN"),
                  child<&self::name>(),
                  child_text<&self::nickname>("NICKNAME"),
                  child<&self::photo>(),
                  child_text<&self::birthday>("BDAY"),
                  child_text<&self::url>("URL"),
                  child<&self::organization>(),
                  child_text<&self::title>("TITLE"),
                  child_text<&self::role>("ROLE"),
                  child<&self::phones>(),
                  child<&self::emails>(),
                  child<&self::addresses>(),
                  child_text<&self::jid>("JABBERID"),
                  child_text<&self::description>("DESC"),
                  rest<&self::rest>())

} // namespace headstock
