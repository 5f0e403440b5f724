// What is kept of others' capabilities, and what is not: bounds, order, hostile answers.
#include "headstock/extensions/capabilities_cache.hpp"

#include "headstock/digest.hpp"
#include "headstock/extensions/verification_string.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using headstock::CapabilitiesHash, headstock::DiscoInfo, headstock::Jid;
using Cache = headstock::detail::CapabilitiesCache;

namespace {

DiscoInfo info_with(const std::string& feature) {
    return {{}, {{"client", "pc", {}, {}}}, {{feature}}, {}};
}

std::string hash_of(const std::string& feature) {
    return headstock::sha1_base64(headstock::verification_string(info_with(feature)).text);
}

CapabilitiesHash saying(const std::string& feature) { return {"n", hash_of(feature), "sha-1", {}}; }

// Ten of them have the same bare JID.
Jid person(int number) {
    return Jid{'p' + std::to_string(number / 10) + "@e.test/" + std::to_string(number)};
}

// Everybody who is to be asked is asked, and tells this.
void all_answer(Cache& cache, const DiscoInfo* info) {
    while (const auto question = cache.next()) cache.answered(*question, info);
}

} // namespace

TEST_CASE("capabilities cache: 100,000 resources are followed, and no more") {
    Cache cache;
    const auto said = saying("urn:a");
    for (int i = 0; i <= 100'000; ++i) cache.announced(person(i), said, i == 0);
    const auto info = info_with("urn:a");
    CHECK(cache.answered(cache.next().value(), &info).size() == 100'000);
    CHECK(cache.find(person(99'999)) != nullptr);
    CHECK(cache.find(person(100'000)) == nullptr);
    cache.left(person(0));
    CHECK(cache.announced(person(100'000), said, true));
    cache.left(person(0).bare());
    CHECK(cache.find_all(person(0).bare()).empty());
}

TEST_CASE(
    "capabilities cache: of one bare JID a tenth of the resources and an eighth of the text") {
    Cache cache;
    const auto said = saying("urn:a");
    const auto of_room = [](int i) { return Jid{"room@m.test/" + std::to_string(i)}; };
    for (int i = 0; i <= 100'000; ++i) cache.announced(of_room(i), said, true);
    cache.announced(person(0), said, false);
    const auto info = info_with("urn:a");
    CHECK(cache.answered(cache.next().value(), &info).size() == 10'001);
    CHECK(cache.find(of_room(10'000)) == nullptr);
    CHECK(cache.find(person(0)) != nullptr);
    cache.left(of_room(0));
    CHECK(cache.announced(of_room(10'000), said, true));

    cache.left(Jid{"room@m.test"});
    int kept = 0;
    for (int i = 0; i < 100; ++i) {
        const auto big = std::to_string(i) + std::string(65'000, 'f');
        const auto told = info_with(big);
        cache.announced(of_room(i), saying(big), true);
        all_answer(cache, &told);
        if (cache.find(of_room(i)) != nullptr) ++kept;
    }
    CHECK(kept == 64);
    cache.left(Jid{"room@m.test"});
    for (int i = 0; i < 100; ++i) { // what nobody has at the moment is in no share
        const auto big = std::to_string(i) + std::string(65'000, 'f');
        const auto told = info_with(big);
        cache.announced(person(10 * i + 10), saying(big), true);
        all_answer(cache, &told);
        cache.left(person(10 * i + 10));
    }
    for (int i = 0; i < 100; ++i) {
        const auto big = std::to_string(i) + std::string(65'000, 'f');
        cache.announced(of_room(i), saying(big), false);
    }
    CHECK(cache.find_all(Jid{"room@m.test"}).size() == 64);
    cache.left(Jid{"room@m.test"});
    for (int i = 0; i < 100; ++i) { // the same by what is not verified, and counts for one alone
        const auto told = info_with(std::string(65'000, 'f'));
        cache.announced(of_room(i), saying(std::to_string(i)), true);
        all_answer(cache, &told);
    }
    CHECK(cache.find_all(Jid{"room@m.test"}).size() == 64);
    CHECK(cache.find(person(0)) != nullptr);
}

TEST_CASE("capabilities cache: 2,000 hashes of nobody are kept, and those that went last") {
    Cache cache;
    for (int i = 0; i < 2'001; ++i) {
        const auto feature = "urn:" + std::to_string(i);
        cache.announced(person(1), saying(feature), true);
        const auto info = info_with(feature);
        all_answer(cache, &info);
    }
    cache.forget_everybody();
    CHECK_FALSE(cache.announced(person(1), saying("urn:0"), true));
    CHECK(cache.announced(person(1), saying("urn:1"), true));
    CHECK(cache.announced(person(1), saying("urn:2000"), true));
}

TEST_CASE("capabilities cache: 32 MiB of text, in which who is there goes before who was") {
    Cache cache;
    const auto big = [](int i) { return std::to_string(i) + std::string(65'000, 'f'); };
    const auto tell = [&](const Jid& who, int i) {
        const auto info = info_with(big(i));
        cache.announced(who, saying(big(i)), true);
        all_answer(cache, &info);
        return cache.find(who) != nullptr;
    };
    int kept = 0;
    while (kept < 1'000 && tell(person(kept), kept)) ++kept;
    CHECK(kept > 32 * 1024 * 1024 / 65'200);
    CHECK(kept < 32 * 1024 * 1024 / 65'000);
    cache.left(person(0)); // makes room
    CHECK(tell(person(5'000), 5'000));
    CHECK_FALSE(cache.announced(person(0), saying(big(0)), false));
    cache.forget_everybody();
    CHECK(tell(person(1), 6'000)); // all of it is room
    cache.forget_everybody();
}

TEST_CASE("capabilities cache: one answer has 64 KiB, and longer ones say nothing") {
    for (const auto& [bytes, known] : {std::pair{65'536, true}, std::pair{65'537, false}}) {
        Cache cache;
        const std::string feature(static_cast<std::size_t>(bytes) - 13, 'f'); // client/pc//<...<
        const auto info = info_with(feature);
        REQUIRE(headstock::verification_string(info).text.size() ==
                static_cast<std::size_t>(bytes));
        cache.announced(person(1), saying(feature), true);
        all_answer(cache, &info);
        CHECK((cache.find(person(1)) != nullptr) == known);
    }
}

TEST_CASE("capabilities cache: what is announced has 2 KiB, and longer says nothing") {
    Cache cache;
    cache.announced(person(1), {std::string(2'048 - 7, 'n'), "v", "sha-1", {}}, true); // 2 more
    CHECK_FALSE(cache.next());
    cache.announced(person(1), {std::string(2'048 - 8, 'n'), "v", "sha-1", {}}, true);
    CHECK(cache.next());
}

TEST_CASE("capabilities cache: a hash that nobody announces any more is not asked about") {
    Cache cache;
    for (int i = 0; i < 10; ++i)
        cache.announced(person(1), saying("urn:" + std::to_string(i)), true);
    CHECK(cache.next().value().node == "n#" + hash_of("urn:9"));
    CHECK_FALSE(cache.next());
    cache.announced(person(2), saying("urn:a"), true);
    cache.left(person(2));
    CHECK_FALSE(cache.next());
}

TEST_CASE(
    "capabilities cache: an answer that comes after its hash has gone is kept if it is true") {
    Cache cache;
    cache.announced(person(1), saying("urn:a"), true);
    const auto question = cache.next().value();
    cache.left(person(1));
    const auto info = info_with("urn:a");
    CHECK(cache.answered(question, &info).empty());
    CHECK(cache.announced(person(2), saying("urn:a"), true));
    // and one that is not counts for nobody
    cache.announced(person(1), {"n", "v", "md5", {}}, true);
    const auto other = cache.next().value();
    cache.announced(person(1), {"n", "w", "md5", {}}, true);
    CHECK(cache.answered(other, &info).empty());
    CHECK(cache.find(person(1)) == nullptr);
}

TEST_CASE("capabilities cache: asked again before the first answer, both may come") {
    Cache cache;
    const CapabilitiesHash odd{"n", "v", "md5", {}};
    cache.announced(person(1), odd, true);
    const auto first = cache.next().value();
    cache.left(person(1));
    cache.announced(person(1), odd, true);
    const auto second = cache.next().value();
    const auto info = info_with("urn:a");
    CHECK(cache.answered(first, &info).size() == 1);
    CHECK(cache.answered(second, &info).empty());
    cache.left(person(1));
    CHECK(cache.find(person(1)) == nullptr);
}

TEST_CASE("capabilities cache: what is not base64 of twenty bytes is no hash of anything") {
    const auto good = hash_of("urn:a");
    for (const auto& ver :
         {std::string{}, good.substr(1), good + "=", "*" + good.substr(1), good.substr(0, 27) + "A",
          good.substr(0, 27) + "*", "=" + good.substr(1)}) {
        Cache cache;
        cache.announced(person(1), {"n", ver, "sha-1", {}}, true);
        cache.announced(person(2), {"n", ver, "sha-1", {}}, true);
        const auto info = info_with("urn:a");
        CHECK(cache.answered(cache.next().value(), &info).size() == 1); // for that one alone
        CHECK(cache.next());
    }
}

TEST_CASE("capabilities cache: saved and loaded, and each line has the hash that it has") {
    Cache cache;
    const std::string odd = "a\\b\nc\rd";
    for (const auto& feature : {std::string{"urn:a"}, odd}) {
        cache.announced(person(1), saying(feature), true);
        const auto info = info_with(feature);
        all_answer(cache, &info);
    }
    cache.announced(person(2), {"n", "v", "md5", {}}, true); // what is one's own is not saved
    const auto other = info_with("urn:c");
    all_answer(cache, &other);
    const auto text = cache.saved();
    CHECK(text.starts_with("headstock capabilities 1\n"));
    CHECK(text.find("urn:c") == text.npos);

    Cache next;
    CHECK(next.load(text) == 2);
    CHECK(next.load(text) == 0); // known
    CHECK(next.saved() == text);
    CHECK(next.announced(person(1), saying("urn:a"), true));
    CHECK(next.announced(person(1), saying(odd), true));
    CHECK_FALSE(next.next());

    Cache changed;
    auto forged = text;
    forged.replace(forged.find("urn:a"), 5, "urn:b");
    CHECK(changed.load(forged) == 2);
    CHECK_FALSE(changed.announced(person(1), saying("urn:a"), true)); // it is another's hash now
    CHECK(changed.announced(person(2), saying("urn:b"), true));
}

TEST_CASE("capabilities cache: a text that is something else is not taken in") {
    const std::string first = "headstock capabilities 1\n";
    for (const auto& [text, taken] :
         {std::pair{std::string{}, 0U}, std::pair{std::string{"client/pc//<\n"}, 0U},
          std::pair{std::string{"headstock capabilities 2\na<\n"}, 0U}, std::pair{first, 0U},
          std::pair{first + "a<", 1U}, std::pair{first + "a<\na<\nb<\n", 2U},
          std::pair{first + "a\\\nb\\x\n", 0U},
          std::pair{first + std::string(65'537, 'a') + '\n', 0U}}) {
        Cache cache;
        CHECK(cache.load(text) == taken);
    }
}

TEST_CASE("capabilities cache: the addresses and nodes of those who are there have 32 MiB too") {
    const std::string known = "headstock capabilities 1\nclient/pc//<urn:a<\n";
    Cache cache;
    REQUIRE(cache.load(known) == 1);
    auto said = saying("urn:a");
    said.node = std::string(2'000, 'n');
    for (int round = 0; round < 2; ++round) { // all of it is room again
        int kept = 0;
        while (kept < 50'000 && cache.announced(person(kept), said, true)) ++kept;
        CHECK(kept > 32 * 1024 * 1024 / 2'100);
        CHECK(kept < 32 * 1024 * 1024 / 2'000);
        cache.forget_everybody();
    }
}

TEST_CASE("capabilities cache: what one alone has said goes with it, and takes nobody's place") {
    Cache cache;
    cache.load("headstock capabilities 1\nclient/pc//<urn:a<\n");
    const auto info = info_with("urn:b");
    for (int i = 0; i < 2'001; ++i) {
        cache.announced(person(i), {"n", "v", "md5", {}}, true);
        all_answer(cache, &info);
        REQUIRE(cache.find(person(i)) != nullptr);
        cache.left(person(i));
    }
    CHECK(cache.announced(person(1), saying("urn:a"), true));
}

TEST_CASE("capabilities cache: a hash that somebody has again is not among those of nobody") {
    Cache cache;
    cache.load("headstock capabilities 1\nclient/pc//<urn:a<\n");
    cache.announced(person(1), saying("urn:a"), true);
    for (int i = 0; i < 2'001; ++i)
        cache.load("headstock capabilities 1\nx" + std::to_string(i) + "<\n");
    REQUIRE(cache.find(person(1)) != nullptr);
    CHECK(*cache.find(person(1)) == "client/pc//<urn:a<");
}

TEST_CASE("capabilities cache: when who may be asked has gone, who may not is not asked") {
    Cache cache;
    cache.announced(person(1), saying("urn:a"), false);
    cache.announced(person(2), saying("urn:a"), true);
    cache.left(person(2));
    CHECK_FALSE(cache.next());
    CHECK(cache.find(person(1)) == nullptr);
}

TEST_CASE("capabilities cache: while one is asked, who comes with the same hash waits") {
    Cache cache;
    cache.announced(person(1), saying("urn:a"), true);
    const auto question = cache.next().value();
    cache.announced(person(2), saying("urn:a"), true);
    CHECK_FALSE(cache.next());
    const auto info = info_with("urn:a");
    CHECK(cache.answered(question, &info).size() == 2);
    CHECK_FALSE(cache.next());
}

TEST_CASE("capabilities cache: two true answers about one hash are told once") {
    Cache cache;
    cache.announced(person(1), saying("urn:a"), true);
    const auto first = cache.next().value();
    cache.left(person(1));
    cache.announced(person(1), saying("urn:a"), true);
    const auto second = cache.next().value();
    const auto info = info_with("urn:a");
    CHECK(cache.answered(first, &info).size() == 1);
    CHECK(cache.answered(second, &info).empty());
}

TEST_CASE("capabilities cache: an ill-formed answer counts for one alone, its hash right or not") {
    Cache cache;
    const auto ill = DiscoInfo{{}, {{"client", "pc", {}, {}}}, {{"urn:a"}, {"urn:a"}}, {}};
    const auto ver = headstock::sha1_base64(headstock::verification_string(ill).text);
    for (int i = 0; i < 2; ++i) cache.announced(person(i), {"n", ver, "sha-1", {}}, true);
    const auto question = cache.next().value();
    CHECK(cache.answered(question, &ill).size() == 1);
    CHECK(cache.next().value().whom != question.whom);
    CHECK(cache.saved() == "headstock capabilities 1\n");
}

TEST_CASE("capabilities cache: news is what was not said before, and the legacy format is none") {
    Cache cache;
    cache.load("headstock capabilities 1\nclient/pc//<urn:a<\n");
    CHECK(cache.announced(person(1), saying("urn:a"), true));
    CHECK_FALSE(cache.announced(person(1), saying("urn:a"), true));
    CHECK(cache.find(person(1)) != nullptr);
    CHECK_FALSE(cache.announced(person(1), {"n", hash_of("urn:a"), {}, "x"}, true));
    CHECK(cache.find(person(1)) == nullptr);
    CHECK_FALSE(cache.next());
}

TEST_CASE("capabilities cache: who may not be asked fills half of the room for text") {
    Cache cache;
    const std::string longer(1'900, 'n');
    for (int i = 0; i < 20'000; ++i)
        cache.announced(person(i), {i < 15'000 ? longer : "", "v", "sha-9", {}}, false);
    const auto info = info_with("urn:a");
    cache.announced(Jid{"juliet@e.test/b"}, saying("urn:a"), true);
    all_answer(cache, &info);
    CHECK(cache.find(Jid{"juliet@e.test/b"}) != nullptr);
}
