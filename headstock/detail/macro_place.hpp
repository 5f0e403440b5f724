// Whether a macro beside a class stands where the class is looked for: in the namespace of the
// class, or in the class as a friend.  Elsewhere it would compile, and nothing would ever find it.
#pragma once

// Each macro defines a function that is found by the type of its argument, `Type*`, and asks, in
// the body of that function, whether it is found.  Two answers are possible:
//  - The name leads to the function itself.  Its result is `auto` and not known yet, so the call is
//    ill-formed: the macro stands well.
//  - The name leads only to the template of the same name below, which fits worse than any other
//    function.  The call is well-formed: the macro stands where nobody looks.
namespace headstock::detail::macro_place {

template <class T>
void headstock_handlers(T*);
template <class T>
void headstock_payload(T*);
template <class T>
void headstock_form(T*);

// `Here` is a class of each body's own: a compiler keeps the value of a concept, and would give the
// same answer everywhere.
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
