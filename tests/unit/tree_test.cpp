// What may not stand in the tree of this project.
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace fs = std::filesystem;

namespace {

// A block of PEM that is more than the words of a test: its first line of base64 is a whole one.
bool holds_pem(std::string_view text) {
    constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789+/";
    for (auto at = text.find("-----BEGIN "); at != text.npos;
         at = text.find("-----BEGIN ", at + 1)) {
        const auto line = text.find('\n', at);
        if (line == text.npos) return false;
        const auto first = text.substr(line + 1);
        if (std::min(first.find_first_not_of(base64), first.size()) >= 64) return true;
    }
    return false;
}

std::string contents(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("I5: no private key and no certificate stands in the tree") {
    const std::set<std::string> kinds{".pem", ".key", ".crt", ".cer", ".der",
                                      ".p12", ".pfx", ".csr", ".jks"};
    const fs::path root = fs::path{support::test_directory()} / "..";
    std::size_t seen = 0;
    for (const auto* folder :
         {"bridge", "headstock", "tests", "examples", "docs", "tools", "cmake", ".ci"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
            if (!entry.is_regular_file()) continue;
            CAPTURE(entry.path().string());
            CHECK_FALSE(kinds.contains(entry.path().extension().string()));
            CHECK_FALSE(holds_pem(contents(entry.path())));
            ++seen;
        }
    }
    CHECK(seen > 500);
    const std::string line(64, 'A'); // the search finds what it looks for
    CHECK(holds_pem("x\n-----BEGIN X509 CRL-----\n" + line + "\n"));
    CHECK_FALSE(holds_pem("-----BEGIN CERTIFICATE-----\nAAAA\n"));
}
