// Where a server has sent us, and how many have done so.
#pragma once

#include <string>
#include <utility>

namespace headstock::detail {

/// The host of the next attempt to connect, where it is not what DNS says; and how often in a row
/// one server has sent us to another.  Three are followed at most, before the login and behind it
/// counted together, so that servers that name each other do not keep us going without end.
///
/// Whether who says so may be believed is for the caller to know.
class NextHost {
public:
    /// Whether one more may be followed.
    bool may_hop() const { return hops_ < most_hops; }
    /// One is followed at once.
    void count_hop() { ++hops_; }
    /// There is a session: what follows is another way.
    void arrived() { hops_ = 0; }

    /// The server has ended the connection, and names another one (RFC 6120 4.9.3.19).
    void hop_to(const std::string& host) {
        count_hop();
        host_ = host;
    }
    /// It was lost otherwise.
    void forget() {
        hops_ = 0;
        host_.clear();
    }
    /// Where the session is to go on, if the server has said so (XEP-0198 section 5); else empty.
    void begin_at(const std::string& host) { host_ = host; }
    /// Once; or empty.
    std::string take() { return std::exchange(host_, {}); }

private:
    static constexpr unsigned most_hops = 3;

    std::string host_;
    unsigned hops_ = 0; ///< Since there was a session, or the search began at our own server.
};

} // namespace headstock::detail
