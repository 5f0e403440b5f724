// What a program sees whose headers are of another version than its library.
#include <headstock/version.hpp>

#include <iostream>

int main() { std::cout << headstock::version() << ' ' << headstock::header_version << '\n'; }
