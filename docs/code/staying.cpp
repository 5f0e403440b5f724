// docs/guide/staying_connected.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace staying_page {

// page: options
headstock::Options stay_connected() {
    headstock::Options options;
    options.reconnect = headstock::Backoff{};
    options.reconnect->before_first_session = true; // also when the network is not there yet
    return options;
}
// page: end

// page: hooks
struct Watcher {
    std::vector<std::string> seen;

    void ready() { seen.emplace_back("ready"); }
    void connection_lost(const headstock::Error& why, std::chrono::milliseconds) {
        seen.push_back("lost: " + why.text);
    }
    void resumed() { seen.emplace_back("resumed"); }
    void session_ended() { seen.emplace_back("session ended"); }
};
// page: end

// page: file
std::optional<headstock::SavedState> load(const std::filesystem::path& file) {
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return headstock::SavedState::parse(text); // nothing for what this version cannot read
}

void keep(const std::filesystem::path& file, const headstock::SavedState& state) {
    const auto fresh = std::filesystem::path{file} += ".new";
    std::ofstream out{fresh};
    std::filesystem::permissions(fresh, std::filesystem::perms::owner_read |
                                            std::filesystem::perms::owner_write);
    out << state.text();
    out.close();
    if (out) std::filesystem::rename(fresh, file);
}
// page: end

// page: restart
void remember(headstock::ClientApi& client, const std::filesystem::path& file) {
    client.on_event(
        [&client, file](const headstock::SavedStateChanged&) { keep(file, client.saved_state()); });
}
// page: end

TEST_CASE("pages: the hooks of a connection that is lost and comes back") {
    CHECK(stay_connected().reconnect->before_first_session);
    auto options = headstock::testing::Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    Watcher watcher;
    headstock::testing::Stage stage{options};
    stage.client().register_handler(watcher);
    stage.server().settings().stream_management = true;
    stage.login();
    stage.lose();
    stage.come_back();
    CHECK(watcher.seen ==
          std::vector<std::string>{"ready", "lost: the connection is cut", "resumed"});
    stage.lose();
    stage.server().settings().keeps_sessions = false;
    stage.come_back();
    CHECK(watcher.seen.at(4) == "session ended");
    CHECK(watcher.seen.at(5) == "ready");
}

TEST_CASE("pages: a state is kept in a file and read again") {
    const auto file = std::filesystem::temp_directory_path() / headstock::new_id();
    auto options = headstock::testing::Stage::in_clear();
    options.saved_state = headstock::SavedState{};
    options.save_keys = true;
    headstock::testing::Stage stage{options};
    remember(stage.client(), file);
    stage.login();
    stage.settle();
    const auto state = load(file);
    std::filesystem::remove(file);
    REQUIRE(state);
    CHECK(state->account().str() == "romeo@example.org");
    CHECK(state->has_keys());
}

} // namespace staying_page
