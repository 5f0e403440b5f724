// docs/guide/sending.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace sending_page {

// page: refused
headstock::Error tell(headstock::ClientApi& client, const std::string& text) {
    const auto sent = client.send_stanza(headstock::message("juliet@example.org", text));
    return sent.error; // an Error is false when there was none
}
// page: end

// page: producer
class Feed {
public:
    explicit Feed(std::vector<std::string> lines) : lines_(std::move(lines)) {}

    void go_on(headstock::ClientApi& client) {
        for (; next_ < lines_.size(); ++next_) {
            const auto sent =
                client.send_stanza(headstock::message("juliet@example.org", lines_[next_]));
            if (sent.error.code == headstock::Errc::queue_full) return; // Drained comes later
        }
    }
    bool done() const { return next_ == lines_.size(); }

private:
    std::vector<std::string> lines_;
    std::size_t next_ = 0;
};
// page: end

// page: doubt
void report_doubt(headstock::ClientApi& client, std::vector<std::string>& doubtful) {
    client.on_event([&doubtful](const headstock::Unconfirmed& event) {
        for (const auto& stanza : event.stanzas) doubtful.push_back(stanza.xml);
    });
}
// page: end

TEST_CASE("pages: what is no stanza is refused, and the words say why") {
    headstock::testing::Stage stage;
    stage.login();
    CHECK_FALSE(tell(stage.client(), "hi"));
    stage.settle();
    CHECK(said(stage) == "hi");
    const auto bad = stage.client().send_raw_stanza("<message>");
    CHECK_FALSE(bad);
    CHECK(bad.error.code == headstock::Errc::invalid_stanza);
}

TEST_CASE("pages: a producer stops when there is no room, and goes on when there is") {
    auto options = headstock::testing::Stage::in_clear();
    options.limits.queued = 2'000;
    headstock::testing::Stage stage{options};
    Feed feed{std::vector<std::string>(50, std::string(100, 'x'))};
    feed.go_on(stage.client());
    CHECK_FALSE(feed.done());
    stage.client().on_event([&](const headstock::Drained&) { feed.go_on(stage.client()); });
    stage.login();
    stage.settle();
    CHECK(feed.done());
    CHECK(stage.sent_elements().size() == 50);
}

TEST_CASE("pages: what the server has, and what is in doubt") {
    headstock::testing::Stage stage;
    stage.server().settings().stream_management = true;
    stage.server().settings().keeps_sessions = false;
    std::vector<std::string> doubtful;
    report_doubt(stage.client(), doubtful);
    stage.login();
    // page: state
    const auto sent = stage.client().send_stanza(headstock::message("juliet@example.org", "hi"));
    const auto state = stage.client().state_of(sent); // queued: it waits for the socket
    // page: end
    CHECK(state == headstock::DeliveryState::queued);
    stage.settle();
    CHECK(stage.client().state_of(sent) == headstock::DeliveryState::written);
    stage.lose();
    CHECK(stage.client().state_of(sent) == headstock::DeliveryState::unknown);
    REQUIRE(doubtful.size() == 1);
}

} // namespace sending_page
