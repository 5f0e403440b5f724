// A transfer ends once, whatever ends it: a cancellation, its object, its client, at each moment.
#include "tests/support/upload_scene.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <stdexcept>
#include <string>

using headstock::Answer, headstock::Errc, headstock::Progress, headstock::TransferStart;
using headstock::Upload, headstock::Uploaded, headstock::UploadFile;
using support::answer_of, support::gives, support::ServerSide, support::takes_file;
using support::UploadScene;

namespace {

enum class Moment { slot, read, progress, answer };
enum class What { cancel, upload, client, client_and_upload, stop };

// The HTTP side of an upload that may end at any time, or never come.
void hear_what_comes(ServerSide& side) {
    side.handshake();
    side.hear_or_end("END");
    side.hear_end();
}

// Ends an upload at a moment, in a way.
struct Ending {
    UploadScene& scene;
    What what;
    TransferStart started{};
    bool done = false;
    int ends = 0;
    headstock::Error failure{};
    bool stop_behind = false;

    void now() {
        if (std::exchange(done, true)) return;
        switch (what) {
        case What::cancel:
            CHECK(scene.upload->cancel(started));
            CHECK(ends == 1);
            CHECK_FALSE(scene.upload->cancel(started));
            scene.client->stop();
            break;
        case What::upload:
            scene.client->unregister_handler(*scene.upload);
            scene.upload.reset();
            CHECK(ends == 1);
            scene.client->stop();
            break;
        case What::client:
            scene.client.reset();
            break;
        case What::client_and_upload:
            scene.client.reset();
            scene.upload.reset();
            CHECK(ends == 1);
            break;
        case What::stop:
            scene.client->stop();
            break;
        }
    }
    auto ended() {
        return [this](const Answer<Uploaded>& answer) {
            ++ends;
            if (answer.failure() != nullptr) failure = *answer.failure();
        };
    }
};

UploadFile file_that(std::function<void()> when_read) {
    UploadFile file;
    file.request.filename = "a";
    file.request.size = 1u << 30;
    file.read = [when_read = std::move(when_read)](std::span<char> into) {
        if (when_read) when_read();
        std::fill(into.begin(), into.end(), 'x');
        return std::optional{into.size()};
    };
    return file;
}

void end_at(Moment moment, What what) {
    CAPTURE(static_cast<int>(moment));
    CAPTURE(static_cast<int>(what));
    const bool goes = moment != Moment::slot;
    UploadScene scene{goes ? std::optional<support::Script>{hear_what_comes} : std::nullopt};
    scene.slots = goes;
    Ending ending{scene, what};
    const auto at = [&](Moment here) {
        return here == moment ? std::function<void()>{[&] { ending.now(); }}
                              : std::function<void()>{};
    };
    const auto faults = scene.run([&] {
        Upload::OnProgress progress;
        if (moment == Moment::progress) progress = [&](const Progress&) { ending.now(); };
        ending.started =
            scene.upload->send(file_that(at(Moment::read)), ending.ended(), std::move(progress));
        CHECK(ending.started);
        if (moment == Moment::slot)
            scene.client->after(std::chrono::milliseconds{30}, [&] { ending.now(); });
        if (moment == Moment::answer)
            scene.client->after(std::chrono::milliseconds{150}, [&] { ending.now(); });
    });
    CHECK(faults.empty());
    CHECK(ending.done);
    CHECK(ending.ends == 1);
    const auto stopped = goes ? Errc::session_over : Errc::unanswered;
    const auto canceled = std::make_error_code(std::errc::operation_canceled);
    CHECK(ending.failure.code == (what == What::stop ? make_error_code(stopped) : canceled));
    if (scene.upload) CHECK(scene.upload->under_way() == 0);
}

} // namespace

TEST_CASE("upload end: cancelled, destroyed, its client destroyed or stopped, at each moment") {
    for (const auto moment : {Moment::slot, Moment::read, Moment::progress, Moment::answer}) {
        for (const auto what :
             {What::cancel, What::upload, What::client, What::client_and_upload, What::stop})
            end_at(moment, what);
    }
}

TEST_CASE("upload end: the callback may destroy the object and the client, or begin another") {
    for (const bool client_too : {false, true}) {
        UploadScene scene{takes_file()};
        int ends = 0;
        CHECK(scene
                  .run([&] {
                      scene.upload->send(UploadFile::of("a", "END"), [&](const Answer<Uploaded>&) {
                          ++ends;
                          if (client_too) scene.client.reset();
                          if (scene.client) scene.client->unregister_handler(*scene.upload);
                          scene.upload.reset();
                          if (scene.client) scene.client->stop();
                      });
                  })
                  .empty());
        CHECK(ends == 1);
    }
    UploadScene scene;
    scene.slots = false;
    int ends = 0;
    CHECK(scene
              .run([&] {
                  scene.upload->send(UploadFile::of("a", "x"), [&](const Answer<Uploaded>& answer) {
                      ++ends;
                      CHECK(answer.failure()->code == Errc::unanswered);
                      const auto again =
                          scene.upload->send(UploadFile::of("a", "x"), scene.uploaded());
                      CHECK_FALSE(again);
                  });
                  scene.client->stop();
              })
              .empty());
    CHECK(ends == 1);
    CHECK(scene.ends == 0);
}

