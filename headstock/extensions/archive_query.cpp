#include "headstock/extensions/archive_query.hpp"

#include "headstock/extensions/archive.hpp"
#include "headstock/ns.hpp"

#include <utility>

namespace headstock {
namespace {

bool goes_backwards(const ArchiveQuery& query) { return query.order == ArchiveOrder::newest_first; }

// The first that is neither text nor the delay.
const Element& kept_in_archive(const Element& forwarded) {
    static const Element none;
    for (const auto& child : forwarded.children()) {
        if (child.name() != bridge::Name{"delay", ns::delay}) return child;
    }
    return none;
}

} // namespace

// A room may not put words into the mouth of somebody who is not in it (section 6.1.2).
ArchivedMessage ArchivedMessage::of(const Element& result,
                                    const Jid& own,
                                    const Jid& archive,
                                    std::string_view language) {
    ArchivedMessage item{std::string{result.attribute("id")}};
    const auto& forwarded = result.child("forwarded", ns::forwarded);
    item.stamp = parse_date_time(forwarded.child("delay", ns::delay).attribute("stamp"));
    const auto& kept = kept_in_archive(forwarded);
    item.message = Message::of(kept, own, language);
    if (item.message && archive && item.message->from.bare() != archive) item.message.reset();
    if (item.message)
        item.message->delayed = item.stamp;
    else
        item.stanza = kept;
    return item;
}

// The ids at whose side RSM walks need no field: `after` counts for a walk forwards, `before` for
// one backwards (section 9).
std::string ArchiveQuery::beginning() const {
    if (!go_on_at.empty()) return go_on_at;
    return goes_backwards(*this) ? before_id : after_id;
}

std::vector<FormField> ArchiveQuery::optional_fields() const {
    FormFields made{fields, {}};
    if (goes_backwards(*this) && !after_id.empty()) made.set("after-id", {after_id});
    if (!goes_backwards(*this) && !before_id.empty()) made.set("before-id", {before_id});
    if (!ids.empty()) made.set("ids", ids);
    return made.fields;
}

std::optional<DataForm> ArchiveQuery::filter() const {
    DataForm form{FormType::submit};
    form.set("FORM_TYPE", {std::string{ns::archive}});
    form.fields.back().type = FormFieldType::hidden;
    if (with) form.set("with", {with->str()});
    if (start) form.set("start", {format_date_time(*start)});
    if (end) form.set("end", {format_date_time(*end)});
    for (auto& field : optional_fields()) form.fields.push_back(std::move(field));
    if (form.fields.size() == 1) return std::nullopt;
    return form;
}

std::string ArchiveEnd::message() const {
    if (failure) return failure->message();
    if (refusal) return refusal->message();
    return std::to_string(results) + (results == 1 ? " message" : " messages") +
           (complete ? ", and no more" : "");
}

// --- what is asked by one question -------------------------------------------------------------

template <class T>
Delivery Archive::ask_once(const Element& iq, OnAnswer<T> callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Archive");
    return client->request(iq, [callback = std::move(callback)](const Answer<T>& answer) {
        if (callback) callback(answer);
    });
}

Delivery Archive::metadata(OnAnswer<ArchiveMetadata> callback, const Jid& of) {
    return ask_once(iq_get(of).add(ArchiveMetadataQuery{}), std::move(callback));
}
Delivery Archive::form(OnAnswer<ArchiveForm> callback, const Jid& of) {
    return ask_once(iq_get(of).add(ArchiveFormQuery{}), std::move(callback));
}
Delivery Archive::preferences(OnAnswer<ArchivePreferences> callback) {
    return ask_once(iq_get().add(ArchivePreferencesQuery{}), std::move(callback));
}
Delivery Archive::set_preferences(const ArchivePreferences& wanted,
                                  OnAnswer<ArchivePreferences> callback) {
    return ask_once(iq_set().add(wanted), std::move(callback));
}

} // namespace headstock
