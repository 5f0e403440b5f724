#include "headstock/extensions/data_form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace headstock {
namespace {

// In the order of FormFieldType.
constexpr std::array<std::string_view, 10> type_words{
    "text-single", "boolean",    "fixed",       "hidden",     "jid-multi",
    "jid-single",  "list-multi", "list-single", "text-multi", "text-private"};

} // namespace

std::string_view to_string(FormFieldType type) {
    return type_words[static_cast<std::size_t>(type)];
}

FormFieldType form_field_type(std::string_view word) {
    const auto found = std::find(type_words.begin(), type_words.end(), word);
    return found == type_words.end() ? FormFieldType::text_single
                                     : static_cast<FormFieldType>(found - type_words.begin());
}

const FormField* FormFields::find(std::string_view var) const {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const FormField& field) { return field.var == var; });
    return found == fields.end() ? nullptr : &*found;
}

std::string_view FormFields::value(std::string_view var) const {
    const auto* field = find(var);
    return field == nullptr || field->values.empty() ? std::string_view{} : field->values.front();
}

FormFields& FormFields::set(std::string_view var, std::vector<std::string> values) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const FormField& field) { return field.var == var; });
    auto& field = found == fields.end() ? fields.emplace_back() : *found;
    field.var = var;
    field.values = std::move(values);
    return *this;
}

} // namespace headstock
