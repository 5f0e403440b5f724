// Uses somebody else's commands against a real server and prints what came of it, for commands.py.
//
// --to: whose; --node: which one, of two forms at most, of which each field is filled with --fill.
#include "examples/command_line.hpp"
#include "headstock/extensions/remote_commands.hpp"

#include <iostream>
#include <string>
#include <string_view>

using headstock::Answer, headstock::CommandList, headstock::CommandResult;

namespace {

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}

struct User {
    headstock::AsyncClient& client;
    headstock::RemoteCommands& remote;
    std::string to{};
    std::string node{};
    std::string fill{};
    bool back = false; ///< To go back once from the second form.
    int forms = 0;

    void ready() {
        client.send_stanza(headstock::presence());
        remote.list(to, [this](const Answer<CommandList>& answer) {
            if (!answer) return end("list: " + answer.message());
            for (const auto& each : answer->commands) say("listed " + each.node, each.name);
            if (node.empty()) return end("listed all");
            remote.execute(to, node, step());
        });
    }
    headstock::RemoteCommands::OnStep step() {
        return [this](const Answer<CommandResult>& answer) { stepped(answer); };
    }
    void stepped(const Answer<CommandResult>& answer) {
        if (!answer) {
            const auto* refusal = answer.refusal();
            const auto fault = refusal == nullptr ? std::nullopt : command_fault(*refusal);
            return end("refused: " + (fault ? std::string{to_string(*fault)} : answer.message()));
        }
        say("status", to_string(answer->status));
        for (const auto& note : answer->notes) say("note", note.text);
        if (answer->form) {
            for (const auto& field : answer->form->fields)
                say("field " + field.var.value_or("-"),
                    field.values.empty() ? "" : field.values.front());
        }
        if (!answer->executing()) return end("over");
        if (++forms > 5) return end("endless");
        if (back && answer->actions.prev) {
            back = false;
            remote.prev(*answer, step());
            return;
        }
        if (fill == "cancel") {
            remote.cancel(*answer, step());
            return;
        }
        remote.answer(*answer, filled(*answer), step());
    }
    headstock::DataForm filled(const CommandResult& result) const {
        headstock::DataForm form{headstock::FormType::submit};
        if (!result.form) return form;
        for (const auto& field : result.form->fields) {
            if (!field.var) continue;
            const bool keep =
                field.type == headstock::FormFieldType::hidden || !field.options.empty();
            form.set(*field.var, keep ? field.values : std::vector<std::string>{fill});
        }
        return form;
    }
    void end(const std::string& how) {
        say("end", how);
        client.stop();
    }
};

} // namespace

int main(int argc, char** argv) {
    std::string to;
    std::string node;
    std::string fill;
    bool back = false;
    examples::CommandLine line{"Uses the commands of somebody else."};
    line.require("--to", to, "whose");
    line.allow("--node", node, "which one; none: list them");
    line.allow("--fill", fill, "what each field is filled with; cancel: end it");
    line.allow("--back", back, "go back once");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    headstock::RemoteCommands remote;
    User user{client, remote, to, node, fill, back};
    client.register_handler(remote);
    client.register_handler(user);
    return examples::report(client.run());
}
