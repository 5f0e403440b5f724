#include "headstock/testing/replay.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace headstock::testing {
namespace {

using bridge::Element;
using Entry = Recording::Entry;

bool is_iq(const Element& stanza, std::string_view a, std::string_view b) {
    const auto type = stanza.attribute("type");
    return stanza.local_name() == "iq" && (type == a || type == b);
}
bool is_question(const Element& stanza) { return is_iq(stanza, "get", "set"); }
bool is_answer(const Element& stanza) { return is_iq(stanza, "result", "error"); }

// But for the id, and what is in the payload.
bool is_same_question(const Element& a, const Element& b) {
    return a.attribute("to") == b.attribute("to") && a.attribute("type") == b.attribute("type") &&
           a.first_child().name() == b.first_child().name();
}

Element without_id(Element stanza) {
    stanza.unset("id");
    return stanza;
}

class Replay {
public:
    Replay(const Recording& recording, Stage& stage) : recording_(recording), stage_(stage) {}

    Replayed run() {
        replayed_.gaps = recording_.gaps;
        if (!stage_.connected()) stage_.login();
        for (const auto& entry : recording_.entries) take(entry);
        collect();
        return std::move(replayed_);
    }

private:
    void take(const Entry& entry) {
        pass_to(entry);
        switch (entry.kind) {
        case Recording::Kind::login:
            if (begun_) come_back(entry);
            break;
        case Recording::Kind::sent:
            replayed_.recorded.push_back(entry.stanza);
            if (is_question(entry.stanza)) asked_.push_back(&entry);
            break;
        case Recording::Kind::received:
            say(entry);
            break;
        }
        begun_ = true;
    }

    // A clock that was set back has stood still.
    void pass_to(const Entry& entry) {
        if (time_ && entry.time > *time_) stage_.pass(entry.time - *time_);
        time_ = std::max(time_.value_or(entry.time), entry.time);
    }

    void come_back(const Entry& entry) {
        if (stage_.connected()) stage_.lose();
        if (stage_.client().over())
            throw std::logic_error("headstock::testing::replay: line " +
                                   std::to_string(entry.line) +
                                   ": the client of the log logs in again, and the one of the "
                                   "stage has ended: it needs Options::reconnect");
        stage_.come_back();
    }

    void say(const Entry& entry) {
        auto stanza = entry.stanza;
        if (is_answer(stanza)) {
            const auto id = id_here(stanza);
            if (!id) return leave_out(entry, "it answers what was not asked here");
            stanza.set("id", *id);
        }
        if (!stage_.connected()) return leave_out(entry, "the client has no connection any more");
        stage_.says(stanza);
    }

    void leave_out(const Entry& entry, std::string_view why) {
        replayed_.gaps.push_back("line " + std::to_string(entry.line) +
                                 ": not said: " + std::string{why});
    }

    // The id of the question here that this answers in the log.
    std::optional<std::string> id_here(const Element& answer) {
        const auto asked = std::find_if(asked_.begin(), asked_.end(), [&](const Entry* entry) {
            return entry->stanza.attribute("id") == answer.attribute("id");
        });
        if (asked == asked_.end()) return std::nullopt;
        const auto& question = (*asked)->stanza;
        collect();
        const auto here = std::find_if(unanswered_.begin(), unanswered_.end(), [&](const auto& at) {
            return is_same_question(replayed_.sent[at], question);
        });
        asked_.erase(asked);
        if (here == unanswered_.end()) return std::nullopt;
        const auto at = *here;
        unanswered_.erase(here);
        return std::string{replayed_.sent[at].attribute("id")};
    }

    void collect() {
        for (auto& stanza : stage_.sent_elements()) {
            if (is_question(stanza)) unanswered_.push_back(replayed_.sent.size());
            replayed_.sent.push_back(std::move(stanza));
        }
    }

    const Recording& recording_;
    Stage& stage_;
    Replayed replayed_{};
    std::vector<const Entry*> asked_{};     ///< Questions of the log that are not answered.
    std::vector<std::size_t> unanswered_{}; ///< Those here, by their place in replayed_.sent.
    std::optional<decltype(Entry::time)> time_{};
    bool begun_ = false; ///< Some entry was replayed: another login is one more.
};

std::string shown(const std::vector<Element>& stanzas, std::size_t at) {
    return at < stanzas.size() ? stanzas[at].xml() : "nothing";
}

std::string told(const std::string& which, const std::string& recorded, const std::string& sent) {
    return which + " in the log: " + recorded + "\n" + which + " here: " + sent + "\n";
}

} // namespace

std::string Replayed::difference() const {
    const auto most = std::max(sent.size(), recorded.size());
    for (std::size_t at = 0; at < most; ++at) {
        const bool both = at < sent.size() && at < recorded.size();
        if (both && without_id(sent[at]) == without_id(recorded[at])) continue;
        return told("stanza " + std::to_string(at + 1), shown(recorded, at), shown(sent, at));
    }
    return {};
}

Replayed replay(const Recording& recording, Stage& stage) { return Replay{recording, stage}.run(); }

} // namespace headstock::testing
