// What the log of a client says of stream management (XEP-0198), counted by the lines and not by
// the client: so the two can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// Give read() every line that set_log() gives.  Stanzas are known by their ids; what has none is
/// counted only.
class WireLedger {
public:
    void read(std::string_view line);

    /// Stanzas that were sent again, of which the server had said that it has them.
    std::uint64_t sent_though_acknowledged() const { return sent_though_acknowledged_; }
    /// Of the numbers in <a/> and <resume/> of the client's those that are not what had come.
    std::uint64_t wrong_counts() const { return wrong_counts_; }
    /// How often the server has said in <resumed/> that it has not got this stanza.
    std::uint64_t denied(const std::string& id) const;
    /// How often it has resumed the session.
    std::uint64_t resumptions() const { return resumptions_; }
    /// How often a <resume/> had no answer before there was another one.
    std::uint64_t unanswered() const { return unanswered_; }

private:
    void read_sent(std::string_view xml);
    void read_received(std::string_view xml);
    void acknowledge(std::uint64_t handled);

    std::vector<std::string> sent_{}; ///< In this session, the ids.
    std::uint64_t received_ = 0;      ///< In this session, since <enabled/>.
    std::set<std::string> acknowledged_{};
    std::map<std::string, std::uint64_t> denied_{};
    std::uint64_t sent_though_acknowledged_ = 0;
    std::uint64_t wrong_counts_ = 0;
    std::uint64_t resumptions_ = 0;
    std::uint64_t unanswered_ = 0;
    bool awaits_answer_ = false; ///< To <resume/>.
};

} // namespace support