TEST_CASE("upload end: several at a time, of which one is cancelled") {
    UploadScene scene{takes_file()};
    int ends = 0;
    TransferStart first, second;
    CHECK(scene
              .run([&] {
                  // One slot is given: the second waits for the other until the client's end.
                  first = scene.upload->send(UploadFile::of("a", "END"),
                                             [&](const Answer<Uploaded>& answer) {
                                                 ++ends;
                                                 CHECK(static_cast<bool>(answer));
                                                 CHECK(scene.upload->under_way() == 1);
                                                 CHECK(scene.upload->cancel(second));
                                                 CHECK(scene.upload->under_way() == 0);
                                                 scene.client->stop();
                                             });
                  second = scene.upload->send(UploadFile::of("b", "END"), scene.uploaded());
                  CHECK(first.number != second.number);
              })
              .empty());
    CHECK(ends == 1);
    CHECK(scene.ends == 1);
    CHECK(scene.failure.code == std::errc::operation_canceled);
}

TEST_CASE("upload end: on a loop of the program's, of which nothing is left open") {
    for (const bool destroyed : {false, true}) {
        CAPTURE(destroyed);
        uv_loop_t loop;
        REQUIRE(uv_loop_init(&loop) == 0);
        int ends = 0;
        {
            support::ScriptedServer http{destroyed ? support::Script{hear_what_comes}
                                                   : takes_file(),
                                         support::web_identity()};
            UploadScene scene; // for its XMPP side
            scene.put_url = "https://127.0.0.1:" + std::to_string(http.port()) + "/a.txt";
            auto options = scene.options();
            options.loop = &loop;
            headstock::Upload upload{scene.trust()};
            auto client =
                std::make_unique<headstock::AsyncClient>("romeo@e.test", "secret", options);
            CHECK(client->loop() == nullptr);
            client->register_handler(upload);
            CHECK_FALSE(client->start());
            CHECK(client->loop() == &loop);
            while (!client->ready()) uv_run(&loop, UV_RUN_ONCE);
            if (destroyed) {
                CHECK(upload.send(
                    file_that([&] { client.reset(); }), [&](const Answer<Uploaded>& answer) {
                        ++ends;
                        CHECK(answer.failure()->code == std::errc::operation_canceled);
                    }));
            } else {
                CHECK(upload.send(UploadFile::of("a", "END"), [&](const Answer<Uploaded>& answer) {
                    ++ends;
                    CHECK(static_cast<bool>(answer));
                    client->stop();
                }));
            }
            uv_run(&loop, UV_RUN_DEFAULT);
            CHECK(ends == 1);
            client.reset();
            uv_run(&loop, UV_RUN_DEFAULT);
        }
        CHECK(uv_loop_close(&loop) == 0);
    }
}

TEST_CASE("upload end: a transfer outlives its session, and the object its client") {
    UploadScene scene{takes_file()};
    CHECK(scene.run([&] { scene.upload->send(UploadFile::of("a", "END"), scene.uploaded()); })
              .empty());
    CHECK_FALSE(scene.failure);
    scene.client.reset();
    CHECK(scene.upload->send(UploadFile::of("a", "x"), {}).error.code == Errc::session_over);
    UploadScene other{takes_file()};
    auto& upload = *scene.upload;
    other.client->unregister_handler(*other.upload);
    other.upload = std::move(scene.upload);
    other.client->register_handler(upload);
    // registered behind the scene itself, whose ready() would come too early
    CHECK(other
              .run([&] {
                  other.client->after(std::chrono::milliseconds{1}, [&] {
                      CHECK(upload.send(UploadFile::of("a", "END"), other.uploaded()));
                  });
              })
              .empty());
    CHECK(other.ends == 1);
    CHECK_FALSE(other.failure);
}

TEST_CASE("upload end: callbacks that throw, and the others are told all the same") {
    enum class Ends { client_stops, client_destroyed, upload_destroyed };
    for (const auto what : {Ends::client_stops, Ends::client_destroyed, Ends::upload_destroyed}) {
        CAPTURE(static_cast<int>(what));
        UploadScene scene;
        scene.slots = false;
        int ends = 0;
        int thrown = 0;
        scene.client->on_exception([&](std::string_view, std::exception_ptr) { ++thrown; });
        const auto throws = [&](const Answer<Uploaded>&) {
            ++ends;
            throw std::runtime_error{"in the callback"};
        };
        CHECK(scene
                  .run([&] {
                      for (const auto* name : {"a", "b"})
                          CHECK(scene.upload->send(UploadFile::of(name, "x"), throws));
                      const auto end = [&, what] {
                          if (what == Ends::client_stops) return scene.client->stop();
                          if (what == Ends::client_destroyed) return scene.client.reset();
                          scene.client->unregister_handler(*scene.upload);
                          scene.upload.reset();
                          CHECK(ends == 2);
                          scene.client->stop();
                      };
                      scene.client->after(std::chrono::milliseconds{30}, end);
                  })
                  .empty());
        CHECK(ends == 2);
        CHECK((thrown > 0) == (what == Ends::client_stops));
    }
}
