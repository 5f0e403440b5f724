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
//     void handle_register_redirection(const headstock::RegistrationRedirection&);
//                                         // the server makes accounts elsewhere, as on a web page
//
// handle_register_success may take the server's answer (const Element& iq), the three refusals a
// const StanzaError&.  A member `email` that reads as text is filled in.  Or derive from Register,
// which has it all.
//
// A program that has to ask a person takes the form and a reply, and answers when it can:
//
//     void handle_register_form(headstock::RegistrationForm, headstock::RegistrationReply);
//
// The deadlines of the login stand still until then, and spaces keep the connection alive.
#pragma once

#include "headstock/export.hpp"
#include "headstock/stanza.hpp"

#include <concepts>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

namespace detail {
class Stream;
struct RegistrationReplyState;
} // namespace detail

/// The server makes accounts by another medium, and says which (XEP-0077 section 5).
struct RegistrationRedirection {
    std::string url{};          ///< Of XEP-0066; empty: there are instructions only.
    std::string description{};  ///< Of the URL, for people; or empty.
    std::string instructions{}; ///< For people; or empty.
};

/// What the server wants to know before it makes the account, and what we are going to answer.
///
/// A server may ask in plain fields, in a data form (XEP-0004), or both at once; the form is
/// answered when all it requires is known, else the fields.  The user name is filled in already; so
/// is the password, which is not shown: its field is answered and has no value.  set() gives
/// another one.
class HEADSTOCK_API RegistrationForm {
public:
    /// One of the answers to choose from.
    struct Option {
        std::string label{}; ///< For people; empty when the server gave none.
        std::string value{}; ///< For set().
    };
    /// A picture, a sound or a text that is part of the question (XEP-0221), as in a CAPTCHA
    /// (XEP-0158).
    struct Media {
        /// Where it is, in one type of MIME.
        struct Source {
            std::string uri{};  ///< http, https, or cid: data in query() (XEP-0231)
            std::string type{}; ///< Of MIME, as "image/png".
        };
        std::vector<Source> sources{}; ///< The same thing in different types: one is enough.
        unsigned width = 0;            ///< Pixels to show it in; 0 when the server does not say.
        unsigned height = 0;
    };
    /// One thing that is asked for.
    struct Field {
        std::string name{};
        std::string label{}; ///< For people; empty when the server gave none.
        std::string type{};  ///< Of a data form: "text-private", "hidden" ...; or empty.
        bool required = false;
        bool answered = false;
        std::vector<std::string> values{}; ///< The answer, or what the server proposed.
        std::string description{};         ///< For people; or empty.
        std::vector<Option> options{};     ///< Of "list-single" and "list-multi".
        std::vector<Media> media{};
    };

    /// `query` is the {jabber:iq:register}query of the server's answer; it is copied.
    explicit RegistrationForm(const Element& query);

    const Element& query() const { return query_; } ///< As it came.
    std::string_view instructions() const;          ///< For people; or empty.
    /// The account exists already and this stream belongs to it.
    bool registered() const;
    /// Where accounts are made otherwise, as far as the server says so.  It is what is left when
    /// there are no fields: then handle_register_redirection is called, and no form is shown.
    RegistrationRedirection redirection() const;
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

/// The answer to a registration form, to be given later, from any thread; or at once.
///
/// Dropped without an answer it ends the registration (Errc::rejected).  When the connection is
/// over by then, as one that the server has closed meanwhile, an answer goes nowhere.  Move-only;
/// one thread at a time.
class HEADSTOCK_API RegistrationReply {
public:
    RegistrationReply(); ///< Owes nothing: an answer given to it goes nowhere.
    /// The library makes it.
    explicit RegistrationReply(std::unique_ptr<detail::RegistrationReplyState> state);
    RegistrationReply(RegistrationReply&&) noexcept;
    RegistrationReply& operator=(RegistrationReply&& other) noexcept;
    ~RegistrationReply();

    /// The form that handle_register_form was given, with what was set() since.
    void operator()(RegistrationForm filled) &&;

private:
    std::unique_ptr<detail::RegistrationReplyState> state_;
};

/// A ready-made answerer.  Derive from it to override hooks, or set() what the server will ask for.
class HEADSTOCK_API Register {
public:
    explicit Register(std::string email = {}); ///< An e-mail address, for servers that ask for one.
    virtual ~Register() = default;

    /// Fill this field when the server asks for it: "first", "nick", "url" ... (XEP-0077 section
    /// 14.1).
    Register& set(std::string field, std::string value);

