#include "headstock/session/redact.hpp"

#include "bridge/conversion.hpp"
#include "headstock/session/secret_name.hpp"
#include "headstock/session/xml_tag.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace headstock::detail {
namespace {

bool is_blank(std::string_view text) { return bridge::trim(text).empty(); }

std::string hidden_bytes(std::size_t size) { return concat({"[", decimal(size), " bytes]"}); }

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The name of a SASL mechanism (RFC 4422 3.1), which nobody takes for a secret.
bool is_mechanism(std::string_view text) {
    return text.size() <= 20 &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == npos;
}

// What XEP-0198 counts in its `h`.
bool is_count(std::string_view text) {
    return text.size() <= 10 && text.find_first_not_of("0123456789") == npos;
}

bool is_declaration(std::string_view name) { return name == "xmlns" || name.starts_with("xmlns:"); }

std::string_view prefix_of(std::string_view name) {
    const auto colon = name.find(':');
    return name.substr(0, colon == npos ? 0 : colon);
}

// What cannot be read might be anything.
bool names_secret(std::string_view value) {
    const auto decoded = decode_value(value);
    return !decoded || is_secret_name(*decoded);
}
bool names_secret_namespace(std::string_view value) {
    const auto decoded = decode_value(value);
    return !decoded || is_secret_namespace(*decoded);
}
bool is_text_private(std::string_view value) {
    const auto decoded = decode_value(value);
    return !decoded || decoded->find("text-private") != npos;
}

// Elements that hold the value of whatever their attribute says.
bool holds_what_is_named(std::string_view element) {
    return is_one_of(element,
                     {"header", "param", "parameter", "property", "attribute", "entry", "setting"});
}

// An attribute that says what its element is.
bool is_label(std::string_view element, std::string_view attribute) {
    return attribute == "var" || (attribute == "type" && element == "field") ||
           (is_one_of(attribute, {"name", "key"}) && holds_what_is_named(element));
}

// By which a session is gone on with (XEP-0198 section 5).
bool is_session_id(std::string_view element, std::string_view attribute) {
    return attribute == "previd" || (attribute == "id" && element == "enabled");
}

// What a start tag says of its element.
class Verdict {
public:
    /// `tag` is its name, `attributes` what stands behind it; `depth` that around it.
    Verdict(std::string_view name, std::string_view attributes, std::size_t depth, bool in_words)
        : local_{local_part(name)}, prefix_{prefix_of(name)}, in_words_{in_words} {
        by_name_ = is_secret_name(name) || (depth == 0 && local_ == "handshake");
        bool told = is_one_of(prefix_, {"", "stream", "xml"});
        while (const auto attribute = take_attribute(attributes)) {
            told |= is_declaration(attribute->name) && local_part(attribute->name) == prefix_;
            note(*attribute);
        }
        readable_ = !name.empty() && is_blank(attributes);
        in_words_ |= depth == 0 && !told && !is_one_of(local_, {"message", "presence", "iq"});
    }

    bool readable() const { return readable_; }
    /// Nothing inside is shown.
    bool whole() const { return by_name_ || by_label_; }
    /// Names are shown, text and values are not.
    bool in_words() const { return in_words_; }
    bool hides(const WrittenAttribute& attribute) const {
        if (is_secret_name(attribute.name)) return true;
        if (is_declaration(attribute.name)) return false;
        const auto name = local_part(attribute.name);
        if (by_name_ || is_session_id(local_, name)) return true;
        if (in_words_ && name == "h") return !is_count(attribute.value);
        if (in_words_) return name != "mechanism" || !is_mechanism(attribute.value);
        return by_label_ && !is_label(local_, name);
    }

private:
    void note(const WrittenAttribute& attribute) {
        const auto name = local_part(attribute.name);
        if (is_declaration(attribute.name)) {
            in_words_ |= names_secret_namespace(attribute.value);
        } else if (name == "type" && local_ == "field") {
            by_label_ |= is_text_private(attribute.value);
        } else if (is_label(local_, name) || (name == "label" && local_ == "field")) {
            by_label_ |= names_secret(attribute.value);
        }
    }

