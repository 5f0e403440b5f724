// A JID, "local@domain/resource" (RFC 7622), checked and in the one form it is compared in.
#pragma once

#include "headstock/error.hpp"
#include "headstock/export.hpp"

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// An XMPP address as a value: cheap to copy, safe to read when empty, usable as a key.
///
///     Jid me{"Juliet@Example.COM/Balcony"};    // juliet@example.com/Balcony
///     if (auto who = Jid::parse(text, &error)) ...
///
/// Local part and domain are lower-cased, the resource is not; a dot at the domain's end goes, and
/// its A-labels ("xn--...") become U-labels.  Beyond ASCII PRECIS applies (RFC 8265): sharp s
/// stays, a capital sigma at a word's end becomes a final one.  Servers that have stringprep (RFC
/// 6122) map further: what a server binds or sends is the truth.  JIDs are equal if their text is.
class HEADSTOCK_API Jid {
public:
    /// The empty JID: false, all parts empty.
    Jid() = default;
    /// For literals and trusted text.  Throws std::invalid_argument with the words of parse().
    explicit Jid(std::string_view text);

    /// Nothing when `text` is not a JID; `error` then says which part and why (Errc::invalid_jid).
    static std::optional<Jid> parse(std::string_view text, Error* error = nullptr);

    /// From its parts, as they are: an '@' or '/' in `local` or `domain` is an error, never a
    /// border.  An empty `local` or `resource` is an absent one.
    static std::optional<Jid> make(std::string_view local,
                                   std::string_view domain,
                                   std::string_view resource = {},
                                   Error* error = nullptr);

    /// The parts; views into this JID.
    std::string_view local() const { return part(0, local_size_); }
    /// Never empty, but in the empty JID.
    std::string_view domain() const { return part(domain_begin(), domain_size_); }
    /// Empty in a bare JID.
    std::string_view resource() const { return part(domain_end() + 1, text_.size()); }

    /// All of it, as it is written in stanzas.
    const std::string& str() const { return text_; }

    /// It has no resource.
    bool is_bare() const { return !text_.empty() && domain_end() >= text_.size(); }
    /// Without the resource.
    Jid bare() const;
    /// The same account with another resource; without one when `resource` is empty.
    std::optional<Jid> with_resource(std::string_view resource, Error* error = nullptr) const;

    explicit operator bool() const { return !text_.empty(); } ///< It is not the empty JID.
    friend bool operator==(const Jid& a, const Jid& b) { return a.text_ == b.text_; }
    friend auto operator<=>(const Jid& a, const Jid& b) { return a.text_ <=> b.text_; }

private:
    std::size_t domain_begin() const { return local_size_ == 0 ? 0 : local_size_ + 1U; }
    std::size_t domain_end() const { return domain_begin() + domain_size_; }
    // Within bounds also when this was moved from.
    std::string_view part(std::size_t begin, std::size_t size) const {
        return begin < text_.size() ? std::string_view(text_).substr(begin, size)
                                    : std::string_view{};
    }

    std::string text_;
    std::uint16_t local_size_ = 0; // a part has 1023 bytes at most
    std::uint16_t domain_size_ = 0;
};

namespace detail {
/// Errc::invalid_jid: an address is missing where there must be one.
HEADSTOCK_API Error no_address();
} // namespace detail

/// An address that a function takes: a Jid, or text that is one.  For parameters only: it borrows.
/// What a function does with text that is no JID, it says; empty text is no address.
class HEADSTOCK_API Address {
public:
    Address() = default;
    // NOLINTBEGIN(google-explicit-constructor): a Jid or text is an address as it stands.
    Address(const Jid& jid) : text_(jid.str()) {} ///< Borrowed.
    template <class Text>
    requires std::convertible_to<const Text&, std::string_view> Address(const Text& text)
        : text_(text) {}
    // NOLINTEND(google-explicit-constructor)

    /// As it was given.
    std::string_view text() const { return text_; }
    bool empty() const { return text_.empty(); } ///< No address was given.
    /// Nothing when it is not a JID, and `error` says which text, and why (Errc::invalid_jid).
    std::optional<Jid> jid(Error* error = nullptr) const;

private:
    std::string_view text_;
};

} // namespace headstock

/// Under a key of this process: whoever chooses addresses cannot make many of them meet in one
/// place.
template <>
struct HEADSTOCK_API std::hash<headstock::Jid> {
    std::size_t operator()(const headstock::Jid& jid) const noexcept;
};
