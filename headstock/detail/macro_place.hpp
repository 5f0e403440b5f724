// Whether a macro beside a class stands where the class is looked for: in the namespace of the
// class, or in the class as a friend.  Elsewhere it would compile, and nothing would ever find it.
#pragma once

// The macros define a function that is found by its argument, `Type*`.  Each stands here once more,
// as what any such function is better than.  Inside the body of the function that a macro defines a
// call is ill-formed where it finds that function, whose result has no type yet, and well-formed
// where it finds only what stands here.
namespace headstock::detail::macro_place {

template <class T>
void headstock_handlers(T*);
template <class T>
void headstock_payload(T*);
template <class T>
void headstock_form(T*);

// `Here` is a class of each body's own: a compiler remembers what a concept has said.
template <class T, class Here>
concept MissesHandlers = requires(T* object) {
    headstock_handlers(object);
};
template <class T, class Here>
concept MissesPayload = requires(T* value) {
    headstock_payload(value);
};
template <class T, class Here>
concept MissesForm = requires(T* value) {
    headstock_form(value);
};

} // namespace headstock::detail::macro_place
