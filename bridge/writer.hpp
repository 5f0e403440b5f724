// Elements to XML text: right escaping, the fewest namespace declarations.
#pragma once

#include "bridge/element.hpp"
#include "bridge/export.hpp"

#include <span>
#include <string>
#include <string_view>

namespace bridge {

/// How write() lays out its text.
struct WriteOptions {
    /// The default namespace in force where the text will stand: an element in it needs no
    /// declaration.  A client writes stanzas with "jabber:client".
    std::string_view inherited{};
    /// Spaces per level, for 64 levels; 0 writes no white space of its own.  Elements with text
    /// keep theirs as it is.
    unsigned indent = 0;
    /// The name of an attribute in no namespace that the outermost tag is written without.
    std::string_view without{};
    /// Attributes in no namespace that the outermost tag is written with, before its own.  It must
    /// have none of these names itself.
    std::span<const Attribute> with{};
};

/// Append `element` to `out` as XML.  The empty element appends nothing.
///
/// Element namespaces are written as default declarations, only where they change; a namespace that
/// attributes use gets a prefix on the element that needs it; `xml:` is never declared.  What is
/// written parses back to an equal element: TAB, LF and CR in attributes and CR in text are written
/// as character references, and ]]> is escaped.  Does not recurse, so depth is no limit.
BRIDGE_API void write(const Element& element, std::string& out, const WriteOptions& options = {});

/// Append only the start tag, left open: how a stream header is written.
BRIDGE_API void write_open(const Tag& tag, std::string& out, const WriteOptions& options = {});

/// Append `text` escaped for element content.
BRIDGE_API void escape_text(std::string_view text, std::string& out);
/// Append `value` escaped for an attribute in single quotes.
BRIDGE_API void escape_attribute(std::string_view value, std::string& out);

} // namespace bridge
