// Which names are taken for those of secrets, and which are not.
#include "headstock/session/secret_name.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::detail::is_secret_name, headstock::detail::is_secret_namespace;

TEST_CASE("secret names: a word anywhere in the name, in any case (issue 9.10)") {
    for (const auto* name : {"password",
                             "Password",
                             "PASSWORD",
                             "old_password",
                             "password-verify",
                             "passwd",
                             "userPasswd",
                             "passphrase",
                             "secret",
                             "muc#roomconfig_roomsecret",
                             "clientSecret",
                             "token",
                             "access_token",
                             "X-Token",
                             "tokens",
                             "response",
                             "initial-response",
                             "digest",
                             "verify",
                             "credential",
                             "scram-credentials",
                             "apikey",
                             "p:password",
                             "Proxy-Authorization",
                             "\xc3\xa9password"})
        CHECK_MESSAGE(is_secret_name(name), name);
}

TEST_CASE("secret names: key, pin, pass and pwd as words of their own (issue 9.10)") {
    for (const auto* name :
         {"key",        "KEY",     "Key",    "api-key",   "api_key", "api.key", "apiKey",
          "privateKey", "keyId",   "APIKey", "key1",      "2key",    "x:key",   "urn#key",
          "pin",        "PIN",     "simPin", "pin-code",  "pinCode", "PINCode", "pass",
          "pwd",        "ice-pwd", "cookie", "Set-Cookie"})
        CHECK_MESSAGE(is_secret_name(name), name);
    for (const auto* name : {"monkey",  "keyboard", "keys",
                             "KEYS",    "Turkey",   "hockey",
                             "ping",    "pinned",   "spin",
                             "opinion", "SPINE",    "compass",
                             "passive", "bypass",   "",
                             "k",       "body",     "id",
                             "from",    "to",       "type",
                             "jid",     "node",     "ver",
                             "hash",    "username", "muc#roomconfig_roomname"})
        CHECK_MESSAGE(!is_secret_name(name), name);
}

TEST_CASE("secret names: the namespaces of SASL in all its versions (issue 9.10)") {
    for (const auto* ns :
         {"urn:ietf:params:xml:ns:xmpp-sasl", "urn:xmpp:sasl:2", "urn:xmpp:sasl:1",
          "urn:xmpp:sasl:0", "urn:xmpp:sasl:upgrade:0", "urn:xmpp:fast:0",
          "urn:xmpp:scram-upgrade:0", "jabber:iq:auth", "https://xmpp.org/extensions/isr/0"})
        CHECK_MESSAGE(is_secret_namespace(ns), ns);
    for (const auto* ns : {"", "jabber:client", "jabber:iq:roster", "urn:xmpp:sasl-cb:0",
                           "urn:ietf:params:xml:ns:xmpp-tls", "urn:xmpp:ping"})
        CHECK_MESSAGE(!is_secret_namespace(ns), ns);
}

TEST_CASE("secret names: a long name costs no square") {
    std::string name;
    while (name.size() < 1u << 20) name += "pinpasskeypwdtoke";
    CHECK_FALSE(is_secret_name(name));
    CHECK(is_secret_name(name + "n"));
}
