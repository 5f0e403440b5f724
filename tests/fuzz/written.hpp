// What a client has written on one connection, and what is wrong with it.
#pragma once

#include <string>
#include <string_view>

namespace fuzz {

/// Where a stream is inside TLS.
enum class Way { in_clear, starttls, direct_tls };

class Written {
public:
    explicit Written(Way way) : way_(way) {}

    void add(std::string_view bytes);
    /// TLS is on from what is written next.
    void secured() { secured_ = true; }
    /// The connection has ended: all of it is well-formed, stream by stream.
    void check_end() const;
    const std::string& text() const { return text_; }

private:
    Way way_;
    bool secured_ = false;
    std::string text_{};
};

} // namespace fuzz
