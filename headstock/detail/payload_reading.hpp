// An element read into a plain struct, field by field, and what is wrong with it named.
#pragma once

#include "bridge/element.hpp"
#include "headstock/detail/payload_table.hpp"
#include "headstock/export.hpp"
#include "headstock/payload_error.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace headstock::detail {

/// All text directly inside, joined.  Beside children, runs of nothing but white space are layout
/// and do not count.
HEADSTOCK_API std::string own_text(const Element& element);
/// Fill in what is wrong with a field; gives false, so that a reading can end with it.
HEADSTOCK_API bool refuse(PayloadError& error, std::string_view field, std::string_view reason);
/// The same for the error of a payload nested in `field`.
HEADSTOCK_API bool refuse_inside(PayloadError& error, std::string_view field, PayloadError inner);
/// `element` bears the name of the payload.
HEADSTOCK_API bool
check_element(const Element& element, const bridge::Name& name, PayloadError& error);

/// Says what is wrong, and whether all is well.
template <Payload T>
consteval bool check_readable() {
    constexpr bool made_empty = std::default_initializable<T>;
    static_assert(
        made_empty,
        "headstock: a payload is made empty and then filled: give it a default constructor");
    return made_empty;
}

/// Reads one element.  Every function gives false once `error` is set.
template <Payload T>
class PayloadReader {
public:
    explicit PayloadReader(const Element& element) : element_(element) {}

    std::optional<T> read() {
        if (!check_element(element_, payload_table<T>.name, error_) || !read_head(indices) ||
            !read_children() || !check_missing(indices))
            return std::nullopt;
        return std::move(value_);
    }
    PayloadError& error() { return error_; }

private:
    using Table = std::remove_cvref_t<decltype(payload_table<T>)>;
    static constexpr std::size_t count = std::tuple_size_v<decltype(Table::fields)>;
    static constexpr std::make_index_sequence<count> indices{};

    template <std::size_t I>
    static constexpr const auto& field() {
        return std::get<I>(payload_table<T>.fields);
    }
    template <std::size_t I>
    using FieldAt = std::tuple_element_t<I, decltype(Table::fields)>;
    template <std::size_t I, class Place>
    static constexpr bool stands_in = std::same_as<typename FieldAt<I>::place_type, Place>;

    template <std::size_t... I>
    bool read_head(std::index_sequence<I...>) {
        return (read_head_field<I>() && ...);
    }
    template <std::size_t I>
    bool read_head_field() {
        if constexpr (stands_in<I, AttributePlace>) {
            const auto& name = field<I>().place.name;
            return !element_.has_attribute(name) || read_text<I>(element_.attribute(name));
        } else if constexpr (stands_in<I, ContentPlace>) {
            const auto text = own_text(element_);
            if (text.empty() && !FieldAt<I>::required) return true;
            return read_text<I>(text);
        } else {
            return true;
        }
    }

    bool read_children() {
        for (const auto& child : element_.children()) {
            if (!read_child(child, indices)) return false;
        }
        return true;
    }
    // The first field of its name takes a child; a field for one value takes only the first of
    // them.
    template <std::size_t... I>
    bool read_child(const Element& child, std::index_sequence<I...> all) {
        [[maybe_unused]] const auto name = child.name();
        bool good = true;
        if (!((wants<I>(name) && (good = take<I>(child), true)) || ...)) keep_unknown(child, all);
        return good;
    }
    template <std::size_t I>
    bool wants(const bridge::Name& name) const {
        if constexpr (is_child_place<typename FieldAt<I>::place_type>) {
            return (FieldAt<I>::list || !seen_[I]) && name == field<I>().place.name;
        } else {
            return false;
        }
    }
    template <std::size_t I>
    bool take(const Element& child) {
        if (take_as_it_is<I>(child)) return true;
        if constexpr (FieldAt<I>::unreadable_to_rest) {
            error_ = {};
            keep_unknown(child, indices);
            return true;
        }
        return false;
    }
    template <std::size_t I>
    bool take_as_it_is(const Element& child) {
        if constexpr (stands_in<I, ChildTextPlace>) {
            return read_text<I>(own_text(child));
        } else if constexpr (stands_in<I, ChildPlace>) {
            return read_nested<I>(child);
        } else if constexpr (stands_in<I, FlagPlace>) {
            seen_[I] = value_.*FieldAt<I>::pointer = true;
            return true;
        } else {
            return true;
        }
    }
    template <std::size_t... I>
    void keep_unknown(const Element& child, std::index_sequence<I...>) {
        (keep_unknown_in<I>(child), ...);
    }
    template <std::size_t I>
    void keep_unknown_in([[maybe_unused]] const Element& child) {
        if constexpr (stands_in<I, RestPlace>) (value_.*FieldAt<I>::pointer).push_back(child);
    }

    template <std::size_t I>
    bool read_text(std::string_view text) {
        typename FieldAt<I>::value value{};
        if (const auto refusal = field<I>().read(text, value); !refusal.empty())
            return refuse(error_, field<I>().place.name.local, refusal);
        return keep<I>(std::move(value));
    }
    template <std::size_t I>
    bool read_nested(const Element& child) {
        using V = typename FieldAt<I>::value;
        if constexpr (std::same_as<V, Element>) {
            return check_nested<I>(Element{child});
        } else if constexpr (!check_readable<V>()) {
            return false; // in a program that does not compile
        } else {
            PayloadReader<V> reader{child};
            auto value = reader.read();
            if (!value)
                return refuse_inside(error_, field<I>().place.name.local,
                                     std::move(reader.error()));
            return check_nested<I>(*std::move(value));
        }
    }
    template <std::size_t I>
    bool check_nested(typename FieldAt<I>::value&& value) {
        if (const auto refusal = field<I>().refuse(value); !refusal.empty())
            return refuse(error_, field<I>().place.name.local, refusal);
        return keep<I>(std::move(value));
    }
    template <std::size_t I>
    bool keep(typename FieldAt<I>::value&& value) {
        store(value_.*FieldAt<I>::pointer, std::move(value));
        seen_[I] = true;
        return true;
    }

    template <std::size_t... I>
    bool check_missing(std::index_sequence<I...>) {
        return (check_missing_field<I>() && ...);
    }
    template <std::size_t I>
    bool check_missing_field() {
        constexpr bool bare = stands_in<I, FlagPlace> || stands_in<I, RestPlace>;
        if (bare || !FieldAt<I>::required || seen_[I]) return true;
        return refuse(error_, field<I>().place.name.local, "is missing");
    }

    const Element& element_;
    T value_{};
    PayloadError error_{};
    std::array<bool, count == 0 ? 1 : count> seen_{};
};

} // namespace headstock::detail
