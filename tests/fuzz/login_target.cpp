// What a server says in a login: SCRAM, tokens, the offer that a mechanism is chosen from, base64.
//
// The first line says what is read: "choose", then the policy and the mechanisms offered; "plain";
// a mechanism such as "SCRAM-SHA-256" or "HT-SHA-256-NONE", then messages, one a line, behind "C "
// for a challenge and "S " for a success.  In a message `$` stands for the right signature and `%`
// for the client's nonce.
#include "headstock/crypto/crypto.hpp"
#include "headstock/login/fast_token.hpp"
#include "headstock/login/sasl.hpp"
#include "headstock/login/sasl_element.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {
namespace {

using namespace headstock::detail;
using headstock::Error, headstock::Mechanism;

constexpr std::string_view nonce = "fyko+d2lbbFgONRv9qkxdawL";
constexpr ScramLimits limits{};

// Any keys will do: nothing is hashed with what the server asks for.
const ScramKeys& keys_of(Hash hash) {
    static const std::array keys{
        derive_keys({Hash::sha1, Secret{"pencil"}, "salt", 1}),
        derive_keys({Hash::sha256, Secret{"pencil"}, "salt", 1}),
        derive_keys({Hash::sha512, Secret{"pencil"}, "salt", 1}),
    };
    return keys[static_cast<std::size_t>(hash)];
}

std::string replaced(std::string_view text, std::string_view signature) {
    std::string out;
    for (const char c : text) {
        if (c == '$') {
            out += signature;
        } else if (c == '%') {
            out += nonce;
        } else {
            out += c;
        }
    }
    return out;
}

/// One exchange, and beside it what a server that knows the password would say.
class Exchange {
public:
    Exchange(SaslClient client, Hash hash, std::optional<std::string> signature)
        : client_(std::move(client)), hash_(hash), signature_(std::move(signature)) {
        std::string initial;
        check(!client_.start(initial), "an exchange does not begin");
        const auto comma = initial.find(',');
        if (comma != initial.npos) first_ = initial.substr(initial.find(',', comma + 1) + 1);
    }

    void hear(char what, std::string_view text) {
        const auto data = replaced(text, signature_.value_or(""));
        what == 'C' ? challenge(data) : success(data);
    }

private:
    void challenge(const std::string& data) {
        const auto step = client_.challenge(data);
        check(!accepted_ || step.kind == SaslStep::Kind::failed, "a challenge after the end", data);
        switch (step.kind) {
        case SaslStep::Kind::derive:
            return derive(data);
        case SaslStep::Kind::respond:
            if (client_.kind() == SaslKind::scram && !client_.by_token()) {
                check(proved_ && is_signature(data), "another signature is answered", data);
                verified_ = true;
            }
            check(++answers_ <= 2, "a third challenge is answered", data);
            return;
        case SaslStep::Kind::failed:
            check(static_cast<bool>(step.error), "a failure without a reason", data);
            over_ = true;
        }
    }

    void derive(const std::string& data) {
        check(!over_ && !proved_, "keys are derived twice, or after the end", data);
        const auto request = client_.key_request();
        check(request.iterations >= limits.min_iterations &&
                  request.iterations <= limits.max_iterations,
              "rounds beyond the limit are hashed", data);
        check(!request.salt.empty() && request.salt.size() <= limits.max_salt,
              "a salt beyond the limit is hashed", data);
        const auto step = client_.derived(keys_of(hash_));
        check(step.kind == SaslStep::Kind::respond, "no proof is sent", data);
        const auto proof = step.data.rfind(",p=");
        check(step.data.starts_with("c=") && proof != step.data.npos, "no proof", step.data);
        const auto bare = step.data.substr(0, proof);
        check(bare.find(",r=" + std::string{nonce}) != bare.npos, "another nonce", bare);
        const auto all = first_ + "," + data + "," + bare;
        const auto signature = hmac(hash_, keys_of(hash_).server_key.view(), all);
        signature_ = "v=" + base64_encode(signature.view());
        proved_ = true;
        check(++answers_ <= 2, "a third challenge is answered", data);
    }

    void success(const std::string& data) {
        const auto error = client_.success(data);
        if (error) {
            over_ = true;
            return;
        }
        check(!accepted_ && !over_, "a login is accepted after its end", data);
        accepted_ = true;
        if (!client_.proves_server()) return;
        check(verified_ ? data.empty() : signature_ && is_signature(data),
              "a server is accepted that has not proved itself", data);
    }

    // Extensions may stand behind it.
    bool is_signature(std::string_view data) const {
        if (client_.by_token()) return data == *signature_;
        return data == *signature_ || data.starts_with(*signature_ + ",");
    }

