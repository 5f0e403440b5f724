#include "headstock/extensions/avatar.hpp"

#include "headstock/base64.hpp"
#include "headstock/digest.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view png_begin{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16};

std::uint32_t png_number(std::string_view png, std::size_t at) {
    std::uint32_t number = 0;
    for (const char c : png.substr(at, 4)) number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

AvatarInfo png_info(std::string_view png, const std::string& id) {
    AvatarInfo info;
    info.id = id;
    info.bytes = png.size();
    info.type = "image/png";
    info.width = png_number(png, 16);
    info.height = png_number(png, 20);
    return info;
}

std::string small_letters(std::string_view text) {
    std::string small{text};
    for (auto& c : small) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return small;
}

bool is_avatar_id(std::string_view id) {
    return id.size() == 40 && id.find_first_not_of("0123456789abcdef") == id.npos;
}

// `text` is in base64, perhaps in lines.
Answer<Avatar> checked_avatar(const std::string& text,
                              const std::string& type,
                              const std::string& id,
                              std::size_t most_bytes) {
    const auto about = text.size() / 4 * 3;
    if (about > most_bytes && about - most_bytes > most_bytes / 8)
        return Error{Errc::policy_violation, "the picture has more bytes than Avatars may take"};
    VCardPhoto photo;
    photo.base64 = text;
    auto bytes = photo.bytes();
    if (!bytes) return Error{Errc::invalid_payload, "the picture is not in base64"};
    if (bytes->size() > most_bytes)
        return Error{Errc::policy_violation, "the picture has more bytes than Avatars may take"};
    if (sha1_hex(*bytes) != small_letters(id))
        return Error{Errc::invalid_payload, "the picture is not the one of its id"};
    return Avatar{small_letters(id), type, *std::move(bytes)};
}

// Some services give other items than the one that was asked for.
Answer<Avatar> avatar_of(const Answer<PubSubItems<AvatarData>>& answer,
                         const std::string& id,
                         std::size_t most_bytes) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    for (const auto& item : answer->items) {
        if (item.id != id) continue;
        const auto data = item.value();
        if (!data) return Error{Errc::invalid_payload, data.message()};
        return checked_avatar(data->base64, "image/png", id, most_bytes);
    }
    return StanzaError{Condition::item_not_found, "the picture is not there any more"};
}

Answer<Avatar>
avatar_in(const Answer<VCard>& answer, const std::string& id, std::size_t most_bytes) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    const auto photo = answer->photo.value_or(VCardPhoto{});
    if (!photo.base64) return StanzaError{Condition::item_not_found, "the vCard has no picture"};
    return checked_avatar(*photo.base64, photo.type.value_or(""), id, most_bytes);
}

Answer<Ok> done_or_not(const Answer<PublishedItem>& answer) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    return Ok{};
}

} // namespace

void Avatars::ready(ClientApi& client) {
    serving_.begin(client);
    client_ = client.link();
    mine_.ready(client);
}

// What is said of it points to the data, which must be there first (section 3.1).
Delivery Avatars::publish(std::string_view png, OnDone callback) {
    if (client_.get() == nullptr) return no_session("Avatars");
    if (!png.starts_with(png_begin) || png.size() < 24)
        return not_sent({Errc::invalid_option, "the picture is no PNG"});
    const auto id = sha1_hex(png);
    AvatarMetadata metadata;
    metadata.forms.push_back(png_info(png, id));
    return mine_.publish(ns::avatar_data, AvatarData{base64_encode(png)},
                         [self = Link{*this, serving_.lifetime()}, metadata, id,
                          callback = std::move(callback)](const Answer<PublishedItem>& answer) {
                             auto done = done_or_not(answer);
                             auto* avatars = self.get();
                             if (done && avatars == nullptr) done = no_longer_serving("Avatars");
                             if (done) {
                                 const auto sent =
                                     avatars->publish_metadata(metadata, id, callback);
                                 if (sent) return;
                                 done = sent.error;
                             }
                             if (callback) callback(done);
                         },
                         {.id = id});
}

Delivery
Avatars::publish_metadata(const AvatarMetadata& metadata, std::string_view id, OnDone callback) {
    return mine_.publish(ns::avatar_metadata, metadata,
                         [callback = std::move(callback)](const Answer<PublishedItem>& answer) {
                             if (callback) callback(done_or_not(answer));
                         },
                         {.id = std::string{id}});
}

Delivery Avatars::disable(OnDone callback) {
    if (client_.get() == nullptr) return no_session("Avatars");
    return publish_metadata({}, {}, std::move(callback));
}

Delivery Avatars::fetch(Address who, std::string_view id, OnAvatar callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Avatars");
    Error why;
    if (!who.empty() && !who.jid(&why)) return not_sent(std::move(why));
    PubSub theirs{who};
    theirs.ready(*client);
    return theirs.items<AvatarData>(
        ns::avatar_data,
        [callback = std::move(callback), id = std::string{id},
         most = most_bytes_](const Answer<PubSubItems<AvatarData>>& answer) {
            if (callback) callback(avatar_of(answer, id, most));
        },
        {.ids = {std::string{id}}});
}

Delivery Avatars::fetch_vcard(Address who, std::string_view id, OnAvatar callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Avatars");
    return client->request(who, VCardQuery{},
                           [callback = std::move(callback), id = std::string{id},
                            most = most_bytes_](const Answer<VCard>& answer) {
                               if (callback) callback(avatar_in(answer, id, most));
                           });
}

// A personal event is an account's: its `from` is a bare JID (XEP-0163), or none for our own.
void Avatars::on_metadata(const Element& metadata, const Tag& message) {
    auto* client = client_.get();
    const auto& item = metadata.parent();
    if (client == nullptr || item.parent().attribute("node") != ns::avatar_metadata) return;
    const auto who = message.has_attribute("from") ? from(message) : client->jid().bare();
    const auto said = from_element<AvatarMetadata>(metadata);
    if (!who || !who->is_bare() || !said) return;
    AvatarChanged event{*who, {}, said->forms};
    const bool shown = !said->forms.empty() || !said->rest.empty();
    if (shown) event.id = item.attribute("id");
    client->emit_now(event);
}

// Without <photo/> they are not ready yet (XEP-0153 section 4.1); what is no hash says nothing.
void Avatars::in_presence(const VCardUpdate& update, const Tag& presence) {
    auto* client = client_.get();
    const auto who = from(presence);
    if (client == nullptr || !who || !update.photo) return;
    const auto id = small_letters(*update.photo);
    if (id.empty() || is_avatar_id(id)) client->emit_now(VCardAvatarSeen{*who, id});
}

} // namespace headstock
