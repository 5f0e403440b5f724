// Talks as it is told on standard input, and prints what it hears, for messages.py.
//
//     to JID                 whom to talk to from now on
//     room JID NICK          join, and talk to all there
//     open                   let others into the room that we have made (XEP-0045 10.1.2)
//     say TEXT, reply TEXT, correct TEXT, retract, react EMOJI..., read, state WORD, quit
//
// What refers to another message means the last one: that was heard, or that we have said.
#include "examples/command_line.hpp"
#include "headstock/extensions/carbons.hpp"
#include "headstock/extensions/chat_states.hpp"
#include "headstock/extensions/correction.hpp"
#include "headstock/extensions/fallback.hpp"
#include "headstock/extensions/markers.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/reactions.hpp"
#include "headstock/extensions/receipts.hpp"
#include "headstock/extensions/replies.hpp"
#include "headstock/extensions/retraction.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using headstock::Audience, headstock::Jid, headstock::Message, headstock::StanzaType;

namespace {

/// An event: a line of standard input.
struct Told {
    std::string word{};
    std::string rest{};
};

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

/// All objects for messages, and what is printed of them.
class Talker {
public:
    explicit Talker(headstock::AsyncClient& client) : client_{client} {
        client.register_handler(talk_);
        client.register_handler(carbons_);
        client.register_handler(receipts_);
        client.register_handler(states_);
        client.register_handler(corrections_);
        client.register_handler(markers_);
        client.register_handler(reactions_);
        client.register_handler(retractions_);
    }

private:
    // --- what is done ----------------------------------------------------------------------------

    void told(const Told& line) {
        if (line.word == "to") to_ = Jid{line.rest}, type_ = StanzaType::chat;
        if (line.word == "room") join(line.rest);
        if (line.word == "open") open();
        if (line.word == "say") said(say(fresh(line.rest)));
        if (line.word == "reply") said(say(headstock::answer_to(heard_, line.rest, "them")));
        if (line.word == "correct") said(corrections_.correct(sent_, fresh(line.rest)));
        if (line.word == "retract") retract();
        if (line.word == "react") react(line.rest);
        if (line.word == "read") said(markers_.displayed(heard_));
        if (line.word == "state") state(line.rest);
        if (line.word == "quit") client_.stop();
    }
    Message fresh(const std::string& text) const {
        return {.to = to_, .type = type_, .body = text};
    }
    headstock::Delivery say(Message message) {
        const auto text = headstock::body_without_fallback(message, headstock::ns::reply);
        message.add(headstock::Markable{});
        auto sent = type_ == StanzaType::chat ? receipts_.send(std::move(message))
                                              : talk_.send(std::move(message));
        sent_ = sent.id;
        texts_[sent_] = text;
        return sent;
    }
    static void said(const headstock::Delivery& sent) {
        if (!sent) print("refused", sent.error.text);
    }
    void join(const std::string& words) {
        std::istringstream in{words};
        std::string room, nick;
        in >> room >> nick;
        if (const auto error = talk_.enter(room + "/" + nick))
            return print("refused", error.message());
        to_ = Jid{room};
        type_ = StanzaType::groupchat;
        auto presence = headstock::presence().set("to", room + "/" + nick);
        presence.append("x", headstock::ns::muc);
        client_.send_stanza(presence);
    }
    void open() {
        auto iq = headstock::iq_set(to_);
        iq.append("query", headstock::ns::muc_owner)
            .append("x", headstock::ns::data_forms)
            .set("type", "submit");
        client_.request(iq, [](const headstock::Response& response) {
            print("open", response ? "yes" : response.message());
        });
    }
    void retract() {
        said(type_ == StanzaType::chat ? retractions_.retract(to_, sent_)
                                       : retractions_.retract(ours_));
    }
    void react(const std::string& words) {
        std::istringstream in{words};
        std::vector<std::string> emojis;
        for (std::string word; in >> word;) emojis.push_back(word);
        said(reactions_.react(heard_, emojis));
    }
    void state(const std::string& word) {
        constexpr std::array all{headstock::ChatState::active, headstock::ChatState::composing,
                                 headstock::ChatState::paused, headstock::ChatState::inactive,
                                 headstock::ChatState::gone};
        for (const auto each : all) {
            if (to_string(each) == word) said(states_.set(to_, each));
        }
    }

