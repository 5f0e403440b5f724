#!/usr/bin/env python3
"""The server answers a stream header with features, and STARTTLS is among them (RFC 6120 4.3, 5)."""
import os
import socket

HEADER = (
    "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)

port = int(os.environ["HS_C2S_PORT"])
received = b""
with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
    connection.sendall(HEADER.format(os.environ["HS_DOMAIN"]).encode())
    while b"</stream:features>" not in received:
        piece = connection.recv(4096)
        assert piece, f"the server closed the connection after {received!r}"
        received += piece
    connection.sendall(b"</stream:stream>")

assert b"urn:ietf:params:xml:ns:xmpp-tls" in received, f"no STARTTLS in {received!r}"
