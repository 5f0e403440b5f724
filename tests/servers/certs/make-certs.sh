#!/bin/bash
# make-certs.sh DIR [DOMAIN] : a private CA and a server certificate for tests.
#
# Writes DIR/ca.crt ca.key server.crt server.key (server.crt holds the leaf and then the CA) and, for
# negative tests, other-ca.crt, selfsigned.*, expired.* and wronghost.*.  srvname.* and xmppaddr.* name
# the server by such a name alone.  Takes about 0.1 s (elliptic-curve keys).  Needs openssl 3.0.
set -eu
dir=${1:?usage: make-certs.sh DIR [DOMAIN]}
domain=${2:-localhost}
mkdir -p "$dir"
[[ -s $dir/server.crt && -s $dir/.done ]] && exit 0

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

ca() { # NAME CN
    key "$dir/$1.key"
    openssl req -x509 -new -key "$dir/$1.key" -sha256 -days 3650 -subj "/CN=$2" \
        -addext 'basicConstraints=critical,CA:TRUE' \
        -addext 'keyUsage=critical,keyCertSign,cRLSign' -out "$dir/$1.crt" 2> /dev/null
}

# sans DOMAIN: dNSName, SRVName and xmppAddr (RFC 6120, 13.7.1).  The subdomains by name too: OpenSSL,
# unlike mbedTLS, takes no wildcard right below a top-level domain.
sans() {
    printf 'DNS:%s,DNS:anon.%s,DNS:upload.%s,DNS:*.%s,' "$1" "$1" "$1" "$1"
    printf 'otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.%s,' "$1"
    printf 'otherName:1.3.6.1.5.5.7.8.5;UTF8:%s' "$1"
}

config() { # FOLDER SANS: of `openssl ca`, which unlike `openssl x509` takes a start date
    cat << CONF
[ca]
default_ca = it
[it]
database = $1/db
serial = $1/serial
new_certs_dir = $1
default_md = sha256
policy = any
x509_extensions = ext
[any]
commonName = supplied
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $2
CONF
}

leaf() { # NAME SANS START END (YYYYMMDDhhmmssZ)
    local name=$1 work
    work=$(mktemp -d)
    key "$dir/$name.key"
    : > "$work/db"
    openssl rand -hex 8 > "$work/serial"
    config "$work" "$2" > "$work/conf"
    openssl req -new -key "$dir/$name.key" -subj '/CN=headstock test' -out "$work/csr"
    openssl ca -batch -notext -config "$work/conf" -cert "$dir/ca.crt" -keyfile "$dir/ca.key" \
        -in "$work/csr" -startdate "$3" -enddate "$4" -out "$work/leaf" 2> "$work/err" ||
        { cat "$work/err" >&2; exit 1; }
    cat "$work/leaf" "$dir/ca.crt" > "$dir/$name.crt"
    rm -rf -- "$work"
}

ca ca 'headstock test CA'
ca other-ca 'some other CA'
now=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
later=$(date -u -d '+365 days' +%Y%m%d%H%M%SZ)
leaf server "$(sans "$domain")" "$now" "$later"
leaf srvname "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.$domain" "$now" "$later"
leaf xmppaddr "otherName:1.3.6.1.5.5.7.8.5;UTF8:$domain" "$now" "$later"
leaf wronghost "$(sans wrong.invalid)" "$now" "$later"
leaf expired "$(sans "$domain")" 20200101000000Z 20200201000000Z
key "$dir/selfsigned.key"
openssl req -x509 -new -key "$dir/selfsigned.key" -sha256 -days 365 -subj "/CN=$domain" \
    -addext "subjectAltName=$(sans "$domain")" -out "$dir/selfsigned.crt" 2> /dev/null
chmod 600 "$dir"/*.key
echo ok > "$dir/.done"
