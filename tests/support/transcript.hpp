// Dialogues as data: what the server says, what we must say, what a program must see.
//
//     jid: juliet@im.example.com/balcony       settings
//     password: r0m30myr0m30
//     tls: disabled                            otherwise STARTTLS is required
//     clear-password: allowed                  the password itself may go over an open connection
//     role: component                          the jid is its domain, the password its secret
//     minimum: SCRAM-SHA-1                     the weakest mechanism to log in with
//     register: first=Romeo email=r@e.test     register first; every hook is there
//     token: oMsTAAwAAAAM                      the next nonce or id that negotiation makes up
//     S: <stream:stream ...                    the server; goes on in lines that begin with a space
//     C: <starttls/>                           the client, to the byte
//     TLS                                      the handshake is done
//     SEND <message .../>                      our program sends this raw stanza
//     STOP                                     our program stops the client
//     CLOSED                                   the connection ends in order
//     LOST                                     it is lost, and with it what no C line has read
//     PASS 30000                               milliseconds pass
//     E: message chat from ...: text           an event, in order
//     == the server is silent                  a dialogue by this name begins here
//
// What stands before the first == is how all dialogues of the file begin.  `E: stopping` may say
// the code, the condition after a colon, and the whole message after a bar; or leave off from the
// end.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

struct TranscriptLine {
    enum Kind { server, client, event, tls, send, stop, closed, lost, pass } kind;
    std::string text;
};

struct Transcript {
    std::string name;
    std::string jid;
    std::string password;
    bool in_clear = false;
    bool clear_password = false;
    bool component = false;
    std::string minimum;
    std::optional<std::string> registration;
    std::vector<std::string> tokens;
    std::vector<TranscriptLine> lines;
    std::size_t common_lines = 0; ///< Lines it has from before the first ==, like its siblings.

    /// Bytes that the server says in the first `count` lines; in all.
    std::size_t server_bytes(std::size_t count) const;
    std::size_t server_bytes() const { return server_bytes(lines.size()); }
};

/// The dialogues of a file, at least one.  Throws std::runtime_error with file and line when it is
/// not a transcript.
std::vector<Transcript> load_transcripts(const std::string& path);
/// Those of all files in tests/transcripts, in order of their names.
std::vector<Transcript> all_transcripts();

/// How the server's bytes reach the client.
struct Reading {
    std::size_t size = 0;     ///< At most so many at once; 0: each S line whole.
    std::size_t split_at = 0; ///< One cut more, behind so many bytes of all; 0: none.
    std::function<void(std::string_view line)> log{}; ///< Set: the wire is logged to it.
};

/// Plays it through a session of our own.  Empty when everything was as written; else what was not.
std::string replay(const Transcript& transcript, const Reading& reading = {});

} // namespace support
