// What the results of an archive cost, from the bytes to the function of the query: memory above
// that of an idle client, whatever their number, and processor time as a multiple of Expat's on the
// same bytes.
//
//     archive_results [--results 1000000] [--page 100]
#include "headstock/extensions/archive.hpp"
#include "tests/bench/process_memory.hpp"
#include "tests/support/played_archive.hpp"
#include "tests/support/session_kit.hpp"

#include <CLI/CLI.hpp>
#include <expat.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

double processor_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

// With namespaces, and with handlers that do nothing.
class RawExpat {
public:
    RawExpat() {
        XML_SetElementHandler(
            parser_.get(), [](void*, const XML_Char*, const XML_Char**) {},
            [](void*, const XML_Char*) {});
        XML_SetCharacterDataHandler(parser_.get(), [](void*, const XML_Char*, int) {});
        parse("<stream:stream xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams'>");
    }
    void parse(std::string_view bytes) {
        if (XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), XML_FALSE) !=
            XML_STATUS_OK)
            throw std::runtime_error{XML_ErrorString(XML_GetErrorCode(parser_.get()))};
    }

private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_{
        XML_ParserCreateNS(nullptr, '\n')};
};

// Both are given each piece, one after the other, so that what slows the machine slows both.
struct Measured {
    double ours = 0;
    double expat = 0;
    std::uint64_t bytes = 0;
    std::uint64_t results = 0;
    std::uint64_t letters = 0;
    std::size_t idle = 0;
    std::size_t peak = 0;
};

template <class F>
double time_of(const F& f) {
    const auto begin = processor_seconds();
    f();
    return processor_seconds() - begin;
}

Measured measure(std::uint64_t results, std::uint64_t page) {
    support::SessionKit session;
    headstock::Archive archive;
    session.client->register_handler(archive);
    session.login();
    session.take();
    RawExpat expat;
    support::PlayedArchive server{results};
    Measured all;
    bool over = false;
    // A page first, which is not counted: what it leaves is what an idle client has.
    archive.ask(
        {.page_size = page},
        [&](const headstock::ArchivedMessage& item) {
            ++all.results;
            if (item.message) all.letters += item.message->body.size();
            if (all.results % 16384 == 0) all.peak = std::max(all.peak, bench::resident_bytes());
        },
        [&](const headstock::ArchiveEnd& end) {
            over = true;
            if (!end.complete) throw std::runtime_error{end.message()};
        });
    std::string asked = session.take();
    bool first = true;
    while (!over) {
        server.answer(asked, [&](std::string_view piece) {
            all.ours += time_of([&] { session.says(piece); });
            all.expat += time_of([&] { expat.parse(piece); });
            all.bytes += piece.size();
        });
        asked = session.take();
        if (std::exchange(first, false)) {
            all = {.results = all.results, .letters = all.letters};
            all.idle = all.peak = bench::resident_bytes();
        }
    }
    all.peak = std::max(all.peak, bench::resident_bytes());
    return all;
}

} // namespace

int main(int argc, char** argv) {
    std::uint64_t results = 1'000'000;
    std::uint64_t page = 100;
    CLI::App app{"Measures what the results of an archive cost."};
    app.add_option("--results", results, "How many")->capture_default_str();
    app.add_option("--page", page, "In a page")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    const auto all = measure(results, page);
    std::printf("%llu results, %llu MiB: resident %zu KiB idle, %zu KiB more at most\n",
                static_cast<unsigned long long>(all.results),
                static_cast<unsigned long long>(all.bytes >> 20), all.idle / 1024,
                (all.peak - all.idle) / 1024);
    std::printf("processor: %.2f us a result, Expat %.2f us: %.2f times\n",
                1e6 * all.ours / static_cast<double>(all.results),
                1e6 * all.expat / static_cast<double>(all.results), all.ours / all.expat);
    return all.results == results && all.letters > results ? 0 : 1;
}
