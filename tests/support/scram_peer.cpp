#include "tests/support/scram_peer.hpp"

#include "headstock/ns.hpp"
#include "headstock/testing/login_words.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace support {
namespace {

using namespace headstock::detail;
using headstock::Element;

constexpr std::string_view salt = "0123456789abcdef";

std::string element(const std::string& name, const std::string& content) {
    return "<" + name + " xmlns='" + std::string{headstock::ns::sasl} + "'>" + content + "</" +
           name + ">";
}

std::string data_of(std::string_view text) {
    if (text.empty() || text == "=") return {};
    auto data = base64_decode(text);
    if (!data) throw std::runtime_error("the client wrote what is not base64");
    return *std::move(data);
}

std::string field(std::string_view message, std::string_view key) {
    const auto all = "," + std::string{message};
    const auto at = all.find("," + std::string{key} + "=");
    if (at == all.npos) throw std::runtime_error("no " + std::string{key} + "= in " + all);
    const auto value = all.substr(at + key.size() + 2);
    return value.substr(0, value.find(','));
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

} // namespace

std::string ScramPeer::features(const SaslOffer& offer, const Settings* sasl2) {
    std::string names;
    for (const auto& name : offer.mechanisms) names += "<mechanism>" + name + "</mechanism>";
    std::string types;
    if (offer.bindings) {
        for (const auto& type : *offer.bindings) types += "<channel-binding type='" + type + "'/>";
        types =
            "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>" + types + "</sasl-channel-binding>";
    }
    std::string modern;
    if (sasl2 != nullptr)
        modern = "<authentication xmlns='urn:xmpp:sasl:2'>" + names + "<inline>" +
                 sasl2->offered_inline + "</inline></authentication>";
    return "<stream:features>" + element("mechanisms", names) + modern + types +
           "</stream:features>";
}

std::string ScramPeer::receive(std::string_view xml) {
    const auto came = Element::parse(xml);
    if (!came) throw std::runtime_error("the client wrote " + std::string{xml});
    if (came->ns() == headstock::ns::sasl2) return receive_sasl2(*came);
    if (came->ns() != headstock::ns::sasl) return {}; // what follows is nobody's here
    if (came->local_name() == "auth")
        return begin(came->attribute("mechanism"), data_of(came->text()));
    if (came->local_name() == "abort") return element("failure", "<aborted/>");
    return signature_sent_ ? end() : finish(data_of(came->text()));
}

std::string ScramPeer::receive_sasl2(const Element& came) {
    std::string answer;
    if (came.local_name() == "abort") {
        answer = element("failure", "<aborted/>");
    } else if (came.local_name() == "authenticate") {
        const auto data = data_of(came.child("initial-response").text());
        answer = came.child("fast", headstock::ns::fast) ? token(data)
                                                         : begin(came.attribute("mechanism"), data);
        mechanism_ = came.attribute("mechanism");
    } else {
        answer = signature_sent_ ? end() : finish(data_of(came.text()));
    }
    const auto& [together, identity, behind] =
        std::tie(settings_.together, settings_.identity, settings_.behind);
    return in_sasl2(answer, together, identity) + (succeeded_ ? behind : "");
}

// draft-schmaus-kitten-sasl-ht
std::string ScramPeer::token(std::string_view message) {
    const auto proof = message.substr(std::min(message.find('\0'), message.size() - 1) + 1);
    for (const auto& binding : {std::string{}, settings_.bindings.exporter,
                                settings_.bindings.unique, settings_.bindings.server_end_point}) {
        if (settings_.token.empty() ||
            proof != hmac(Hash::sha256, settings_.token, "Initiator" + binding).view())
            continue;
        succeeded_ = true;
        auto ours = hmac(Hash::sha256, settings_.token, "Responder" + binding);
        if (settings_.wrong_signature) ours.data()[0] ^= 1;
        return element("success", base64_encode(ours.view()));
    }
    return refuse("not-authorized", "no such token");
}

std::string ScramPeer::end() {
    succeeded_ = proof_came_;
    return element("success", {});
}

std::string ScramPeer::begin(std::string_view mechanism, std::string_view initial) {
    succeeded_ = false;
    mechanism_ = mechanism;
    if (contains(settings_.unknown, mechanism_) ||
        !contains(settings_.offer.mechanisms, mechanism_))
        return refuse("invalid-mechanism", "is not offered");
    if (mechanism_.find("SCRAM-") == 0) return challenge(initial);
    succeeded_ = true;
    return element("success", {});
}

Hash ScramPeer::hash() const {
    if (mechanism_.find("SCRAM-SHA-512") == 0) return Hash::sha512;
    return mechanism_.find("SCRAM-SHA-256") == 0 ? Hash::sha256 : Hash::sha1;
}

std::string ScramPeer::challenge(std::string_view message) {
    const auto comma = message.find(',');
    const auto end = message.find(',', comma + 1) + 1;
    gs2_ = message.substr(0, end);
    first_ = message.substr(end);
    const bool bound = std::string_view{mechanism_}.ends_with("-PLUS");
    if (gs2_[0] == 'y' && settings_.offer.has_plus())
        return refuse("malformed-request", "binding was offered");
    if (bound != (gs2_[0] == 'p') || (bound && !binding_data()))
        return refuse("malformed-request", "no such binding");
    server_first_ = "r=" + field(first_, "r") + "server,s=" + base64_encode(salt) +
                    ",i=" + std::to_string(settings_.rounds);
    if (settings_.proof != Proof::none) {
        const bool old = settings_.proof == Proof::d;
        const auto sum =
            offer_hash(hash(), settings_.offer, old ? OfferSpelling::d : OfferSpelling::h);
        server_first_ += (old ? ",d=" : ",h=") + base64_encode(sum.view());
    }
    return element("challenge", base64_encode(server_first_));
}

std::optional<std::string> ScramPeer::binding_data() const {
    if (gs2_[0] != 'p') return std::string{};
    const auto type = gs2_.substr(2, gs2_.find(',') - 2);
    const auto& ours = settings_.bindings;
    const auto& data = type == "tls-exporter" ? ours.exporter
                       : type == "tls-unique" ? ours.unique
                                              : ours.server_end_point;
    const auto& named = settings_.offer.bindings;
    if (data.empty() || (named && !contains(*named, type))) return std::nullopt;
    return data;
}

std::string ScramPeer::finish(std::string_view message) {
    proof_came_ = true;
    if (field(message, "c") != base64_encode(gs2_ + *binding_data()))
        return refuse("malformed-request", "another binding");
    signed_ = first_ + "," + server_first_ + ",";
    signed_ += message.substr(0, message.find(",p="));
    const auto salted = pbkdf2(hash(), settings_.password, salt, settings_.rounds);
    auto proof = hmac(hash(), salted.view(), "Client Key");
    const auto stored = digest(hash(), proof.view());
    const auto signature = hmac(hash(), stored.view(), signed_);
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof.data()[i] ^= static_cast<unsigned char>(signature.view()[i]);
    if (field(message, "p") != base64_encode(proof.view())) return refuse("not-authorized", "");
    const auto key = hmac(hash(), salted.view(), "Server Key");
    auto ours = hmac(hash(), key.view(), signed_);
    if (settings_.wrong_signature) ours.data()[0] ^= 1;
    const auto last = base64_encode("v=" + base64_encode(ours.view()));
    signature_sent_ = settings_.signature_in_challenge;
    if (signature_sent_) return element("challenge", last);
    succeeded_ = true;
    return element("success", last);
}

std::string ScramPeer::refuse(std::string condition, std::string why) {
    return element("failure", "<" + condition + "/><text>" + why + "</text>");
}

} // namespace support
