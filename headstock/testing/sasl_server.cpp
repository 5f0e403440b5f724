#include "headstock/testing/sasl_server.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/ns.hpp"

#include <stdexcept>

namespace headstock::detail {
namespace {

constexpr std::string_view salt = "0123456789abcdef";

std::string sasl_element(const std::string& name, const std::string& content) {
    return "<" + name + " xmlns='" + std::string{ns::sasl} + "'>" + content + "</" + name + ">";
}

[[noreturn]] void refuse(std::string_view what, std::string_view written) {
    throw std::runtime_error("headstock::testing::Server: the client wrote " + std::string{what} +
                             ": " + std::string{written});
}

std::string decoded(std::string_view base64) {
    if (base64 == "=") return {};
    if (auto data = base64_decode(base64)) return *std::move(data);
    refuse("what is no base64", base64);
}

// The value of an attribute of a SCRAM message, as of "r=".
std::string field(const std::string& message, const std::string& key) {
    const auto attributes = "," + message;
    const auto at = attributes.find("," + key);
    if (at == attributes.npos) refuse("a SCRAM message without " + key, message);
    const auto value = attributes.substr(at + 1 + key.size());
    return value.substr(0, value.find(','));
}

// RFC 5802 5.1: a comma is written =2C, an equals sign =3D.
std::string unescaped(std::string name) {
    for (std::size_t at = 0; (at = name.find('=', at)) != name.npos; ++at)
        name.replace(at, 3, name.substr(at, 3) == "=2C" ? "," : "=");
    return name;
}

// A program that tests logs in some thousand times with the same password.
const Digest& salted_password(const std::string& password, unsigned rounds) {
    struct Last {
        std::string password;
        unsigned rounds = 0;
        Digest digest;
    };
    thread_local Last last;
    if (last.password != password || last.rounds != rounds)
        last = {password, rounds, pbkdf2(Hash::sha1, password, salt, rounds)};
    return last.digest;
}

// What only a client can write that has this key.
std::string proof_of(Digest client_key, std::string_view words) {
    const auto stored_key = digest(Hash::sha1, client_key.view());
    const auto signature = hmac(Hash::sha1, stored_key.view(), words);
    for (std::size_t i = 0; i < client_key.size(); ++i)
        client_key.data()[i] ^= static_cast<unsigned char>(signature.view()[i]);
    return base64_encode(client_key.view());
}

} // namespace

std::string sasl_failure(const std::string& condition) {
    return sasl_element("failure", "<" + condition + "/>");
}

// An authorization identity, NUL, the user, NUL, the password (RFC 4616).
std::string SaslServer::plain(std::string_view base64) {
    const auto data = decoded(base64);
    const auto user = data.find('\0');
    const auto password = user == data.npos ? data.npos : data.find('\0', user + 1);
    if (password == data.npos) refuse("what is no message of PLAIN, which has two NULs", base64);
    user_ = data.substr(user + 1, password - user - 1);
    if (data.substr(password + 1) != password_) return sasl_failure("not-authorized");
    succeeded_ = true;
    return sasl_element("success", {});
}

std::string SaslServer::anonymous() {
    user_ = "anonymous";
    succeeded_ = true;
    return sasl_element("success", {});
}

// The user, NUL, what proves the token (draft-schmaus-kitten-sasl-ht).
std::string SaslServer::token(std::string_view base64, std::string_view given) {
    const auto data = decoded(base64);
    const auto end = data.find('\0');
    if (end == data.npos) refuse("what is no message of HT-SHA-256-NONE, which has a NUL", base64);
    user_ = data.substr(0, end);
    if (given.empty() || data.substr(end + 1) != hmac(Hash::sha256, given, "Initiator").view())
        return sasl_failure("not-authorized");
    succeeded_ = true;
    return sasl_element("success", base64_encode(hmac(Hash::sha256, given, "Responder").view()));
}

std::string SaslServer::scram(std::string_view base64) {
    const auto message = decoded(base64);
    const auto end = message.find(',', message.find(',') + 1); // of "n,,", or "y,,"
    if (end == message.npos) refuse("a SCRAM message without a GS2 header", message);
    gs2_header_ = message.substr(0, end + 1);
    client_first_ = message.substr(end + 1);
    user_ = unescaped(field(client_first_, "n="));
    server_first_ = "r=" + field(client_first_, "r=") + "server,s=" + base64_encode(salt) +
                    ",i=" + std::to_string(rounds_);
    return sasl_element("challenge", base64_encode(server_first_));
}

// RFC 5802 section 3.
std::string SaslServer::response(std::string_view base64) {
    const auto client_final = decoded(base64);
    if (field(client_final, "c=") != base64_encode(gs2_header_))
        return sasl_failure("malformed-request");
    const auto words = client_first_ + "," + server_first_ + "," +
                       client_final.substr(0, client_final.find(",p="));
    const auto& salted = salted_password(password_, rounds_);
    if (field(client_final, "p=") != proof_of(hmac(Hash::sha1, salted.view(), "Client Key"), words))
        return sasl_failure("not-authorized");
    succeeded_ = true;
    const auto key = hmac(Hash::sha1, salted.view(), "Server Key");
    const auto signature = hmac(Hash::sha1, key.view(), words);
    return sasl_element("success", base64_encode("v=" + base64_encode(signature.view())));
}

} // namespace headstock::detail
