// Rows of 1A of the project's list of faults that are about the stream before there is a session.
// Others are in tests/transcripts/starttls.txt, and in the tests of TLS.
#include "tests/support/spoken_login.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Errc;
using support::SpokenLogin;

TEST_CASE("A6: a success inside an element that stands open logs nobody in") {
    SpokenLogin login;
    login.connect();
    const auto success = std::string{SpokenLogin::success};
    CHECK(login.says("<foo xmlns='urn:foo'>" + success).empty());
    CHECK_FALSE(login.client.ready());
    login.says("</foo>");
    CHECK(login.client.error().code == Errc::unexpected_element);
}

TEST_CASE("A6: an element that was open is none of the next stream's") {
    SpokenLogin login;
    login.connect();
    login.says(SpokenLogin::success);
    // the end of what was opened before the restart
    login.says("</stream:stream>");
    CHECK(login.client.error().code == Errc::not_well_formed);
}

TEST_CASE("A15: compression that is offered is passed over, before the login and behind it") {
    const std::string offer = "<compression xmlns='http://jabber.org/features/compress'>"
                              "<method>zlib</method></compression>";
    SpokenLogin login;
    auto all = login.connect(offer);
    const auto asked = login.says(SpokenLogin::success);
    all += asked;
    all += login.says(std::string{SpokenLogin::header} +
                      SpokenLogin::features(offer + std::string{SpokenLogin::bind}));
    all += login.says(SpokenLogin::bound(asked));
    CHECK(login.client.ready());
    CHECK(all.find("compress") == std::string::npos);
}
