// The floor: Expat with namespaces and with handlers that do nothing, on the same bytes and reads.
#include "tests/bench/measured.hpp"

#include <expat.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

namespace bench {
namespace {

void on_start(void*, const XML_Char*, const XML_Char**) {}
void on_end(void*, const XML_Char*) {}
void on_text(void*, const XML_Char*, int) {}

class RawExpat {
public:
    RawExpat() {
        XML_SetElementHandler(parser_.get(), on_start, on_end);
        XML_SetCharacterDataHandler(parser_.get(), on_text);
        parse(stream_header);
    }

    void parse(std::string_view bytes) {
        const auto size = static_cast<int>(bytes.size());
        if (XML_Parse(parser_.get(), bytes.data(), size, XML_FALSE) != XML_STATUS_OK)
            throw std::runtime_error{XML_ErrorString(XML_GetErrorCode(parser_.get()))};
    }

private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_{
        XML_ParserCreateNS(nullptr, '\n')};
};

} // namespace

void add_expat(const char* name, const Traffic& traffic) {
    benchmark::RegisterBenchmark(name, [&traffic](benchmark::State& state) {
        RawExpat expat;
        measure(state, traffic.units, [&] {
            in_reads(traffic.bytes, [&](std::string_view read) { expat.parse(read); });
        });
    });
}

} // namespace bench
