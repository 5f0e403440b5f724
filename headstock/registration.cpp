#include "headstock/registration.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

using Fields = std::vector<RegistrationForm::Field>;

// Children of the query that are not questions (XEP-0077 section 14.1).
bool is_question(const Element& child) {
    return child.ns() == ns::registration && child.local_name() != "instructions" &&
           child.local_name() != "registered" && child.local_name() != "key" &&
           child.local_name() != "remove";
}

RegistrationForm::Media read_media(const Element& media) {
    RegistrationForm::Media read;
    read.width = bridge::convert<unsigned>(media.attribute("width")).value_or(0);
    read.height = bridge::convert<unsigned>(media.attribute("height")).value_or(0);
    for (const auto& uri : media.children("uri")) {
        read.sources.push_back(
            {std::string{bridge::trim(uri.text())}, std::string{uri.attribute("type")}});
    }
    return read;
}

RegistrationForm::Field read_field(const Element& field) {
    RegistrationForm::Field read{std::string{field.attribute("var")},
                                 std::string{field.attribute("label")},
                                 std::string{field.attribute("type")}};
    read.required = static_cast<bool>(field.child("required"));
    for (const auto& value : field.children("value")) read.values.emplace_back(value.text());
    read.description = field.child("desc").text();
    for (const auto& option : field.children("option")) {
        read.options.push_back(
            {std::string{option.attribute("label")}, std::string{option.child("value").text()}});
    }
    for (const auto& media : field.children("media", ns::media))
        read.media.push_back(read_media(media));
    return read;
}

bool set_in(Fields& fields, std::string_view name, std::vector<std::string> values) {
    const auto at =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
    if (at == fields.end()) return false;
    at->values = std::move(values);
    at->answered = true;
    return true;
}

// See answer_later(): every other answer has a value.
bool is_answered_later(const RegistrationForm::Field& field) {
    return field.answered && field.values.empty();
}

// Hidden fields and proposals of the server count as answered: they go back as they came.
bool is_open(const RegistrationForm::Field& field) {
    const auto empty = [](const std::string& value) { return value.empty(); };
    return field.required && !field.answered && field.type != "hidden" &&
           std::all_of(field.values.begin(), field.values.end(), empty);
}

std::vector<std::string> open_ones(const Fields& fields) {
    std::vector<std::string> names;
    for (const auto& field : fields) {
        if (is_open(field)) names.push_back(field.name);
    }
    return names;
}

} // namespace

RegistrationForm::RegistrationForm(const Element& query) : query_(query) {
    read_plain();
    read_form(query_.child("x", ns::data_forms));
}

void RegistrationForm::read_plain() {
    for (const auto& child : query_.children()) {
        if (!is_question(child)) continue;
        Field field{std::string{child.local_name()}};
        field.required = true; // XEP-0077 14.1: every element in the answer to the get is required
        if (!child.text().empty()) field.values.emplace_back(child.text());
        plain_.push_back(std::move(field));
    }
}

void RegistrationForm::read_form(const Element& form) {
    for (const auto& field : form.children("field")) {
        if (field.has_attribute("var") && field.attribute("type") != "fixed")
            form_.push_back(read_field(field));
    }
}

std::string_view RegistrationForm::instructions() const {
    const auto form = query_.child("x", ns::data_forms).child("instructions").text();
    return form.empty() ? query_.child("instructions").text() : form;
}

RegistrationRedirection RegistrationForm::redirection() const {
    const auto& where = query_.child("x", ns::out_of_band);
    return {std::string{bridge::trim(where.child("url").text())},
            std::string{where.child("desc").text()}, std::string{instructions()}};
}

bool RegistrationForm::registered() const { return static_cast<bool>(query_.child("registered")); }

std::vector<RegistrationForm::Field> RegistrationForm::fields() const {
    auto all = form_;
    for (const auto& field : plain_) {
        const auto same = [&](const auto& f) { return f.name == field.name; };
        if (std::none_of(form_.begin(), form_.end(), same)) all.push_back(field);
    }
    return all;
}

bool RegistrationForm::set(std::string_view name, std::string value) {
    const bool in_form = set_in(form_, name, {value});
    const bool in_plain = set_in(plain_, name, {std::move(value)});
    return in_form || in_plain;
}

void RegistrationForm::answer_later(std::string_view name) {
    set_in(form_, name, {});
    set_in(plain_, name, {});
}

bool RegistrationForm::use_form() const {
    if (form_.empty()) return false;
    return plain_.empty() || open_ones(form_).empty() || !open_ones(plain_).empty();
}

std::vector<std::string> RegistrationForm::missing() const {
    return open_ones(use_form() ? form_ : plain_);
}

Element RegistrationForm::answer_with(std::string_view later) const {
    Element query{"query", ns::registration};
    if (const auto& key = query_.child("key")) query.add(key); // old servers want it back
    if (!use_form()) {
        for (const auto& field : plain_) {
            const auto empty = is_answered_later(field) ? later : "";
            query.add(field.name, field.values.empty() ? empty : field.values[0]);
        }
        return query;
    }
    auto& form = query.append("x", ns::data_forms).set("type", "submit");
    for (const auto& field : form_) {
        const bool is_later = is_answered_later(field);
        if (field.values.empty() && !is_later) continue;
        auto& sent = form.append("field").set("var", field.name);
        if (field.type == "text-private") sent.set("type", field.type); // so that the log hides it
        for (const auto& value : field.values) sent.add("value", value);
        if (is_later) sent.add("value", later);
    }
    return query;
}

Register::Register(std::string email) {
    if (!email.empty()) set("email", std::move(email));
}

Register& Register::set(std::string field, std::string value) {
    fields_.insert_or_assign(std::move(field), std::move(value));
    return *this;
}

void Register::handle_register_form(RegistrationForm& form) {
    for (const auto& [name, value] : fields_) form.set(name, value);
}

} // namespace headstock
