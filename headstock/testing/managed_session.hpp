// The server's side of stream management (XEP-0198): a session with its counters, which outlives
// its connection.
#pragma once

#include "bridge/element.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace headstock::detail {

/// Takes the elements of the client's that are about it, gives what is to be said to them.
class ManagedSession {
public:
    /// <enable/> came: another session begins.
    std::string enable(bool resumable);
    /// The session is over, or there is none.
    void forget();
    bool on() const { return !id_.empty(); }

    /// A stanza of the client's came.
    void stanza_came() { handled_ += on() ? 1 : 0; }
    /// A stanza is said to the client.
    void stanza_said(std::string xml) {
        if (on()) unacked_.push_back(std::move(xml));
    }
    /// <r/> came.
    std::string answer() const;
    /// <a/> came.  Throws std::runtime_error for a count that cannot be.
    void acknowledged(const bridge::Element& a);
    /// <resume/> came: <resumed/>, and what the client has not got, or empty when it is another
    /// session's.
    std::string resume(const bridge::Element& resume);
    /// <failed/>, with the count of the session where that is known.
    std::string refuse(const bridge::Element& resume) const;

    std::size_t unacked() const { return unacked_.size(); }

private:
    bool knows(const bridge::Element& resume) const;
    void drop_acknowledged(const bridge::Element& element);

    std::string id_;
    unsigned sessions_ = 0;
    bool resumable_ = false;
    std::uint32_t handled_ = 0;
    std::uint32_t acked_ = 0;
    std::deque<std::string> unacked_;
};

} // namespace headstock::detail
