#include "bridge/detail/expat_parser.hpp"

#include "bridge/detail/refusal.hpp"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

// In Expat since 2.6.0, and in some distributions' older ones: Debian's 2.5.0 among them.
extern "C" XML_Bool XML_SetReparseDeferralEnabled(XML_Parser, XML_Bool) __attribute__((weak));

namespace bridge::detail {
namespace {

// From 2.9 on these have a fixed width, and the older ones are deprecated.
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
constexpr auto& current_byte_index = XML_GetCurrentByteIndex64;
constexpr auto& current_byte_count = XML_GetCurrentByteCount64;
constexpr auto& current_line = XML_GetCurrentLineNumber64;
constexpr auto& current_column = XML_GetCurrentColumnNumber64;
#else
constexpr auto& current_byte_index = XML_GetCurrentByteIndex;
constexpr auto& current_byte_count = XML_GetCurrentByteCount;
constexpr auto& current_line = XML_GetCurrentLineNumber;
constexpr auto& current_column = XML_GetCurrentColumnNumber;
#endif

// A line feed cannot stand in a namespace name that Expat accepts, so no name can be read two ways.
constexpr XML_Char separator[] = "\n";

// Expat's memory functions get no context, so the meter of the parser that runs is set around each
// call.
thread_local ExpatParser::Meter* active_meter = nullptr;

class Metered {
public:
    explicit Metered(ExpatParser::Meter& meter) : before_(std::exchange(active_meter, &meter)) {}
    ~Metered() { active_meter = before_; }
    Metered(const Metered&) = delete;
    Metered& operator=(const Metered&) = delete;

private:
    ExpatParser::Meter* before_;
};

// In front of every block, so that what is freed is known.
struct alignas(std::max_align_t) Header {
    std::size_t size;
};

bool admit(std::size_t more) {
    auto& meter = *active_meter;
    if (meter.now <= meter.cap && more <= meter.cap - meter.now) return true;
    meter.capped = true;
    return false;
}

void* allocate(std::size_t size) {
    const auto whole = size + sizeof(Header);
    if (whole < size || !admit(whole)) return nullptr;
    void* memory = ::operator new(whole, std::nothrow);
    if (memory == nullptr) return nullptr;
    active_meter->now += whole;
    return new (memory) Header{whole} + 1;
}

void release(void* block) {
    if (block == nullptr) return;
    auto* header = static_cast<Header*>(block) - 1;
    active_meter->now -= header->size;
    ::operator delete(header);
}

void* reallocate(void* block, std::size_t size) {
    void* moved = allocate(size);
    if (moved == nullptr || block == nullptr) return moved;
    const auto before = (static_cast<Header*>(block) - 1)->size - sizeof(Header);
    std::memcpy(moved, block, std::min(before, size));
    release(block);
    return moved;
}

constexpr XML_Memory_Handling_Suite memory{allocate, reallocate, release};

ExpatSink& sink(void* user) { return *static_cast<ExpatSink*>(user); }

void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
    sink(user).start_element(name, attributes);
}

void on_end(void* user, const XML_Char*) { sink(user).end_element(); }

void on_text(void* user, const XML_Char* text, int length) {
    sink(user).characters({text, static_cast<std::size_t>(length)});
}

void on_namespace(void* user, const XML_Char* prefix, const XML_Char* uri) {
    sink(user).namespace_declared(prefix, uri);
}

void on_cdata_start(void* user) { sink(user).cdata(true); }

void on_cdata_end(void* user) { sink(user).cdata(false); }

void on_declaration(void* user, const XML_Char* version, const XML_Char* encoding, int) {
    sink(user).declaration(version, encoding);
}

void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    sink(user).doctype();
}

void on_comment(void* user, const XML_Char*) { sink(user).comment(); }

void on_instruction(void* user, const XML_Char*, const XML_Char*) { sink(user).instruction(); }

void set_handlers(XML_Parser parser, ExpatSink& sink) {
    XML_SetUserData(parser, &sink);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartNamespaceDeclHandler(parser, on_namespace);
    XML_SetCdataSectionHandler(parser, on_cdata_start, on_cdata_end);
    XML_SetXmlDeclHandler(parser, on_declaration);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    XML_SetCommentHandler(parser, on_comment);
    XML_SetProcessingInstructionHandler(parser, on_instruction);
}

