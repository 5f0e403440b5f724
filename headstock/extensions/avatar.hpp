// Pictures of people: user avatars (XEP-0084), and those in vCards as presence tells of them
// (XEP-0153), to read.
//
//     headstock::Avatars avatars;
//     client.register_handler(avatars);
//     disco.add_feature("urn:xmpp:avatar:metadata+notify");  // then contacts' news come (XEP-0115)
//
//     avatars.publish(png, [](const headstock::Answer<headstock::Ok>& answer) { ... });
//     void changed(const headstock::AvatarChanged& event) {  // on_event<&self::changed>()
//         if (cache.has(event.id)) return;
//         avatars.fetch(event.from, event.id, [](const headstock::Answer<headstock::Avatar>& got) {
//             if (got) show(got->bytes);
//         });
//     }
//     void in_presence(const headstock::VCardAvatarSeen& event);   // then fetch_vcard() likewise
//
// An id is the SHA-1 hash of the picture; what is fetched and has another is no answer
// (Errc::invalid_payload), nor is what has more bytes than may be (Errc::policy_violation; 256 KiB
// unless said).  Of its bytes nothing else is looked at: a picture is a stranger's data, and SHA-1
// is no protection against its owner.  Nothing is fetched without being asked, and nothing kept.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/extensions/vcard.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// One form of a picture, section 4.2.1.
struct AvatarInfo {
    std::string id{};                      ///< SHA-1 of this form's bytes, in hexadecimal digits.
    std::uint64_t bytes = 0;               ///< As they say.
    std::string type{};                    ///< As "image/png".
    std::optional<std::uint32_t> width{};  ///< In pixels.
    std::optional<std::uint32_t> height{}; ///< In pixels.
    std::optional<std::string> url{};      ///< It is there, and not at the data node.
};
HEADSTOCK_PAYLOAD(AvatarInfo,
                  "info",
                  ns::avatar_metadata,
                  attribute<&self::bytes>("bytes"),
                  attribute<&self::height>("height"),
                  attribute<&self::id>("id"),
                  attribute<&self::type>("type"),
                  attribute<&self::url>("url"),
                  attribute<&self::width>("width"))

/// What is said of a picture, section 4.2; empty: there is none to be shown (section 3.5).
struct AvatarMetadata {
    std::vector<AvatarInfo> forms{}; ///< The same picture each.
    std::vector<Element> rest{};     ///< As a <pointer/>, and forms that do not read.
};
HEADSTOCK_PAYLOAD(AvatarMetadata,
                  "metadata",
                  ns::avatar_metadata,
                  child<&self::forms>().or_rest(),
                  rest<&self::rest>())

/// The picture at the data node, section 4.1.
struct AvatarData {
    std::string base64{}; ///< As it came; line feeds do no harm.
};
HEADSTOCK_PAYLOAD(AvatarData, "data", ns::avatar_data, content<&self::base64>())

/// What presence says of the picture in a vCard, XEP-0153 section 3.1.
struct VCardUpdate {
    std::optional<std::string> photo{}; ///< Its id; empty: there is none; nothing: not ready yet.
};
HEADSTOCK_PAYLOAD(VCardUpdate, "x", ns::vcard_update, child_text<&self::photo>("photo"))

/// An event: somebody, or our own account, has another picture, or none any more.  Anybody may say
/// it of themselves, contact or not.
struct AvatarChanged {
    Jid from{};                      ///< A bare JID.
    std::string id{};                ///< Of the picture at the data node; empty: none is shown.
    std::vector<AvatarInfo> forms{}; ///< What is there, as they say.
};
/// An event: a presence says what picture the vCard of its sender has.  It comes with each presence
/// that does, changed or not.
struct VCardAvatarSeen {
    Jid from{};       ///< Full; an occupant of a room, too.
    std::string id{}; ///< In small letters; empty: there is none.
};

/// A picture.
struct Avatar {
    std::string id{};   ///< SHA-1 of its bytes, in hexadecimal digits.
    std::string type{}; ///< As they say; of a data node "image/png".
    std::string bytes{};
};

/// Publishes our picture, and gets those of others.  Each callback is called exactly once, unless
/// the Delivery is false or the client is destroyed first: then never; it may be empty.  Before
/// `ready` and after the session nothing is sent (Errc::session_over).
class HEADSTOCK_API Avatars {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    using OnDone = std::function<void(const Answer<Ok>&)>;       ///< Called once.
    using OnAvatar = std::function<void(const Answer<Avatar>&)>; ///< Called once.

    /// `most_bytes` of a picture are taken.
    explicit Avatars(std::size_t most_bytes = std::size_t{256} << 10) : most_bytes_(most_bytes) {}

    /// Show this picture: its data is published, then what is said of it (section 3.1, 3.2); width
    /// and height are read from it.  Refused with Errc::invalid_option: what is no PNG, the one
    /// form that everybody reads.  The answer is the first refusal.  Servers take some 100 KiB.
    Delivery publish(std::string_view png, OnDone callback);
    /// Show none (section 3.5).
    Delivery disable(OnDone callback);
    /// The picture of this id from the data node of `who` (section 3.4), a bare JID; empty: ours.
    Delivery fetch(Address who, std::string_view id, OnAvatar callback);
    /// The picture of this id from the vCard of `who`, a bare JID or an occupant of a room
    /// (XEP-0153 section 3.2).
    Delivery fetch_vcard(Address who, std::string_view id, OnAvatar callback);

    // What the client calls.
    void ready(ClientApi& client);
    void cleanup() { client_ = {}; }

private:
    void on_metadata(const Element& metadata, const Tag& message);
    void in_presence(const VCardUpdate& update, const Tag& presence);
    Delivery publish_metadata(const AvatarMetadata& metadata, std::string_view id, OnDone callback);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;        ///< What callbacks ask whether this is there, for their client.
    PubSub mine_;            ///< Not registered: its events are a PubSub's of the program.
    std::size_t most_bytes_;

    friend HEADSTOCK_HANDLERS(Avatars,
                              on<&self::on_metadata>(item_event<AvatarMetadata>()),
                              on<&self::in_presence>("presence"))
};

} // namespace headstock
