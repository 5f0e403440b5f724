// A whole session against a server that says anything: an end, once; no credentials in clear; no
// row outside a session; bounded memory; well-formed XML out.
//
// The input is a script, a step a line; the first letter says which:
//     oLETTERS  options, see options_of()         jJID wPASSWORD  of the client
//     kTOKEN    the next nonce or id that it makes up
//     c         connect                           x  the connection is lost
//     S...      the server says this; {id} stands for the id of the client's last iq
//     *N        and again, N times                sN  from now on in reads of N bytes; 0: whole
//     h         an honest server answers what was written      H  until it has nothing to say
//     tN        N milliseconds pass
//     m q r... a p y   the client sends a message, asks, sends raw XML, sets a timer, posts, says
//                      by the honest server what stream management counts
//     z f u n e l d    stop, finish, suspend, network_changed, reconnect_now, log on or off, doze
#include "tests/fuzz/session_script.hpp"

#include "headstock/base_client.hpp"
#include "headstock/base_component.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/heap_count.hpp"

#include <string>
#include <string_view>

namespace fuzz {
namespace {

using namespace headstock;

bool has(std::string_view letters, char letter) { return letters.find(letter) != letters.npos; }

constexpr Limits narrow{.before_login = 16u << 10,
                        .held = 128u << 10,
                        .queued = 64u << 10,
                        .unacked = 64u << 10,
                        .threaded = 64u << 10,
                        .posted = 64,
                        .copied = 16u << 10};

Options options_of(std::string_view letters) {
    Options options;
    options.limits = narrow;
    if (has(letters, 'c')) options.tls = Tls::disabled;
    if (has(letters, 'D')) options.tls = Tls::direct;
    options.insecure_plain_password = has(letters, 'p');
    if (has(letters, 'r')) options.reconnect = Backoff{};
    if (has(letters, 'b')) options.reconnect = Backoff{.before_first_session = true};
    options.stream_management = !has(letters, 's');
    options.sasl2 = !has(letters, '2');
    options.bind2 = options.sasl2 && has(letters, 'B');
    options.pipelining = !has(letters, 'n');
    if (has(letters, 'k')) options.saved_state = SavedState{};
    options.save_keys = has(letters, 'k');
    options.resend_unconfirmed = options.reconnect && has(letters, 'u');
    if (has(letters, 'O')) options.offline_queue = OfflineQueue::drop_oldest;
    if (has(letters, 'v')) options.insecure_skip_verification = true;
    if (has(letters, 'w')) options.whitespace_keepalive = std::chrono::seconds{30};
    return options;
}

Way way_of(Tls tls) {
    if (tls == Tls::disabled) return Way::in_clear;
    return tls == Tls::direct ? Way::direct_tls : Way::starttls;
}

ComponentOptions component_options_of(std::string_view letters) {
    ComponentOptions options;
    options.limits = narrow;
    options.tls = ComponentTls::unencrypted;
    if (has(letters, 'r')) options.reconnect = Backoff{};
    return options;
}

void play_client(const Head& head, Bytes bytes) {
    auto options = options_of(head.options);
    Register form{"r@e.test"};
    form.set("first", "Romeo").set("nick", "r");
    if (has(head.options, 'g')) options.registration = &form;
    Roster roster;
    Presence presence;
    Account account;
    Script<BaseClient> script{head, way_of(options.tls), options};
    if (script.cannot_start()) return;
    script.client().register_handler(roster);
    script.client().register_handler(presence);
    script.client().register_handler(account);
    script.play(bytes);
}

void play_component(const Head& head, Bytes bytes) {
    Script<BaseComponent> script{head, Way::in_clear, component_options_of(head.options)};
    if (!script.cannot_start()) script.play(bytes);
}

Head head_of(Bytes& bytes) {
    Head head;
    for (auto rest = bytes; !rest.empty(); bytes = rest) {
        const auto line = rest.until('\n');
        if (line.empty()) continue;
        const std::string value{line.substr(1)};
        if (line[0] == 'o') {
            head.options = value;
        } else if (line[0] == 'j') {
            head.jid = value;
        } else if (line[0] == 'w') {
            head.password = value;
        } else if (line[0] == 'k') {
            head.tokens.push_back(value);
        } else {
            break;
        }
    }
    return head;
}

} // namespace

// R6: 4 MiB, or half as much again as may be held; and what the test itself keeps.
void session(std::string_view input) {
    constexpr std::size_t most = (4u << 20) + 4 * Script<BaseClient>::most_said;
    const test::HeapPeak peak;
    Bytes bytes{input};
    const auto head = head_of(bytes);
    has(head.options, 'C') ? play_component(head, bytes) : play_client(head, bytes);
    check(peak.bytes() <= most, "a session takes too much memory", std::to_string(peak.bytes()));
}

} // namespace fuzz
