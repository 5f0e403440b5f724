// The fuzz targets: each is a function of some bytes, which ends the program when what the bytes
// bring about is wrong.  `make fuzz` gives each to libFuzzer; `make test` replays what is kept.
//
// A target draws nothing at random, reads no clock but the processor's, and leaves nothing behind,
// so that an input does the same each time.
#pragma once

#include <string_view>

namespace fuzz {

void parser(std::string_view input);
void session(std::string_view input);
void jid(std::string_view input);
void login(std::string_view input);
void payload(std::string_view input);
void date_time(std::string_view input);
void route(std::string_view input);
void counters(std::string_view input);
void writer(std::string_view input);

struct Target {
    const char* name; ///< Also of its folders in seeds/ and found/.
    void (*run)(std::string_view input);
};

/// All of them; CMakeLists.txt and tools/fuzz.sh have the same names.
inline constexpr Target targets[] = {
    {"parser", parser}, {"session", session},   {"jid", jid},
    {"login", login},   {"payload", payload},   {"date_time", date_time},
    {"route", route},   {"counters", counters}, {"writer", writer},
};

} // namespace fuzz
