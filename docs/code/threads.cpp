// docs/guide/threads.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/headstock.hpp>

namespace threads_page {

using bridge::Element, bridge::Tag;

// page: threaded
struct Translator {
    static std::string look_up(const std::string& text) { return "[" + text + "]"; } // may block

    Element asked(Element body, const Tag& message) { // copies: it runs on another thread
        return headstock::reply_to(message).add("body", look_up(std::string{body.text()}));
    }
};
HEADSTOCK_HANDLERS(Translator, on<&self::asked>("message@type=chat/body").from_others().threaded())
// page: end

TEST_CASE("pages: a threaded row answers from the client's thread") {
    Translator translator;
    headstock::testing::Stage stage;
    stage.client().register_handler(translator);
    stage.login();
    stage.says(juliet_says("hi"));
    CHECK(said(stage) == "[hi]");
}

} // namespace threads_page
