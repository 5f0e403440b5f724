// expect: headstock: two fields for one var
#include "headstock/extensions/form_table.hpp"

struct Mine {
    int x = 0, y = 0;
};
HEADSTOCK_FORM(Mine, "urn:x", form_field<&self::x>("x"), form_field<&self::y>("x"))

auto use(const Mine& mine) { return headstock::to_form(mine); }
