// What an object keeps of an account is not shown as another's, and no callback is lost: each row
// of the tables is one object.
#include "headstock/extensions/archive.hpp"
#include "headstock/extensions/avatar.hpp"
#include "headstock/extensions/blocking.hpp"
#include "headstock/extensions/bookmarks.hpp"
#include "headstock/extensions/capabilities.hpp"
#include "headstock/extensions/carbons.hpp"
#include "headstock/extensions/catch_up.hpp"
#include "headstock/extensions/chat_states.hpp"
#include "headstock/extensions/commands.hpp"
#include "headstock/extensions/correction.hpp"
#include "headstock/extensions/displayed.hpp"
#include "headstock/extensions/http_upload.hpp"
#include "headstock/extensions/muc_admin.hpp"
#include "headstock/extensions/muc_room.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/reactions.hpp"
#include "headstock/extensions/receipts.hpp"
#include "headstock/extensions/remote_commands.hpp"
#include "headstock/extensions/roster.hpp"
#include "headstock/extensions/vcard.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

using headstock::Answer, headstock::Errc, headstock::Jid;
using support::SessionKit;

namespace {

const std::string no = "<error type='cancel'><item-not-found "
                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

// A client of this account, whose server answers nothing by itself.
struct Account : SessionKit {
    explicit Account(const std::string& jid) : SessionKit{support::in_clear(), {}, jid} {
        login();
        take();
    }
    // Every iq that the client has asked since, in order, gets this answer.
    void answer(const std::string& type, const std::string& payload) {
        std::string said;
        for (const auto& iq : asked()) {
            const auto from = iq.has_attribute("to")
                                  ? " from='" + std::string{iq.attribute("to")} + "'"
                                  : std::string{};
            said += "<iq type='" + type + "' id='" + std::string{iq.attribute("id")} + "'" + from +
                    ">" + payload + "</iq>";
        }
        says(said);
    }
    std::vector<headstock::Element> asked() {
        const auto all = headstock::Element::parse("<all>" + take() + "</all>").value();
        std::vector<headstock::Element> iqs;
        for (const auto& each : all.children()) {
            if (each.local_name() == "iq") iqs.push_back(each);
        }
        return iqs;
    }
};

// One object, and what it shows of the account of its client.
struct Kept {
    virtual ~Kept() = default;
    virtual void enter(headstock::BaseClient& client) = 0;
    virtual void leave(headstock::BaseClient& client) = 0;
    virtual void learn(Account& account) = 0; ///< Behind enter().
    virtual bool shows(Account& account) = 0; ///< Something that it had learned before.
};

template <class T>
struct Alone : Kept {
    template <class... Args>
    explicit Alone(Args&&... args) : object{std::forward<Args>(args)...} {}
    void enter(headstock::BaseClient& client) override { client.register_handler(object); }
    void leave(headstock::BaseClient& client) override { client.unregister_handler(object); }
    T object;
};

struct BlockingKept : Alone<headstock::Blocking> {
    void learn(Account& account) override {
        account.answer("result",
                       "<blocklist xmlns='urn:xmpp:blocking'><item jid='a@x.test'/></blocklist>");
    }
    bool shows(Account&) override { return object.blocks("a@x.test"); }
};

struct DisplayedKept : Alone<headstock::Displayed> {
    void learn(Account& account) override {
        account.answer("result",
                       "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                       "<items node='urn:xmpp:mds:displayed:0'><item id='a@x.test'>"
                       "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id "
                       "xmlns='urn:xmpp:sid:0' id='1' by='romeo@e.test'/></displayed></item>"
                       "</items></pubsub>");
    }
    bool shows(Account&) override { return object.find(Jid{"a@x.test"}) != nullptr; }
};

struct RosterKept : Alone<headstock::Roster> {
    void learn(Account& account) override {
        account.answer("result",
                       "<query xmlns='jabber:iq:roster' ver='7'><item jid='a@x.test'/></query>");
    }
    bool shows(Account&) override {
        return !object.contacts().empty() || !object.version().empty();
    }
};

struct BookmarksKept : Alone<headstock::Bookmarks> {
    void learn(Account& account) override {
        account.answer("result", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        account.answer("result", "<query xmlns='jabber:iq:private'><storage "
                                 "xmlns='storage:bookmarks'><conference jid='room@m.test'/>"
                                 "</storage></query>");
    }
    bool shows(Account&) override { return !object.all().empty(); }
};

struct PresenceKept : Alone<headstock::Presence> {
    void learn(Account& account) override { account.says("<presence from='a@x.test/r'/>"); }
    bool shows(Account&) override { return object.is_online("a@x.test"); }
};

struct CapabilitiesKept : Kept {
    void enter(headstock::BaseClient& client) override {
        client.register_handler(disco);
        client.register_handler(object);
    }
    void leave(headstock::BaseClient& client) override {
        client.unregister_handler(object);
        client.unregister_handler(disco);
    }
    void learn(Account& account) override {
        account.take();
        account.says("<presence from='a@x.test/r'><c xmlns='http://jabber.org/protocol/caps' "
                     "node='n' ver='v' hash='sha-1'/></presence>");
        account.answer("result", "<query xmlns='http://jabber.org/protocol/disco#info'>"
                                 "<feature var='urn:a'/></query>");
    }
    bool shows(Account&) override { return object.supports("a@x.test/r", "urn:a"); }
    headstock::Disco disco{{{"client", "bot", {}, {}}}};
    headstock::Capabilities object{disco, "https://e.test/"};
};

struct CarbonsKept : Alone<headstock::Carbons> {
    void learn(Account& account) override { account.answer("result", ""); }
    bool shows(Account&) override { return object.enabled(); }
};

struct HttpUploadKept : Alone<headstock::HttpUpload> {
    void learn(Account& account) override {
        object.find({});
        account.answer("result", "<query xmlns='http://jabber.org/protocol/disco#info'>"
                                 "<feature var='urn:xmpp:http:upload:0'/></query>");
    }
    bool shows(Account&) override { return object.service().has_value(); }
};

struct CatchUpKept : Kept {
    CatchUpKept() { object.follow({}, {"last", {}}); }
    void enter(headstock::BaseClient& client) override {
        client.register_handler(archive);
        client.register_handler(object);
    }
    void leave(headstock::BaseClient& client) override {
        client.unregister_handler(object);
        client.unregister_handler(archive);
    }
    void learn(Account&) override {}
    bool shows(Account&) override { return object.position().id == "last"; }
    headstock::Archive archive;
    headstock::CatchUp object{archive};
};

struct MucRoomKept : Alone<headstock::MucRoom> {
    explicit MucRoomKept(headstock::RoomOptions how = {})
        : Alone{"room@m.test", "me", std::move(how)} {}
    void learn(Account& account) override {
        account.says("<presence from='room@m.test/a'><x "
                     "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' "
                     "role='visitor'/></x></presence><presence from='room@m.test/me'><x "
                     "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' "
                     "role='participant'/><status code='110'/></x></presence>"
                     "<message from='room@m.test/a' type='groupchat'><subject>s</subject>"
                     "</message>");
    }
    bool shows(Account&) override {
        return !object.subject().empty() || !object.occupants().empty();
    }
};

// What the next entry forgets anyway is there until then.
struct MucSubjectKept : MucRoomKept {
    MucSubjectKept() : MucRoomKept{{.enter = headstock::RoomOptions::Enter::when_told}} {}
    void learn(Account& account) override {
        REQUIRE(object.join());
        MucRoomKept::learn(account);
        REQUIRE(object.leave());
    }
    bool shows(Account&) override { return !object.subject().empty(); }
};

// Objects that follow Conversations, and these.
template <class T>
struct Following : Kept {
    void enter(headstock::BaseClient& client) override {
        client.register_handler(talk);
        client.register_handler(object);
    }
    void leave(headstock::BaseClient& client) override {
        client.unregister_handler(object);
        client.unregister_handler(talk);
    }
    headstock::Conversations talk;
    T object{talk};
};

headstock::Message said_by_a() {
    return {.from = Jid{"a@x.test/r"}, .to = Jid{"romeo@e.test/r"}, .id = "1", .body = "hi"};
}

struct ConversationsKept : Alone<headstock::Conversations> {
    void learn(Account&) override { object.follow(said_by_a()); }
    bool shows(Account&) override { return object.find(Jid{"a@x.test"}, "1") != nullptr; }
};

struct ReactionsKept : Following<headstock::Reactions> {
    void learn(Account&) override { REQUIRE(object.react(said_by_a(), {"+"})); }
    bool shows(Account&) override { return !object.of(Jid{"a@x.test"}, "1").empty(); }
};

struct ChatStatesKept : Following<headstock::ChatStates> {
    void learn(Account&) override { object.understands("a@x.test", true); }
    bool shows(Account&) override { return object.understands("a@x.test").has_value(); }
};

// What the last three keep shows in what they tell and send only.
struct ReceiptsKept : Following<headstock::Receipts> {
    void learn(Account& account) override {
        object.send({.to = Jid{"a@x.test"}, .id = "1", .body = "hi"});
        account.take();
    }
    bool shows(Account& account) override {
        headstock::Message receipt = said_by_a();
        receipt.body.clear();
        receipt.add(headstock::Receipt{"1"});
        bool told = false;
        const auto row = account.client->on_event([&](const headstock::Received&) { told = true; });
        talk.follow(receipt);
        account.client->unregister(row);
        if (told) learn(account); // the first look took it
        return told;
    }
};

struct CorrectionsKept : Following<headstock::Corrections> {
    void learn(Account&) override {
        REQUIRE(object.correct("first", {.to = Jid{"a@x.test"}, .id = "2", .body = "hi"}));
    }
    // Of a correction of ours it is the first id that is named.
    bool shows(Account& account) override {
        account.take();
        REQUIRE(object.correct("2", {.to = Jid{"a@x.test"}, .id = "3", .body = "ho"}));
        return account.take().find("id='first'") != std::string::npos;
    }
};

struct RefusedReactionsKept : Following<headstock::Reactions> {
    void learn(Account& account) override {
        sent = object.react(said_by_a(), {"+"}).id;
        account.take();
    }
    bool shows(Account& account) override {
        bool told = false;
        const auto row =
            account.client->on_event([&](const headstock::ReactionsRefused&) { told = true; });
        account.says("<message type='error' id='" + sent + "' from='a@x.test'>" + no +
                     "</message>");
        account.client->unregister(row);
        learn(account); // the first look took it
        return told;
    }
    std::string sent;
};

// --- what is true of a session -------------------------------------------------------------------

const std::string we_are_in =
    "<presence from='room@m.test/me'><x xmlns='http://jabber.org/protocol/muc#user'>"
    "<item affiliation='none' role='participant'/><status code='110'/></x></presence>";

struct RoomFeaturesKept : Alone<headstock::Conversations> {
    void enter(headstock::BaseClient& client) override {
        Alone::enter(client);
        REQUIRE_FALSE(object.enter("room@m.test"));
    }
    void learn(Account& account) override {
        account.answer("result", "<query xmlns='http://jabber.org/protocol/disco#info'>"
                                 "<feature var='urn:xmpp:sid:0'/></query>");
    }
    bool shows(Account&) override { return object.gives_stanza_ids(Jid{"room@m.test"}); }
};

struct RoomSelfKept : Alone<headstock::Conversations> {
    RoomSelfKept() { REQUIRE_FALSE(object.enter("room@m.test/me")); }
    void learn(Account& account) override { account.says(we_are_in); }
    bool shows(Account&) override {
        return object.is_ours({.from = Jid{"room@m.test/me"},
                               .type = headstock::StanzaType::groupchat,
                               .body = "hi"});
    }
};

struct RoomCaughtUpKept : CatchUpKept {
    RoomCaughtUpKept() {
        object.forget();
        object.follow(Jid{"room@m.test/me"}, {"last", {}});
    }
    void learn(Account& account) override {
        account.says(we_are_in);
        account.answer("result", "<fin xmlns='urn:xmpp:mam:2' complete='true'/>");
    }
    bool shows(Account&) override { return object.caught_up(room); }
    const Jid room{"room@m.test"};
};

struct ChatStateKept : Following<headstock::ChatStates> {
    void learn(Account& account) override {
        account.says("<message from='a@x.test/r' type='chat'><composing "
                     "xmlns='http://jabber.org/protocol/chatstates'/></message>");
    }
    bool shows(Account&) override { return object.state_of("a@x.test").has_value(); }
};

struct ArchiveOfferKept : Alone<headstock::Archive> {
    void learn(Account& account) override {
        ask();
        account.answer("result", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
    }
    bool shows(Account& account) override {
        account.take();
        ask();
        return account.take().find("disco#info") == std::string::npos;
    }
    void ask() { object.ask({.order = headstock::ArchiveOrder::newest_first}, {}, {}); }
};

struct Drink {
    std::string name{};
};
HEADSTOCK_FORM(Drink, "", headstock::form_field<&self::name>("name"))

struct CommandsKept : Alone<headstock::Commands> {
    CommandsKept() {
        object.offer<Drink>("order", "Order", headstock::CommandAccess::everybody(),
                            [](const Drink&, const headstock::CommandCall&) {
                                return headstock::CommandStep::done("One");
                            });
    }
    static std::string say(Account& account, const std::string& more, const std::string& inside) {
        account.take();
        account.says("<iq type='set' id='c' from='a@x.test/r' to='romeo@e.test/r'><command "
                     "xmlns='http://jabber.org/protocol/commands' node='order'" +
                     more + ">" + inside + "</command></iq>");
        return account.take();
    }
    void learn(Account& account) override {
        const auto answer = headstock::Element::parse(say(account, "", "")).value();
        session = answer.child("command", headstock::ns::commands).attribute("sessionid");
    }
    bool shows(Account& account) override {
        const auto answer = say(account, " sessionid='" + session + "'",
                                "<x xmlns='jabber:x:data' type='submit'><field var='name'>"
                                "<value>tea</value></field></x>");
        const bool went_on = answer.find("completed") != answer.npos;
        if (went_on) learn(account); // the first look ends it
        return went_on;
    }
    std::string session;
};

struct Row {
    std::string name;
    std::function<std::unique_ptr<Kept>()> make;
};

template <class T>
Row row(const char* name) {
    return {name, [] { return std::make_unique<T>(); }};
}

const std::vector<Row> of_a_session{
    row<PresenceKept>("Presence"),
    row<CapabilitiesKept>("Capabilities"),
    row<CarbonsKept>("Carbons"),
    row<HttpUploadKept>("HttpUpload"),
    row<RoomFeaturesKept>("features of Conversations"),
    row<RoomSelfKept>("Conversations"),
    row<RoomCaughtUpKept>("CatchUp"),
    row<ChatStateKept>("ChatStates"),
    row<ArchiveOfferKept>("Archive"),
    row<MucRoomKept>("MucRoom"),
    row<CommandsKept>("Commands"),
};

// Of others what is kept is no account's (docs/extensions.md, rule 12).
const std::vector<Row> rows{
    row<BlockingKept>("Blocking"),
    row<DisplayedKept>("Displayed"),
    row<RosterKept>("Roster"),
    row<BookmarksKept>("Bookmarks"),
    row<PresenceKept>("Presence"),
    row<CapabilitiesKept>("Capabilities"),
    row<CarbonsKept>("Carbons"),
    row<HttpUploadKept>("HttpUpload"),
    row<CatchUpKept>("CatchUp"),
    row<MucSubjectKept>("subject of MucRoom"),
    row<MucRoomKept>("MucRoom"),
    row<ConversationsKept>("Conversations"),
    row<ReactionsKept>("Reactions"),
    row<ChatStatesKept>("ChatStates"),
    row<ReceiptsKept>("Receipts"),
    row<CorrectionsKept>("Corrections"),
    row<RefusedReactionsKept>("refused Reactions"),
};

} // namespace

TEST_CASE("serving: nothing of one account is shown as another's") {
    for (const auto& each : rows) {
        CAPTURE(each.name);
        Account romeo{"romeo@e.test"};
        Account juliet{"juliet@e.test"};
        const auto kept = each.make();
        kept->enter(*romeo.client);
        kept->learn(romeo);
        CHECK(kept->shows(romeo));
        kept->leave(*romeo.client);
        kept->enter(*juliet.client);
        CHECK_FALSE(kept->shows(juliet));
        kept->leave(*juliet.client);
    }
}

TEST_CASE("serving: what is true of a session is not of another client's") {
    for (const auto& each : of_a_session) {
        CAPTURE(each.name);
        Account first{"romeo@e.test"};
        Account second{"romeo@e.test"};
        const auto kept = each.make();
        kept->enter(*first.client);
        kept->learn(first);
        CHECK(kept->shows(first));
        kept->leave(*first.client);
        kept->enter(*second.client);
        CHECK_FALSE(kept->shows(second));
        kept->leave(*second.client);
    }
}

TEST_CASE("serving: what one account had to say in a room is not said by another") {
    Account romeo{"romeo@e.test"};
    Account juliet{"juliet@e.test"};
    headstock::MucRoom room{"room@m.test", "me"};
    std::string undelivered;
    romeo.client->on_event([&](const headstock::RoomUndelivered& event) {
        undelivered += event.message.body + ':' + event.failure.code.message();
    });
    romeo.client->register_handler(room);
    REQUIRE(room.say("hi"));
    romeo.client->unregister_handler(room);
    juliet.client->register_handler(room);
    CHECK(undelivered == "hi:" + headstock::Error{Errc::not_sent, ""}.code.message());
    juliet.says(we_are_in);
    CHECK(room.state() == headstock::MucRoom::State::joined);
    CHECK(juliet.take().find("hi") == std::string::npos);
}

TEST_CASE("serving: what the first account's server answers late is not the second's") {
    const std::vector<Row> asking{
        row<BlockingKept>("Blocking"), row<DisplayedKept>("Displayed"),
        row<RosterKept>("Roster"),     row<BookmarksKept>("Bookmarks"),
        row<CarbonsKept>("Carbons"),   row<RoomFeaturesKept>("Conversations")};
    for (const auto& each : asking) {
        CAPTURE(each.name);
        Account romeo{"romeo@e.test"};
        Account juliet{"juliet@e.test"};
        const auto kept = each.make();
        kept->enter(*romeo.client);
        kept->leave(*romeo.client);
        kept->enter(*juliet.client);
        kept->learn(romeo);
        CHECK_FALSE(kept->shows(juliet));
        kept->leave(*juliet.client);
    }
}

// --- callbacks -----------------------------------------------------------------------------------

namespace {

// Counts how often a callback is told its end.
struct Told {
    template <class T>
    std::function<void(const Answer<T>&)> once() {
        return [this](const Answer<T>&) { ++times; };
    }
    int times = 0;
};

struct Asker {
    virtual ~Asker() = default;
    virtual void enter(headstock::BaseClient& client) = 0;
    virtual void leave(headstock::BaseClient& client) = 0;
    virtual void ask(Told& told) = 0;
};

template <class T, class F>
struct AskerOf : Asker {
    explicit AskerOf(F how) : how_(std::move(how)) {}
    void enter(headstock::BaseClient& client) override { client.register_handler(object); }
    void leave(headstock::BaseClient& client) override { client.unregister_handler(object); }
    void ask(Told& told) override { how_(object, told); }
    T object;
    F how_;
};

struct AskerRow {
    std::string name;
    std::function<std::unique_ptr<Asker>()> make;
};

template <class T, class F>
AskerRow asker(const char* name, F how) {
    return {name, [how] { return std::make_unique<AskerOf<T, F>>(how); }};
}

using headstock::Ok;

const std::vector<AskerRow> askers{
    asker<headstock::HttpUpload>(
        "HttpUpload::find",
        [](auto& object, Told& told) { object.find(told.once<headstock::UploadService>()); }),
    asker<headstock::HttpUpload>("HttpUpload::request_slot",
                                 [](auto& object, Told& told) {
                                     object.request_slot({.filename = "a", .size = 1},
                                                         told.once<headstock::UploadSlot>());
                                 }),
    asker<headstock::Archive>(
        "Archive::ask",
        [](auto& object, Told& told) { object.ask({}, {}, [&](const auto&) { ++told.times; }); }),
    asker<headstock::Archive>(
        "Archive::metadata",
        [](auto& object, Told& told) { object.metadata(told.once<headstock::ArchiveMetadata>()); }),
    asker<headstock::Bookmarks>("Bookmarks::set",
                                [](auto& object, Told& told) {
                                    object.set({.room = Jid{"room@m.test"}}, told.once<Ok>());
                                }),
    asker<headstock::Displayed>("Displayed::mark",
                                [](auto& object, Told& told) {
                                    const headstock::StanzaId upto{"1", Jid{"romeo@e.test"}};
                                    object.mark(Jid{"a@x.test"}, upto, told.once<Ok>());
                                }),
    asker<headstock::Avatars>("Avatars::publish",
                              [](auto& object, Told& told) {
                                  const std::string png{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16};
                                  object.publish(png + std::string(8, 'x'), told.once<Ok>());
                              }),
    asker<headstock::Avatars>("Avatars::fetch_vcard",
                              [](auto& object, Told& told) {
                                  object.fetch_vcard("a@x.test", "1",
                                                     told.once<headstock::Avatar>());
                              }),
    asker<headstock::MucAdmin>("MucAdmin::list",
                               [](auto& object, Told& told) {
                                   object.list("room@m.test", headstock::Affiliation::owner, {},
                                               told.once<headstock::MucListed>());
                               }),
    asker<headstock::MucAdmin>(
        "MucAdmin::kick",
        [](auto& object, Told& told) { object.kick("room@m.test", "a", {}, told.once<Ok>()); }),
    asker<headstock::RemoteCommands>("RemoteCommands::execute",
                                     [](auto& object, Told& told) {
                                         object.execute("a@x.test/r", "n",
                                                        told.once<headstock::CommandResult>());
                                     }),
    asker<headstock::Blocking>(
        "Blocking::block",
        [](auto& object, Told& told) { object.block({Jid{"a@x.test"}}, told.once<Ok>()); }),
    asker<headstock::Roster>(
        "Roster::add",
        [](auto& object, Told& told) { object.add("a@x.test", {}, {}, told.once<Ok>()); }),
};

// A server that says yes, or no, to all that it is asked, until nothing is asked any more.
void answer_all(Account& account, bool yes) {
    for (int i = 0; i < 10; ++i) account.answer(yes ? "result" : "error", yes ? "" : no);
}

} // namespace

TEST_CASE("serving: each callback is told one end when its object serves another client") {
    for (const auto& each : askers) {
        for (const bool yes : {true, false}) {
            CAPTURE(each.name);
            CAPTURE(yes);
            Account romeo{"romeo@e.test"};
            Account juliet{"juliet@e.test"};
            Told told;
            const auto asker = each.make();
            asker->enter(*romeo.client);
            asker->ask(told);
            asker->leave(*romeo.client);
            asker->enter(*juliet.client);
            juliet.take();
            answer_all(romeo, yes);
            CHECK(told.times == 1);
            CHECK(juliet.take().empty());
            asker->leave(*juliet.client);
        }
    }
}

TEST_CASE("serving: each callback is told one end when its object is destroyed") {
    for (const auto& each : askers) {
        for (const bool yes : {true, false}) {
            CAPTURE(each.name);
            CAPTURE(yes);
            Account romeo{"romeo@e.test"};
            Told told;
            auto asker = each.make();
            asker->enter(*romeo.client);
            asker->ask(told);
            asker->leave(*romeo.client);
            asker.reset();
            answer_all(romeo, yes);
            CHECK(told.times == 1);
        }
    }
}

TEST_CASE("serving: of a client that is destroyed no callback is told anything") {
    for (const auto& each : askers) {
        CAPTURE(each.name);
        Account romeo{"romeo@e.test"};
        Account juliet{"juliet@e.test"};
        Told told;
        auto asker = each.make();
        asker->enter(*romeo.client);
        asker->ask(told);
        romeo.client.reset();
        asker->enter(*juliet.client);
        asker->leave(*juliet.client);
        asker.reset();
        CHECK(told.times == 0);
    }
}
