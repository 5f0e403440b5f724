// expect: headstock: a field of another class stands in this form's table
#include "headstock/extensions/form_table.hpp"

struct Other {
    int x = 0;
};
struct Mine {
    int x = 0;
};
HEADSTOCK_FORM(Mine, "urn:x", form_field<&Other::x>("x"))

auto use(const Mine& mine) { return headstock::to_form(mine); }