    // --- what is heard ---------------------------------------------------------------------------

    void heard(const headstock::MessageHeard& event) {
        const auto& message = event.message;
        if (message.body.empty() || message.get<headstock::Replace>() ||
            message.get<headstock::Retract>())
            return;
        texts_[message.id] = texts_[headstock::reference_id(message)] =
            headstock::body_without_fallback(message, headstock::ns::reply);
        (event.ours ? ours_ : heard_) = message;
        constexpr std::array ways{"heard", "carbon of one received", "carbon of one sent",
                                  "archive"};
        print(ways[static_cast<std::size_t>(event.way)],
              message.from.str() + ": " + texts_[message.id]);
        if (const auto reply = message.get<headstock::ReplyTo>())
            print("which answers", texts_[reply->id]);
    }
    void entered(const headstock::Element& x, const headstock::Tag& presence) {
        for (const auto& status : x.children("status")) {
            if (status.attribute("code") == "110") print("in", presence.attribute("from"));
        }
    }
    void received(const headstock::Received& event) {
        print("receipt", "from " + event.who.bare().str());
    }
    void changed(const headstock::ChatStateChanged& event) {
        print("state", event.who.str() + " " + std::string{to_string(event.state)});
    }
    void corrected(const headstock::Corrected& event) {
        print("corrected", texts_[event.original] + " -> " + event.message.body +
                               (event.last ? "" : " (not the last)"));
    }
    void displayed(const headstock::MessageDisplayed& event) {
        print("read", "by " + event.who.address.str());
    }
    void reacted(const headstock::Reacted& event) {
        print("reactions", event.who.address.str() + " to " + texts_[event.id] + ": " +
                               joined(event.before) + " -> " + joined(event.emojis));
    }
    void retracted(const headstock::Retracted& event) {
        print("taken back", event.author.address.str() + ": " + texts_[event.stanza]);
    }
    void carbons(const headstock::CarbonsChanged& event) {
        print("carbons", event.enabled ? "on" : event.why);
    }
    static void print(std::string_view what, std::string_view of) {
        std::cout << what << ": " << of << std::endl;
    }

public:
    void ready() { print("jid", client_.jid().str()); }

private:
    headstock::AsyncClient& client_;
    headstock::Conversations talk_;
    headstock::Carbons carbons_;
    headstock::Receipts receipts_{talk_, Audience::everybody()};
    headstock::ChatStates states_{talk_};
    headstock::Corrections corrections_{talk_};
    headstock::Markers markers_{talk_, Audience::everybody()};
    headstock::Reactions reactions_{talk_};
    headstock::Retractions retractions_{talk_};

    Jid to_;
    StanzaType type_ = StanzaType::chat;
    std::string sent_;
    Message heard_, ours_;
    std::map<std::string, std::string> texts_;

    friend HEADSTOCK_HANDLERS(Talker,
                              on<&self::entered>("presence",
                                                 "x",
                                                 "http://jabber.org/protocol/muc#user"),
                              on_event<&self::told>(),
                              on_event<&self::heard>(),
                              on_event<&self::received>(),
                              on_event<&self::changed>(),
                              on_event<&self::corrected>(),
                              on_event<&self::displayed>(),
                              on_event<&self::reacted>(),
                              on_event<&self::retracted>(),
                              on_event<&self::carbons>())
};

void read_lines(headstock::AsyncClient& client) {
    for (std::string line; std::getline(std::cin, line);) {
        const auto space = line.find(' ');
        client.emit(Told{line.substr(0, space),
                         space == line.npos ? std::string{} : line.substr(space + 1)});
    }
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Talks as it is told on standard input."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    headstock::Presence presence;
    client.register_handler(presence);
    Talker talker{client};
    client.register_handler(talker);
    std::thread reader{read_lines, std::ref(client)};
    const auto error = client.run_until_signal();
    reader.join();
    return examples::report(error);
}
