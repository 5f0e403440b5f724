#include "headstock/extensions/muc_info.hpp"

#include "headstock/extensions/data_form.hpp"
#include "headstock/ns.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view room_info_form = "http://jabber.org/protocol/muc#roominfo";

std::optional<std::uint64_t> room_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

std::optional<bool> room_truth(std::string_view text) {
    if (text == "1" || text == "true") return true;
    if (text == "0" || text == "false") return false;
    return std::nullopt;
}

void read_room_form(RoomInfo& room, const DataForm& form) {
    room.description = form.value("muc#roominfo_description");
    room.subject = form.value("muc#roominfo_subject");
    room.language = form.value("muc#roominfo_lang");
    room.logs = form.value("muc#roominfo_logs");
    if (const auto* contacts = form.find("muc#roominfo_contactjid"))
        room.contacts = contacts->values;
    room.occupants = room_number(form.value("muc#roominfo_occupants"));
    room.history = room_number(form.value("muc#maxhistoryfetch"));
    room.occupants_set_subject = room_truth(form.value("muc#roominfo_subjectmod"));
    if (!room.occupants_set_subject) // as in section 6.4
        room.occupants_set_subject = room_truth(form.value("muc#roomconfig_changesubject"));
}

// Section 15.3, and those of the specifications that build on it.
void read_room_features(RoomInfo& room, const DiscoInfo& info) {
    room.password_protected = info.has_feature("muc_passwordprotected");
    room.members_only = info.has_feature("muc_membersonly");
    room.moderated = info.has_feature("muc_moderated");
    room.non_anonymous = info.has_feature("muc_nonanonymous");
    room.hidden = info.has_feature("muc_hidden");
    room.persistent = info.has_feature("muc_persistent");
    room.archived = info.has_feature(ns::archive);
    room.stable_ids = info.has_feature("http://jabber.org/protocol/muc#stable_id");
    room.occupant_ids = info.has_feature(ns::occupant_id);
    room.moderates = info.has_feature(ns::moderation);
    room.self_ping = info.has_feature("http://jabber.org/protocol/muc#self-ping-optimization");
    room.registration = info.has_feature(ns::registration);
}

Answer<RoomInfo> room_of(const Answer<DiscoInfo>& answer) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    if (!answer->has_feature(ns::muc))
        return StanzaError{Condition::feature_not_implemented, "it says that it is no room"};
    return RoomInfo::of(*answer);
}

} // namespace

RoomInfo RoomInfo::of(const DiscoInfo& info) {
    RoomInfo room;
    for (const auto& identity : info.identities) {
        if (identity.category != "conference" || !room.name.empty()) continue;
        room.name = identity.name.value_or("");
    }
    read_room_features(room, info);
    for (const auto& element : info.forms) {
        const auto form = element.as<DataForm>();
        if (form && form->form_type() == room_info_form) read_room_form(room, *form);
    }
    room.forms = info.forms;
    return room;
}

Delivery
room_info(ClientApi& client, Address room, std::function<void(const Answer<RoomInfo>&)> callback) {
    Error why;
    const auto where = room.jid(&why);
    if (!where) return not_sent(std::move(why));
    return client.request(where->bare(), DiscoInfoQuery{},
                          [callback = std::move(callback)](const Answer<DiscoInfo>& answer) {
                              if (callback) callback(room_of(answer));
                          });
}

} // namespace headstock
