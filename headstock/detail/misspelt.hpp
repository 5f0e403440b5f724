// Functions of a registered object that look like life-cycle hooks and are none.
#pragma once

#include <string_view>
#include <type_traits>

namespace headstock::detail {

/// The name of a class as the compiler prints it.
template <class T>
constexpr std::string_view class_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    return text.substr(0, text.find_first_of(";]"));
}

/// What to say of a public function of `T` whose name is nearly that of a hook; null when there is
/// none.  Such a name may be meant as it is, so this is told (ClientApi::set_diagnostics) and no
/// error.
template <class T>
consteval const char* misspelt_hook() {
// One line for each: a name cannot be a parameter of a template.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define HEADSTOCK_LOOKS_LIKE(Name, Hook)                                                           \
    if constexpr (requires { requires std::is_member_function_pointer_v<decltype(&T::Name)>; })    \
    return #Name ": did you mean " #Hook "?"
    HEADSTOCK_LOOKS_LIKE(on_ready, ready);
    HEADSTOCK_LOOKS_LIKE(onReady, ready);
    HEADSTOCK_LOOKS_LIKE(Ready, ready);
    HEADSTOCK_LOOKS_LIKE(on_connected, ready);
    HEADSTOCK_LOOKS_LIKE(session_start, ready);
    HEADSTOCK_LOOKS_LIKE(session_started, ready);
    HEADSTOCK_LOOKS_LIKE(on_connection_lost, connection_lost);
    HEADSTOCK_LOOKS_LIKE(connectionLost, connection_lost);
    HEADSTOCK_LOOKS_LIKE(on_disconnected, connection_lost);
    HEADSTOCK_LOOKS_LIKE(disconnected, connection_lost);
    HEADSTOCK_LOOKS_LIKE(on_resumed, resumed);
    HEADSTOCK_LOOKS_LIKE(session_resumed, resumed);
    HEADSTOCK_LOOKS_LIKE(on_session_ended, session_ended);
    HEADSTOCK_LOOKS_LIKE(sessionEnded, session_ended);
    HEADSTOCK_LOOKS_LIKE(session_end, session_ended);
    HEADSTOCK_LOOKS_LIKE(on_stopping, stopping);
    HEADSTOCK_LOOKS_LIKE(on_stop, stopping);
    HEADSTOCK_LOOKS_LIKE(clean_up, cleanup);
    HEADSTOCK_LOOKS_LIKE(cleanUp, cleanup);
    HEADSTOCK_LOOKS_LIKE(on_cleanup, cleanup);
    HEADSTOCK_LOOKS_LIKE(on_terminated, terminated);
    HEADSTOCK_LOOKS_LIKE(on_terminate, terminated);
#undef HEADSTOCK_LOOKS_LIKE
    return nullptr;
}

} // namespace headstock::detail
