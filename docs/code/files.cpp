// docs/guide/files.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>
#include <headstock/upload/upload.hpp>

#include <iostream>

namespace files_page {

using headstock::Answer, headstock::Downloaded, headstock::Uploaded;

// page: send_file (compiled only)
struct Photographer {
    headstock::AsyncClient& client;
    headstock::Upload& upload; // registered before this

    void ready() {
        auto photo = headstock::UploadFile::at("roof.jpg");
        photo.request.content_type = "image/jpeg";
        const auto started = upload.send(
            std::move(photo), [this](const Answer<Uploaded>& answer) { sent(answer); },
            [](const headstock::Progress& now) { std::cout << now.done << " bytes\n"; });
        if (!started) std::cerr << started.error.message() << '\n'; // as when there is no such file
    }
    void sent(const Answer<Uploaded>& answer) {
        if (answer)
            client.send_stanza(headstock::file_message("juliet@example.org", *answer));
        else
            std::cerr << answer.message() << '\n';
    }
};
// page: end

// page: fetch_file (compiled only)
void fetch(headstock::Upload& upload, std::string_view url) {
    const std::uint64_t most = 10'000'000; // bytes
    const auto started =
        upload.download_to("photo.jpg", url, most, [](const Answer<Downloaded>& answer) {
            std::cout << (answer ? "it is there" : answer.message()) << '\n';
        });
    if (!started) std::cerr << started.error.message() << '\n'; // as when it is not of https
}
// page: end

// page: refused_file
std::string why_not(const headstock::StanzaError& error) {
    const auto refusal = headstock::UploadRefusal::of(error);
    if (refusal.max_file_size)
        return "at most " + std::to_string(*refusal.max_file_size) + " bytes";
    if (refusal.retry) return "not before " + headstock::format_date_time(*refusal.retry);
    return error.message();
}
// page: end

TEST_CASE("pages: a refused file, told to a person") {
    const auto error =
        headstock::Element::parse(
            "<iq xmlns='jabber:client' type='error' id='1'><error type='modify'><not-acceptable "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><file-too-large "
            "xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size></file-too-large>"
            "</error></iq>")
            .value();
    CHECK(why_not(headstock::StanzaError::of(error)) == "at most 20000 bytes");
}

} // namespace files_page