    SaslClient client_;
    Hash hash_;
    std::string first_{};
    std::optional<std::string> signature_;
    int answers_ = 0;
    bool proved_ = false;
    bool verified_ = false;
    bool accepted_ = false;
    bool over_ = false;
};

const ChannelBindings bindings{.exporter = "e", .unique = "u", .server_end_point = "s"};

std::optional<Exchange> begin_by_token(const std::string& name) {
    const SaslPolicy policy{.encrypted_and_verified = true, .bindings = bindings};
    if (!may_use_token_mechanism(name, {name}, policy)) return {};
    const auto hash = name.find("512") == name.npos ? Hash::sha256 : Hash::sha512;
    std::string binding;
    if (name.ends_with("EXPR")) binding = "e";
    if (name.ends_with("UNIQ")) binding = "u";
    if (name.ends_with("ENDP")) binding = "s";
    const auto signature = hmac(hash, "token", "Responder" + binding);
    const KeptToken kept{"user", name, Secret{"token"}};
    return Exchange{SaslClient{"user", TokenExchange{kept, bindings}}, hash,
                    std::string{signature.view()}};
}

std::optional<Exchange> begin(const std::string& name) {
    if (name.starts_with("HT-")) return begin_by_token(name);
    const bool bound = name.ends_with("-PLUS");
    const auto mechanism = mechanism_named(bound ? name.substr(0, name.size() - 5) : name);
    if (!mechanism) return {};
    const auto& row = row_of(*mechanism);
    if (bound && row.bound_name.empty()) return {};
    SaslLogin login{.choice = {.form = {*mechanism, bound}},
                    .username = "user",
                    .password = Secret{"pencil"},
                    .nonce = std::string{nonce},
                    .limits = limits};
    if (bound) login.choice.binding = {BindingUse::Flag::bound, "tls-exporter", "e"};
    return Exchange{SaslClient{std::move(login)}, row.hash, {}};
}

void exchange(const std::string& name, Bytes bytes) {
    auto exchange = begin(name);
    if (!exchange) return;
    for (int lines = 0; !bytes.empty() && lines < 8; ++lines) {
        const auto line = bytes.until('\n');
        if (line.size() < 2 || (line[0] != 'C' && line[0] != 'S')) continue;
        exchange->hear(line[0], line.substr(2));
    }
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (Bytes bytes{text}; !bytes.empty();) words.emplace_back(bytes.until(' '));
    return words;
}

void choose_mechanism(Bytes bytes) {
    const auto what = bytes.byte();
    SaslPolicy policy{.minimum = static_cast<Mechanism>(bytes.byte() % 6),
                      .encrypted_and_verified = what % 2 != 0,
                      .anonymous = what % 16 == 15,
                      .has_certificate = what % 4 > 1,
                      .needs_no_plain = what % 8 > 3,
                      .channel_binding = static_cast<headstock::ChannelBinding>(bytes.byte() % 3)};
    if (what % 32 > 15) policy.bindings = bindings;
    bytes.until('\n');
    SaslOffer offer{.mechanisms = words_of(bytes.until('\n'))};
    if (!bytes.empty()) offer.bindings = words_of(bytes.until('\n'));
    Error error;
    const auto choice = choose(offer, policy, error);
    check(choice.has_value() != static_cast<bool>(error), "a choice and an error, or neither");
    if (!choice) return;
    const auto name = choice->form.name();
    check(offer.has(name), "a mechanism is taken that is not offered", name);
    if (policy.anonymous) return check(name == "ANONYMOUS", "an account without a name", name);
    check(choice->form.mechanism >= policy.minimum, "a mechanism is too weak", name);
    if (choice->form.mechanism != Mechanism::plain) return;
    check(policy.encrypted_and_verified, "PLAIN in clear", name);
    check(!policy.needs_no_plain, "PLAIN where it is not needed", name);
    check(policy.channel_binding != headstock::ChannelBinding::required, "PLAIN, not bound", name);
}

void base64(std::string_view input) {
    const auto decoded = base64_decode(input);
    if (decoded) check_same(base64_encode(*decoded), input, "base64 is decoded to another");
    const auto encoded = base64_encode(input);
    check(base64_decode(encoded) == input, "what was encoded is decoded to another", encoded);
}

void elements(std::string_view input) {
    const auto element = bridge::Element::parse(input);
    if (!element) return;
    sasl_data(*element);
    for (const auto profile : {SaslProfile::rfc6120, SaslProfile::sasl2})
        sasl_success_data(profile, *element);
    const auto error = read_sasl_failure(*element);
    check(error.code == headstock::Errc::not_authorized, "a failure of SASL is another error");
}

} // namespace

void login(std::string_view input) {
    Bytes bytes{input};
    const std::string first{bytes.until('\n')};
    if (first == "choose") return choose_mechanism(bytes);
    exchange(first, bytes);
    base64(input);
    elements(input);
}

} // namespace fuzz
