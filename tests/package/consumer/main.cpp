// Uses something of each library, so that both must be found and linked; the client needs mbedTLS
// and libuv.  Prints which version runs, and with which headers it was compiled.
#include <bridge/element.hpp>
#include <headstock/async_client.hpp>
#include <headstock/error.hpp>
#include <headstock/version.hpp>

#include <iostream>

int main() {
    const headstock::AsyncClient client{"user@localhost", "secret"};
    const auto element = bridge::Element{"version"}.add_text(headstock::version());
    const auto error = headstock::Error{headstock::Errc::timed_out, "headstock"};
    std::cout << error.message() << ' ' << element.text() << ' ' << headstock::header_version
              << '\n';
}
