// Files over HTTP by headstock_upload: a PUT as the server hears it, and all that a server, a file
// and a program can do to it.
#include "tests/support/upload_scene.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

using headstock::Answer, headstock::Errc, headstock::Progress, headstock::TransferOptions;
using headstock::Upload, headstock::Uploaded, headstock::UploadFile, headstock::WebSchemes;
using headstock::test::TemporaryFile;
using support::answer_of, support::gives, support::ScriptedServer, support::ServerSide;
using support::takes_file, support::UploadScene;
using namespace std::chrono_literals;

namespace {

std::string content(std::size_t bytes = 100'000) {
    std::string made(bytes, 'x');
    for (std::size_t i = 0; i < bytes; ++i) made[i] = static_cast<char>('a' + i % 23);
    return made + "END";
}

UploadFile some_file(std::size_t bytes = 100'000) {
    return UploadFile::of("a.txt", content(bytes));
}

// Of one upload that ends in an error.
headstock::Error
failure_of(std::optional<support::Script> http, UploadFile file, TransferOptions how = {}) {
    UploadScene scene{std::move(http), std::move(how)};
    const auto faults =
        scene.run([&] { CHECK(scene.upload->send(std::move(file), scene.uploaded())); });
    CHECK(faults == "");
    CHECK(scene.ends == 1);
    CHECK(scene.upload->under_way() == 0);
    return scene.failure;
}

// It hears the head of a request, and no more.
void head(ServerSide& side) {
    side.handshake();
    side.hear_among("\r\n\r\n");
}

} // namespace