    std::string_view local_;
    std::string_view prefix_;
    bool by_name_ = false;
    bool by_label_ = false;
    bool in_words_ = false;
    bool readable_ = false;
};

class Redaction {
public:
    explicit Redaction(std::string_view xml) : rest_(xml) {}

    std::string run() {
        while (!rest_.empty()) rest_.front() == '<' ? markup() : text(take(rest_.find('<')));
        tell_hidden();
        return std::move(safe_);
    }

private:
    std::string_view take(std::size_t size) {
        const auto piece = rest_.substr(0, size);
        rest_.remove_prefix(piece.size());
        return piece;
    }
    void hide(std::string_view piece) { hidden_ += piece.size(); }
    void hide_all_from(std::string_view piece) {
        hide(piece);
        hide(take(npos));
    }
    void tell_hidden() {
        if (hidden_ > 0) safe_ += hidden_bytes(std::exchange(hidden_, 0));
    }
    void show(std::string_view piece) {
        tell_hidden();
        safe_ += piece;
    }

    bool at_begin() const { return safe_.empty() && hidden_ == 0; }

    void markup() {
        const auto size = markup_size(rest_);
        const auto piece = take(size);
        if (size == npos) return hide(piece);
        if (piece.starts_with("<![CDATA[")) return text(piece);
        if (piece.starts_with("</")) return end_tag(piece);
        if (piece.starts_with("<?xml ") && at_begin()) return show(piece);
        if (piece.starts_with("<!") || piece.starts_with("<?")) return hide(piece);
        start_tag(piece);
    }

    void text(std::string_view piece) {
        if (whole_ != 0) return hide(piece);
        const bool mechanism = depth_ == mechanism_ && is_mechanism(bridge::trim(piece));
        const bool open = depth_ > 0 && (words_ == 0 || mechanism);
        open || is_blank(piece) ? show(piece) : hide(piece);
    }

    void start_tag(std::string_view piece) {
        const bool empty = piece.ends_with("/>");
        auto inside = piece.substr(1, piece.size() - (empty ? 3 : 2));
        const auto name = inside.substr(0, inside.find_first_of(" \t\r\n"));
        inside.remove_prefix(name.size());
        if (whole_ != 0) {
            hide(piece);
            depth_ += empty ? 0 : 1;
            return;
        }
        const Verdict verdict{name, inside, depth_, words_ != 0};
        if (!verdict.readable()) return hide_all_from(piece);
        show("<");
        safe_ += name;
        show_attributes(inside, verdict);
        safe_ += empty ? "/>" : ">";
        if (!empty) open(name, verdict);
    }

    void show_attributes(std::string_view inside, const Verdict& verdict) {
        while (const auto attribute = take_attribute(inside)) {
            const auto& [before, name, value] = *attribute;
            safe_ += before;
            if (verdict.hides(*attribute) && !value.empty()) {
                safe_ += hidden_bytes(value.size());
            } else {
                safe_ += value;
            }
            safe_ += before.back(); // the quote
        }
        safe_ += inside;
    }

    void open(std::string_view name, const Verdict& verdict) {
        ++depth_;
        if (verdict.whole()) whole_ = depth_;
        if (verdict.in_words() && words_ == 0) words_ = depth_;
        if (local_part(name) == "mechanism") mechanism_ = depth_;
    }

    void end_tag(std::string_view piece) {
        if (piece.find_first_of("='\"/", 2) != npos) return hide_all_from(piece);
        if (depth_ == 0) { // the stream's, or that of an element whose beginning is not here
            at_begin() ? show(piece) : hide(piece);
            return hide_all_from({});
        }
        whole_ == 0 || whole_ == depth_ ? show(piece) : hide(piece);
        for (auto* scope : {&whole_, &words_, &mechanism_}) {
            if (*scope == depth_) *scope = 0;
        }
        --depth_;
    }

    std::string_view rest_;
    std::string safe_;
    std::size_t hidden_ = 0; ///< Bytes since what was shown last.
    std::size_t depth_ = 0;
    // The depth of the element around all that is hidden, of that whose words are, and of a
    // mechanism's name; 0 outside of them.
    std::size_t whole_ = 0;
    std::size_t words_ = 0;
    std::size_t mechanism_ = 0;
};

} // namespace

std::string redact(std::string_view xml) { return Redaction{xml}.run(); }

} // namespace headstock::detail
