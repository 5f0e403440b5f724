// Dialogues as data: what the server says, what we must say, what the handlers must see.
//
//     jid: juliet@im.example.com/balcony       settings, before the first line of dialogue
//     password: r0m30myr0m30
//     tls: disabled                            otherwise STARTTLS is required
//     token: oMsTAAwAAAAM                      the next nonce or id that negotiation makes up
//     S: <stream:stream ...                    the server; goes on in lines that begin with a space
//     C: <starttls/>                           the client, to the byte
//     TLS                                      the handshake is done
//     SEND <message .../>                      our program sends this raw stanza
//     STOP                                     our program stops the client
//     CLOSED                                   the connection ends in order;  LOST: it is lost
//     PASS 30000                               milliseconds pass
//     E: message chat from ...: text           an event, in order
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace support {

struct TranscriptLine {
    enum Kind { server, client, event, tls, send, stop, closed, lost, pass } kind;
    std::string text;
};

struct Transcript {
    std::string jid;
    std::string password;
    bool in_clear = false;
    std::vector<std::string> tokens;
    std::vector<TranscriptLine> lines;

    std::size_t server_bytes() const;
};

/// Throws std::runtime_error with file and line when it is not a transcript.
Transcript load_transcript(const std::string& path);

/// How the server's bytes reach the client.
struct Reading {
    std::size_t size = 0;      ///< At most so many at once; 0: each S line whole.
    std::size_t split_at = 0;  ///< One cut more, behind so many bytes of all; 0: none.
};

/// Plays it through a session of our own.  Empty when everything was as written; else what was not.
std::string replay(const Transcript& transcript, const Reading& reading = {});

} // namespace support
