// Keeps secrets out of the log: what a name says is secret is shown as its length.
//
// No parser is run over what a stranger wrote: it is read once, from its beginning to its end,
// without a tree and without recursion.  What is not whole or not well formed is hidden rather than
// shown.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// `xml`, an element of depth 1 of a stream or the beginning of one, a stream's header, or its end,
/// as it may be shown.  "[N bytes]" stands in the place of N bytes that are hidden:
///  - the content and the values of an element whose name may stand for a secret (is_secret_name),
///    and of one that is named so by a `var`, as a form's field, by a field's label, or by the name
///    of a <header/>, <param/>, <property/> or the like; and of a field of type text-private;
///  - the value of an attribute whose name may stand for a secret;
///  - text and values in the namespaces of SASL (is_secret_namespace), but for the mechanism's
///    name, and the counts of a session that goes on (XEP-0198); and in an element of depth 1 whose
///    namespace is not told here, but for a stanza;
///  - a component's handshake, comments, and what follows a tag that is cut off or ill-formed.
/// Linear in time and memory.
std::string redact(std::string_view xml);

} // namespace headstock::detail
