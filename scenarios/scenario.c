#include "scenarios/scenario.h"

#include "scenarios/scenario_keys.h"

/* `root` is what opening gave; its errors are in the diagnostics. */
static struct scenario *read_root(struct reader *reader, const struct json *root, size_t errors)
{
    struct scenario *scenario = arena_take(reader->arena, sizeof *scenario);
    bool is_good = root != NULL && reader_is_object(reader, root, "a scenario, which is a JSON object") &&
                   scenario_fill(reader, root, scenario) && diagnostics_errors(reader->diagnostics) == errors;
    reader_end(reader);
    if (!is_good) {
        arena_free(reader->arena);
        return NULL;
    }
    scenario->memory = reader->arena;
    return scenario;
}

struct scenario *scenario_read(const char *path, struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics);
    struct reader reader = reader_begin(diagnostics, arena_create());
    return read_root(&reader, reader_open(&reader, path), errors);
}

struct scenario *scenario_read_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics);
    struct reader reader = reader_begin(diagnostics, arena_create());
    reader.is_sealed = true;
    return read_root(&reader, reader_open_text(&reader, name, text, size), errors);
}

void scenario_free(struct scenario *scenario)
{
    if (scenario != NULL)
        arena_free(scenario->memory);
}
