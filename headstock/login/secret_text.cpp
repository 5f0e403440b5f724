#include "headstock/login/secret_text.hpp"

#include "bridge/writer.hpp"

namespace headstock::detail {
namespace {

constexpr std::size_t longest_escape = 5; // bytes that stand for one: &amp;

} // namespace

std::string
put_secret(std::string_view xml, std::size_t at, std::size_t size, std::string_view secret) {
    std::string whole{xml.substr(0, at)};
    whole.reserve(xml.size() + longest_escape * secret.size()); // it may not grow
    // One byte at a time, so that no buffer of the writer's has more.
    for (const char byte : secret) bridge::escape_text({&byte, 1}, whole);
    whole.append(xml, at + size);
    return whole; // moved: append() gives a reference, of which a copy would be returned
}

} // namespace headstock::detail
