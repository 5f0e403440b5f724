#include "tests/support/login_server.hpp"

#include "bridge/element.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/ns.hpp"

#include <stdexcept>

namespace support {
namespace {

namespace detail = headstock::detail;
using bridge::Element;

constexpr std::string_view salt = "0123456789abcdef";

Element read(std::string_view xml) {
    bridge::ParseError error;
    auto element = Element::parse(xml, &error);
    if (!element)
        throw std::runtime_error("the client wrote: " + std::string{xml} + ": " + error.message());
    return *element;
}

std::string data_of(std::string_view xml) {
    return detail::base64_decode(read(xml).text()).value();
}

std::string field(std::string_view message, std::string_view key) {
    const auto at = message.find(key);
    if (at == message.npos)
        throw std::runtime_error("no " + std::string{key} + " in " + std::string{message});
    return std::string{message.substr(at + key.size(), message.find(',', at) - at - key.size())};
}

} // namespace

std::string LoginServer::receive(std::string_view bytes) {
    if (bytes.find("<stream:stream") != bytes.npos) return open_stream();
    if (bytes.starts_with("<starttls")) {
        wants_tls_ = true;
        return "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    }
    if (bytes.starts_with("<auth"))
        return settings_.plain ? log_in_plainly(bytes) : challenge(bytes);
    if (bytes.starts_with("<response")) return success(bytes);
    if (bytes.starts_with("<resume ")) {
        if (settings_.resume_answer.starts_with("<resumed")) bound_ = "resumed";
        return settings_.resume_answer;
    }
    if (bytes.starts_with("<iq") && bound_.empty()) return bind(bytes);
    throw std::runtime_error("the login server does not expect " + std::string{bytes});
}

std::string LoginServer::open_stream() {
    std::string xml =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams' id='s1' version='1.0' from='" +
        settings_.domain + "'><stream:features>" + settings_.extra_features;
    if (settings_.starttls && !secured_) {
        xml += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
    } else if (!authenticated_) {
        xml += "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>";
        xml += settings_.plain ? "PLAIN" : "SCRAM-SHA-1";
        xml += "</mechanism></mechanisms>";
    } else {
        xml += "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
    }
    return xml + "</stream:features>";
}

// NUL user NUL password (RFC 4616).
std::string LoginServer::log_in_plainly(std::string_view auth) {
    const auto data = data_of(auth);
    user_ = data.substr(1, data.find('\0', 1) - 1);
    authenticated_ = true;
    return "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
}

std::string LoginServer::challenge(std::string_view auth) {
    const auto message = data_of(auth);
    client_first_ = message.substr(3); // behind the gs2 header "n,,"
    user_ = field(client_first_, "n=");
    server_first_ = "r=" + field(client_first_, "r=") + "server,s=" + detail::base64_encode(salt) +
                    ",i=" + std::to_string(settings_.rounds);
    return "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
           detail::base64_encode(server_first_) + "</challenge>";
}

// The proof is not checked: what is tested is that the client demands ours.
std::string LoginServer::success(std::string_view response) {
    const auto client_final = data_of(response);
    const auto without_proof = client_final.substr(0, client_final.find(",p="));
    const auto salted =
        detail::pbkdf2(detail::Hash::sha1, settings_.password, salt, settings_.rounds);
    const auto key = detail::hmac(detail::Hash::sha1, salted.view(), "Server Key");
    const auto signature = detail::hmac(detail::Hash::sha1, key.view(),
                                        client_first_ + "," + server_first_ + "," + without_proof);
    authenticated_ = true;
    return "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
           detail::base64_encode("v=" + detail::base64_encode(signature.view())) + "</success>";
}

std::string LoginServer::bind(std::string_view iq) {
    bound_ = user_ + "@" + settings_.domain + "/" + settings_.resource;
    return "<iq type='result' id='" + std::string{read(iq).attribute("id")} +
           "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + bound_ + "</jid></bind></iq>";
}

} // namespace support