TEST_CASE("upload: a file arrives byte by byte, with its length, its type and the slot's headers") {
    UploadScene scene{takes_file(),
                      {},
                      "<header name='Authorization'>Basic Base64String==</header>"
                      "<header name='Host'>evil.test</header><header name='Cookie'>a=b&#13;&#10;"
                      "X-Evil: 1</header><header name='Cookie'>c=d</header>"
                      "<header name='Expires'/>"};
    std::vector<std::uint64_t> told;
    std::string event;
    auto file = some_file();
    file.request.content_type = "text/plain";
    scene.client->on_event([&](const Uploaded& uploaded) {
        event = uploaded.url + " " + uploaded.name + " " + uploaded.content_type;
        CHECK(scene.ends == 1); // behind the callback
    });
    const auto faults = scene.run([&] {
        CHECK(scene.upload->send(std::move(file), scene.uploaded(), [&](const Progress& now) {
            CHECK(now.total == 100'003);
            told.push_back(now.done);
        }));
        CHECK(scene.upload->under_way() == 1);
    });
    CHECK(faults.empty());
    CHECK_FALSE(scene.failure);
    CHECK(scene.ends == 1);
    CHECK(scene.url_told == "https://get.e.test/a.txt");
    CHECK(event == "https://get.e.test/a.txt a.txt text/plain");
    const auto& heard = scene.heard();
    const auto body = heard.find("\r\n\r\n") + 4;
    CHECK(heard.substr(body) == content());
    const auto lines = heard.substr(0, body);
    CHECK(lines.starts_with("PUT /a.txt HTTP/1.1\r\nHost: 127.0.0.1:"));
    for (const auto* line : {"\r\nContent-Length: 100003\r\n", "\r\nContent-Type: text/plain\r\n",
                             "\r\nAuthorization: Basic Base64String==\r\n",
                             "\r\nCookie: a=bX-Evil: 1\r\nCookie: c=d\r\n", "\r\nExpires:\r\n"}) {
        CAPTURE(line);
        CHECK(lines.find(line) != lines.npos);
    }
    for (const auto* none : {"evil.test", "\r\nX-Evil", "Expect", "Transfer-Encoding"})
        CHECK(lines.find(none) == lines.npos);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.back() == 100'003);
}

TEST_CASE("upload: a file of a path and one of a function, in pieces, and one of no bytes") {
    const TemporaryFile there{content()};
    auto file = UploadFile::at(there.path());
    CHECK(file.request.size == 100'003);
    CHECK(file.request.filename == there.path().substr(there.path().rfind('/') + 1));
    UploadScene scene{takes_file(answer_of("200 OK"))};
    CHECK(scene.run([&] { CHECK(scene.upload->send(file, scene.uploaded())); }).empty());
    CHECK_FALSE(scene.failure);
    CHECK(scene.heard().ends_with("\r\n\r\n" + content()));

    std::size_t largest = 0, left = 8u << 20;
    UploadFile made;
    made.request.filename = "large";
    made.request.size = left + 3;
    made.read = [&, end = false](std::span<char> into) mutable -> std::optional<std::size_t> {
        largest = std::max(largest, into.size());
        const auto count = std::min(left, into.size());
        if (count == 0) {
            if (into.size() < 3 || end) return 0;
            end = true;
            return std::string_view{"END"}.copy(into.data(), 3);
        }
        std::fill_n(into.begin(), count, 'y');
        left -= count;
        return count;
    };
    UploadScene large{takes_file()};
    CHECK(large.run([&] { CHECK(large.upload->send(made, large.uploaded())); }).empty());
    CHECK_FALSE(large.failure);
    CHECK(largest <= 2u << 20);

    UploadScene empty{gives(answer_of("201 Created"))};
    CHECK(empty.run([&] { CHECK(empty.upload->send(UploadFile::of("a", ""), empty.uploaded())); })
              .empty());
    CHECK_FALSE(empty.failure);
    CHECK(empty.heard().find("\r\nContent-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("upload: any status but 200 and 201 is an error, with a piece of what came") {
    for (const auto* status :
         {"413 Payload Too Large", "302 Found", "500 Oops", "204 No Content", "404 Not Found"}) {
        CAPTURE(status);
        const bool moved = std::string_view{status}.starts_with("302");
        const bool empty = std::string_view{status}.starts_with("204");
        const auto error = failure_of(
            takes_file(answer_of(status, empty ? "" : std::string(5000, 'b'),
                                 moved ? "Location: https://127.0.0.1:9/other\r\n" : "")),
            some_file());
        CHECK(error.code.category() == headstock::http_category());
        CHECK(error.condition == std::string_view{status}.substr(0, 3));
        CHECK(error.code.value() == std::stoi(error.condition));
        CHECK(error.code.message() == "HTTP status " + error.condition);
        CHECK(error.peer_text == (empty ? "" : std::string(1024, 'b')));
        CHECK((error.text.find("redirects") != error.text.npos) == moved);
    }
}

TEST_CASE("upload: a server that refuses early is heard") {
    const auto error = failure_of(
        [](ServerSide& side) {
            head(side);
            side.say(answer_of("413 Payload Too Large", "no"));
            side.hear_end();
        },
        some_file(4'000'000));
    CHECK(error.condition == "413");
    CHECK(error.peer_text == "no");
}

TEST_CASE("upload: who the server is, is verified") {
    const auto hung_up = [](ServerSide& side) {
        side.handshake();
        side.hear_end();
    };
    const TemporaryFile other{headstock::test::make_authority().certificate};
    // OpenSSL says of a forged signature that the handshake has failed.
    const auto forged = failure_of(hung_up, some_file(), {.ca_file = other.path()}).code;
    CHECK((forged == Errc::tls_failed || forged == Errc::certificate_rejected));
    UploadScene wrong_name{hung_up};
    auto url = wrong_name.url();
    wrong_name.put_url = url.replace(url.find("127.0.0.1"), 9, "localhost");
    CHECK(wrong_name.run([&] { wrong_name.upload->send(some_file(), wrong_name.uploaded()); })
              .empty());
    CHECK(wrong_name.failure.code == Errc::certificate_rejected);
    const TemporaryFile another{headstock::test::make_authority("CN=another").certificate};
    CHECK(failure_of(hung_up, some_file(), {.ca_file = another.path()}).code ==
          Errc::certificate_rejected);
    const auto deaf = [](ServerSide& side) { side.hear_end(); };
    CHECK(failure_of(deaf, some_file(), {.ca_file = "/nowhere"}).code == Errc::invalid_option);
}

TEST_CASE("upload: a server that breaks off, or speaks no HTTP") {
    const auto end = [](auto act) {
        return [act](ServerSide& side) {
            head(side);
            act(side);
        };
    };
    CHECK(failure_of(end([](ServerSide& side) { side.close(); }), some_file()).code ==
          Errc::connection_lost);
    CHECK(failure_of(end([](ServerSide& side) { side.reset(); }), some_file(4'000'000)).code ==
          Errc::connection_lost);
    const auto endless = failure_of(end([](ServerSide& side) {
                                        std::string lines{"HTTP/1.1 201 Created\r\n"};
                                        for (int i = 0; i < 40; ++i)
                                            lines += "X: " + std::string(4000, 'h') + "\r\n";
                                        support::say_to_the_end(side, lines);
                                        side.hear_end();
                                    }),
                                    some_file(10));
    CHECK(endless.code == Errc::policy_violation);
    const auto garbage = failure_of(end([](ServerSide& side) {
                                        side.say("SSH-2.0-x\r\n\r\n");
                                        side.hear_end();
                                    }),
                                    some_file(10));
    CHECK(static_cast<bool>(garbage));
    const auto early = failure_of(end([](ServerSide& side) {
                                      side.say(answer_of("201 Created"));
                                      side.close();
                                  }),
                                  some_file(8'000'000));
    CHECK(early.code == Errc::connection_lost);
    const auto clear = failure_of(
        [](ServerSide& side) {
            side.say("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
            side.hear_end();
        },
        some_file());
    CHECK(clear.code == Errc::tls_failed);
    CHECK(failure_of(std::nullopt, some_file()).code == Errc::connect_failed); // port 9
}

TEST_CASE("upload: a server that stands still is given up") {
    const auto silent = [](ServerSide& side) {
        side.handshake();
        side.hear_or_end("END");
        side.hear_end();
    };
    const auto deaf = [](ServerSide& side) { side.hear_end(); };
    const auto start = std::chrono::steady_clock::now();
    CHECK(failure_of(silent, some_file(), {.stall = 1s}).code == Errc::timed_out);
    CHECK(failure_of(deaf, some_file(), {.connect = 300ms}).code == Errc::timed_out);
    CHECK(std::chrono::steady_clock::now() - start < 15s);
}

TEST_CASE("upload: a file that becomes shorter or longer is never whole at the server") {
    for (const bool shorter : {true, false}) {
        CAPTURE(shorter);
        const TemporaryFile there{content()};
        auto file = UploadFile::at(there.path());
        UploadScene scene{[](ServerSide& side) {
            side.handshake();
            side.hear_end();
        }};
        CHECK(scene
                  .run([&] {
                      CHECK(scene.upload->send(std::move(file), scene.uploaded()));
                      std::ofstream{there.path(), shorter ? std::ios::trunc : std::ios::app}
                          << (shorter ? "short" : "more");
                  })
                  .empty());
        CHECK(scene.ends == 1);
        CHECK(scene.failure.code == std::errc::io_error);
        CHECK(scene.failure.text == std::string{"the file has changed while it was sent: "} +
                                        (shorter ? "it ends behind 5 bytes of 100003"
                                                 : "there is more than 100003 bytes"));
        CHECK(scene.heard().find("END") == std::string::npos);
    }
}

TEST_CASE("upload: a file that cannot be read, and functions that throw") {
    const auto hears = [](ServerSide& side) {
        side.handshake();
        side.hear_end();
    };
    auto file = some_file();
    file.read = [](std::span<char>) { return std::optional<std::size_t>{}; };
    CHECK(failure_of(hears, file).code == std::errc::io_error);
    file.read = [](std::span<char> into) { return std::optional{into.size() + 1}; };
    CHECK(failure_of(hears, file).code == std::errc::io_error);
    file.read = [](std::span<char>) -> std::optional<std::size_t> {
        throw std::runtime_error{"no disk"};
    };
    const auto thrown = failure_of(hears, file);
    CHECK(thrown.code == Errc::rejected);
    CHECK(thrown.text == "a function of the program threw: no disk");

    UploadScene scene{hears};
    CHECK(scene
              .run([&] {
                  scene.upload->send(some_file(4'000'000), scene.uploaded(),
                                     [](const Progress&) { throw 7; });
              })
              .empty());
    CHECK(scene.failure.code == Errc::rejected);

    UploadScene last{takes_file()};
    std::string told;
    last.client->on_exception([&](std::string_view, std::exception_ptr thrown_there) {
        try {
            std::rethrow_exception(thrown_there);
        } catch (const std::exception& exception) {
            told = exception.what();
        }
        last.client->stop();
    });
    CHECK(last.run([&] {
                  last.upload->send(some_file(), [](const Answer<Uploaded>&) {
                      throw std::runtime_error{"in the callback"};
                  });
              })
              .empty());
    CHECK(told == "in the callback");
}

TEST_CASE("upload: what cannot be sent is refused at once") {
    Upload upload;
    CHECK(upload.send(some_file(), {}).error.code == Errc::session_over);
    CHECK(upload.download("https://e.test/", 1, [](std::string_view) { return true; }, {})
              .error.code == Errc::session_over);
    CHECK(upload.send(UploadFile::at("/nowhere/a"), {}).error.code ==
          std::errc::no_such_file_or_directory);
    CHECK(upload.send(UploadFile::at("/tmp"), {}).error.code == std::errc::invalid_argument);
    CHECK(upload.send(UploadFile::at("/dev/zero"), {}).error.code == std::errc::invalid_argument);
    CHECK(upload.send(UploadFile{}, {}).error.code == Errc::invalid_option);
    CHECK(upload.send(UploadFile::of("", "x"), {}).error.code == Errc::invalid_option);
    auto huge = some_file();
    huge.request.size = ~std::uint64_t{0};
    CHECK(upload.send(huge, {}).error.code == std::errc::file_too_large);
    auto typed = some_file();
    typed.request.content_type = "text/plain\r\nX-Evil: 1";
    CHECK(failure_of(std::nullopt, typed).code == Errc::invalid_option);
    CHECK_FALSE(upload.cancel({}));
    UploadScene in_clear;
    in_clear.put_url = "http://127.0.0.1:9/a";
    CHECK(in_clear.run([&] { in_clear.upload->send(some_file(), in_clear.uploaded()); }).empty());
    CHECK(in_clear.failure.code == Errc::invalid_payload);
}

TEST_CASE("upload: http where that is allowed") {
    UploadScene scene{[](ServerSide& side) {
                          side.hear("END");
                          side.say(answer_of("201 Created"));
                          side.hear_end();
                      },
                      {.schemes = WebSchemes::http_too}};
    scene.put_url = "http" + scene.url().substr(5);
    CHECK(scene.run([&] { scene.upload->send(some_file(), scene.uploaded()); }).empty());
    CHECK_FALSE(scene.failure);
    CHECK(scene.heard().ends_with("\r\n\r\n" + content()));
}

TEST_CASE("upload: the message that gives a file to somebody (XEP-0066 3)") {
    const auto element =
        headstock::file_message("room@muc.e.test", {"https://get.e.test/a?b&c", 1, "a", "b"},
                                headstock::StanzaType::groupchat)
            .element();
    CHECK(element.xml() ==
          "<message xmlns='jabber:client' to='room@muc.e.test' type='groupchat'><body>"
          "https://get.e.test/a?b&amp;c</body><x xmlns='jabber:x:oob'><url>"
          "https://get.e.test/a?b&amp;c</url></x></message>");
}
