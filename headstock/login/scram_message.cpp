#include "headstock/login/scram_message.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace headstock::detail {
namespace {

std::nullopt_t refuse(std::string& why, std::string reason) {
    why = std::move(reason);
    return std::nullopt;
}

// Takes "x=value" from the front of `rest`, and the comma behind it.  Nothing when `rest` begins
// with another attribute, or when a comma has nothing behind it.
std::optional<std::string_view> take(std::string_view& rest, char attribute) {
    if (rest.size() < 2 || rest[0] != attribute || rest[1] != '=') return std::nullopt;
    const auto comma = rest.find(',');
    if (comma != rest.npos && comma + 1 == rest.size()) return std::nullopt;
    const auto value = rest.substr(2, comma == rest.npos ? comma : comma - 2);
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    return value;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void keep(std::optional<std::string_view>& once, std::string_view value, bool& repeated) {
    repeated = once.has_value();
    once = value;
}

// Extensions may follow, but none that carries a name RFC 5802 has given a meaning and a place.
// Those of XEP-0474 are kept.
bool read_extensions(std::string_view rest, ServerFirst& read, std::string& why) {
    while (!rest.empty()) {
        const char name = rest[0];
        const auto value = is_letter(name) ? take(rest, name) : std::nullopt;
        if (!value || value->empty() || value->find('\0') != value->npos) {
            why = "what follows its last attribute is not an extension";
            return false;
        }
        bool repeated = std::string_view("acimnprsve").find(name) != std::string_view::npos;
        if (name == 'd') keep(read.offer_d, *value, repeated);
        if (name == 'h') keep(read.offer_h, *value, repeated);
        if (repeated) {
            why = std::string("attribute ") + name + "= is repeated or out of place";
            return false;
        }
    }
    return true;
}

std::optional<unsigned>
parse_iterations(std::string_view digits, const ScramLimits& limits, std::string& why) {
    const bool number =
        !digits.empty() && digits[0] != '0' &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return refuse(why, "attribute i= is not a positive number");
    unsigned count = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (fault != std::errc{} || count > limits.max_iterations) {
        return refuse(why,
                      concat({"attribute i= asks for more than ", decimal(limits.max_iterations),
                              " iterations (Options::maximum_iterations)"}));
    }
    if (count < limits.min_iterations) {
        return refuse(why,
                      concat({"attribute i= asks for fewer than ", decimal(limits.min_iterations),
                              " iterations (Options::minimum_iterations)"}));
    }
    return count;
}

std::optional<std::string>
parse_salt(std::string_view text, const ScramLimits& limits, std::string& why) {
    auto salt = base64_decode(text);
    if (!salt || salt->empty()) return refuse(why, "attribute s= is not a salt in base64");
    if (salt->size() > limits.max_salt) return refuse(why, "attribute s= is too long");
    return salt;
}

} // namespace

std::optional<ServerFirst> parse_server_first(std::string_view message,
                                              std::string_view client_nonce,
                                              const ScramLimits& limits,
                                              std::string& why) {
    if (!unicode::decode(message)) return refuse(why, "it is not UTF-8");
    auto rest = message;
    if (rest.starts_with("m=")) return refuse(why, "it needs an extension (m=) that is not known");
    const auto nonce = take(rest, 'r');
    if (!nonce) return refuse(why, "attribute r= (nonce) does not come first");
    if (!is_scram_nonce(*nonce)) return refuse(why, "attribute r= is not a nonce");
    if (!nonce->starts_with(client_nonce))
        return refuse(why, "attribute r= does not begin with our nonce");
    if (nonce->size() == client_nonce.size())
        return refuse(why, "attribute r= adds nothing to our nonce");
    const auto salt_text = take(rest, 's');
    if (!salt_text) return refuse(why, "attribute s= (salt) does not come second");
    const auto count_text = take(rest, 'i');
    if (!count_text) return refuse(why, "attribute i= (iterations) does not come third");
    ServerFirst read;
    if (!read_extensions(rest, read, why)) return std::nullopt;
    const auto iterations = parse_iterations(*count_text, limits, why);
    if (!iterations) return std::nullopt;
    auto salt = parse_salt(*salt_text, limits, why);
    if (!salt) return std::nullopt;
    read.nonce = *nonce;
    read.salt = std::move(*salt);
    read.iterations = *iterations;
    return read;
}

std::optional<ServerFinal> parse_server_final(std::string_view message, std::string& why) {
    if (!unicode::decode(message)) return refuse(why, "it is not UTF-8");
    auto rest = message;
    ServerFinal result;
    if (const auto failure = take(rest, 'e')) {
        if (failure->empty()) return refuse(why, "attribute e= is empty");
        result.failure = *failure;
    } else if (const auto signature = take(rest, 'v')) {
        result.signature = base64_decode(*signature);
        if (!result.signature || result.signature->empty()) {
            return refuse(why, "attribute v= is not a signature in base64");
        }
    } else {
        return refuse(why, "attribute v= (signature) is missing");
    }
    ServerFirst unused;
    if (!read_extensions(rest, unused, why)) return std::nullopt;
    return result;
}

bool is_scram_nonce(std::string_view nonce) {
    return !nonce.empty() && std::all_of(nonce.begin(), nonce.end(),
                                         [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

std::string escape_username(std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '=')
            escaped += "=3D";
        else if (c == ',')
            escaped += "=2C";
        else
            escaped += c;
    }
    return escaped;
}

} // namespace headstock::detail
