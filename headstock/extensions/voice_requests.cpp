#include "headstock/extensions/voice_requests.hpp"

#include "headstock/ns.hpp"

#include <string_view>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view voice_form = "http://jabber.org/protocol/muc#request";

} // namespace

Delivery VoiceRequests::ask() {
    DataForm form{FormType::submit};
    form.set("FORM_TYPE", {std::string{voice_form}}).set("muc#role", {"participant"});
    return send(form);
}

// The room is told again what it has asked, since it may have forgotten.
Delivery VoiceRequests::answer(const VoiceRequested& request, bool allow) {
    DataForm form{FormType::submit};
    for (const auto& field : request.form.fields) {
        if (field.var) form.set(*field.var, field.values);
    }
    form.set("muc#request_allow", {allow ? "true" : "false"});
    return send(form);
}

Delivery VoiceRequests::send(const DataForm& form) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("VoiceRequests");
    return client->send_stanza(room_, form);
}

void VoiceRequests::asked(const Element& form, const Tag& message) {
    auto* client = client_.get();
    if (client == nullptr || from(message) != room_) return;
    auto read = form.as<DataForm>();
    if (!read || read->type != FormType::form || read->form_type() != voice_form) return;
    VoiceRequested event;
    event.room = room_;
    event.who = Jid::parse(read->value("muc#jid")).value_or(Jid{});
    event.nick = read->value("muc#roomnick");
    event.form = *std::move(read);
    client->emit_now(event);
}

} // namespace headstock
