// SHA-1 and base64 as programs and extensions have them.
#include "headstock/base64.hpp"
#include "headstock/digest.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("digest: SHA-1 in hexadecimal and in base64 (RFC 3174 7.3)") {
    CHECK(headstock::sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(headstock::sha1_hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(headstock::sha1_base64("abc") == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
}

TEST_CASE("base64: bytes there and back, and nothing that is not canonical (RFC 4648 10)") {
    const std::string bytes{"\0\xff"
                            "a",
                            3};
    CHECK(headstock::base64_encode(bytes) == "AP9h");
    CHECK(headstock::base64_decode("AP9h") == bytes);
    CHECK(headstock::base64_encode("fooba") == "Zm9vYmE=");
    CHECK(headstock::base64_decode("Zm9vYmE=") == "fooba");
    CHECK(headstock::base64_decode("").value().empty());
    for (const auto* wrong : {"Zm9vYmF", "Zm9v YmE=", "Zm9vYmE", "Zm9vYmF=", "-_=="})
        CHECK_FALSE(headstock::base64_decode(wrong));
}
