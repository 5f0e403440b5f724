#include "headstock/dispatch/explaining.hpp"

#include "bridge/detail/copy_size.hpp"
#include "headstock/dispatch/senders.hpp"
#include "headstock/dispatch/stanza_map.hpp"
#include "headstock/dispatch/step.hpp"
#include "headstock/ns.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock::detail {
namespace {

std::string quoted(const bridge::Name& name) {
    const auto local = name.local.empty() ? std::string{"any element"}
                                          : concat({"<", printable(name.local), "/>"});
    return concat({local, " in '", printable(name.ns), "'"});
}

std::string path_text(const Path& path) {
    if (!path.from_stanza)
        return concat({"{", path.step[0].ns, "}", path.step[0].local, ", at any depth"});
    std::string text{path.step[0].local};
    if (path.type != StanzaType::any) text.append("@type=").append(to_string(path.type));
    for (std::size_t i = 1; i < path.steps; ++i) {
        const auto& step = path.step[i];
        text += '/';
        if (step.local.empty() || step.ns != path.step[i - 1].ns)
            text.append("{").append(step.ns).append("}");
        text += step.local;
    }
    return text;
}

std::string_view words_of(Sender sender) {
    switch (sender) {
    case Sender::account:
        return "our own account";
    case Sender::others:
        return "others than our own account";
    case Sender::server:
        return "our server";
    case Sender::usual:
    case Sender::anyone:
    case Sender::jid:
        break;
    }
    return "one address";
}

// What reads a payload asks only for whom it is read.
class ReadingCaller final : public Caller {
public:
    explicit ReadingCaller(const Reader& reader) : reader_(reader) {}
    Reply take_reply() override { return {}; }
    const Reader& reader() const override { return reader_; }

private:
    const Reader& reader_;
};

// One stanza, asked about row by row.
class Explainer {
public:
    Explainer(const Element& stanza, const ExplainedBy& by)
        : stanza_(stanza), by_(by), kind_(stanza_kind(stanza)), type_(stanza_type(stanza, kind_)),
          answered_(find_answered()), map_(stanza, is_from_account(), by.namespace_bytes) {}

    RowFit operator()(const Entry& entry) const {
        RowFit row{std::string{entry.row.name}, path_text(entry.row.match.path)};
        const auto why = judge(entry);
        row.fit = why ? why->fit : Fit::matched;
        if (why) row.why = why->words;
        return row;
    }

private:
    struct Why {
        Fit fit;
        std::string words;
    };
    using Verdict = std::optional<Why>;
    using Places = std::vector<const Placed*>;

    bool is_request() const { return type_ == StanzaType::get || type_ == StanzaType::set; }
    bool is_answer() const { return kind_ == StanzaKind::iq && type_ && !is_request(); }
    const Requests::Pending* find_answered() const {
        if (!is_answer() || !stanza_.has_attribute("id")) return nullptr;
        return by_.requests.find(stanza_.attribute("id"), stanza_.attribute("from"),
                                 stanza_.attribute("to"), by_.reader.own);
    }
    bool is_from_account() const {
        return is_account(stanza_.attribute("from"), by_.reader.own) ||
               (answered_ != nullptr && is_account(answered_->to, by_.reader.own));
    }

    Verdict judge(const Entry& entry) const {
        if (kind_ == StanzaKind::none) return no_stanza();
        Places places;
        if (auto why = find(entry, places)) return why;
        if (auto why = judge_stanza(entry)) return why;
        return judge_places(entry, places);
    }

    Why no_stanza() const;
    Verdict find(const Entry& entry, Places& places) const;
    bool lies_right(const Path& path, const Placed& placed) const;
    Verdict judge_stanza(const Entry& entry) const;
    Verdict judge_type(const Entry& entry) const;
    Verdict judge_sender(const Entry& entry) const;
    Verdict judge_answer() const;
    Verdict judge_places(const Entry& entry, const Places& places) const;
    Verdict judge_place(const Entry& entry, const Placed& placed) const;
    Verdict judge_copies(const Row& row, const Element& element) const;
    Verdict judge_payload(const Entry& entry, const Element& element) const;

