#include "headstock/extensions/moderation.hpp"

#include <utility>

namespace headstock {

Delivery Moderation::retract(std::string_view id, std::string_view reason, Done done) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Moderation");
    ModerateRequest request{std::string{id}};
    if (!reason.empty()) request.reason = reason;
    return client->request(iq_set(room_).add(request),
                           [done = std::move(done)](const Answer<Ok>& answer) {
                               if (done) done(answer);
                           });
}

// A retraction that no moderator made is XEP-0424's, and does not read as this.
void Moderation::told(const Element& retract, const Tag& message) {
    auto* client = client_.get();
    if (client == nullptr || from(message) != room_) return;
    const auto read = retract.as<ModeratedRetraction>();
    if (!read || read->id.empty()) return;
    const auto& by = read->moderated;
    client->emit_now(MessageModerated{room_, read->id, by.by,
                                      by.occupant ? by.occupant->id : std::string{},
                                      read->reason.value_or("")});
}

} // namespace headstock
