// Fetches a file: the other half of examples/send_file.cpp.
#include "examples/command_line.hpp"

#include <headstock/headstock.hpp>
#include <headstock/upload/upload.hpp>

#include <iostream>

namespace {

struct Fetcher {
    headstock::AsyncClient& client;
    std::string url, path;
    unsigned limit = 0;
    headstock::TransferOptions how{};
    headstock::Upload upload{how};
    headstock::Error error{};

    void ready() {
        const auto started = upload.download_to(
            path, url, limit, [this](const headstock::Answer<headstock::Downloaded>& answer) {
                if (answer)
                    std::cout << answer->size << " bytes of " << answer->content_type << std::endl;
                if (answer.failure() != nullptr) error = *answer.failure();
                client.stop();
            });
        if (started) return;
        error = started.error;
        client.stop();
    }
};

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Fetches a file."};
    std::string url, path;
    unsigned limit = 10'000'000;
    bool allow_http = false;
    line.require("-u,--url", url, "where it is");
    line.require("-f,--file", path, "where it is put");
    line.allow("--limit", limit, "the most bytes");
    line.allow("--allow-http", allow_http, "of http too");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    const auto schemes =
        allow_http ? headstock::WebSchemes::http_too : headstock::WebSchemes::https_only;
    Fetcher fetcher{
        client, url, path, limit, {.schemes = schemes, .ca_file = line.options.ca_file}};
    client.register_handler(fetcher.upload);
    client.register_handler(fetcher);
    const auto error = client.run_until_signal();
    return examples::report(fetcher.error ? fetcher.error : error);
}
