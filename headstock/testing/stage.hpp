// Where handlers are tested: a client that is logged in, without a server, a socket or a thread,
// and a clock that stands still until the test lets time pass.  docs/testing.md shows how.
#pragma once

#include "bridge/element.hpp"
#include "headstock/base_client.hpp"
#include "headstock/error.hpp"
#include "headstock/explanation.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"
#include "headstock/testing/fault.hpp"
#include "headstock/testing/server.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::testing {

/// A client, its server, and the time.
///
///     Echo echo;                                                       // what is to be tested
///     headstock::testing::Stage stage;
///     stage.client().register_handler(echo);
///     stage.login();
///     stage.says("<message type='chat' from='juliet@example.org/b'><body>hi</body></message>");
///     CHECK(stage.sent_elements().at(0).child("body").text() == "hi");
///
/// The client is a BaseClient; its password is "secret".  Handlers are called inside the functions
/// here, and inside those of the client that say so; `.threaded()` rows too, one after the other
/// when the client has come to rest: nothing runs beside the test.  A handler may call nothing of
/// the stage but busy_for() and now().
///
/// The same program with the same seed gives the same bytes both ways, ids, nonces and the waiting
/// of Options::reconnect included; headstock::new_id() stays random.
///
/// Everything that does not fit, as says() without a connection, throws std::logic_error with what
/// to do instead.  Objects that are registered must live as long as the stage, or until they are
/// unregistered.  One thread.
class HEADSTOCK_API Stage {
public:
    /// Options as they are with Tls::disabled and without Options::liveness, so that nothing is
    /// sent but what the test brings about.
    static Options in_clear();

    /// With Tls::required or Tls::direct TLS is played: its handshake takes no bytes and no time,
    /// ends as Server::Settings::handshake says, and what follows is in clear here, and inside
    /// verified TLS for the client.  No file of authorities is read.  The server offers STARTTLS
    /// when the options require it.  Throws std::invalid_argument for what BaseClient::check() does
    /// not take.
    explicit Stage(const Options& options = in_clear(),
                   std::uint64_t seed = 1,
                   std::string_view account = "romeo@example.org");
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// There from the beginning, so that handlers can be registered before login().
    BaseClient& client();
    /// Its settings count from the next login; its domain is the account's.
    Server& server();

    // --- the connection --------------------------------------------------------------------------

    /// Connect, and log in; `ready` hooks have run when it returns.  Throws std::runtime_error with
    /// the transcript when that does not lead to a session.
    void login();
    /// Connect, and see what comes of it: for logins that are to fail.
    void connect();
    /// The connection is lost, or the attempt to make one fails that is due after a loss.  What the
    /// client has not written by then (settle()) does not arrive.
    void lose(const Error& why = {Errc::connection_lost, "the connection is cut"});
    /// After a loss, with Options::reconnect: let time pass until the client wants a connection,
    /// and log in.
    void come_back();
    /// A connection stands.  It ends by lose(), and when the client or the server ends the stream.
    bool connected() const;

    // --- what is said ----------------------------------------------------------------------------

    /// The server says this: any XML, a whole stanza or a part of one.
    void says(std::string_view xml);
    /// The same of a stanza that stream management counts, and says again over another connection
    /// when the client has not acknowledged it: see Server::says.
    void says(const bridge::Element& stanza);
    /// The stanzas that the client has written since the last call of this or of sent_elements(),
    /// as XML, one behind the other.  Nothing of a login is among them.
    std::string sent();
    /// The same as elements.
    std::vector<bridge::Element> sent_elements();
    /// Why each row is called for this stanza, or is not: ClientApi::explain of a stanza as says()
    /// takes it.  No row is called, and the server says nothing.  Throws std::invalid_argument for
    /// what is not one whole stanza.
    Explanation explain(std::string_view xml);
    /// Carry what waits on both sides until both are silent.  Every function here but lose() does;
    /// it is for what was done on client().  Throws std::runtime_error when they never are.
    void settle();
    /// All that was said since the beginning: a line for each piece that one side wrote, with the
    /// time in seconds and who wrote it, and for each beginning and end of a connection.
    const std::string& transcript() const;

    // --- time ------------------------------------------------------------------------------------

    /// Let so much time pass.  Whatever is due in between happens at its own time, in order.
    void pass(std::chrono::milliseconds time);
    /// What a handler calls to take so long: the clock goes on, and what falls due meanwhile
    /// happens late, when it has returned.  For what Limits::handler tells, and for time-outs that
    /// a program misses since it was busy.  In a `.threaded()` row it is as if the client's thread
    /// were busy, which it is not.
    void busy_for(std::chrono::milliseconds time);
    /// Since the beginning.
    std::chrono::milliseconds now() const;

    // --- for Sweep -------------------------------------------------------------------------------

    /// Break the bytes at this place, once.  After a cut says() goes nowhere until there is another
    /// connection, and login() does not throw: the test goes on.  A stalled connection stands
    /// until a time-out ends it, for which a test lets time pass.  Before login().
    void set_fault(Fault fault);
    /// How many bytes have reached the client, and the server.
    std::uint64_t bytes_from_server() const;
    std::uint64_t bytes_from_client() const; ///< Likewise, for a Sweep.

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace headstock::testing
