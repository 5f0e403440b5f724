// Reads a Message from the stanza that a row was called for.
#include "bridge/detail/copy_size.hpp"
#include "headstock/dispatch/reader.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/address.hpp"

#include <utility>

namespace headstock::detail {
namespace {

constexpr bridge::Name lang_name{"lang", bridge::xml_ns};

// How well a text in the language `tag` serves who asked for `asked`: 3 for the same, 2 for a
// language of which `asked` is a kind (asked "de-CH", found "de": RFC 4647 3.4), 1 for a kind of
// it.
int closeness(std::string_view tag, std::string_view asked) {
    if (tag.empty() || asked.empty()) return 0;
    if (same_text(tag, asked)) return 3;
    const auto begins = [](std::string_view longer, std::string_view shorter) {
        return longer.size() > shorter.size() && longer[shorter.size()] == '-' &&
               same_text(longer.substr(0, shorter.size()), shorter);
    };
    if (begins(asked, tag)) return 2;
    return begins(tag, asked) ? 1 : 0;
}

// One of several texts that say the same in other languages (RFC 6121 5.2.3, 5.2.4).
class Choice {
public:
    Choice(std::string_view asked, std::string_view inherited)
        : asked_(asked), inherited_(inherited) {}

    void look_at(const Element& text) {
        const auto own = text.attribute(lang_name);
        constexpr int says_something = 8;
        const int rank = closeness(own.empty() ? inherited_ : own, asked_) * 2 +
                         (own.empty() ? 1 : 0) + (text.text().empty() ? 0 : says_something);
        if (best_ != nullptr && rank <= rank_) return;
        best_ = &text;
        rank_ = rank;
    }
    const Element* best() const { return best_; }
    std::string_view language() const {
        return best_ == nullptr ? inherited_ : best_->attribute(lang_name, inherited_);
    }

private:
    std::string_view asked_;
    std::string_view inherited_;
    const Element* best_ = nullptr;
    int rank_ = 0;
};

std::optional<Jid> read_address(const Tag& stanza, const char* name, const Jid& absent) {
    return stanza.has_attribute(name) ? jid_in_stanza(stanza.attribute(name))
                                      : std::optional{absent};
}

bool is_kept_by_us(std::string_view keeper, const Jid& own) {
    return !keeper.empty() && (is_account(keeper, own) || same_domain(keeper, own.domain()));
}

std::optional<DateTime> delay_in(const Element& message, const Jid& own) {
    for (const auto& delay : message.children("delay", ns::delay)) {
        if (!is_kept_by_us(delay.attribute("from"), own)) continue;
        if (const auto stamp = parse_date_time(delay.attribute("stamp"))) return stamp;
    }
    return std::nullopt;
}

bool is_ours(const Element& child, std::string_view name) {
    return child.local_name() == name && child.ns() == ns::client;
}

void keep(Message& read, const Element& child, std::size_t& left) {
    const auto size = bridge::detail::copy_size(child, left);
    if (size > left) {
        read.cut = true;
        return;
    }
    left -= size;
    read.others.push_back(child);
}

void read_children(const Element& stanza, const Reader& reader, Message& read) {
    const auto lang = stanza.attribute(lang_name);
    Choice body{reader.language, lang};
    Choice subject{reader.language, lang};
    const Element* thread = nullptr;
    for (const auto& child : stanza.children()) {
        if (is_ours(child, "body")) body.look_at(child);
        if (is_ours(child, "subject")) subject.look_at(child);
        if (thread == nullptr && is_ours(child, "thread")) thread = &child;
    }
    if (body.best() != nullptr) read.body = body.best()->text();
    if (subject.best() != nullptr) read.subject = subject.best()->text();
    if (thread != nullptr) read.thread = thread->text();
    read.language = body.language();
    auto left = Message::others_limit;
    for (const auto& child : stanza.children()) {
        if (&child != body.best() && &child != subject.best() && &child != thread)
            keep(read, child, left);
    }
}

std::optional<Message> read(const Element& stanza, const Reader& reader, PayloadError& why) {
    auto from = read_address(stanza, "from", reader.own.bare());
    auto to = read_address(stanza, "to", reader.own);
    if (!from || !to) {
        why = {from ? "to" : "from", "is not a JID in the form in which servers write them"};
        return std::nullopt;
    }
    std::optional<Message> read{std::in_place};
    read->from = *std::move(from);
    read->to = *std::move(to);
    read->type = stanza_type(stanza, StanzaKind::message).value_or(StanzaType::normal);
    read->id = stanza.attribute("id");
    read->delayed = delay_in(stanza, reader.own);
    read_children(stanza, reader, *read);
    return read;
}

} // namespace

template <>
std::optional<Message> read_message<Message>(const Given& given, PayloadError& why) {
    return read(given.element, given.caller.reader(), why);
}

Outcome reply_outcome(const Message& asked, std::string_view text) {
    if (text.empty()) return {};
    return asked.reply(std::string{text}).element();
}

// One that has the sender of what was asked is that message itself, given back: to say it in the
// sender's name would be forgery.
Outcome reply_outcome(const Message& asked, const Message& answer) {
    const bool given_back = answer.from && answer.from == asked.from;
    if (answer.to && !given_back) return answer.element();
    if (answer.body.empty() && !answer.subject && answer.others.empty()) return {};
    auto addressed = answer;
    const auto reply = asked.reply({});
    addressed.to = reply.to;
    addressed.type = reply.type;
    if (given_back) addressed.id.clear();
    if (given_back || !addressed.from) addressed.from = reply.from;
    if (addressed.thread.empty()) addressed.thread = reply.thread;
    return addressed.element();
}

} // namespace headstock::detail

namespace headstock {

std::optional<Message>
Message::of(const Element& stanza, const Jid& own, std::string_view language) {
    PayloadError why;
    if (!detail::is_ours(stanza, "message")) return std::nullopt;
    return detail::read(stanza, {own, std::string{language}}, why);
}

} // namespace headstock
