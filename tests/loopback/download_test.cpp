// Files that come: no more of them than was said, and from nowhere else.
#include "tests/support/upload_scene.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using headstock::Answer, headstock::Downloaded, headstock::Errc, headstock::Progress;
using headstock::Upload, headstock::WebSchemes;
using headstock::test::TemporaryFile;
using support::answer_of, support::gives, support::ServerSide, support::UploadScene;

namespace {

// What came, and how it ended.
struct Got {
    std::string bytes;
    headstock::Error failure;
    std::uint64_t size = 0;
    std::string type;
};

Got fetch(support::Script http, std::uint64_t limit = 1'000'000, std::size_t stop_at = ~0u) {
    UploadScene scene{std::move(http)};
    Got got;
    CHECK(scene
              .run([&] {
                  CHECK(scene.upload->download(
                      scene.url(), limit,
                      [&](std::string_view piece) {
                          got.bytes += piece;
                          return got.bytes.size() <= stop_at;
                      },
                      [&](const Answer<Downloaded>& answer) {
                          if (answer) {
                              got.size = answer->size;
                              got.type = answer->content_type;
                          }
                          scene.downloaded()(answer);
                      }));
              })
              .empty());
    CHECK(scene.ends == 1);
    got.failure = scene.failure;
    return got;
}

std::string read_file(const std::string& path) {
    std::ostringstream all;
    all << std::ifstream{path, std::ios::binary}.rdbuf();
    return all.str();
}

// Without a length: its end is that of the connection.
support::Script endless(std::string bytes) {
    return [bytes](ServerSide& side) {
        side.handshake();
        side.hear("\r\n\r\n");
        const auto answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + bytes;
        if (!support::say_to_the_end(side, answer)) return;
        side.tls().close();
        support::say_to_the_end(side, ""); // with close_notify
        side.close();
    };
}

} // namespace

