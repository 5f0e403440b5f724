#include "headstock/extensions/verification_string.hpp"

#include "headstock/extensions/data_form.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace headstock {
namespace {

using Factors = std::vector<std::string>;

bool has_twins(const Factors& sorted) {
    return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

void append_factor(std::string& text, std::string_view factor) {
    text += factor;
    text += '<';
}

// By category, type and language, as the letters of all of it would not order them: the slash is
// not the least of octets.
Factors identity_factors(const DiscoInfo& info) {
    auto sorted = info.identities;
    const auto key = [](const DiscoIdentity& each) {
        return std::tuple{std::string_view{each.category}, std::string_view{each.type},
                          std::string_view{each.lang ? *each.lang : std::string_view{}},
                          std::string_view{each.name ? *each.name : std::string_view{}}};
    };
    std::sort(sorted.begin(), sorted.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
    Factors factors;
    for (const auto& each : sorted)
        factors.push_back(each.category + '/' + each.type + '/' + each.lang.value_or("") + '/' +
                          each.name.value_or(""));
    return factors;
}

Factors feature_factors(const DiscoInfo& info) {
    Factors factors;
    for (const auto& feature : info.features) factors.push_back(feature.var);
    std::sort(factors.begin(), factors.end());
    return factors;
}

// The part of one form, behind its FORM_TYPE.
std::string field_factors(const DataForm& form) {
    auto fields = form.fields;
    std::stable_sort(fields.begin(), fields.end(), [](const FormField& a, const FormField& b) {
        return a.var.value_or("") < b.var.value_or("");
    });
    std::string text;
    for (auto& field : fields) {
        if (field.var == "FORM_TYPE") continue;
        append_factor(text, field.var.value_or(""));
        std::sort(field.values.begin(), field.values.end());
        for (const auto& value : field.values) append_factor(text, value);
    }
    return text;
}

// Nothing for what is no form, and for a form that does not say what it is (section 5.4, 3.6).
std::optional<DataForm> read_typed_form(const Element& element) {
    auto form = element.as<DataForm>();
    if (!form) return std::nullopt;
    const auto* type = form->find("FORM_TYPE");
    const bool says =
        type != nullptr && type->type == FormFieldType::hidden && !type->values.empty();
    return says ? std::move(form) : std::nullopt;
}

bool says_two_types(const DataForm& form) {
    const auto& values = form.find("FORM_TYPE")->values;
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& value) { return value != values.front(); });
}

} // namespace

VerificationString verification_string(const DiscoInfo& info) {
    VerificationString made;
    const auto identities = identity_factors(info);
    const auto features = feature_factors(info);
    made.well_formed = !has_twins(identities) && !has_twins(features);
    for (const auto& factor : identities) append_factor(made.text, factor);
    for (const auto& factor : features) append_factor(made.text, factor);
    std::vector<std::pair<std::string, std::string>> forms;
    for (const auto& element : info.forms) {
        const auto form = read_typed_form(element);
        if (!form) continue;
        made.well_formed = made.well_formed && !says_two_types(*form);
        forms.emplace_back(form->form_type(), field_factors(*form));
    }
    std::sort(forms.begin(), forms.end());
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (i > 0 && forms[i].first == forms[i - 1].first) made.well_formed = false;
        append_factor(made.text, forms[i].first);
        made.text += forms[i].second;
    }
    return made;
}

bool tells_feature(std::string_view text, std::string_view feature) {
    if (feature.empty() || feature.find('<') != feature.npos) return false;
    const auto factor = std::string{feature} + '<';
    return text.starts_with(factor) || text.find('<' + factor) != text.npos;
}

bool tells_identity(std::string_view text, std::string_view category, std::string_view type) {
    const auto beginning = std::string{category} + '/' + std::string{type} + '/';
    return text.starts_with(beginning) || text.find('<' + beginning) != text.npos;
}

} // namespace headstock
