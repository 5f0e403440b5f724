#include "tests/fuzz/written.hpp"

#include "tests/fuzz/check.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <type_traits>

namespace fuzz {
namespace {

constexpr std::string_view declaration = "<?xml";

// None of them before the stream that begins inside TLS.
constexpr std::string_view only_inside[] = {"<auth", "<response", "<handshake",
                                            "<iq",   "<message",  "<presence"};

void check_stream(std::string_view stream) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser{
        XML_ParserCreateNS("UTF-8", '\n'), XML_ParserFree};
    const auto status =
        XML_Parse(parser.get(), stream.data(), static_cast<int>(stream.size()), XML_FALSE);
    check(status == XML_STATUS_OK, "the client wrote what is not well-formed", stream);
}

} // namespace

void Written::add(std::string_view bytes) {
    text_ += bytes;
    if (way_ == Way::in_clear || (way_ == Way::direct_tls && secured_)) return;
    const auto second = text_.find(declaration, text_.find(declaration) + 1);
    const auto clear = std::string_view{text_}.substr(0, secured_ ? second : text_.npos);
    for (const auto word : only_inside)
        check(clear.find(word) == clear.npos, "this was written in clear", clear);
}

void Written::check_end() const {
    std::string_view rest = text_;
    while (!rest.empty()) {
        const auto next = rest.find(declaration, 1);
        check_stream(rest.substr(0, next));
        rest.remove_prefix(std::min(next, rest.size()));
    }
}

} // namespace fuzz
