// What an archive is asked (XEP-0313 4.1), and what comes of it: values.  archive.hpp asks.
//
//     headstock::ArchiveQuery query;
//     query.with = headstock::Jid{"juliet@example.org"};
//     query.start = headstock::parse_date_time("2026-01-01T00:00:00Z");
//     query.order = headstock::ArchiveOrder::newest_first;
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/error.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/jid.hpp"
#include "headstock/message.hpp"
#include "headstock/stanza.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// One message of an archive.
struct HEADSTOCK_API ArchivedMessage {
    /// What the archive calls it, and what it is found by; empty when the archive did not say.
    std::string id{};
    /// When the archive got it; nothing when it does not say.
    std::optional<DateTime> stamp{};
    /// Its `delayed` is `stamp`.  Nothing where what was kept does not read as a message, or has no
    /// right to be in this archive, or was taken out of it (section 3.2).
    std::optional<Message> message{};
    /// Where there is no `message`: what was kept, as it came.  Empty when it was taken out.
    Element stanza{};

    /// Reads a <result/> of the archive of `archive` (empty: our account), for the client of the
    /// address `own`.  Of a room's archive only what is from the room is a message.
    static ArchivedMessage of(const Element& result,
                              const Jid& own,
                              const Jid& archive = {},
                              std::string_view language = {});
};

/// In which order the results come.
enum class ArchiveOrder : std::uint8_t { oldest_first, newest_first };

/// Which messages are asked for; all of them without.
struct HEADSTOCK_API ArchiveQuery {
    Jid of{};                        ///< Whose archive: a room's bare JID; empty: our account's.
    std::optional<Jid> with{};       ///< From or to this address; a bare one: and its resources.
    std::optional<DateTime> start{}; ///< No older.
    std::optional<DateTime> end{};   ///< No newer.
    /// Behind the message of this archive id.  With newest_first only where the form has it.
    std::string after_id{};
    /// In front of the message of this id.  With oldest_first only where the form has it.
    std::string before_id{};
    std::vector<std::string> ids{}; ///< These messages only, where the form has `ids`.
    /// Others, as a search for words, by the names that the archive's form has: see form().
    std::vector<FormField> fields{};
    ArchiveOrder order = ArchiveOrder::oldest_first; ///< Of all results, page by page or not.
    std::uint64_t page_size = 100; ///< Results in a page, from 1; an archive may send fewer.
    std::uint64_t limit = 0;       ///< So many results at most; 0: all.
    /// ArchiveEnd::go_on_at of a query that was the same.
    std::string go_on_at{};
    /// How long a page may take; Timeouts::request when it is not said, for ever when it is zero.
    std::optional<std::chrono::milliseconds> timeout{};

    /// Behind which id, in its order, its first page begins; empty: at the beginning.
    std::string beginning() const;
    /// The fields that only some archives understand: to name one to another is an error (4.1.5).
    std::vector<FormField> optional_fields() const;
    /// The form that says which messages it wants; nothing when it wants all.
    std::optional<DataForm> filter() const;
};

/// How a query has ended.
struct HEADSTOCK_API ArchiveEnd {
    bool complete = false;     ///< There is nothing else; false after `limit` too.
    bool stable = true;        ///< False: the archive says that this may yet change (4.3.2).
    std::uint64_t results = 0; ///< How many were given.
    std::string first_id{};    ///< Of the first result that was given.
    std::string last_id{};     ///< Of the last one.
    /// For ArchiveQuery::go_on_at: where another query goes on behind the last that was given.
    /// Empty: it begins anew.
    std::string go_on_at{};
    std::optional<std::uint64_t> count{}; ///< In all pages, as the archive guesses.
    std::optional<StanzaError> refusal{}; ///< The archive's no: item_not_found for an unknown id.
    /// Or why there is no answer; Errc::invalid_option for a field that the archive has not.
    std::optional<Error> failure{};

    explicit operator bool() const { return !refusal && !failure; } ///< Nothing went wrong.
    std::string message() const;                                    ///< One line for people.
};

} // namespace headstock
