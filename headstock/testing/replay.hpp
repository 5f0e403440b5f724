// What was said to a client once, as its log has it, said again to the one on a stage.
#pragma once

#include "bridge/element.hpp"
#include "headstock/export.hpp"
#include "headstock/testing/recording.hpp"
#include "headstock/testing/stage.hpp"

#include <string>
#include <vector>

namespace headstock::testing {

/// What came of a replay.
struct Replayed {
    /// The stanzas that the client has written here, since Stage::sent() was asked last.
    std::vector<bridge::Element> sent{};
    std::vector<bridge::Element> recorded{}; ///< Those that it had written in the log.
    /// What is missing from the log (Recording::gaps), and what was not said here, with the reason.
    std::vector<std::string> gaps{};

    /// The first stanza that differs between the two, as two lines for a person; empty where none
    /// does.  Ids are not compared, since most are drawn at random.
    HEADSTOCK_API std::string difference() const;
};

/// Say to the client of `stage` what the server has said in the log, each stanza as much time after
/// the one before as in the log, and let the stage's time pass until the log's end.
///
///     const auto recording = headstock::testing::Recording::read("report.log");
///     headstock::testing::Stage stage{Stage::in_clear(), 1, recording.account};
///     stage.client().register_handler(bot);
///     const auto replayed = headstock::testing::replay(recording, stage);
///     INFO(replayed.difference());
///
/// Logs in, unless the stage has a connection.  Where the client of the log has logged in again the
/// connection is lost and made again, for which the stage needs Options::reconnect and, to go on
/// with the session, Server::Settings::stream_management.
///
/// An answer is said with the id of the question here: the first that the client has asked, and
/// that is not answered, with the address and the payload of the one in the log.  An answer to what
/// was not asked here is left out, and so is what comes where the client has no connection any
/// more: `gaps` has both.
///
/// What only the program did is not done here; a test does it before, or between two replays of
/// parts of a log.  Throws what Stage::login() and Stage::come_back() throw, and std::logic_error
/// with the line of the log where the client would have to come back and does not.
HEADSTOCK_API Replayed replay(const Recording& recording, Stage& stage);

} // namespace headstock::testing
