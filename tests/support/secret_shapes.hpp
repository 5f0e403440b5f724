// The shapes in which secrets come.
#pragma once

namespace support {

struct SecretShape {
    const char* what;
    const char* xml; ///< With '$' for the secret.
};

// That were found by somebody who looked for holes in the log.
inline constexpr SecretShape found_shapes[] = {
    {"jabber:iq:auth password (XEP-0078)",
     "<iq type='set' id='1'><query xmlns='jabber:iq:auth'><username>u</username>"
     "<password>$</password><resource>r</resource></query></iq>"},
    {"jabber:iq:auth digest", "<iq type='set' id='2'><query xmlns='jabber:iq:auth'>"
                              "<username>u</username><digest>$</digest></query></iq>"},
    {"a room's password (XEP-0045)",
     "<presence to='room@conf.e.test/n'><x xmlns='http://jabber.org/protocol/muc'>"
     "<password>$</password></x></presence>"},
    {"an invitation's password",
     "<message to='room@conf.e.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
     "<invite to='a@b'/><password>$</password></x></message>"},
    {"a direct invitation's attribute (XEP-0249)",
     "<message to='a@b'><x xmlns='jabber:x:conference' jid='r@c' password='$'/></message>"},
    {"a bookmark (XEP-0048)",
     "<iq type='set' id='3'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>"
     "<conference jid='r@c'><password>$</password></conference></storage></query></iq>"},
    {"a bookmark (XEP-0402)",
     "<iq type='set' id='4'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
     "<publish node='urn:xmpp:bookmarks:1'><item id='r@c'><conference xmlns='urn:xmpp:bookmarks:1'>"
     "<password>$</password></conference></item></publish></pubsub></iq>"},
    {"a field without a type: muc#roomconfig_roomsecret",
     "<iq type='set' id='5'><query xmlns='http://jabber.org/protocol/muc#owner'>"
     "<x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_roomsecret'>"
     "<value>$</value></field></x></query></iq>"},
    {"password-verify of XEP-0133",
     "<iq type='set' id='6'><command xmlns='http://jabber.org/protocol/commands'>"
     "<x xmlns='jabber:x:data' type='submit'><field var='password-verify'><value>$</value></field>"
     "</x></command></iq>"},
    {"SASL2 authenticate (XEP-0388)", "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
                                      "<initial-response>$</initial-response></authenticate>"},
    {"a FAST token (XEP-0484)", "<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' "
                                "expiry='2020' token='$'/></success>"},
    {"register: an attribute", "<iq type='set' id='7'><query xmlns='jabber:iq:register'>"
                               "<field password='$'/></query></iq>"},
    {"register: a child in another namespace",
     "<iq type='set' id='8'><query xmlns='jabber:iq:register'>"
     "<password xmlns='urn:other'>$</password></query></iq>"},
    {"register: a field in another case",
     "<iq type='set' id='9'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
     "type='submit'><field var='Password'><value>$</value></field></x></query></iq>"},
    {"register: a value in another namespace",
     "<iq type='set' id='10'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
     "type='submit'><field var='password'><value xmlns='urn:o'>$</value></field></x></query></iq>"},
    {"a SASL payload with a child",
     "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>$<x/></response>"},
    {"a SASL payload in an attribute",
     "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl' data='$'/>"},
    {"a handshake", "<handshake>$</handshake>"},
    {"TURN credentials (XEP-0215)",
     "<iq type='set' id='11'><services xmlns='urn:xmpp:extdisco:2'><service host='h' type='turn' "
     "username='u' password='$'/></services></iq>"},
    {"a changed password", "<iq type='set' id='12'><query xmlns='jabber:iq:register'>"
                           "<username>u</username><password>$</password></query></iq>"},
};

inline constexpr SecretShape more_shapes[] = {
    {"a prefix", "<message><p:password xmlns:p='urn:p'>$</p:password></message>"},
    {"a prefix that is declared further out",
     "<message xmlns:p='urn:p'><x xmlns='urn:x'><p:PassWord>$</p:PassWord></x></message>"},
    {"CDATA", "<message><password xmlns='urn:p'><![CDATA[$]]></password></message>"},
    {"CDATA that looks like the end",
     "<message><password xmlns='urn:p'><![CDATA[</password>]]>$</password></message>"},
    {"deep inside",
     "<message><password xmlns='urn:p'><a><b c='$'><d>$</d></b></a>$</password></message>"},
    {"the name of a child", "<message><token xmlns='urn:p'><$ /></token></message>"},
    {"a namespace inside", "<message><secret xmlns='urn:p'><a xmlns='$'/></secret></message>"},
    {"behind a nested element of the same name",
     "<message><token xmlns='urn:p'><token/><token>a</token>$</token></message>"},
    {"var spelled with references",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='&#112;ass&#x77;ord'>"
     "<value>$</value></field></x></iq>"},
    {"var spelled with many zeros",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='&#00000000000112;assword'>"
     "<value>$</value></field></x></iq>"},
    {"var behind the type, in double quotes",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field\n type=\"text-single\" label='x>y' "
     "var = \"password\" ><value>$</value></field></x></iq>"},
    {"a field of type text-private whose name says nothing",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='a1' type='text-private'>"
     "<value>$</value><value>$</value></field></x></iq>"},
    {"a field with a prefix",
     "<iq type='set' id='1'><x:x xmlns:x='jabber:x:data'><x:field var='token'>"
     "<x:value>$</x:value></x:field></x:x></iq>"},
    {"a field whose label tells",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='f1' label='Your password'>"
     "<value>$</value></field></x></iq>"},
    {"the label of a secret field",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='pin' label='$'/></x></iq>"},
    {"options of a secret field",
     "<iq type='set' id='1'><x xmlns='jabber:x:data'><field var='api_key'><option label='$'>"
     "<value>$</value></option></field></x></iq>"},
    {"fields of an item in a reported form",
     "<message><x xmlns='jabber:x:data' type='result'><item><field var='user'><value>u</value>"
     "</field><field var='userPassword'><value>$</value></field></item></x></message>"},
    {"a token in an attribute",
     "<iq type='set' id='1'><enable xmlns='urn:xmpp:push:0' jid='p@x' accessToken='$'/></iq>"},
    {"an attribute with a prefix",
     "<message><x xmlns='urn:x' xmlns:a='urn:a' a:secret='$'/></message>"},
    {"an attribute in double quotes with space around",
     "<message><x xmlns='urn:x' token =\n\"'$'\"/></message>"},
    {"a prefix that is called so", "<message><x xmlns='urn:x' xmlns:secret='$'/></message>"},
    {"an attribute of the stanza", "<message to='a@b' password='$'/>"},
    {"the attributes of a secret element", "<message><credentials xmlns='urn:c' u='$'/></message>"},
    {"a key as a word",
     "<iq type='set' id='1'><query xmlns='jabber:iq:register'><key>$</key></query></iq>"},
    {"a PIN", "<message><PIN xmlns='urn:p'>$</PIN></message>"},
    {"camel case", "<message><x xmlns='urn:x' sessionKey='$'/></message>"},
    {"ICE (XEP-0176)",
     "<iq type='set' id='1'><jingle xmlns='urn:xmpp:jingle:1'><transport "
     "xmlns='urn:xmpp:jingle:transports:ice-udp:1' pwd='$' ufrag='u'/></jingle></iq>"},
    {"SRTP keys (XEP-0167)", "<message><crypto xmlns='urn:xmpp:jingle:apps:rtp:1' "
                             "crypto-suite='AES' key-params='inline:$'/></message>"},
    {"the header of an upload (XEP-0363)",
     "<iq type='result' id='1'><slot xmlns='urn:xmpp:http:upload:0'><put url='https://u'>"
     "<header name='Authorization'>Basic $</header><header "
     "name='Cookie'>$</header></put></slot></iq>"},
    {"a property with a name and a value",
     "<message><property xmlns='urn:p' name='db.password' value='$'/></message>"},
    {"a push token in a form (XEP-0357)",
     "<iq type='set' id='1'><enable xmlns='urn:xmpp:push:0'><x xmlns='jabber:x:data' type='submit'>"
     "<field var='secret'><value>$</value></field></x></enable></iq>"},
    {"stored SCRAM keys (XEP-0227)",
     "<message><scram-credentials xmlns='urn:xmpp:pie:0#scram'><server-key>$</server-key>"
     "</scram-credentials></message>"},
    {"an upgrade of SCRAM (XEP-0480)",
     "<next xmlns='urn:xmpp:sasl:2'><task-data><hash xmlns='urn:xmpp:scram-upgrade:0'>$</hash>"
     "</task-data></next>"},
    {"an upgrade of SCRAM outside of SASL",
     "<message><hash xmlns='urn:xmpp:scram-upgrade:0'>$</hash></message>"},
    {"SASL in a prefix", "<s:auth xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>$</s:auth>"},
    {"SASL with a namespace in references",
     "<auth xmlns='urn:ietf:params:xml:ns:xmpp-s&#97;sl'>$</auth>"},
    {"SASL in a prefix that the stream declares", "<s:auth mechanism='PLAIN'>$</s:auth>"},
    {"SASL's mechanism with something else in it", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                                                   "mechanism='$'><mechanism>$</mechanism></auth>"},
    {"SASL inside a stanza", "<message><x xmlns='urn:x'><auth "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>$</auth></x></message>"},
    {"SASL: an element of another namespace inside",
     "<success xmlns='urn:xmpp:sasl:2'><x xmlns='urn:x' y='$'>$</x></success>"},
    {"SASL: the words of a failure", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                     "<not-authorized/><text>$ is wrong</text></failure>"},
    {"a handshake with a prefix", "<h:handshake xmlns:h='jabber:component:accept'>$</h:handshake>"},
    {"a handshake with a child", "<handshake><a b='$'>$</a></handshake>"},
    {"dialback", "<db:verify xmlns:db='jabber:server:dialback' from='a'>$</db:verify>"},
    {"what stands outside of the element", "<message/>$"},
    {"what comes behind the end of an element that is not here",
     "</value><value>$</value></field></iq>"},
    {"an element that begins elsewhere", "$</password></query></iq>"},
    {"a comment", "<message><!-- $ --></message>"},
    {"a processing instruction", "<message><?x $?></message>"},
    {"a document type", "<!DOCTYPE x [<!ENTITY e '$'>]><message/>"},
    {"a tag that is no tag", "<message><x a='b' $ ><y>$</y></message>"},
    {"a quote that never ends", "<message><x a='$><y>$</y></message>"},
    {"a tag in a tag", "<message><x a='<y>$'/></message>"},
};

} // namespace support