    const Element& stanza_;
    const ExplainedBy& by_;
    StanzaKind kind_;
    std::optional<StanzaType> type_;
    const Requests::Pending* answered_;
    StanzaMap map_;
};

// In a log and on the wire stanzas have the namespace of their stream, and none of their own.
Explainer::Why Explainer::no_stanza() const {
    const bool bare =
        stanza_kind(bridge::Name{stanza_.local_name(), ns::client}) != StanzaKind::none &&
        stanza_.ns().empty();
    return {Fit::name, concat({"this is no stanza, but ", quoted(stanza_.name()),
                               bare ? "; give it xmlns='jabber:client'" : ""})};
}

// The elements in which the row's path ends, or why there are none.
Explainer::Verdict Explainer::find(const Entry& entry, Places& places) const {
    const auto& path = entry.row.match.path;
    const auto& last = path.last();
    const Placed* same_local = nullptr;
    const Placed* same_name = nullptr;
    for (const auto& placed : map_.elements()) {
        const auto& name = placed.element->name();
        if (!last.local.empty() && name.local == last.local) same_local = &placed;
        if (!fits(last, name)) continue;
        same_name = &placed;
        if (lies_right(path, placed)) places.push_back(&placed);
    }
    if (!places.empty()) return {};
    if (same_name != nullptr)
        return Why{Fit::path, concat({quoted(last), " is in it, but not where the path leads",
                                      same_name->hidden ? ": it is forwarded in it" : ""})};
    if (same_local != nullptr || last.local.empty())
        return Why{Fit::ns,
                   concat({"there is no ", quoted(last), " in it",
                           same_local == nullptr
                               ? ""
                               : ", but one in '" + printable(same_local->element->ns()) + "'"})};
    return Why{Fit::name, concat({"there is no ", quoted(last), " in it"})};
}

bool Explainer::lies_right(const Path& path, const Placed& placed) const {
    if (!path.from_stanza) return placed.depth > 1 && !placed.hidden;
    if (placed.depth != path.steps) return false;
    const auto* at = &placed;
    for (auto i = path.steps; i-- > 0; at = &map_.elements()[at->parent]) {
        if (!fits(path.step[i], at->element->name())) return false;
    }
    return true;
}

Explainer::Verdict Explainer::judge_stanza(const Entry& entry) const {
    if (auto why = judge_type(entry)) return why;
    if (auto why = judge_sender(entry)) return why;
    if (!by_.has_session)
        return Why{Fit::state, "the client has no session, and rows see nothing before"};
    return judge_answer();
}

Explainer::Verdict Explainer::judge_type(const Entry& entry) const {
    if (!type_)
        return Why{Fit::type, concat({"type='", printable(stanza_.attribute("type")),
                                      "' is none of <", stanza_.local_name(), "/>"})};
    if ((types_taken(entry) & type_bit(*type_)) != 0) return {};
    const bool error = *type_ == StanzaType::error;
    return Why{Fit::type, concat({"its type is ", to_string(*type_),
                                  error ? ", which only a row with @type=error takes"
                                        : ", and the row takes another"})};
}

Explainer::Verdict Explainer::judge_sender(const Entry& entry) const {
    const auto& match = entry.row.match;
    const auto from = stanza_.attribute("from");
    if (!is_sender(match.sender, match.jid, from, by_.reader.own))
        return Why{Fit::sender,
                   concat({"it is from ", from.empty() ? "our account" : printable(from),
                           ", and the row takes stanzas from ",
                           match.sender == Sender::jid ? match.jid : words_of(match.sender)})};
    if (!entry.id.empty() && stanza_.attribute("id") != entry.id)
        return Why{Fit::id, concat({"its id is '", printable(stanza_.attribute("id")),
                                    "', and the row waits for '", printable(entry.id), "'"})};
    return {};
}

Explainer::Verdict Explainer::judge_answer() const {
    if (kind_ != StanzaKind::iq) return {};
    if (!stanza_.has_attribute("id")) return Why{Fit::forged, "it is an iq without an id"};
    if (is_request() || answered_ != nullptr) return {};
    return Why{Fit::forged, "it answers no request of ours, by its id and its sender"};
}

// Called for one of them, the row is called.
Explainer::Verdict Explainer::judge_places(const Entry& entry, const Places& places) const {
    Verdict first;
    for (const auto* placed : places) {
        auto why = judge_place(entry, *placed);
        if (!why) return {};
        if (!first) first = std::move(why);
    }
    return first;
}

Explainer::Verdict Explainer::judge_place(const Entry& entry, const Placed& placed) const {
    const auto& row = entry.row;
    const bool for_anyone = row.match.sender == Sender::anyone;
    const bool waits = row.waits_for_stanza() || placed.depth == 1 || entry.waiter;
    const bool early = placed.complete && !waits;
    if (!for_anyone && (placed.forged || (map_.forged() && !early)))
        return Why{Fit::guard,
                   concat({"only our own account may say what is in it, and it is from ",
                           printable(stanza_.attribute("from"))})};
    if (map_.too_long() && !early)
        return Why{Fit::budget,
                   "a namespace in it has a name that is too long (Limits::namespace_bytes)"};
    if (auto why = judge_copies(row, *placed.element)) return why;
    return judge_payload(entry, *placed.element);
}

// As much as an idle client's row may copy for a stanza of that size (rule 12).
Explainer::Verdict Explainer::judge_copies(const Row& row, const Element& element) const {
    if (!row.copies()) return {};
    constexpr auto uncounted = std::numeric_limits<std::size_t>::max() / 4;
    const auto came = bridge::detail::least_xml_size(stanza_, uncounted);
    const auto most = by_.copied + CopyAllowance::for_each_byte * came;
    auto size = row.copies_element ? bridge::detail::copy_size(element, uncounted) : 0;
    if (row.match.threaded && !row.wants_stanza) size += bridge::detail::copy_size(stanza_);
    if (row.copies_stanza) size += bridge::detail::copy_size(stanza_, uncounted);
    if (size <= most) return {};
    return Why{Fit::budget, concat({"it would copy ", decimal(size), " bytes, more than ",
                                    decimal(most), " (Limits::copied)"})};
}

// Without an object it is only read.
Explainer::Verdict Explainer::judge_payload(const Entry& entry, const Element& element) const {
    if (!entry.row.reads) return {};
    ReadingCaller caller{by_.reader};
    const auto read =
        entry.row.call.full(nullptr, Given{element, stanza_, &stanza_, caller, nullptr});
    if (const auto* error = std::get_if<PayloadError>(&read))
        return Why{Fit::payload, printable(error->message())};
    if (!std::holds_alternative<NotCalled>(read)) return {};
    return Why{Fit::payload, "it is a message without a body"};
}

} // namespace

Explanation explain(Registry& registry, const Element& stanza, const ExplainedBy& by) {
    const Explainer explainer{stanza, by};
    Explanation explanation;
    registry.for_each([&](const Registry::Object& object) {
        for (const auto& entry : object.entries) {
            if (entry->alive) explanation.rows.push_back(explainer(*entry));
        }
    });
    return explanation;
}

} // namespace headstock::detail

namespace headstock {

std::string Explanation::text() const {
    std::string text;
    for (const auto& each : rows) {
        text += detail::concat(
            {printable(each.row), " (", printable(each.path),
             "): ", each.fit == Fit::matched ? "called" : "not called: ", each.why, "\n"});
    }
    return text;
}

} // namespace headstock
