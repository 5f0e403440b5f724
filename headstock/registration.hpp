// In-band registration (XEP-0077): the form a server asks to have filled, and who answers it.
//
// Options::registration takes the address of any plain object.  Of these functions it may have
// some, and they are found by name, as life-cycle hooks are:
//
//     void handle_register_form(headstock::RegistrationForm& form); // set() what we could not know
//     void handle_register_success();                               // the account is made
//     void handle_register_conflict();                              // the name is taken
//     void handle_resource_constraint();                            // too many: try again later
//     void handle_register_error();                                 // every other refusal
//
// Of the last four, the first may take the server's answer (const Element& iq), the others its
// refusal (const StanzaError&).  A member `email` that reads as text is filled in.  Or derive from
// Register, which has it all.
#pragma once

#include "headstock/export.hpp"
#include "headstock/stanza.hpp"

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

namespace detail {
class Stream;
} // namespace detail

/// What the server wants to know before it makes the account, and what we are going to answer.
///
/// A server may ask in plain fields, in a data form (XEP-0004), or both at once; the form is
/// answered when all it requires is known, else the fields.  The user name is filled in already; so
/// is the password, which is not shown: its field is answered and has no value.  set() gives
/// another one.
class HEADSTOCK_API RegistrationForm {
public:
    struct Field {
        std::string name{};
        std::string label{}; ///< For people; empty when the server gave none.
        std::string type{};  ///< Of a data form: "text-private", "hidden" ...; or empty.
        bool required = false;
        bool answered = false;
        std::vector<std::string> values{}; ///< The answer, or what the server proposed.
    };

    /// `query` is the {jabber:iq:register}query of the server's answer; it is copied.
    explicit RegistrationForm(const Element& query);

    const Element& query() const { return query_; }
    std::string_view instructions() const;
    /// The account exists already and this stream belongs to it.
    bool registered() const;
    /// All that is asked for, each name once: the data form's fields, then plain fields not among
    /// them.
    std::vector<Field> fields() const;

    /// Answer a field, in the form and in the plain fields; false when neither has it.
    bool set(std::string_view name, std::string value);
    /// Names of what is required and not answered, by the easier of the two ways to answer.
    std::vector<std::string> missing() const;
    /// The query that answers; only when nothing is missing.
    Element answer() const { return answer_with({}); }

private:
    friend class detail::Stream;

    /// Mark a field as answered; its value is given to answer_with(), and never stored here.
    void answer_later(std::string_view name);
    Element answer_with(std::string_view later) const;
    void read_plain();
    void read_form(const Element& form);
    bool use_form() const;

    Element query_;
    std::vector<Field> plain_;
    std::vector<Field> form_;
};

/// A ready-made answerer.  Derive from it to override hooks, or set() what the server will ask for.
class HEADSTOCK_API Register {
public:
    explicit Register(std::string email = {});
    virtual ~Register() = default;

    /// Fill this field when the server asks for it: "first", "nick", "url" ... (XEP-0077 section
    /// 14.1).
    Register& set(std::string field, std::string value);

    /// Called before the form is sent.  Answers the fields that set() was given; an override calls
    /// it for that.
    virtual void handle_register_form(RegistrationForm& form);
    virtual void handle_register_success(const Element&) {}
    virtual void handle_register_conflict(const StanzaError&) {}
    virtual void handle_resource_constraint(const StanzaError&) {}
    virtual void handle_register_error(const StanzaError&) {}

private:
    std::map<std::string, std::string, std::less<>> fields_;
};

namespace detail {

template <class T>
concept FillsForm = requires(T& o, RegistrationForm& form) {
    o.handle_register_form(form);
};
template <class T>
concept HasEmail = requires(T& o) {
    { o.email } -> std::convertible_to<std::string_view>;
};

// Each hook may take what there is to know, or nothing.
#define HEADSTOCK_REGISTRATION_HOOK(Concept, hook, Argument)                                       \
    template <class T>                                                                             \
    concept Concept = requires(T & o, const Argument& a) {                                         \
        o.hook(a);                                                                                 \
    }                                                                                              \
    || requires(T & o) { o.hook(); };                                                              \
    template <class T>                                                                             \
    void call_##hook(void* object, const Argument& argument) {                                     \
        auto& o = *static_cast<T*>(object);                                                        \
        if constexpr (requires { o.hook(argument); }) {                                            \
            o.hook(argument);                                                                      \
        } else if constexpr (requires { o.hook(); }) {                                             \
            o.hook();                                                                              \
        }                                                                                          \
    }
HEADSTOCK_REGISTRATION_HOOK(HearsSuccess, handle_register_success, Element)
HEADSTOCK_REGISTRATION_HOOK(HearsConflict, handle_register_conflict, StanzaError)
HEADSTOCK_REGISTRATION_HOOK(HearsConstraint, handle_resource_constraint, StanzaError)
HEADSTOCK_REGISTRATION_HOOK(HearsRefusal, handle_register_error, StanzaError)
#undef HEADSTOCK_REGISTRATION_HOOK

template <class T>
concept AnswersRegistration = FillsForm<T> || HasEmail<T> || HearsSuccess<T> || HearsConflict<T> ||
    HearsConstraint<T> || HearsRefusal<T>;

template <class T>
void call_fill(void* object, RegistrationForm& form) {
    auto& o = *static_cast<T*>(object);
    if constexpr (HasEmail<T>) {
        if (!std::string_view{o.email}.empty()) form.set("email", std::string{o.email});
    }
    if constexpr (FillsForm<T>) o.handle_register_form(form);
}

} // namespace detail

/// Any object that answers a registration, borrowed: it must live until the account is registered,
/// or the client has ended.  Empty: no registration.
class AccountRegistration {
public:
    AccountRegistration() = default;
    template <class T>
    AccountRegistration(T* object) // NOLINT(google-explicit-constructor): `.registration = &object`
        : object_(object), fill_(&detail::call_fill<T>),
          success_(&detail::call_handle_register_success<T>),
          conflict_(&detail::call_handle_register_conflict<T>),
          constraint_(&detail::call_handle_resource_constraint<T>),
          refusal_(&detail::call_handle_register_error<T>) {
        static_assert(
            detail::AnswersRegistration<T>,
            "headstock: this object has none of the registration hooks (handle_register_form, "
            "handle_register_success, handle_register_conflict, ...) and no email");
    }

    explicit operator bool() const { return object_ != nullptr; }
    void fill(RegistrationForm& form) const { fill_(object_, form); }
    void succeeded(const Element& iq) const { success_(object_, iq); }
    void conflict(const StanzaError& error) const { conflict_(object_, error); }
    void constraint(const StanzaError& error) const { constraint_(object_, error); }
    void refused(const StanzaError& error) const { refusal_(object_, error); }

private:
    void* object_ = nullptr;
    void (*fill_)(void*, RegistrationForm&) = nullptr;
    void (*success_)(void*, const Element&) = nullptr;
    void (*conflict_)(void*, const StanzaError&) = nullptr;
    void (*constraint_)(void*, const StanzaError&) = nullptr;
    void (*refusal_)(void*, const StanzaError&) = nullptr;
};

} // namespace headstock
