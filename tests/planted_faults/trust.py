#!/usr/bin/env python3
"""Small faults in what keeps a client from the wrong server, from a wrong sender and within its limits, picked by
somebody who had not read the tests; plant.py tells whether the unit tests, the dialogues among them, find them.

    trust.py [DIRECTORY] [WORD]
"""
import sys

from plant import plant_all

FAULTS = [  # what it is, the file, the text, what stands in its place
    # --- certificates and TLS ---
    ("a certificate that names the host as a server for other servers only (_xmpp-server) is taken for "
     "the one for clients", "headstock/tls/certificate_names.cpp",
     "           same(service.substr(0, of_clients.size()), of_clients) &&\n",
     ""),
    ("a user's certificate (xmppAddr romeo@example.org) stands for the server of example.org",
     "headstock/tls/certificate_names.cpp",
     "jid->is_bare() && jid->local().empty() &&",
     "jid->is_bare() &&"),
    ("a certificate is accepted from an issuer whose own has expired", "headstock/tls/certificate.cpp",
     "    auto found = reasons_for(certificate, depth, flags);",
     "    flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED);\n"
     "    auto found = reasons_for(certificate, depth, flags);"),
    ("a server can choose a cipher suite without forward secrecy", "headstock/tls/handshake_rules.cpp",
     "    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n",
     "    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n"
     "    MBEDTLS_TLS_RSA_WITH_AES_128_GCM_SHA256,\n"),
    ("for a certificate signed with SHA-384 tls-server-end-point is a value that no server has, so the "
     "login is refused", "headstock/tls/channel_bindings.cpp",
     "type == MBEDTLS_MD_MD5 || type == MBEDTLS_MD_SHA1",
     "type != MBEDTLS_MD_SHA512"),

    # --- the login ---
    ("a server need give back the first 8 characters of our SCRAM nonce only, and chooses the rest",
     "headstock/login/scram_message.cpp",
     "nonce->starts_with(client_nonce)",
     "nonce->starts_with(client_nonce.substr(0, 8))"),
    ("a server may ask for twice as many rounds as maximum_iterations allows",
     "headstock/login/scram_message.cpp",
     "count > limits.max_iterations",
     "count / 2 > limits.max_iterations"),
    ("whoever says invalid-mechanism to each login that is tied to TLS gets one that is not",
     "headstock/login/sasl_choice.cpp",
     "ChannelBinding::required && !tried_bound(policy);",
     "ChannelBinding::required && (static_cast<void>(tried_bound(policy)), true);"),
    ("a client that could bind never says so (gs2 flag y), so a server cannot notice that its -PLUS "
     "mechanisms were taken out on the way", "headstock/login/sasl_choice.cpp",
     "return {BindingUse::Flag::not_offered, {}, {}, false};",
     "return {BindingUse::Flag::cannot, {}, {}, false};"),
    ("with minimum_mechanism set to SCRAM a token is used that anybody can repeat (HT-*-NONE)",
     "headstock/login/sasl_choice.cpp",
     "policy.minimum <= Mechanism::plain && listed",
     "listed"),
    ("a server that has no token proves that it has one by sending our own proof back",
     "headstock/login/fast_token.cpp",
     "if (equal_in_constant_time(data, sign(\"Responder\").view())) return {};",
     "if (equal_in_constant_time(data, sign(\"Responder\").view()) ||\n"
     "        equal_in_constant_time(data, sign(\"Initiator\").view()))\n"
     "        return {};"),
    ("the first byte of the right signature, or none of a token's, proves that a server is the right one",
     "headstock/crypto/crypto.cpp",
     "return a.size() == b.size() &&",
     "return a.size() <= b.size() &&"),

    # --- the stream ---
    ("whoever takes STARTTLS out of the features gets a login in clear", "headstock/stream/stream.cpp",
     ".tls_wanted = tls_ == Tls::required,",
     ".tls_wanted = tls_ == Tls::required && features_.starttls,"),
    ("the headers behind STARTTLS and behind the login may be from another server, of another version",
     "headstock/stream/stream.cpp",
     ": check_header(header, declared, credentials_.account);",
     ": header_seen_ ? HeaderFault{}\n"
     "                 : check_header(header, declared, credentials_.account);"),
    ("what somebody added in clear behind <proceed/> goes unnoticed if it does not begin with '<'",
     "headstock/stream/stream.cpp",
     "if (!parser_.unparsed().empty()) return on_injection();",
     "if (parser_.unparsed().starts_with('<')) return on_injection();"),
    ("inside TLS a server can make a client hold 32 MiB before there is a login",
     "headstock/stream/reading.cpp",
     "if (login == Login::done) widen_limits();",
     "if (login == Login::done || secure_) widen_limits();"),
    ("the password is shown, by PLAIN and by a registration, to a server whose certificate nobody has "
     "checked", "headstock/stream/choosing.cpp",
     "return is_inside_verified_tls() || options_.insecure_plain_password;",
     "return secure_ || options_.insecure_plain_password;"),

    # --- who said this ---
    ("a row for what the server says takes it from every account at that server",
     "headstock/dispatch/senders.cpp",
     "return own && same_domain(from, own.domain());",
     "return own && same_domain(domain_of(from), own.domain());"),
    ("a stranger's forged carbon is believed behind a genuine one, since the sender of the stanza before "
     "is remembered", "headstock/dispatch/dispatcher.cpp",
     "    from_account_.reset();\n",
     ""),
    ("a stranger who is asked anything may answer with what only our own account may say",
     "headstock/dispatch/dispatcher.cpp",
     "    if (is_account(pending->to, own()))\n        from_account_ = true;",
     "    from_account_ = true;"),
    ("a contact can push changes of our block list", "headstock/dispatch/guarded.cpp",
     "    GuardedName{\"urn:xmpp:blocking\", {}, \"XEP-0191 3.3\"},\n",
     ""),
    ("any occupant of a room may answer what another one was asked", "headstock/text/address.cpp",
     "    if (same_jid(from, to)) return true;",
     "    if (same_bare(bare_part(from), bare_part(to))) return true;"),

    # --- the session ---
    ("a server that acknowledges little, or nothing, makes a client keep its answers without end",
     "headstock/session/acknowledging.cpp",
     "owed_unacked_ = std::min(owed_unacked_, outbox_.kept_bytes());",
     "owed_unacked_ = 0;"),
    ("a server may bind an address of another domain", "headstock/stream/bind.cpp",
     "(same || (ours && may_rename))",
     "(same || may_rename)"),
    ("the token and the unsent stanzas that another account at the same server has left are used",
     "headstock/session/handing_over.cpp",
     "if (parts->account != credentials_.account.bare()) {",
     "if (parts->account.domain() != credentials_.account.domain()) {"),
    ("a component may send from another domain that ends in the same letters as its own",
     "headstock/session/addressing.cpp",
     "sender->domain() == domain.str()",
     "sender->domain().ends_with(domain.str())"),

    # --- XML ---
    ("in a stanza that is passed over \"]>\" ends a CDATA section, so a contact can put a stanza from "
     "anybody into it", "bridge/detail/skim.cpp",
     "matched_ >= 2",
     "matched_ >= 1"),
    ("strangers' names of attributes are kept for ever, until the limit ends the session",
     "bridge/detail/tree_builder.cpp",
     "    if (attribute_names_.overgrown()) attribute_names_.forget_late();\n",
     ""),
    ("names can be chosen so that all have one hash, since its key is known", "bridge/detail/keyed_hash.cpp",
     "[&] { return std::uint64_t{random()} << 32 | random(); };",
     "[] { return std::uint64_t{0x9e3779b97f4a7c15}; };"),
    ("a contact ends the session by a tag with a quoted '>' and, in the next read, a long namespace behind "
     "a prefix",
     "bridge/detail/token_end.cpp",
     "} else if (matched_ == word.size() && c != ':') {",
     "} else if (matched_ == word.size()) {"),
    ("what waits for the end of a tag may take twice the memory that the limit allows",
     "bridge/detail/feed_gate.cpp",
     "return grown + taken_.capacity() <= cap_;",
     "return size <= cap_;"),

    # --- the way to the server ---
    ("servers that send a client on to each other keep it going without end",
     "headstock/session/coming_back.cpp",
     "next_host_.may_hop() && secure",
     "secure"),
    ("a redirection that came in clear is followed", "headstock/session/coming_back.cpp",
     "&& secure &&",
     "&& (secure || !ready_at_) &&"),
    ("a domain that says by SRV that it has no such service (\".\") is connected to all the same",
     "headstock/route/services.cpp",
     "return Found::refusal;",
     "return Found::nothing;"),

    # --- addresses ---
    ("a user name may hold an @ or a slash: what is a full-width one when it is checked becomes one later",
     "headstock/jid.cpp",
     "return fault_in_local(std::string_view{out}.substr(begin));",
     "static_cast<void>(begin);\n    return fault_in_local(local);"),
    ("a stranger whose address only looks like a contact's is shown to the program as that contact",
     "headstock/text/address.cpp",
     "    if (jid && !same_jid(text, jid->str())) jid.reset();\n",
     ""),

    # --- logs, secrets, randomness ---
    ("a password that is written as CDATA stands in the log", "headstock/session/redact.cpp",
     "if (piece.starts_with(\"<![CDATA[\")) return text(piece);",
     "if (piece.starts_with(\"<![CDATA[\")) return show(piece);"),
    ("a peer's words command the terminal that shows them, by the controls from U+0080 on",
     "headstock/printable.cpp",
     "return category != Category::cc &&",
     "return (category != Category::cc || c >= 0x80) &&"),
    ("the password of a login by PLAIN stays in freed memory once TLS has it",
     "headstock/client/core_wire.cpp",
     "if (secret) wipe(plain);",
     "static_cast<void>(secret);"),
    ("a child of fork() draws the same ids and nonces as its parent", "headstock/crypto/crypto.cpp",
     "if (left_ == 0 ||\n            !drawn_in_.may_be_here()) {",
     "if (left_ == 0) {"),
]

# What measures time is left out: it is slow, and none of these faults is about time.
UNIT = ("unit tests", ["--test-case-exclude=hostile shapes*,growth*,time:*,C6:*,peak:*,constant memory*"])

if __name__ == "__main__":
    sys.exit(plant_all(FAULTS, "headstock_tests", [UNIT], sys.argv[1:]))
