#include "tests/support/certificates.hpp"

#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include <array>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <unistd.h>

namespace headstock::test {
namespace {

void check(int result) {
    if (result >= 0) return;
    std::array<char, 200> words{};
    mbedtls_strerror(result, words.data(), words.size());
    throw std::runtime_error(words.data());
}

std::string der(unsigned tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    if (content.size() > 127) out += content.size() > 255 ? "\x82" : "\x81";
    if (content.size() > 255) out += static_cast<char>(content.size() >> 8);
    out += static_cast<char>(content.size() & 0xff);
    return out.append(content);
}

constexpr unsigned sequence = 0x30;
std::string oid(std::string_view content) { return der(0x06, content); }

class Key {
public:
    Key() {
        psa_crypto_init();
        mbedtls_pk_init(&pk_);
    }
    ~Key() { mbedtls_pk_free(&pk_); }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    void make(unsigned rsa_bits) {
        const auto type = rsa_bits ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY;
        check(mbedtls_pk_setup(&pk_, mbedtls_pk_info_from_type(type)));
        if (rsa_bits) {
            check(mbedtls_rsa_gen_key(mbedtls_pk_rsa(pk_), fill_random, nullptr, rsa_bits, 65537));
        } else {
            check(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk_), fill_random,
                                      nullptr));
        }
    }
    void load(const std::string& pem) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(pem.c_str());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
        check(mbedtls_pk_parse_key(&pk_, bytes, pem.size() + 1, nullptr, 0, fill_random, nullptr));
#else
        check(mbedtls_pk_parse_key(&pk_, bytes, pem.size() + 1, nullptr, 0));
#endif
    }
    std::string pem() {
        std::array<unsigned char, 8192> text{};
        check(mbedtls_pk_write_key_pem(&pk_, text.data(), text.size()));
        return reinterpret_cast<const char*>(text.data());
    }
    mbedtls_pk_context* get() { return &pk_; }

private:
    mbedtls_pk_context pk_{};
};

mbedtls_md_type_t type_of(SignatureHash hash) {
    constexpr mbedtls_md_type_t types[] = {MBEDTLS_MD_SHA1, MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384,
                                           MBEDTLS_MD_SHA512};
    return types[static_cast<std::size_t>(hash)];
}

