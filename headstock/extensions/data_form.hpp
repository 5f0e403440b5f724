// Data forms (XEP-0004): questions, answers and tables of results, as they come.
//
//     void asked(const headstock::DataForm& form) {       // a row's parameter, or x.as<DataForm>()
//         for (const auto& field : form.fields)
//             std::cout << printable(field.label.value_or(field.var.value_or(""))) << '\n';
//         headstock::DataForm answer{headstock::FormType::submit};
//         answer.set("FORM_TYPE", {std::string{form.form_type()}}).set("nick", {"romeo"});
//         client->send_stanza(headstock::iq_set(to).add(answer));
//     }
//
// What the specifications that build on forms put into them is kept as it came, in `rest`, and
// written back at its place: <media/> of a field (XEP-0221), <validate/> (XEP-0122), the pages of a
// form (XEP-0141).  So is an option without a value, which spoils no form.
//
// form_table.hpp ties the fields of a form to the members of a struct of yours.
#pragma once

#include "headstock/export.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// What a form is for, section 3.1.
enum class FormType : std::uint8_t {
    form,   ///< to be filled
    submit, ///< the answer to a form
    cancel, ///< it will not be filled
    result, ///< data that came of it
};

/// Section 3.3.  What is unknown counts as text_single, as the specification has it.
enum class FormFieldType : std::uint8_t {
    text_single,
    boolean,
    fixed,
    hidden,
    jid_multi,
    jid_single,
    list_multi,
    list_single,
    text_multi,
    text_private, ///< A password; the log does not show it.
};
HEADSTOCK_API std::string_view to_string(FormFieldType type); ///< As on the wire: "text-single".
/// A word of the wire as a type.
HEADSTOCK_API FormFieldType form_field_type(std::string_view word);

/// One of the values that a list may have.
struct FormOption {
    std::optional<std::string> label{};
    std::string value{};
};
HEADSTOCK_PAYLOAD(FormOption,
                  "option",
                  ns::data_forms,
                  attribute<&self::label>("label"),
                  child_text<&self::value>("value"))

/// One field: a question, or its answer, section 3.2.
struct FormField {
    std::optional<std::string> var{}; ///< Its name; a fixed field may have none.
    std::optional<FormFieldType> type{};
    std::optional<std::string> label{};
    std::optional<std::string> description{};
    bool required = false;
    std::vector<std::string> values{}; ///< Of text_multi, the lines.
    std::vector<FormOption> options{};
    std::vector<Element> rest{}; ///< What else came in it.
};
HEADSTOCK_PAYLOAD(FormField,
                  "field",
                  ns::data_forms,
                  attribute<&self::var>("var"),
                  attribute<&self::type>("type").as(
                      [](std::string_view word) { return std::optional{form_field_type(word)}; },
                      [](const FormFieldType& type) { return std::string{to_string(type)}; }),
                  attribute<&self::label>("label"),
                  child_text<&self::description>("desc"),
                  flag<&self::required>("required"),
                  rest<&self::rest>(),
                  child_text<&self::values>("value"),
                  child<&self::options>().or_rest())

/// Fields by name.
struct HEADSTOCK_API FormFields {
    std::vector<FormField> fields{};
    std::vector<Element> rest{}; ///< What else came beside them.

    /// The field, or nullptr.
    const FormField* find(std::string_view var) const;
    /// Its first value; empty when there is none.  A view into the field.
    std::string_view value(std::string_view var) const;
    /// Give a field its values; it is added when it is not there.
    FormFields& set(std::string_view var, std::vector<std::string> values);
};

/// One line of a table of results.
struct FormItem : FormFields {};
HEADSTOCK_PAYLOAD(FormItem, "item", ns::data_forms, rest<&self::rest>(), child<&self::fields>())
/// The columns of such a table.
struct FormReported : FormFields {};
HEADSTOCK_PAYLOAD(
    FormReported, "reported", ns::data_forms, rest<&self::rest>(), child<&self::fields>())

/// A whole form, as it came or is to be sent.
struct DataForm : FormFields {
    FormType type = FormType::form;
    std::optional<std::string> title{};
    std::vector<std::string> instructions{};
    std::optional<FormReported> reported{};
    std::vector<FormItem> items{};

    /// An empty form of this type.
    explicit DataForm(FormType form_type = FormType::form) : type(form_type) {}
    /// What the names of its fields mean (XEP-0068); empty when it does not say.
    std::string_view form_type() const { return value("FORM_TYPE"); }
};
HEADSTOCK_PAYLOAD(DataForm,
                  "x",
                  ns::data_forms,
                  attribute<&self::type>("type").values({{"form", FormType::form},
                                                         {"submit", FormType::submit},
                                                         {"cancel", FormType::cancel},
                                                         {"result", FormType::result}}),
                  child_text<&self::title>("title"),
                  child_text<&self::instructions>("instructions"),
                  rest<&self::rest>(),
                  child<&self::fields>(),
                  child<&self::reported>(),
                  child<&self::items>())

} // namespace headstock
