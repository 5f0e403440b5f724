// A plain struct written as an element, in the order of its table.  Of rest<> what bears the name
// of a field that follows stands last: read again, it must come behind what the field took.
#pragma once

#include "bridge/element.hpp"
#include "headstock/detail/payload_table.hpp"
#include "headstock/export.hpp"

#include <concepts>
#include <string_view>
#include <tuple>

namespace headstock::detail {

/// Throws std::invalid_argument: the program gave a field a value that its own check refuses.
[[noreturn]] HEADSTOCK_API void
throw_refused(std::string_view payload, std::string_view field, std::string_view refusal);

template <class T>
class PayloadWriter {
public:
    explicit PayloadWriter(const T& value) : value_(value), element_(payload_table<T>.name) {}

    Element write() {
        std::apply(
            [this](const auto&... field) {
                (this->write_field(field), ...);
                (this->write_rest(field, true), ...);
            },
            payload_table<T>.fields);
        return std::move(element_);
    }

private:
    template <class F>
    void write_field(const F& field) {
        [[maybe_unused]] const auto& member = value_.*F::pointer;
        if constexpr (std::same_as<typename F::place_type, FlagPlace>) {
            if (member) element_.append(field.place.name);
        } else if constexpr (std::same_as<typename F::place_type, RestPlace>) {
            write_rest(field, false);
        } else {
            if constexpr (F::or_default_value) {
                if (member == T{}.*F::pointer) return;
            }
            for_each_value(member,
                           [&](const typename F::value& value) { write_value(field, value); });
        }
    }
    template <class F>
    void write_rest(const F&, bool last) {
        if constexpr (std::same_as<typename F::place_type, RestPlace>) {
            for (const auto& child : value_.*F::pointer) {
                if (stands_last(child.name()) == last) element_.add(child);
            }
        }
    }
    static bool stands_last(const bridge::Name& name) {
        bool behind = false, found = false;
        std::apply([&](const auto&... field) { (look_at(field.place, name, behind, found), ...); },
                   payload_table<T>.fields);
        return found;
    }
    template <class Place>
    static void look_at(const Place& place, const bridge::Name& name, bool& behind, bool& found) {
        if (std::same_as<Place, RestPlace>) behind = true;
        if (is_child_place<Place> && behind && place.name == name) found = true;
    }
    template <class F>
    void write_value(const F& field, const typename F::value& value) {
        using place = typename F::place_type;
        const auto& name = field.place.name;
        if (const auto refusal = field.refuse(value); !refusal.empty())
            throw_refused(element_.local_name(), name.local, refusal);
        if constexpr (std::same_as<place, AttributePlace>) {
            element_.set(name, field.conversion.write(value));
        } else if constexpr (std::same_as<place, ContentPlace>) {
            element_.add_text(field.conversion.write(value));
        } else if constexpr (std::same_as<place, ChildTextPlace>) {
            element_.add(name, field.conversion.write(value));
        } else if constexpr (std::same_as<typename F::value, Element>) {
            if (value.name() != name)
                throw_refused(element_.local_name(), name.local,
                              "holds an element of another name");
            element_.add(value);
        } else {
            element_.add(PayloadWriter<typename F::value>{value}.write());
        }
    }

    const T& value_;
    Element element_;
};

} // namespace headstock::detail
