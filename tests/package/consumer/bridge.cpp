// XML alone, without XMPP.
#include <bridge/element.hpp>
#include <bridge/writer.hpp>

#include <iostream>
#include <string>

int main() {
    std::string text;
    bridge::write(bridge::Element{"a"}.add("b", "c"), text);
    std::cout << text << '\n';
}