ExpatParser::Status status_of(XML_Status status) {
    if (status == XML_STATUS_OK) return ExpatParser::Status::done;
    return status == XML_STATUS_SUSPENDED ? ExpatParser::Status::suspended
                                          : ExpatParser::Status::failed;
}

// Our sentence for the faults that peers really make; Expat's words for the rest.
std::string words_for(XML_Error code) {
    switch (code) {
    case XML_ERROR_INVALID_TOKEN:
        return "this is not well-formed XML";
    case XML_ERROR_TAG_MISMATCH:
        return "the end tag does not match the start tag";
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
        return "an attribute stands twice in one tag";
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return "something follows the root element";
    case XML_ERROR_UNDEFINED_ENTITY:
        return "an entity is used that XML does not define";
    case XML_ERROR_BAD_CHAR_REF:
        return "a character reference names no legal character";
    case XML_ERROR_MISPLACED_XML_PI:
        return "the XML declaration is not at the very beginning";
    case XML_ERROR_UNBOUND_PREFIX:
        return "a namespace prefix is not declared";
    case XML_ERROR_UNDECLARING_PREFIX:
        return "a namespace prefix is declared as empty";
    case XML_ERROR_RESERVED_PREFIX_XML:
    case XML_ERROR_RESERVED_PREFIX_XMLNS:
    case XML_ERROR_RESERVED_NAMESPACE_URI:
        return "a reserved prefix or namespace is declared";
    default:
        return std::string{"this is not well-formed XML: "} + XML_ErrorString(code);
    }
}

} // namespace

ExpatParser::ExpatParser(ExpatSink& sink) {
    const Metered metered{meter_};
    parser_ = XML_ParserCreate_MM("UTF-8", &memory, separator);
    if (parser_ == nullptr) throw std::bad_alloc{};
    fresh_ = meter_.now;
    set_handlers(parser_, sink);
    if (XML_SetReparseDeferralEnabled != nullptr) XML_SetReparseDeferralEnabled(parser_, XML_FALSE);
}

ExpatParser::~ExpatParser() {
    const Metered metered{meter_};
    XML_ParserFree(parser_);
}

ExpatParser::Status ExpatParser::parse(std::string_view bytes) {
    const Metered metered{meter_};
    return status_of(XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), XML_FALSE));
}

ExpatParser::Status ExpatParser::resume() {
    const Metered metered{meter_};
    return status_of(XML_ResumeParser(parser_));
}

ExpatParser::Status ExpatParser::finish() {
    const Metered metered{meter_};
    return status_of(XML_Parse(parser_, "", 0, XML_TRUE));
}

// Expat refuses the second of two, which is what is wanted: the events of one token, one stop.
void ExpatParser::suspend() noexcept { XML_StopParser(parser_, XML_TRUE); }

void ExpatParser::abort() noexcept { XML_StopParser(parser_, XML_FALSE); }

std::size_t ExpatParser::index() const noexcept {
    const auto index = current_byte_index(parser_);
    return index < 0 ? 0 : static_cast<std::size_t>(index); // below zero before the first byte
}

// Names and values count there.
std::size_t ExpatParser::attributes() const noexcept {
    return static_cast<std::size_t>(XML_GetSpecifiedAttributeCount(parser_)) / 2;
}

std::size_t ExpatParser::token_size() const noexcept {
    return static_cast<std::size_t>(current_byte_count(parser_));
}

std::uint64_t ExpatParser::line() const noexcept { return current_line(parser_); }

std::uint64_t ExpatParser::column() const noexcept { return current_column(parser_); }

void ExpatParser::set_cap(std::size_t bytes) noexcept {
    meter_.cap = bytes > SIZE_MAX - fresh_ ? SIZE_MAX : fresh_ + bytes;
}

ParseError ExpatParser::failure() const {
    ParseError error;
    switch (const auto code = XML_GetErrorCode(parser_)) {
    case XML_ERROR_NO_MEMORY:
        error.fault = meter_.capped ? refusal::held.fault : ParseFault::no_memory;
        error.text = meter_.capped ? refusal::held.text : "memory ran out";
        break;
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
        error.fault = refusal::incomplete.fault;
        error.text = refusal::incomplete.text;
        break;
    default:
        error.fault = ParseFault::not_well_formed;
        error.text = words_for(code);
    }
    return error;
}

} // namespace bridge::detail
