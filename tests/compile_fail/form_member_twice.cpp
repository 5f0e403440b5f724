// expect: headstock: one member stands in two fields of this form
#include "headstock/extensions/form_table.hpp"

struct Mine {
    int x = 0;
};
HEADSTOCK_FORM(Mine, "urn:x", form_field<&self::x>("x"), form_field<&self::x>("y"))

auto use(const Mine& mine) { return headstock::to_form(mine); }
