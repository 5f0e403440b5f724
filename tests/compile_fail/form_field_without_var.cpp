// expect: headstock: a form's field has an empty var, or FORM_TYPE, which the table adds
#include "headstock/extensions/form_table.hpp"

struct Mine {
    int x = 0;
};
HEADSTOCK_FORM(Mine, "urn:x", form_field<&self::x>("FORM_TYPE"))

auto use(const Mine& mine) { return headstock::to_form(mine); }
