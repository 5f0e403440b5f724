// What a shared library of ours shows to those who link it: all else is hidden.
#pragma once

#define HEADSTOCK_API [[gnu::visibility("default")]]