    /// Called before the form is sent.  Answers the fields that set() was given; an override calls
    /// it for that.
    virtual void handle_register_form(RegistrationForm& form);
    virtual void handle_register_success(const Element&) {}      ///< The account is made.
    virtual void handle_register_conflict(const StanzaError&) {} ///< The name is taken.
    /// Too many accounts: try again later.
    virtual void handle_resource_constraint(const StanzaError&) {}
    virtual void handle_register_error(const StanzaError&) {} ///< Every other refusal.
    /// Accounts are made elsewhere.
    virtual void handle_register_redirection(const RegistrationRedirection&) {}

private:
    std::map<std::string, std::string, std::less<>> fields_;
};

namespace detail {

template <class T>
concept FillsForm = requires(T& o, RegistrationForm& form) {
    o.handle_register_form(form);
};
template <class T>
concept FillsFormLater = requires(T& o, RegistrationForm form, RegistrationReply reply) {
    o.handle_register_form(std::move(form), std::move(reply));
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
HEADSTOCK_REGISTRATION_HOOK(HearsRedirection, handle_register_redirection, RegistrationRedirection)
#undef HEADSTOCK_REGISTRATION_HOOK

template <class T>
concept AnswersRegistration = FillsForm<T> || FillsFormLater<T> || HasEmail<T> || HearsSuccess<T> ||
    HearsConflict<T> || HearsConstraint<T> || HearsRefusal<T> || HearsRedirection<T>;

template <class T>
void call_fill(void* object, RegistrationForm& form) {
    auto& o = *static_cast<T*>(object);
    if constexpr (HasEmail<T>) {
        if (!std::string_view{o.email}.empty()) form.set("email", std::string{o.email});
    }
    if constexpr (FillsForm<T>) o.handle_register_form(form);
}

using FillLater = void (*)(void*, RegistrationForm, RegistrationReply);
template <class T>
constexpr FillLater fill_later_of() {
    static_assert(!(FillsForm<T> && FillsFormLater<T>),
                  "headstock: this object has handle_register_form in both of its shapes");
    if constexpr (FillsFormLater<T>) {
        return [](void* object, RegistrationForm form, RegistrationReply reply) {
            static_cast<T*>(object)->handle_register_form(std::move(form), std::move(reply));
        };
    } else {
        return nullptr;
    }
}

} // namespace detail

/// Any object that answers a registration, borrowed: it must live until the account is registered,
/// or the client has ended.  Empty: no registration.
///
/// Some servers (jabberd2) let no resource be bound on the connection that has registered, and
/// never say so.  When the server refuses the login there, or says nothing for
/// Timeouts::after_registration, the client logs in on another connection, at once and once only;
/// the program sees one login.  For that the password is kept until there is a session.
class AccountRegistration {
public:
    AccountRegistration() = default;
    template <class T>
    /// This object's hooks.
    AccountRegistration(T* object) // NOLINT(google-explicit-constructor): `.registration = &object`
        : object_(object), fill_(&detail::call_fill<T>),
          success_(&detail::call_handle_register_success<T>),
          conflict_(&detail::call_handle_register_conflict<T>),
          constraint_(&detail::call_handle_resource_constraint<T>),
          refusal_(&detail::call_handle_register_error<T>),
          redirection_(&detail::call_handle_register_redirection<T>),
          fill_later_(detail::fill_later_of<T>()) {
        static_assert(
            detail::AnswersRegistration<T>,
            "headstock: this object has none of the registration hooks (handle_register_form, "
            "handle_register_success, handle_register_conflict, ...) and no email");
    }

    /// The account is to be registered.
    explicit operator bool() const { return object_ != nullptr; }
    /// Calls handle_register_form.
    void fill(RegistrationForm& form) const { fill_(object_, form); }
    /// Whoever fills the form gives it back by a reply; fill() comes before.
    bool fills_later() const { return fill_later_ != nullptr; }
    /// Calls handle_register_form with a reply.
    void fill_later(RegistrationForm form, RegistrationReply reply) const {
        fill_later_(object_, std::move(form), std::move(reply));
    }
    /// Calls handle_register_redirection.
    void redirected(const RegistrationRedirection& where) const { redirection_(object_, where); }
    /// Calls handle_register_success.
    void succeeded(const Element& iq) const { success_(object_, iq); }
    /// Calls handle_register_conflict.
    void conflict(const StanzaError& error) const { conflict_(object_, error); }
    /// Calls handle_resource_constraint.
    void constraint(const StanzaError& error) const { constraint_(object_, error); }
    /// Calls handle_register_error.
    void refused(const StanzaError& error) const { refusal_(object_, error); }

private:
    void* object_ = nullptr;
    void (*fill_)(void*, RegistrationForm&) = nullptr;
    void (*success_)(void*, const Element&) = nullptr;
    void (*conflict_)(void*, const StanzaError&) = nullptr;
    void (*constraint_)(void*, const StanzaError&) = nullptr;
    void (*refusal_)(void*, const StanzaError&) = nullptr;
    void (*redirection_)(void*, const RegistrationRedirection&) = nullptr;
    detail::FillLater fill_later_ = nullptr;
};

} // namespace headstock
