// What a specification lets nobody but our own account say: elements by their names, and events of
// the nodes that hold an account's private data.
#pragma once

#include "bridge/name.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace headstock::detail {

struct GuardedName {
    std::string_view ns;
    std::string_view local; ///< Empty: every name of the namespace.
    std::string_view source;
};
struct GuardedNode {
    std::string_view node;
    std::string_view source;
};

std::span<const GuardedName> guarded_names();
std::span<const GuardedNode> guarded_nodes();
/// What is inside an event (XEP-0060, namespace pubsub#event) and is about one node, which it
/// names.
std::span<const std::string_view> names_with_node();

/// How an element is judged.
enum class Guard : std::uint8_t {
    none,
    name, ///< only our account may send it
    node, ///< only our account may, if its node is a guarded one; nor what is around it
};

Guard guard_of(const bridge::Name& name);
bool is_guarded_node(std::string_view node);

} // namespace headstock::detail
