// Expat as a C++ object: its memory counted and capped, its handlers fixed, its quirks kept in.
#pragma once

#include "bridge/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

struct XML_ParserStruct;

namespace bridge::detail {

/// What Expat found, told from inside it: nothing here may throw, or call an ExpatParser but for
/// suspend(), abort() and what tells a place or a size.
class ExpatSink {
public:
    virtual ~ExpatSink() = default;

    /// `name` and the attributes (name, value, ..., null) as "namespace\nlocal" or "local".
    virtual void start_element(const char* name, const char** attributes) noexcept = 0;
    virtual void end_element() noexcept = 0;
    virtual void characters(std::string_view text) noexcept = 0;
    /// `prefix` is null for the default namespace, `uri` where that is declared away.
    virtual void namespace_declared(const char* prefix, const char* uri) noexcept = 0;
    virtual void cdata(bool inside) noexcept = 0;
    /// `encoding` is null when the declaration names none.
    virtual void declaration(const char* version, const char* encoding) noexcept = 0;
    virtual void doctype() noexcept = 0;
    virtual void comment() noexcept = 0;
    virtual void instruction() noexcept = 0;
};

/// One Expat parser, for one document.  Never reset, always made anew: a reset switches the reparse
/// deferral on again, drops the handlers, and keeps most of the memory.
class ExpatParser {
public:
    enum class Status : std::uint8_t { done, suspended, failed };

    /// Throws std::bad_alloc.
    explicit ExpatParser(ExpatSink& sink);
    ~ExpatParser();
    ExpatParser(const ExpatParser&) = delete;
    ExpatParser& operator=(const ExpatParser&) = delete;

    Status parse(std::string_view bytes);
    /// Go on with the bytes that a suspended parse() was given.
    Status resume();
    /// Tell that the document ends here.
    Status finish();

    /// From inside: stop behind this token.  May be asked for twice.
    void suspend() noexcept;
    /// From inside: stop for good.
    void abort() noexcept;

    /// From inside: where the token begins that is being reported.
    std::size_t index() const noexcept;
    /// From inside a start tag: how many attributes it has, declarations of namespaces left out.
    std::size_t attributes() const noexcept;
    /// From inside: how long the token is.
    std::size_t token_size() const noexcept;
    /// How many bytes are used up; what was given beyond is an unfinished token, or not looked at
    /// because of suspend().  From inside: up to the end of the token that is being reported.
    std::size_t consumed() const noexcept { return index() + token_size(); }
    /// The line from 1 and the column from 0 of index().
    std::uint64_t line() const noexcept;
    std::uint64_t column() const noexcept;

    /// Bytes allocated since the parser was made.
    std::size_t allocated() const { return meter_.now - fresh_; }
    /// Let allocated() grow to `bytes` and no further: past that Expat fails for want of memory.
    void set_cap(std::size_t bytes) noexcept;

    /// What the failure was, without its place.
    ParseError failure() const;

    /// Counts what Expat allocates.
    struct Meter {
        std::size_t now = 0;
        std::size_t cap = SIZE_MAX;
        bool capped = false; // an allocation was refused for the cap
    };

private:
    Meter meter_{};
    XML_ParserStruct* parser_;
    std::size_t fresh_ = 0;
};

} // namespace bridge::detail
