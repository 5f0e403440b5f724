// Registration of plain objects: the part of a client that knows its kind.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/detail/hooks.hpp"
#include "headstock/detail/table.hpp"
#include "headstock/handlers.hpp"

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace headstock {

namespace detail {
/// What `*` makes an object of: pointers, of the language and of the library, and optionals.
template <class T>
concept PointsToObject = std::is_pointer_v<T> || requires(T& pointer) {
    *pointer;
    pointer.operator->();
};
} // namespace detail

/// Registration of plain objects; `Self` is what their ready(client) takes.
template <class Self>
class ClientOf : public ClientApi {
public:
    /// Call this object's rows and hooks from now on.  It is borrowed: it must live until it is
    /// unregistered, or terminated() has run.  When the session is ready, ready() is called at
    /// once; after its end nothing is.  Throws std::invalid_argument when it is registered already.
    template <class T>
    void register_handler(T& object) {
        add<T>(object);
    }
    template <class T>
    void register_handler(const T&&) = delete; // a temporary would be gone before its first call

    /// As register_handler, until the ScopedRegistration that is returned is destroyed. ready() may
    /// run before it is returned: to end the registration in there use unregister_handler.  After
    /// swap_handler it controls nothing.
    template <class T>
    ScopedRegistration scoped_register(T& object) {
        auto client = link(); // ready() may destroy this client
        return scoped(std::move(client), add<T>(object));
    }
    template <class T>
    void scoped_register(const T&&) = delete;

    /// None of its functions is called again, and none runs: a threaded call that has begun is
    /// waited for, those that have not are dropped.  Unknown objects are ignored.
    template <class T>
    void unregister_handler(T& object) {
        remove_object(typeid(T), &object);
    }

    /// Put `fresh` in the place of `old`, in one step: between two stanzas none is missed and none
    /// seen twice; inside a handler, what is left of that stanza goes to neither.  What was told
    /// ready stays told.  Threaded calls of `old` end as in unregister_handler.  Throws
    /// std::invalid_argument when `old` is not registered.
    template <class Old, class New>
    void swap_handler(Old& old, New& fresh) {
        if constexpr (check_object<New>()) {
            swap_object(typeid(Old), &old, typeid(New), &fresh, table<New>(), hooks<New>());
        } else {
            throw does_not_compile();
        }
    }

protected:
    using ClientApi::ClientApi;

private:
    /// Its ticket.
    template <class T>
    std::uint64_t add(T& object) {
        if constexpr (check_object<T>()) {
            return add_object(typeid(T), &object, table<T>(), hooks<T>());
        } else {
            throw does_not_compile();
        }
    }

    /// Where a compiler has said what is wrong; should one not have, it is not done in silence.
    static std::logic_error does_not_compile() {
        return std::logic_error{"headstock: this object has no handler table that can be compiled"};
    }

    /// Says what is wrong, and whether all is well.
    template <class T>
    static consteval bool check_object() {
        constexpr bool pointer =
            !detail::HasTable<T> && !detail::HasAnyHook<T, Self> && detail::PointsToObject<T>;
        constexpr bool changes = !std::is_const_v<T>;
        constexpr bool account = detail::finds_account<T, Self>;
        static_assert(!pointer,
                      "headstock: register the object, not a pointer to it: register_handler(*p)");
        static_assert(changes, "headstock: register an object that may be changed");
        static_assert(account,
                      "headstock: this object is of no use to a component, which has no account");
        if constexpr (pointer || !changes || !account) {
            return false;
        } else if constexpr (detail::HasTable<T>) {
            return check_table<T>();
        } else {
            static_assert(
                detail::HasAnyHook<T, Self>,
                "headstock: this type has neither a handler table (HEADSTOCK_HANDLERS) nor a "
                "life-cycle hook (ready, session_ended, stopping, cleanup ...)");
            return detail::HasAnyHook<T, Self>;
        }
    }

    template <class T>
    static consteval bool check_table() {
        if constexpr (!detail::SoundTable<T>) {
            return false;
        } else {
            constexpr bool suits = detail::table_suits<Self, decltype(detail::find_table<T>())>;
            static_assert(suits,
                          "headstock: a handler takes its client as headstock::ClientApi&, or as "
                          "the type of the client that its object is registered in");
            return suits;
        }
    }

    /// A function that a row calls is none that looks like a hook.
    template <class T>
    static consteval detail::Hooks hooks() {
        auto found = detail::hooks_of<T, Self>();
        if constexpr (detail::HasTable<T>) {
            const std::string_view words = found.misspelt == nullptr ? "" : found.misspelt;
            if (!words.empty() && detail::has_row_for<T>(words.substr(0, words.find(':'))))
                found.misspelt = nullptr;
        }
        return found;
    }

    template <class T>
    static detail::Table table() {
        if constexpr (detail::HasTable<T>) {
            return {detail::rows_of<T>, detail::events_of<T>};
        } else {
            return {};
        }
    }
};

} // namespace headstock
