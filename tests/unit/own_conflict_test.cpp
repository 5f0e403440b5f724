// <conflict/> by ourselves: a <resume/> of ours stayed unanswered, and the server may read it when
// a newer connection has the session already (XEP-0198 section 5; ejabberd 23.01 does).
#include "headstock/session/own_conflict.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using namespace support;

namespace {

constexpr std::string_view conflict =
    "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    "</stream:stream>";
constexpr std::uint64_t good_session = 60'000; // Backoff::good_session

/// Its session is resumed where a test says nothing else.
struct Resumable : Managed {
    Resumable() {
        answer_resume("<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='0'/>");
        enable();
    }
    /// The connection is lost, and the next one too, behind <resume/>.
    void lose_behind_resume() {
        lose();
        wait_for_next_try();
        client->connected();
        LoginServer server{managing()};
        auto said = take();
        for (; said.find("<resume ") == std::string::npos; said = take()) {
            says(server.receive(said));
            if (auto job = client->key_job()) {
                job->derive();
                client->finish(*job);
            }
        }
        lose();
    }
    /// The server ends the session.  Whether the client comes back.
    bool comes_back_from_conflict() {
        says(conflict);
        client->disconnected();
        return !client->over();
    }
    /// Another session, which can be resumed too.
    void begin_another() {
        come_back();
        enable();
    }
};

} // namespace

TEST_CASE("own conflict: behind an unanswered <resume/> it passes once, in a resumed session") {
    Resumable kit;
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    seen.take();
    kit.lose_behind_resume();
    kit.come_back();
    CHECK(seen.take() == "lost lost resumed");
    const auto before = kit.now;
    CHECK(kit.comes_back_from_conflict());
    CHECK(seen.take() == "lost ended");
    kit.begin_another();
    CHECK(kit.now - before <= 40'000); // the third window, and not the longest
    CHECK(seen.take() == "ready");
    CHECK_FALSE(kit.comes_back_from_conflict()); // nothing was unanswered since
    CHECK(kit.client->error().condition == "conflict");
}

TEST_CASE("own conflict: it passes in a session that was begun as well") {
    Resumable kit;
    kit.lose_behind_resume();
    kit.answer_resume("<failed xmlns='urn:xmpp:sm:3'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    kit.begin_another();
    CHECK(kit.comes_back_from_conflict());
}

TEST_CASE("own conflict: a second one is fatal behind a second unanswered <resume/> too") {
    Resumable kit;
    kit.lose_behind_resume();
    kit.come_back();
    CHECK(kit.comes_back_from_conflict());
    kit.begin_another();
    kit.lose_behind_resume();
    kit.come_back();
    CHECK_FALSE(kit.comes_back_from_conflict());
    CHECK(kit.client->error().condition == "conflict");
}

TEST_CASE("own conflict: after a good session it passes once more") {
    for (const bool good : {true, false}) {
        CAPTURE(good);
        Resumable kit;
        kit.lose_behind_resume();
        kit.come_back();
        CHECK(kit.comes_back_from_conflict());
        kit.begin_another();
        kit.pass(good ? good_session : good_session - 1);
        kit.lose_behind_resume();
        kit.come_back();
        CHECK(kit.comes_back_from_conflict() == good);
    }
}

TEST_CASE("own conflict: without an unanswered <resume/> a conflict ends the client") {
    {
        Resumable kit;
        CHECK_FALSE(kit.comes_back_from_conflict());
    }
    Resumable kit;
    kit.lose();
    kit.come_back(); // resumed, and the answer was heard
    CHECK_FALSE(kit.comes_back_from_conflict());
}

TEST_CASE("own conflict: an unanswered <resume/> is forgotten behind a good session") {
    Resumable kit;
    kit.lose_behind_resume();
    kit.come_back();
    kit.pass(good_session);
    kit.lose();
    kit.come_back();
    CHECK_FALSE(kit.comes_back_from_conflict());
}

TEST_CASE("own conflict: one that ends a good session passes, though another was forgiven") {
    headstock::detail::OwnConflict own;
    CHECK_FALSE(own.may_be(true));
    own.resume_unanswered();
    CHECK(own.may_be(false));
    own.forgive();
    CHECK_FALSE(own.may_be(true));
    own.resume_unanswered();
    CHECK_FALSE(own.may_be(false));
    CHECK(own.may_be(true));
}
