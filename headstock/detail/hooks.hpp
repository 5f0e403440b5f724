// What a plain object says of itself, found by name: its life-cycle hooks (ready, stopping,
// cleanup, terminated), and that it needs an account.
#pragma once

#include "headstock/error.hpp"

namespace headstock::detail {

/// Null where the object has no such function.
struct Hooks {
    void (*ready)(void* object, void* client) = nullptr;
    void (*stopping)(void* object, const Error& error) = nullptr;
    void (*cleanup)(void* object) = nullptr;
    void (*terminated)(void* object) = nullptr;

    bool any() const { return ready || stopping || cleanup || terminated; }
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
concept HasAnyHook = HasReadyClient<T, Client> || HasReady<T> || HasStoppingError<T> ||
    HasStopping<T> || HasCleanup<T> || HasTerminated<T> || NamesReady<T> || NamesStopping<T> ||
    NamesCleanup<T> || NamesTerminated<T>;

/// False for an object of a class with `static constexpr bool needs_account = true;` in a client of
/// a class with `static constexpr bool has_account = false;`, which components say.
template <class T, class Client>
inline constexpr bool finds_account = true;
template <class T, class Client>
requires(T::needs_account && !Client::has_account) //
    inline constexpr bool finds_account<T, Client> = false;

template <class T, class Client>
consteval Hooks hooks_of() {
    static_assert(!NamesReady<T> || HasReadyClient<T, Client> || HasReady<T>,
                  "headstock: ready takes nothing, or the client by reference");
    static_assert(!NamesStopping<T> || HasStoppingError<T> || HasStopping<T>,
                  "headstock: stopping takes nothing, or const headstock::Error&");
    static_assert(!NamesCleanup<T> || HasCleanup<T>, "headstock: cleanup takes nothing");
    static_assert(!NamesTerminated<T> || HasTerminated<T>, "headstock: terminated takes nothing");
    Hooks hooks;
    if constexpr (HasReadyClient<T, Client>) {
        hooks.ready = [](void* o, void* c) { static_cast<T*>(o)->ready(*static_cast<Client*>(c)); };
    } else if constexpr (HasReady<T>) {
        hooks.ready = [](void* o, void*) { static_cast<T*>(o)->ready(); };
    }
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
