// expect: Handle
#include "headstock/handle.hpp"

headstock::Handle use() { return headstock::Handle{7}; }
