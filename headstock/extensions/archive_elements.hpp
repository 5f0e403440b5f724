// The elements of message archives (XEP-0313, and XEP-0441 for preferences), each a typed payload.
//
//     client.request("", headstock::ArchiveMetadataQuery{}, [](const auto& answer) {
//         if (answer && answer->end) std::cout << answer->end->id << '\n';
//     });
//
// Queries are asked, and their results read, by an Archive (archive.hpp).
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/extensions/rsm.hpp"
#include "headstock/jid.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headstock {

/// <query/> of an iq set: asks for one page, section 4.
struct ArchivePageQuery {
    std::optional<std::string> query_id{};
    std::optional<std::string> node{}; ///< Of a pubsub service (XEP-0442).
    std::optional<DataForm> form{};    ///< Which messages, section 4.1.
    std::optional<Rsm> page{};
    bool flipped = false; ///< The newest of the page first, section 4.3.4.
};
HEADSTOCK_PAYLOAD(ArchivePageQuery,
                  "query",
                  ns::archive,
                  attribute<&self::query_id>("queryid"),
                  attribute<&self::node>("node"),
                  child<&self::form>(),
                  child<&self::page>(),
                  flag<&self::flipped>("flip-page"))

/// <result/> in a message: one message of the archive, section 4.2.
struct ArchiveResult {
    std::optional<std::string> query_id{};
    std::string id{};
    /// <forwarded/>, as it came.  What it holds may be taken out of the archive, section 3.2.
    Element forwarded{};
};
HEADSTOCK_PAYLOAD(ArchiveResult,
                  "result",
                  ns::archive,
                  attribute<&self::query_id>("queryid"),
                  attribute<&self::id>("id"),
                  child<&self::forwarded>("forwarded", ns::forwarded))

/// <fin/>: the answer to a query, when all results of its page have come, section 4.3.
struct ArchiveFin {
    bool complete = false; ///< There is no further page.
    bool stable = true;    ///< False: what came may yet change its order, or be incomplete.
    std::optional<Rsm> page{};
};
HEADSTOCK_PAYLOAD(ArchiveFin,
                  "fin",
                  ns::archive,
                  attribute<&self::complete>("complete").or_default(),
                  attribute<&self::stable>("stable").or_default(),
                  child<&self::page>())

struct ArchiveForm;
/// <query/> of an iq get: by which fields may be asked? (section 4.1.5)
struct ArchiveFormQuery {
    using answer = ArchiveForm;
};
HEADSTOCK_PAYLOAD(ArchiveFormQuery, "query", ns::archive)
/// Its answer.
struct ArchiveForm {
    DataForm form{};
};
HEADSTOCK_PAYLOAD(ArchiveForm, "query", ns::archive, child<&self::form>())

// --- metadata ------------------------------------------------------------------------------------

struct ArchiveMetadata;
/// What is the first message, what the last?  Answered by archives that say
/// "urn:xmpp:mam:2#extended" in their disco information (section 5).
struct ArchiveMetadataQuery {
    using answer = ArchiveMetadata;
};
HEADSTOCK_PAYLOAD(ArchiveMetadataQuery, "metadata", ns::archive)
/// The oldest message of the archive.
struct ArchiveStart {
    std::string id{};
    DateTime stamp{};
};
HEADSTOCK_PAYLOAD(ArchiveStart,
                  "start",
                  ns::archive,
                  attribute<&self::id>("id"),
                  attribute<&self::stamp>("timestamp"))
/// The newest message of the archive.
struct ArchiveLatest {
    std::string id{};
    DateTime stamp{};
};
HEADSTOCK_PAYLOAD(ArchiveLatest,
                  "end",
                  ns::archive,
                  attribute<&self::id>("id"),
                  attribute<&self::stamp>("timestamp"))
/// The answer; an empty archive has neither.
struct ArchiveMetadata {
    std::optional<ArchiveStart> start{};
    std::optional<ArchiveLatest> end{};
};
HEADSTOCK_PAYLOAD(
    ArchiveMetadata, "metadata", ns::archive, child<&self::start>(), child<&self::end>())

// --- preferences ---------------------------------------------------------------------------------

/// What is kept of whom neither list names, XEP-0441 2.1.1.
enum class ArchiveDefault : std::uint8_t {
    always,
    never,
    roster, ///< Whoever is in the roster.
};
/// XEP-0441 2.1.2: kept whatever the default is.  A bare JID stands for its resources too.
struct ArchiveAlways {
    std::vector<Jid> jids{};
};
HEADSTOCK_PAYLOAD(ArchiveAlways, "always", ns::archive, child_text<&self::jids>("jid"))
/// XEP-0441 2.1.3: not kept, whatever the default is.
struct ArchiveNever {
    std::vector<Jid> jids{};
};
HEADSTOCK_PAYLOAD(ArchiveNever, "never", ns::archive, child_text<&self::jids>("jid"))

struct ArchivePreferences;
/// What is kept of our account's messages?
struct ArchivePreferencesQuery {
    using answer = ArchivePreferences;
};
HEADSTOCK_PAYLOAD(ArchivePreferencesQuery, "prefs", ns::archive)
/// The answer, and what is sent to change it: a list that is not sent is empty then.
struct ArchivePreferences {
    ArchiveDefault fallback = ArchiveDefault::always;
    std::optional<ArchiveAlways> always{};
    std::optional<ArchiveNever> never{};
};
HEADSTOCK_PAYLOAD(ArchivePreferences,
                  "prefs",
                  ns::archive,
                  attribute<&self::fallback>("default").values({{"always", ArchiveDefault::always},
                                                                {"never", ArchiveDefault::never},
                                                                {"roster",
                                                                 ArchiveDefault::roster}}),
                  child<&self::always>(),
                  child<&self::never>())

} // namespace headstock
