#include "sim/mix.h"

struct window mix_window(const struct mix *mix, size_t part, size_t parts, size_t first)
{
    size_t left = mix->count - first;
    if (mix->values)
        return (struct window){mix->values + part * mix->count + first, mix->count, left};
    size_t count = left < MIX_WINDOW ? left : MIX_WINDOW;
    for (size_t i = 0; i < parts; i++)
        mix->read(mix->source, part + i, first, count, mix->room + i * MIX_WINDOW);
    return (struct window){mix->room, MIX_WINDOW, count};
}
