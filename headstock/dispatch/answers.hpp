// What becomes of what a row gave back: the one answer of an iq, a stanza of its own, a line in the
// log.
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/detail/row.hpp"

#include <string_view>

namespace headstock::detail {

class Outlet;

/// Whether an answer is owed for one stanza, and how it is given.  The stanza itself is lent to
/// each call: at least its start tag.
class Answers {
public:
    explicit Answers(Outlet& outlet) : outlet_(&outlet) {}

    /// `asked`: the stanza is an iq get or set in whose place exactly one answer is to be sent.
    void begin(bool asked) {
        asked_ = asked;
        answered_ = false;
    }

    bool owed() const { return asked_ && !answered_; }
    /// Whoever does this first owes the answer from now on.  False when it is not owed here any
    /// more.
    bool claim();

    /// Send what the row `row` gave back; as an answer, the first that is one.  Throws
    /// bridge::Invalid for text that XML cannot carry.
    void deliver(std::string_view row, const Tag& stanza, Outcome&& outcome);
    /// Answer by an error, if an answer is owed.
    void refuse(const Tag& stanza, const StanzaError& error);

    /// The row's payload did not parse; the log says why.
    void pass_over(std::string_view row, const PayloadError& error);

private:
    void deliver_element(std::string_view row, const Tag& stanza, Element& element);
    void answer(std::string_view row, const Element& reply);
    Error send(const Element& reply);
    void drop(std::string_view row, std::string_view why);

    Outlet* outlet_;
    bool asked_ = false;
    bool answered_ = false;
};

} // namespace headstock::detail
