// What a client writes, cut into the header, the elements and the end of a stream.
#pragma once

#include "bridge/element.hpp"
#include "bridge/parser.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

class StreamReader final : private bridge::Demands {
public:
    enum class Kind : std::uint8_t {
        nothing, ///< No more is whole.
        header,
        element,
        end,     ///< Of the stream.
        give_up, ///< The same, of a client that has not heard that another stream begins.
    };
    struct Piece {
        Kind kind = Kind::nothing;
        std::optional<bridge::Element> element{};
        std::string xml{}; ///< Of the element, as it was written.
    };

    StreamReader() { restart(); }

    /// The client's next bytes, however they are cut.
    void feed(std::string_view bytes);
    /// Throws std::runtime_error, with what the client wrote, for what is no XML of a stream.
    Piece next();
    /// Another stream begins, whatever there was of the last one.
    void restart();
    /// The same, and the client may not know it yet.
    void restart_in_stream();

private:
    bridge::Demand decide(bridge::StartTag& start) override;
    std::string cut();
    bool gives_up() const;

    std::optional<bridge::Parser> parser_{};
    std::string open_{};      ///< What came of the piece that is not complete.
    bool header_due_ = false; ///< Of a stream that takes the place of another.
};

} // namespace headstock::detail
