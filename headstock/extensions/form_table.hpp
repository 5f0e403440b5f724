// Typed data forms (XEP-0004, XEP-0068): a table ties the members of a plain struct to fields.
//
//     enum class Access { open, whitelist };
//     struct NodeConfig {
//         std::string title;
//         std::optional<bool> persist;
//         Access access = Access::open;
//     };
//     HEADSTOCK_FORM(NodeConfig, "http://jabber.org/protocol/pubsub#node_config",
//         form_field<&self::title>("pubsub#title"),
//         form_field<&self::persist>("pubsub#persist_items"),
//         form_field<&self::access>("pubsub#access_model")
//             .values({{"open", Access::open}, {"whitelist", Access::whitelist}}))
//
//     auto form = headstock::to_form(NodeConfig{"news"});   // a submit form
//     if (auto config = headstock::from_form<NodeConfig>(form)) use(*config);
//     else complain(config.error().message());              // "pubsub#title is missing"
//
// What a member may hold, and .values, .as and .check, are those of payload.hpp.  A plain member
// must have one value, std::optional may be without, std::vector takes any number (of text-multi,
// the lines).  A field's type follows from its member; give it where it says more (text_private).
// A type of someone else's has its table as a trait:
//     template <> inline constexpr auto headstock::form_of<Theirs> =
//         headstock::form<Theirs>("urn:x", headstock::form_field<&Theirs::x>("x"));
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/data_form.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace headstock {

struct NoForm {}; ///< For a type without such a trait.
/// The trait of a type of someone else's: specialise it with a form().
template <class T>
inline constexpr NoForm form_of{};

namespace detail {

/// A field of a form: the name is its var.
struct FormPlace {
    bridge::Name name;
    std::optional<FormFieldType> type;
    std::string_view label;
};

template <class T, class... Fields>
struct FormTable {
    std::string_view form_type;
    std::tuple<Fields...> fields;
};

template <class T>
concept TraitForm = !std::same_as<std::remove_cvref_t<decltype(form_of<T>)>, NoForm>;
template <class T>
concept FriendForm = requires(T* value) {
    headstock_form(value);
};
/// The table that the macro has made could be compiled.
template <class T>
concept SoundForm = requires(T* value) {
    requires !std::is_void_v<decltype(headstock_form(value)())>;
    typename std::bool_constant<(static_cast<void>(headstock_form(static_cast<T*>(nullptr))()),
                                 true)>;
};

template <class T>
constexpr auto find_form() {
    if constexpr (TraitForm<T>) {
        return form_of<T>;
    } else if constexpr (SoundForm<T>) {
        return headstock_form(static_cast<T*>(nullptr))();
    } else {
        return FormTable<T>{}; // in a program that does not compile
    }
}
template <class T>
inline constexpr auto form_table = find_form<T>();

template <class T, class F>
constexpr bool check_form_field() {
    constexpr bool owned = std::is_base_of_v<typename F::owner, T>;
    static_assert(owned || std::is_void_v<typename F::owner>, // Field has the words
                  "headstock: a field of another class stands in this form's table");
    constexpr bool filled = !F::is_const;
    static_assert(filled, "headstock: a form's member is filled when it is read, so it "
                          "cannot be const");
    if constexpr (owned && filled) {
        return check_text_field<F>();
    } else {
        return false;
    }
}

template <class Conversion>
concept HasWords = requires(const Conversion& conversion) {
    conversion.words;
};

/// Call `f` with each word that the field may hold; not at all when it may hold more than words.
template <class F, class G>
void for_each_word([[maybe_unused]] const F& field, [[maybe_unused]] G f) {
    using V = typename F::value;
    if constexpr (HasWords<decltype(field.conversion)>) {
        for (const auto& [word, meaning] : field.conversion.words) f(word);
    } else if constexpr (F::usual && HasWords<decltype(conversion_of<V>)>) {
        for (const auto& [word, meaning] : conversion_of<V>.words) f(word);
    }
}

template <class F>
HEADSTOCK_API FormFieldType usual_type(const F& field) {
    using V = typename F::value;
    if (field.place.type) return *field.place.type;
    bool words = false;
    for_each_word(field, [&](std::string_view) { words = true; });
    if (words) return F::list ? FormFieldType::list_multi : FormFieldType::list_single;
    if (std::same_as<V, Jid>) return F::list ? FormFieldType::jid_multi : FormFieldType::jid_single;
    if (F::list) return FormFieldType::text_multi;
    return std::same_as<V, bool> ? FormFieldType::boolean : FormFieldType::text_single;
}

/// What a form that is to be filled says about a field besides its values.
template <class F>
void describe(FormField& described, const F& field) {
    described.required = F::required;
    if (!field.place.label.empty()) described.label = field.place.label;
    for_each_word(field, [&](std::string_view word) {
        described.options.push_back({{}, std::string{word}});
    });
}

template <class T, class F>
FormField write_form_field(const T& value, const F& field, FormType type) {
    FormField written;
    written.var = field.place.name.local;
    // An answer needs no types (XEP-0004 3.3), but the log knows a secret by its own.
    const auto field_type = usual_type(field);
    if (type != FormType::submit || field_type == FormFieldType::text_private)
        written.type = field_type;
    if (type == FormType::form) describe(written, field);
    for_each_value(value.*F::pointer, [&](const typename F::value& each) {
        if (const auto refusal = field.refuse(each); !refusal.empty())
            throw_refused("form", field.place.name.local, refusal);
        written.values.emplace_back(field.conversion.write(each));
    });
    return written;
}

/// An absent member leaves no field in an answer; an empty list does, to say that it is empty.
template <class T, class F>
void add_form_field(DataForm& form, const T& value, const F& field) {
    auto written = write_form_field(value, field, form.type);
    if (!written.values.empty() || F::list || form.type == FormType::form)
        form.fields.push_back(std::move(written));
}

template <class T, class F>
bool read_form_field(T& into, const F& field, const DataForm& form, PayloadError& error) {
    using V = typename F::value;
    const auto var = field.place.name.local;
    const auto* found = form.find(var);
    const auto values = found == nullptr ? std::vector<std::string>{} : found->values;
    if (values.empty() && F::required) return refuse(error, var, "is missing");
    if (values.size() > 1 && !F::list) return refuse(error, var, "has more than one value");
    for (const auto& text : values) {
        // A field that was left open often comes back with an empty value.
        if (!F::required && !std::same_as<V, std::string> && bridge::trim(text).empty()) continue;
        V value{};
        if (const auto refusal = field.read(text, value); !refusal.empty())
            return refuse(error, var, refusal);
        store(into.*F::pointer, std::move(value));
    }
    return true;
}

} // namespace detail

/// A struct that a table describes as a form.
template <class T>
concept Form = detail::TraitForm<T> || detail::FriendForm<T>;

/// A member as the field `var` of a form.  `type` where the member does not say enough; `label` is
/// for people.
template <auto Member>
constexpr auto form_field(std::string_view var,
                          std::optional<FormFieldType> type = {},
                          std::string_view label = {}) {
    return detail::Field<detail::FormPlace, Member>{{{var, {}}, type, label}};
}

/// The table of `T`; `form_type` is its FORM_TYPE (XEP-0068), empty for none.
template <class T, class... Fields>
constexpr auto form(std::string_view form_type, Fields... fields) {
    constexpr bool sound = (detail::check_form_field<T, Fields>() && ...);
    constexpr bool apart = ((detail::uses_of<Fields, Fields...> == 1) && ...);
    static_assert(apart, "headstock: one member stands in two fields of this form");
    if (((fields.place.name.local.empty() || fields.place.name.local == "FORM_TYPE") || ...))
        throw "headstock: a form's field has an empty var, or FORM_TYPE, which the table adds";
    if (detail::has_twice(std::array<bridge::Name, sizeof...(Fields)>{fields.place.name...}))
        throw "headstock: two fields for one var";
    if constexpr (sound && apart) {
        return detail::FormTable<T, Fields...>{form_type, {fields...}};
    } else {
        return detail::FormTable<T>{form_type, {}}; // in a program that does not compile
    }
}

/// The form that `value` is: `submit` an answer, `form` a question with `value` as the proposal.
/// Throws std::invalid_argument when a value has no word or does not pass its field's check.
template <Form T>
DataForm to_form(const T& value, FormType type = FormType::submit) {
    constexpr auto& table = detail::form_table<T>;
    DataForm form{type};
    if (type == FormType::cancel) return form;
    if (!table.form_type.empty()) {
        form.set("FORM_TYPE", {std::string{table.form_type}});
        form.fields.back().type = FormFieldType::hidden;
    }
    std::apply([&](const auto&... field) { (detail::add_form_field(form, value, field), ...); },
               table.fields);
    return form;
}

/// Read a form.  The error names the var that is missing or ill-formed, or FORM_TYPE when the form
/// says that it is another one.  Fields that the table does not know are passed over.
template <Form T>
Parsed<T> from_form(const DataForm& form) {
    constexpr auto& table = detail::form_table<T>;
    const auto said = form.form_type();
    if (!said.empty() && !table.form_type.empty() && said != table.form_type)
        return PayloadError{"FORM_TYPE", "is that of another form"};
    T value{};
    PayloadError error;
    const bool good = std::apply(
        [&](const auto&... field) {
            return (detail::read_form_field(value, field, form, error) && ...);
        },
        table.fields);
    if (!good) return error;
    return value;
}

} // namespace headstock

/// The table beside the class, or after `friend` inside it.
#define HEADSTOCK_FORM(Type, ...)                                                                  \
    constexpr auto headstock_form(Type*) {                                                         \
        struct headstock_here;                                                                     \
        static_assert(!headstock::detail::macro_place::MissesForm<Type, headstock_here>,           \
                      "headstock: HEADSTOCK_FORM(" #Type                                           \
                      ", ...) must stand in the namespace of its class, or as a friend in it");    \
        constexpr auto headstock_table = [] {                                                      \
            using self [[maybe_unused]] = Type;                                                    \
            using headstock::form_field;                                                           \
            return headstock::form<Type>(__VA_ARGS__);                                             \
        };                                                                                         \
        [[maybe_unused]] constexpr auto headstock_checked = headstock_table();                     \
        return headstock_table;                                                                    \
    }
