// expect: ok
// Wherever a class may stand its macros may stand beside it, or in it.
#include "headstock/extensions/form_table.hpp"
#include "headstock/headstock.hpp"

using headstock::Tag;

struct Global {
    void contact(const Tag&) {}
};
HEADSTOCK_HANDLERS(Global, on<&self::contact>("item", headstock::ns::roster))

namespace mine {

struct Outer {
    struct Inner {
        void contact(const Tag&) {}
    };

private:
    class Secret {
        void contact(const Tag&) {}
        friend HEADSTOCK_HANDLERS(Secret, on<&self::contact>("item", headstock::ns::roster))
    };

public:
    Secret secret;
};
HEADSTOCK_HANDLERS(Outer::Inner, on<&self::contact>("item", headstock::ns::roster))

struct Derived : Global {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Derived, on<&self::message>("message"))

namespace {
struct Unnamed {
    void contact(const Tag&) {}
};
HEADSTOCK_HANDLERS(Unnamed, on<&self::contact>("item", headstock::ns::roster))
} // namespace

inline namespace v1 {
struct Versioned {
    void contact(const Tag&) {}
};
} // namespace v1
HEADSTOCK_HANDLERS(Versioned, on<&self::contact>("item", headstock::ns::roster))

struct Above {
    void contact(const Tag&) {}
};
inline namespace v1 {
HEADSTOCK_HANDLERS(Above, on<&self::contact>("item", headstock::ns::roster))
} // namespace v1

template <class T>
class Friendly {
    void contact(const Tag&) {}
    friend HEADSTOCK_HANDLERS(Friendly, on<&self::contact>("item", headstock::ns::roster))
};
template <class T>
struct Beside {
    void contact(const Tag&) {}
};
template <class T>
HEADSTOCK_HANDLERS(Beside<T>, on<&self::contact>("item", headstock::ns::roster))

struct OfTemplate : Beside<int> {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(OfTemplate, on<&self::message>("message"))

struct Note {
    std::string text{};
};
HEADSTOCK_PAYLOAD(Note, "note", "urn:x", content<&self::text>())
template <class T>
class Wrapped {
    T text{};
    friend HEADSTOCK_PAYLOAD(Wrapped, "wrapped", "urn:x", content<&self::text>())
};
struct Config {
    std::string title{};
};
HEADSTOCK_FORM(Config, "urn:x", form_field<&self::title>("title"))
class Hidden {
    std::string title{};
    friend HEADSTOCK_FORM(Hidden, "urn:x", form_field<&self::title>("title"))
};

template <class... T>
void register_all(headstock::AsyncClient& client, T&... object) {
    static_assert((headstock::detail::HasTable<T> && ...));
    (client.register_handler(object), ...);
}

} // namespace mine

void use(headstock::AsyncClient& client,
         Global& global,
         mine::Outer::Inner& inner,
         mine::Outer& outer,
         mine::Derived& derived,
         mine::Versioned& versioned,
         mine::Above& above,
         mine::Friendly<int>& friendly,
         mine::Beside<int>& beside,
         mine::OfTemplate& of_template) {
    mine::Unnamed unnamed;
    mine::register_all(client, global, inner, outer.secret, derived, unnamed, versioned, above,
                       friendly, beside, of_template);
    static_assert(headstock::Payload<mine::Note> && headstock::Payload<mine::Wrapped<std::string>>);
    static_assert(headstock::Form<mine::Config> && headstock::Form<mine::Hidden>);
}
