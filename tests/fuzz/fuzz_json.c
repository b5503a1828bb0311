/* The strict scan: whatever it lets pass, cJSON parses to the same shape (json_open asserts it), and every place lies
 * inside the text. */
#include <stdint.h>
#include <stdlib.h>

#include "scenarios/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visit(struct arena *arena, const struct json *value, size_t size)
{
    if (value->at > value->end || value->end > size)
        abort();
    for (const struct json *child = value->child; child != NULL; child = child->next) {
        if (child->at < value->at || child->end > value->end)
            abort();
        visit(arena, child, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct diagnostics list = {0};
    struct json_document *document = json_open(arena, source_copy(arena, "fuzz", (const char *)data, size), &list);
    if (document == NULL && list.count == 0)
        abort();
    if (document != NULL) {
        visit(arena, document->root, size);
        json_path(arena, document->root, "x");
        json_close(document);
    }
    diagnostics_free(&list);
    arena_free(arena);
    return 0;
}
