// What a plain object says of itself, found by name: its life-cycle hooks (rule 10 in
// handlers.hpp), and that it needs an account.
#pragma once

#include "headstock/detail/misspelt.hpp"
#include "headstock/error.hpp"

#include <chrono>
#include <string_view>

namespace headstock::detail {

/// Null where the object has no such function.
struct Hooks {
    void (*ready)(void* object, void* client) = nullptr;
    void (*connection_lost)(void* object,
                            const Error& error,
                            std::chrono::milliseconds next_try) = nullptr;
    void (*resumed)(void* object) = nullptr;
    void (*session_ended)(void* object, const Error& error) = nullptr;
    void (*stopping)(void* object, const Error& error) = nullptr;
    void (*cleanup)(void* object) = nullptr;
    void (*terminated)(void* object) = nullptr;

    const char* misspelt = nullptr; ///< A function that looks like a hook, in words (misspelt.hpp).
    std::string_view class_name{};
};

template <class T, class Client>
concept HasReadyClient = requires(T& object, Client& client) {
    object.ready(client);
};
template <class T>
concept HasReady = requires(T& object) {
    object.ready();
};
template <class T>
concept HasConnectionLostNext = requires(T& object,
                                         const Error& error,
                                         std::chrono::milliseconds next_try) {
    object.connection_lost(error, next_try);
};
template <class T>
concept HasConnectionLostError = requires(T& object, const Error& error) {
    object.connection_lost(error);
};
template <class T>
concept HasConnectionLost = requires(T& object) {
    object.connection_lost();
};
template <class T>
concept HasResumed = requires(T& object) {
    object.resumed();
};
template <class T>
concept HasSessionEndedError = requires(T& object, const Error& error) {
    object.session_ended(error);
};
template <class T>
concept HasSessionEnded = requires(T& object) {
    object.session_ended();
};
template <class T>
concept HasStoppingError = requires(T& object, const Error& error) {
    object.stopping(error);
};
template <class T>
concept HasStopping = requires(T& object) {
    object.stopping();
};
template <class T>
concept HasCleanup = requires(T& object) {
    object.cleanup();
};
template <class T>
concept HasTerminated = requires(T& object) {
    object.terminated();
};

// True when the class has a function of that name, whatever its parameters.
template <class T>
concept NamesReady = requires {
    &T::ready;
};
template <class T>
concept NamesConnectionLost = requires {
    &T::connection_lost;
};
template <class T>
concept NamesResumed = requires {
    &T::resumed;
};
template <class T>
concept NamesSessionEnded = requires {
    &T::session_ended;
};
template <class T>
concept NamesStopping = requires {
    &T::stopping;
};
template <class T>
concept NamesCleanup = requires {
    &T::cleanup;
};
template <class T>
concept NamesTerminated = requires {
    &T::terminated;
};

// A name with wrong parameters counts: hooks_of() has the words for it.
template <class T, class Client>
concept HasAnyHook = HasReadyClient<T, Client> || HasReady<T> || HasConnectionLostNext<T> ||
    HasConnectionLostError<T> || HasConnectionLost<T> || HasResumed<T> || HasSessionEndedError<T> ||
    HasSessionEnded<T> || HasStoppingError<T> || HasStopping<T> || HasCleanup<T> ||
    HasTerminated<T> || NamesReady<T> || NamesConnectionLost<T> || NamesResumed<T> ||
    NamesSessionEnded<T> || NamesStopping<T> || NamesCleanup<T> || NamesTerminated<T>;

/// False for an object of a class with `static constexpr bool needs_account = true;` in a client of
/// a class with `static constexpr bool has_account = false;`, which components say.
template <class T, class Client>
inline constexpr bool finds_account = true;
template <class T, class Client>
requires(T::needs_account && !Client::has_account) //
    inline constexpr bool finds_account<T, Client> = false;

template <class T, class Client>
consteval void check_hooks() {
    static_assert(!NamesReady<T> || HasReadyClient<T, Client> || HasReady<T>,
                  "headstock: ready takes nothing, or the client by reference");
    static_assert(!NamesConnectionLost<T> || HasConnectionLostNext<T> ||
                      HasConnectionLostError<T> || HasConnectionLost<T>,
                  "headstock: connection_lost takes nothing, const headstock::Error&, or this and "
                  "std::chrono::milliseconds");
    static_assert(!NamesResumed<T> || HasResumed<T>, "headstock: resumed takes nothing");
    static_assert(!NamesSessionEnded<T> || HasSessionEndedError<T> || HasSessionEnded<T>,
                  "headstock: session_ended takes nothing, or const headstock::Error&");
    static_assert(!NamesStopping<T> || HasStoppingError<T> || HasStopping<T>,
                  "headstock: stopping takes nothing, or const headstock::Error&");
    static_assert(!NamesCleanup<T> || HasCleanup<T>, "headstock: cleanup takes nothing");
    static_assert(!NamesTerminated<T> || HasTerminated<T>, "headstock: terminated takes nothing");
}

/// Those of a session.
template <class T, class Client>
consteval void add_session_hooks(Hooks& hooks) {
    if constexpr (HasReadyClient<T, Client>) {
        hooks.ready = [](void* o, void* c) { static_cast<T*>(o)->ready(*static_cast<Client*>(c)); };
    } else if constexpr (HasReady<T>) {
        hooks.ready = [](void* o, void*) { static_cast<T*>(o)->ready(); };
    }
    if constexpr (HasConnectionLostNext<T>) {
        hooks.connection_lost = [](void* o, const Error& e, std::chrono::milliseconds next_try) {
            static_cast<T*>(o)->connection_lost(e, next_try);
        };
    } else if constexpr (HasConnectionLostError<T>) {
        hooks.connection_lost = [](void* o, const Error& e, std::chrono::milliseconds) {
            static_cast<T*>(o)->connection_lost(e);
        };
    } else if constexpr (HasConnectionLost<T>) {
        hooks.connection_lost = [](void* o, const Error&, std::chrono::milliseconds) {
            static_cast<T*>(o)->connection_lost();
        };
    }
    if constexpr (HasResumed<T>) hooks.resumed = [](void* o) { static_cast<T*>(o)->resumed(); };
    if constexpr (HasSessionEndedError<T>) {
        hooks.session_ended = [](void* o, const Error& e) { static_cast<T*>(o)->session_ended(e); };
    } else if constexpr (HasSessionEnded<T>) {
        hooks.session_ended = [](void* o, const Error&) { static_cast<T*>(o)->session_ended(); };
    }
}

template <class T, class Client>
consteval Hooks hooks_of() {
    check_hooks<T, Client>();
    Hooks hooks;
    hooks.misspelt = misspelt_hook<T>();
    hooks.class_name = class_name<T>();
    add_session_hooks<T, Client>(hooks);
    if constexpr (HasStoppingError<T>) {
        hooks.stopping = [](void* o, const Error& e) { static_cast<T*>(o)->stopping(e); };
    } else if constexpr (HasStopping<T>) {
        hooks.stopping = [](void* o, const Error&) { static_cast<T*>(o)->stopping(); };
    }
    if constexpr (HasCleanup<T>) hooks.cleanup = [](void* o) { static_cast<T*>(o)->cleanup(); };
    if constexpr (HasTerminated<T>)
        hooks.terminated = [](void* o) { static_cast<T*>(o)->terminated(); };
    return hooks;
}

} // namespace headstock::detail
