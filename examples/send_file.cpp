// Sends a file to a person, or with -r to a room: puts it where the server keeps files, with a bar
// that shows how far it is, and sends the link.  Exit status 0 means that both is done.
#include "command_line.hpp"

#include <headstock/headstock.hpp>
#include <headstock/upload/upload.hpp>

#include <iostream>

namespace {

struct Sender {
    headstock::AsyncClient& client;
    std::string to, path, type;
    bool room = false, quiet = false;
    headstock::TransferOptions how{};
    headstock::Upload upload{how};
    headstock::Error error{};

    void ready() {
        if (room) { // a room takes messages of those who are in it
            auto join =
                headstock::presence().set("to", to + "/" + std::string{client.jid().local()});
            client.send_stanza(join.add(bridge::Element{"x", "http://jabber.org/protocol/muc"}));
        }
        auto file = headstock::UploadFile::at(path);
        if (!type.empty()) file.request.content_type = type;
        const auto started = upload.send(
            std::move(file),
            [this](const headstock::Answer<headstock::Uploaded>& answer) { ended(answer); },
            [this](const headstock::Progress& now) { show(now.done, *now.total); });
        if (!started) fail(started.error);
    }
    void ended(const headstock::Answer<headstock::Uploaded>& answer) {
        if (!answer) return fail({headstock::Errc::rejected, "not sent: " + answer.message()});
        const auto kind = room ? headstock::StanzaType::groupchat : headstock::StanzaType::chat;
        const auto sent = client.send_stanza(headstock::file_message(to, *answer, kind));
        if (!sent) return fail(sent.error);
        if (!quiet) std::cout << '\n' << headstock::printable(answer->url) << std::endl;
        client.finish();
    }
    void show(std::uint64_t done, std::uint64_t total) const {
        const std::size_t width = 40, filled = total == 0 ? width : done * width / total;
        if (quiet) return;
        std::cout << "\r[" << std::string(filled, '#') << std::string(width - filled, ' ') << "] "
                  << done << " of " << total << " bytes" << std::flush;
    }
    void fail(headstock::Error why) {
        error = std::move(why);
        client.stop();
    }
};

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends a file to a person or a room, and leaves."};
    std::string to, path, type;
    bool room = false, allow_http = false;
    line.require("-t,--to", to, "to whom, as in juliet@example.org");
    line.require("-f,--file", path, "the file");
    line.allow("-r,--room", room, "it is the address of a room");
    line.allow("--type", type, "what it is, as in image/jpeg");
    line.allow("--allow-http", allow_http, "the server that keeps files may speak http");
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(to, &error)) return examples::report(error);

    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    const auto schemes =
        allow_http ? headstock::WebSchemes::http_too : headstock::WebSchemes::https_only;
    Sender sender{client,
                  to,
                  path,
                  type,
                  room,
                  line.quiet,
                  {.schemes = schemes, .ca_file = line.options.ca_file}};
    client.register_handler(sender.upload); // before what uses it in its own ready
    client.register_handler(sender);
    error = client.run_until_signal();
    return examples::report(sender.error ? sender.error : error);
}
