// Whether a conflict that ended a session was with ourselves.
#pragma once

namespace headstock::detail {

/// A connection is lost behind a <resume/> that nobody has answered, and another one succeeds.  A
/// server may read that first <resume/> only now, and end the newer stream in its favour: no other
/// client has taken our resource.  This is believed once, until a session has been good.
///
/// Over all sessions of one client; which of them were good is the caller's to say.
class OwnConflict {
public:
    /// Whether a conflict that ends a session, which was `good` or not, may be of this kind.
    bool may_be(bool good) const { return resume_unanswered_ && (!forgiven_ || good); }

    /// A session was good: nothing before it counts any more.
    void forget() { *this = {}; }
    /// A session was ended by such a conflict, and another connection follows.
    void forgive() {
        resume_unanswered_ = false;
        forgiven_ = true;
    }
    /// A connection is lost, and nobody has answered its <resume/>.
    void resume_unanswered() { resume_unanswered_ = true; }

private:
    bool resume_unanswered_ = false; ///< And no session was good since, nor ended by conflict.
    bool forgiven_ = false;          ///< And no session was good since.
};

} // namespace headstock::detail
