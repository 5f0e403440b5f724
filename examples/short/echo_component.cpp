// A component (XEP-0114) that says what it hears, at every address in its domain.  Domain and
// secret as arguments.
#include <headstock/headstock.hpp>

#include <iostream>

int main(int, char** argv) {
    headstock::AsyncComponent component{argv[1], argv[2], {.hostname = "127.0.0.1"}};
    component.on_message([](const auto& message) { return message.body; });
    const auto error = component.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
