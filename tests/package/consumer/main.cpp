// Uses one thing of each library, so that both must be found and linked.
#include <bridge/element.hpp>
#include <headstock/error.hpp>
#include <headstock/version.hpp>

#include <iostream>

int main() {
    const auto element = bridge::Element{"version"}.add_text(headstock::header_version);
    const auto error = headstock::Error{headstock::Errc::timed_out, "headstock"};
    std::cout << error.message() << ' ' << element.text() << '\n';
}
