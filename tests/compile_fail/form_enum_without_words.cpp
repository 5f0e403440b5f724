// expect: headstock: an enum needs its words: .values({{
#include "headstock/extensions/form_table.hpp"

enum class Mode { a, b };
struct Mine {
    Mode mode = Mode::a;
};
HEADSTOCK_FORM(Mine, "urn:x", form_field<&self::mode>("mode"))

auto use(const Mine& mine) { return headstock::to_form(mine); }
