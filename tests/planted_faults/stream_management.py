#!/usr/bin/env python3
"""Faults that other clients have had in stream management (XEP-0198); plant.py tells whether the tests find them.

    stream_management.py [DIRECTORY] [WORD]
"""
import sys

from plant import plant_all

MANAGEMENT = "headstock/session/stream_management"
ACKNOWLEDGING = "headstock/session/acknowledging.cpp"
RECEIVING = "headstock/session/receiving.cpp"
COMING_BACK = "headstock/session/coming_back.cpp"
WAITING = "headstock/session/outbox_waiting.cpp"
RESUMPTION = "headstock/stream/resumption.cpp"
RESOURCE = "headstock/stream/resource.cpp"

FAULTS = [  # what it is, the file, the text, what stands in its place
    ("what is sent before <enabled/> does not count", ACKNOWLEDGING,
     "acks_.enabled(read_enabled(element), now_);",
     "outbox_.acknowledge(outbox_.kept()); acks_.enabled(read_enabled(element), now_);"),
    ("what comes before <enabled/> counts", MANAGEMENT + ".cpp", "    begun_ = 0;\n", ""),
    ("a stanza that is passed over does not count", RECEIVING,
     "if (event.element == nullptr) acks_.stanza_begins();", ""),
    ("what is no stanza counts", RECEIVING,
     "    const auto wanted = dispatcher_.begin(start);\n",
     "    const auto wanted = dispatcher_.begin(start);\n    if (!wanted) acks_.stanza_begins();\n"),
    ("a stanza that was cut counts as handled", MANAGEMENT + ".cpp",
     "if (state_ == State::on && open) --begun_;", "(void)open;"),
    ("a whole stanza does not count after a cut", MANAGEMENT + ".cpp",
     "if (state_ == State::on && open) --begun_;", "(void)open; if (begun_ > 0) --begun_;"),
    ("counts do not wrap", MANAGEMENT + ".cpp",
     "return more > unacked ?", "return handled < acked_ || more > unacked ?"),
    ("a count of zero is no count", RESUMPTION,
     'return bridge::convert<std::uint32_t>(element.attribute("h"));',
     'const auto h = bridge::convert<std::uint32_t>(element.attribute("h"));\n'
     "    return h && *h > 0 ? h : std::nullopt;"),
    ("one more is acknowledged than was sent", MANAGEMENT + ".cpp",
     "return more > unacked ?", "return more > unacked + 1 ?"),
    ("an acknowledgement is for one more", MANAGEMENT + ".cpp",
     ": std::optional{more};", ": std::optional{more > 0 && more < unacked ? more + 1 : more};"),
    ("an acknowledgement is for one less", MANAGEMENT + ".cpp",
     ": std::optional{more};", ": std::optional{more > 0 ? more - 1 : more};"),
    ("counts are not set back for another session", MANAGEMENT + ".hpp",
     "void enable_sent(std::uint64_t due) { *this = StreamManagement{due}; }",
     "void enable_sent(std::uint64_t due) { const auto acked = acked_; *this = StreamManagement{due}; acked_ = acked; }"),
    ("one stanza too many is said to be handled", ACKNOWLEDGING,
     "acks_.handled() - (in_stanza() ? 1 : 0)", "acks_.handled() + 1"),
    ("a stanza whose rows stop the client counts as open", ACKNOWLEDGING,
     "!own_element_ && !handling_;", "!own_element_;"),
    ("more is acknowledged than was sent before the loss", ACKNOWLEDGING,
     "acks_.newly_handled(handled, outbox_.sent());", "acks_.newly_handled(handled, outbox_.kept());"),
    ("<r/> is not answered", ACKNOWLEDGING,
     "    write(answer.xml());\n", "    (void)answer;\n"),
    ("acknowledgements are never asked for", ACKNOWLEDGING,
     "    write(ack_request);\n", ""),
    ("the count in <resumed/> is passed over", ACKNOWLEDGING,
     "if (!acknowledge(handled)) return;\n    outbox_.none", "(void)handled;\n    outbox_.none"),
    ("what is not acknowledged is dropped when a session goes on", ACKNOWLEDGING,
     "    outbox_.none_arrived();\n", "    outbox_.drop_written();\n"),
    ("the count in <failed/> is passed over", ACKNOWLEDGING,
     "    if (handled && !acknowledge(*handled)) return;\n", "    (void)handled;\n"),
    ("what is told as unconfirmed is sent again", ACKNOWLEDGING,
     "auto left = outbox_.drop_written();", "auto left = outbox_.unsent();\n    for (auto& one : "
     "left) one.state = DeliveryState::unknown;"),
    ("what was lost with a session is not told", ACKNOWLEDGING,
     "end_session(why, std::move(left));", "left.clear();\n    end_session(why, std::move(left));"),
    ("what the socket had does not count as written", WAITING,
     "entry->written = entry->written || seen <= confirmed_;", "(void)seen;"),
    ("what the socket had in part counts as written", WAITING,
     "seen <= confirmed_;", "seen - entry->size < confirmed_;"),
    ("presence is shown again in a session that goes on", ACKNOWLEDGING,
     "if (std::exchange(presence_due_, false))", "if (presence_due_ = false; true)"),
    ("requests end when their session is only suspended", COMING_BACK,
     "if (told_ == Told::nothing && !goes_on) end_session(", "if (told_ == Told::nothing) end_session("),
    ("a session of another id is taken for ours", RESOURCE,
     """handled &&
                      answer.attribute("previd") == resumption_->id;""", "handled;"),
    ("the wrong session is asked for", RESUMPTION,
     '.set("previd", session.id)', '.set("previd", "session-0")'),
    ("a session is kept when the server has ended the stream", RECEIVING,
     "    case Parser::Event::finish:\n        acks_.forget_resumption();\n", "    case Parser::Event::finish:\n"),
    ("a login that takes too long ends the session", ACKNOWLEDGING,
     "const bool has_session = state_ == State::ready || (negotiating() && acks_.suspended());",
     "const bool has_session = state_ == State::ready;"),
    ("messages in doubt are not resent", ACKNOWLEDGING,
     "    if (may_resend && options_.resend_unconfirmed) send_messages_again();\n", "    (void)may_resend;\n"),
    ("what is resent does not say when it was sent", WAITING,
     "with_child(xml, delay(entry.time))", "xml"),
    ("what the server complained of is resent", COMING_BACK,
     "leave_session(!blames_content(error_))", "leave_session(true)"),
]

SIMULATION = ("simulation", ["--test-case=simulation*,*counters do*"])
UNIT = ("unit tests", ["--test-case-exclude=simulation*,*counters do*"])

if __name__ == "__main__":
    sys.exit(plant_all(FAULTS, "headstock_planted", [SIMULATION, UNIT], sys.argv[1:]))
