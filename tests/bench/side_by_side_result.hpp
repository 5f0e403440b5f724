// What a side-by-side run measures of this process, and the line that tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

/// What the command line said.
struct Command {
    std::string host = "127.0.0.1";
    std::uint16_t port = 15322;
    std::string jid = "bench@localhost/bench";
    std::string password = "secret";
    std::string mode = "firehose";
    std::string mix = "m1";
    std::string tls = "off";
    std::string item = "tag"; ///< What the row on roster items takes: tag or element.
    std::string state{};      ///< File of the SavedState with the keys of the last login.
    std::size_t handlers = 1;
    std::size_t connections = 1;
};

/// Microseconds of user and system time that this process has used.
std::int64_t cpu_us();
/// Microseconds of a clock that does not go back.
std::int64_t wall_us();
/// What the system says of our memory under `key`, VmRSS or VmHWM: KiB.
/// Throws std::runtime_error when it says nothing.
long memory_kb(const std::string& key);

/// One client from its connection to the last stanza.
class Result {
public:
    explicit Result(const Command& command) : command_(command) {}

    /// The first byte is about to be sent.
    void connecting();
    /// The session is bound, and presence is not sent yet.
    void ready();
    /// A stanza, or an item of a roster, was read.
    void saw() { ++count_; }
    /// So many characters were read.
    void touched(std::size_t characters) { touch_ += characters; }
    /// The last stanza has come, and is not answered yet.
    void end();
    bool ended() const { return end_wall_ != 0; }

    /// The line on standard output; the exit status of the program.
    int print() const;

private:
    bool complete() const { return command_.mode == "login" ? ready_wall_ != 0 : ended(); }

    const Command& command_;
    std::size_t count_ = 0;
    std::size_t touch_ = 0;
    std::int64_t begin_wall_ = 0;
    std::int64_t ready_wall_ = 0;
    std::int64_t ready_cpu_ = 0;
    std::int64_t end_wall_ = 0;
    std::int64_t end_cpu_ = 0;
    long ready_kb_ = 0;
};

/// Many clients that do nothing.
struct IdleResult {
    std::size_t up = 0;          ///< How many are bound.
    long base_kb = 0;            ///< Before the first connection.
    long full_kb = 0;            ///< When all are bound and have settled.
    std::int64_t begin_wall = 0; ///< Before the first connection.

    /// As Result::print.
    int print(const Command& command) const;
};

} // namespace bench