class Writer {
public:
    Writer() { mbedtls_x509write_crt_init(&crt_); }
    ~Writer() { mbedtls_x509write_crt_free(&crt_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void describe(const Wanted& wanted, const std::string& issuer) {
        mbedtls_x509write_crt_set_version(&crt_, MBEDTLS_X509_CRT_VERSION_3);
        mbedtls_x509write_crt_set_md_alg(&crt_, type_of(wanted.signed_with));
        check(mbedtls_x509write_crt_set_subject_name(&crt_, wanted.subject.c_str()));
        check(mbedtls_x509write_crt_set_issuer_name(&crt_, issuer.c_str()));
        check(
            mbedtls_x509write_crt_set_validity(&crt_, wanted.begins.c_str(), wanted.ends.c_str()));
        check(mbedtls_x509write_crt_set_basic_constraints(&crt_, wanted.authority,
                                                          wanted.path_length));
        set_serial();
        if (!wanted.authority) add_purpose(wanted.purpose);
        if (!wanted.names.empty()) add_names(wanted.names);
        for (const auto& extension : wanted.more) add(extension);
    }
    std::string pem(Key& owner, Key& issuer) {
        mbedtls_x509write_crt_set_subject_key(&crt_, owner.get());
        mbedtls_x509write_crt_set_issuer_key(&crt_, issuer.get());
        std::array<unsigned char, 16384> text{};
        check(mbedtls_x509write_crt_pem(&crt_, text.data(), text.size(), fill_random, nullptr));
        return reinterpret_cast<const char*>(text.data());
    }

private:
    void add(const Extension& extension) {
        check(mbedtls_x509write_crt_set_extension(
            &crt_, extension.oid.data(), extension.oid.size(), extension.critical,
            reinterpret_cast<const unsigned char*>(extension.value.data()),
            extension.value.size()));
    }
    void add_names(const std::vector<std::string>& names) {
        std::string all;
        for (const auto& name : names) all += name;
        add({MBEDTLS_OID_SUBJECT_ALT_NAME, false, der(sequence, all)});
    }
    void add_purpose(Purpose purpose) {
        if (purpose == Purpose::any) return;
        const bool server = purpose == Purpose::server;
        const auto use = oid(server ? MBEDTLS_OID_SERVER_AUTH : MBEDTLS_OID_CLIENT_AUTH);
        add({MBEDTLS_OID_EXTENDED_KEY_USAGE, false, der(sequence, use)});
    }
    void set_serial() {
        std::array<unsigned char, 8> number{};
        fill_random(nullptr, number.data(), number.size());
        number[0] = static_cast<unsigned char>((number[0] & 0x3f) | 0x40); // positive, full length
#if MBEDTLS_VERSION_NUMBER >= 0x03040000
        check(mbedtls_x509write_crt_set_serial_raw(&crt_, number.data(), number.size()));
#else
        mbedtls_mpi serial;
        mbedtls_mpi_init(&serial);
        mbedtls_mpi_read_binary(&serial, number.data(), number.size());
        const int result = mbedtls_x509write_crt_set_serial(&crt_, &serial);
        mbedtls_mpi_free(&serial);
        check(result);
#endif
    }

    mbedtls_x509write_cert crt_{};
};

Identity make(const Wanted& wanted, const Identity* issuer, const Identity* keeps = nullptr) {
    Key own;
    keeps ? own.load(keeps->key) : own.make(wanted.rsa_bits);
    Key signing;
    signing.load(issuer ? issuer->key : own.pem());
    Writer writer;
    writer.describe(wanted, issuer ? issuer->subject : wanted.subject);
    return {wanted.subject, own.pem(), writer.pem(own, signing)};
}

} // namespace

std::string dns_name(std::string_view name) { return der(0x82, name); }

std::string ip_address(std::string_view bytes) { return der(0x87, bytes); }

std::string uri_name(std::string_view uri) { return der(0x86, uri); }

std::string xmpp_address(std::string_view domain) {
    const std::string_view id_on_xmpp_addr{"\x2b\x06\x01\x05\x05\x07\x08\x05", 8};
    return der(0xa0, oid(id_on_xmpp_addr) + der(0xa0, der(0x0c, domain)));
}

std::string srv_name(std::string_view service) {
    const std::string_view id_on_dns_srv{"\x2b\x06\x01\x05\x05\x07\x08\x07", 8};
    return der(0xa0, oid(id_on_dns_srv) + der(0xa0, der(0x16, service)));
}

Extension permitted_only(std::string_view domain, bool critical) {
    const auto subtrees = der(0xa0, der(sequence, dns_name(domain)));
    return {"\x55\x1d\x1e", critical, der(sequence, subtrees)};
}

Extension vouches_for(Purpose purpose) {
    static const std::map<Purpose, std::string> uses{
        {Purpose::server, MBEDTLS_OID_SERVER_AUTH},
        {Purpose::client, MBEDTLS_OID_CLIENT_AUTH},
        {Purpose::any, {MBEDTLS_OID_ANY_EXTENDED_KEY_USAGE, 4}}, // ends in a zero
    };
    return {MBEDTLS_OID_EXTENDED_KEY_USAGE, false, der(sequence, oid(uses.at(purpose)))};
}

Extension unknown_extension(bool critical) {
    return {"\x2b\x06\x01\x04\x01\x86\x8d\x1f\x01", critical, der(0x0c, "x")};
}

std::string days_from_now(int days) {
    const std::time_t then = std::time(nullptr) + std::time_t{days} * 86400;
    std::tm parts{};
    gmtime_r(&then, &parts);
    std::array<char, 20> text{};
    std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &parts);
    return text.data();
}

std::string hash_of(std::string_view bytes, SignatureHash hash) {
    const auto* const info = mbedtls_md_info_from_type(type_of(hash));
    std::string sum(mbedtls_md_get_size(info), '\0');
    check(mbedtls_md(info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     reinterpret_cast<unsigned char*>(sum.data())));
    return sum;
}

Identity self_signed(const Wanted& wanted) { return make(wanted, nullptr); }

Identity signed_by(const Identity& issuer, const Wanted& wanted) { return make(wanted, &issuer); }

Identity renewed_by(const Identity& issuer, const Wanted& wanted, const Identity& old) {
    return make(wanted, &issuer, &old);
}

Identity make_authority(std::string subject) {
    Wanted wanted;
    wanted.subject = std::move(subject);
    wanted.authority = true;
    return self_signed(wanted);
}

TemporaryFile::TemporaryFile(std::string_view content) : process_(getpid()) {
    static std::atomic<int> count{0};
    const auto name = "headstock-test-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    path_ = (std::filesystem::temp_directory_path() / name).string();
    std::ofstream{path_, std::ios::binary} << content;
}

TemporaryFile::~TemporaryFile() {
    if (process_ != getpid()) return; // it is the parent's
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

int fill_random(void*, unsigned char* out, std::size_t size) noexcept {
    std::random_device source;
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(source());
    return 0;
}

} // namespace headstock::test
