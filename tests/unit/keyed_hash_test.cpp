// A hash that a peer cannot predict: its key is another one in each process.
#include "bridge/detail/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// Runs itself once more, in a process that writes its hash to a file.
TEST_CASE("C9: each process draws a key of its own for the hashes of names") {
    constexpr const char* variable = "HEADSTOCK_HASH_FILE";
    if (const auto* const file = std::getenv(variable)) {
        std::ofstream{file} << bridge::detail::keyed_hash("name");
        return;
    }
    const auto file =
        std::filesystem::temp_directory_path() / ("headstock-hash-" + std::to_string(getpid()));
    std::string program = "/proc/self/exe";
    std::string filter = "--test-case=C9: each process draws*";
    char* const arguments[] = {program.data(), filter.data(), nullptr};
    setenv(variable, file.c_str(), 1);
    pid_t child = 0;
    const int spawned = posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ);
    unsetenv(variable);
    REQUIRE(spawned == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    std::uint64_t theirs = 0;
    std::ifstream{file} >> theirs;
    std::filesystem::remove(file);
    CHECK(theirs != 0); // it has written one
    CHECK(theirs != bridge::detail::keyed_hash("name"));
}
