// Which stream feature is negotiated next, for every combination of what bears on it.
#include "headstock/login/features.hpp"

#include <doctest/doctest.h>

using headstock::detail::Facts, headstock::detail::Feature, headstock::detail::next_feature;

TEST_CASE("features: after a login only binding is next") {
    for (unsigned bits = 0; bits < 16; ++bits) {
        const Facts facts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, true};
        CHECK(next_feature(facts) == Feature::bind);
    }
}

TEST_CASE("features: nothing comes before TLS where either side wants it") {
    for (const bool registers : {false, true}) {
        for (const bool insists : {false, true}) {
            CHECK(next_feature(
                      {.tls_wanted = true, .tls_insisted = insists, .to_register = registers}) ==
                  Feature::starttls);
        }
        CHECK(next_feature({.tls_insisted = true, .to_register = registers}) ==
              Feature::clear_text);
    }
}

TEST_CASE("features: an account is made before it logs in, inside TLS or where nobody wants that") {
    for (const bool registers : {false, true}) {
        const auto expected = registers ? Feature::registration : Feature::sasl;
        CHECK(next_feature({.to_register = registers}) == expected);
        for (unsigned bits = 0; bits < 4; ++bits) {
            CHECK(next_feature({.secure = true,
                                .tls_wanted = (bits & 1) != 0,
                                .tls_insisted = (bits & 2) != 0,
                                .to_register = registers}) == expected);
        }
    }
}