TEST_CASE("download: a file comes piece by piece, with its type and how far it is") {
    const std::string body(300'000, 'z');
    UploadScene scene{gives(answer_of("200 OK", body, "Content-Type: image/png\r\n"))};
    std::string came;
    std::uint64_t last = 0;
    CHECK(scene
              .run([&] {
                  CHECK(scene.upload->download(
                      scene.url(), 300'000,
                      [&](std::string_view piece) {
                          came += piece;
                          return true;
                      },
                      [&](const Answer<Downloaded>& answer) {
                          REQUIRE(answer);
                          CHECK(answer->size == 300'000);
                          CHECK(answer->content_type == "image/png");
                          scene.downloaded()(answer);
                      },
                      [&](const Progress& now) {
                          CHECK(now.total == 300'000);
                          CHECK(now.done > last);
                          last = now.done;
                      }));
              })
              .empty());
    CHECK(came == body);
    CHECK(last == 300'000);
    CHECK(scene.heard().starts_with("GET /a.txt HTTP/1.1\r\n"));
}

TEST_CASE("download: no more than the limit, by what is said and by what comes") {
    const auto said = fetch(gives(answer_of("200 OK", std::string(1001, 'a'))), 1000);
    CHECK(said.failure.code == std::errc::file_too_large);
    CHECK(said.bytes.empty());
    const auto came = fetch(endless(std::string(100'000, 'a')), 1000);
    CHECK(came.failure.code == std::errc::file_too_large);
    CHECK(came.bytes.size() <= 1000);
    CHECK_FALSE(fetch(endless(std::string(1000, 'a')), 1000).failure);
    CHECK(fetch(gives(answer_of("200 OK", "a")), 0).failure.code == std::errc::file_too_large);
    CHECK_FALSE(fetch(gives(answer_of("200 OK")), 0).failure);
}

TEST_CASE("download: what is not whole, not there or not wanted") {
    const auto cut = fetch([](ServerSide& side) {
        side.handshake();
        side.hear("\r\n\r\n");
        side.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        side.close();
    });
    CHECK(cut.failure.code == Errc::connection_lost);
    const auto none = fetch(gives(answer_of("404 Not Found", "nothing here")));
    CHECK(none.failure.condition == "404");
    CHECK(none.failure.peer_text == "nothing here");
    CHECK(none.bytes.empty());
    CHECK(fetch(gives(answer_of("206 Partial Content", "x"))).failure.condition == "206");
    CHECK(fetch(gives(answer_of("200 OK", std::string(100, 'x'))), 1000, 10).failure.code ==
          std::errc::operation_canceled);
}

TEST_CASE("download: redirects are followed to the same scheme only, and not for ever") {
    support::ScriptedServer other{gives(answer_of("200 OK", "there")), support::web_identity()};
    const auto to = "https://127.0.0.1:" + std::to_string(other.port()) + "/b";
    const auto there = fetch(gives(answer_of("302 Found", "go", "Location: " + to + "\r\n")));
    CHECK_FALSE(there.failure);
    CHECK(there.bytes == "there");
    for (const auto* elsewhere :
         {"http://127.0.0.1:9/", "file:///etc/passwd", "ftp://127.0.0.1/"}) {
        CAPTURE(elsewhere);
        const auto stayed = fetch(
            gives(answer_of("302 Found", "", "Location: " + std::string{elsewhere} + "\r\n")));
        CHECK(stayed.failure.code == Errc::policy_violation);
    }
    const auto around = fetch([](ServerSide& side) {
        side.handshake();
        for (int i = 0; i < 6; ++i) {
            side.hear("\r\n\r\n");
            side.say(answer_of("302 Found", "", "Location: /a\r\n"));
        }
        side.hear_end();
    });
    CHECK(around.failure.code == Errc::policy_violation);
}

TEST_CASE("download: into a new file, which is there only when it is whole") {
    const TemporaryFile place{""};
    const auto path = place.path() + ".new";
    const auto save = [&](support::Script http, std::uint64_t limit = 1000) {
        UploadScene scene{std::move(http)};
        CHECK(scene
                  .run([&] {
                      CHECK(
                          scene.upload->download_to(path, scene.url(), limit, scene.downloaded()));
                      CHECK(std::filesystem::exists(path));
                  })
                  .empty());
        CHECK(scene.ends == 1);
        return scene.failure;
    };
    CHECK(save(gives(answer_of("200 OK", "too long")), 3).code == std::errc::file_too_large);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(save(gives(answer_of("500 Oops", "no"))).condition == "500");
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK_FALSE(save(gives(answer_of("200 OK", "whole"))));
    CHECK(read_file(path) == "whole");
    Upload upload;
    CHECK(upload.download_to(path, "https://e.test/", 1, {}).error.code == std::errc::file_exists);
    CHECK(read_file(path) == "whole");
    std::filesystem::remove(path);
}

TEST_CASE("download: URLs that are not fetched") {
    UploadScene scene;
    CHECK(scene
              .run([&] {
                  for (const auto* url : {"http://127.0.0.1:9/", "file:///etc/passwd",
                                          "https://u:p@e.test/", "https://", "", "x"}) {
                      CAPTURE(url);
                      const auto start = scene.upload->download(
                          url, 1, [](std::string_view) { return true; }, scene.downloaded());
                      CHECK(start.error.code == Errc::invalid_payload);
                  }
                  CHECK(scene.upload->download("https://e.test/", 1, {}, {}).error.code ==
                        Errc::invalid_option);
                  scene.client->stop();
              })
              .empty());
    CHECK(scene.ends == 0);
}

TEST_CASE("download: it is cancelled while it comes, or its object is destroyed in the sink") {
    for (const bool destroyed : {true, false}) {
        UploadScene scene{gives(answer_of("200 OK", std::string(500'000, 'x')))};
        int pieces = 0, ends = 0;
        headstock::TransferStart start;
        CHECK(scene
                  .run([&] {
                      start = scene.upload->download(
                          scene.url(), 1'000'000,
                          [&](std::string_view) {
                              ++pieces;
                              if (destroyed) {
                                  scene.client->unregister_handler(*scene.upload);
                                  scene.upload.reset();
                              } else {
                                  CHECK(scene.upload->cancel(start));
                              }
                              return true;
                          },
                          [&](const Answer<Downloaded>& answer) {
                              ++ends;
                              CHECK(answer.failure()->code == std::errc::operation_canceled);
                              scene.client->stop();
                          });
                  })
                  .empty());
        CHECK(pieces == 1);
        CHECK(ends == 1);
    }
}
