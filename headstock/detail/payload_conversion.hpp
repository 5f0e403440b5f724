// How the value of a field becomes text and comes back: by its type, by words, by the user's own.
//
// A conversion has two functions: `read(text, value)` gives why it cannot, or nothing;
// `write(value)` gives the text.  A reason goes on from the field's name: "is not a number".
#pragma once

#include "bridge/conversion.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/jid.hpp"

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace headstock {

/// One word and what it means: `{"chat", Mode::chat}`.
template <class V>
using Word = std::pair<std::string_view, V>;

/// Specialise it to say once for all payloads how a type of yours is written:
///     template <> inline constexpr auto headstock::conversion_of<Mode> =
///         headstock::values<Mode>({{"chat", Mode::chat}, {"away", Mode::away}});
///     template <> inline constexpr auto headstock::conversion_of<Color> =
///         headstock::conversion(&read_color, &write_color, "is not a color");
struct NoConversion {};
template <class V>
inline constexpr NoConversion conversion_of{};

namespace detail {

template <class V>
concept Character = std::same_as<V, char> || std::same_as<V, wchar_t> || std::same_as<V, char8_t> ||
    std::same_as<V, char16_t> || std::same_as<V, char32_t>;
template <class V>
concept WholeNumber = std::integral<V> && !std::same_as<V, bool> && !Character<V>;
template <class V>
concept HasConversion =
    !std::same_as<std::remove_cvref_t<decltype(conversion_of<V>)>, NoConversion>;

template <class V>
inline constexpr bool is_time = false;
template <class Duration>
inline constexpr bool is_time<std::chrono::sys_time<Duration>> = fits_date_time<Duration>;

/// What a field may hold that names no conversion of its own.
template <class V>
concept UsualValue = HasConversion<V> || std::same_as<V, std::string> || std::same_as<V, bool> ||
    std::same_as<V, Jid> || WholeNumber<V> || std::floating_point<V> || is_time<V>;

HEADSTOCK_API std::string write_floating(float value);
HEADSTOCK_API std::string write_floating(double value);
HEADSTOCK_API std::string write_floating(long double value);
/// Not the spellings that C reads beyond those of XML Schema: "nan(1)", "infinity".
HEADSTOCK_API bool is_floating(std::string_view text);

/// Why a text is not read: whether it is a whole number at all.
HEADSTOCK_API std::string_view refused_whole_number(std::string_view text);

template <class V>
std::string_view keep(std::optional<V>&& read, V& value, std::string_view refusal) {
    if (!read) return refusal;
    value = *std::move(read);
    return {};
}

/// By the type alone: its trait, or what XML Schema, XEP-0082 and RFC 7622 say.
struct Usual {
    template <UsualValue V>
    static std::string_view read(std::string_view text, V& value) {
        if constexpr (HasConversion<V>) {
            return conversion_of<V>.read(text, value);
        } else if constexpr (std::same_as<V, std::string>) {
            value = text;
            return {};
        } else if constexpr (std::same_as<V, bool>) {
            return keep(bridge::convert<V>(text), value, "is not true, false, 1 or 0");
        } else if constexpr (std::same_as<V, Jid>) {
            return keep(Jid::parse(text), value, "is not a JID");
        } else if constexpr (WholeNumber<V>) {
            const auto read = bridge::convert<V>(text);
            if (!read) return refused_whole_number(text);
            value = *read;
            return {};
        } else if constexpr (std::floating_point<V>) {
            if (!is_floating(bridge::trim(text))) return "is not a number";
            return keep(bridge::convert<V>(text), value,
                        "is not a number, or is out of its type's range");
        } else {
            return keep(parse_date_time<typename V::duration>(bridge::trim(text)), value,
                        "is not a date and time (XEP-0082)");
        }
    }

    template <UsualValue V>
    static auto write(const V& value) {
        if constexpr (HasConversion<V>) {
            return conversion_of<V>.write(value);
        } else if constexpr (std::same_as<V, std::string>) {
            return std::string_view{value};
        } else if constexpr (std::same_as<V, bool>) {
            return std::string_view{value ? "true" : "false"};
        } else if constexpr (std::same_as<V, Jid>) {
            return std::string_view{value.str()};
        } else if constexpr (WholeNumber<V>) {
            return std::to_string(value);
        } else if constexpr (std::floating_point<V>) {
            return write_floating(value);
        } else {
            return format_date_time(value);
        }
    }
};

/// By a list of words: for enums.
template <class V, std::size_t N>
struct Words {
    std::array<Word<V>, N> words;

    std::string_view read(std::string_view text, V& value) const {
        text = bridge::trim(text);
        for (const auto& [word, meaning] : words) {
            if (word != text) continue;
            value = meaning;
            return {};
        }
        return "is none of the words it may be";
    }
    /// Throws std::invalid_argument for a value that has no word.
    std::string_view write(const V& value) const {
        for (const auto& [word, meaning] : words) {
            if (meaning == value) return word;
        }
        throw std::invalid_argument(
            "headstock: a payload holds a value that its table has no word for");
    }
};

// Function pointers and not deduced types: a lambda whose type is part of a constant crashes clang
// 14.
template <class V>
using ReadFunction = std::optional<V> (*)(std::string_view);
template <class V>
using WriteFunction = std::string (*)(const V&);

/// By two functions of the user's.
template <class V>
struct Functions {
    ReadFunction<V> reading;
    WriteFunction<V> writing;
    std::string_view refusal;

    std::string_view read(std::string_view text, V& value) const {
        return keep(reading(text), value, refusal);
    }
    std::string write(const V& value) const { return writing(value); }
};

} // namespace detail

/// The words of an enum, for conversion_of.
template <class V, std::size_t N>
constexpr auto values(const Word<V> (&words)[N]) {
    return detail::Words<V, N>{std::to_array(words)};
}

/// Two functions for conversion_of; with `V` spelled out they may be lambdas without captures.
/// `refusal` is what to say of a text that gave nothing.
template <class V>
constexpr auto conversion(detail::ReadFunction<V> read,
                          detail::WriteFunction<V> write,
                          std::string_view refusal = "is ill-formed") {
    return detail::Functions<V>{read, write, refusal};
}

} // namespace headstock
