// Paths that are not known to the compiler.  In a file of its own: a program whose paths are all
// constants links none of it.
#include "headstock/path.hpp"

#include <stdexcept>

namespace headstock {
namespace {

// What the compiler would have shown is thrown as text.
template <class Read>
void with_words(Read read) {
    try {
        read();
    } catch (const char* why) {
        throw std::invalid_argument(why);
    }
}

} // namespace

Path Path::at_run_time(std::string_view text) {
    Path path;
    with_words([&] { path.read(text); });
    return path;
}

Path Path::at_run_time(std::string_view local, std::string_view ns) {
    Path path;
    with_words([&] { path.read(local, ns); });
    return path;
}

Path Path::at_run_time(std::string_view stanza, std::string_view local, std::string_view ns) {
    Path path;
    with_words([&] { path.read(stanza, local, ns); });
    return path;
}

} // namespace headstock
