#include "report/cli/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/emit.h"

/* One file, once for every cell of the grid. */
static void add_file(struct inputs *inputs, const char *file, const struct vary_axis *axes, size_t axis_count)
{
    size_t cells = 1;
    for (size_t a = 0; a < axis_count; a++)
        cells *= axes[a].count;
    inputs->items = xrealloc(inputs->items, (inputs->count + cells) * sizeof *inputs->items);
    for (size_t cell = 0; cell < cells; cell++) {
        struct input *input = &inputs->items[inputs->count++];
        *input = (struct input){.file = xtext(file), .variation_count = axis_count};
        input->variations = xalloc((axis_count + 1) * sizeof *input->variations);
        for (size_t a = axis_count, rest = cell; a-- > 0; rest /= axes[a].count)
            input->variations[a] = (struct variation){axes[a].key, axes[a].values[rest % axes[a].count]};
    }
}

static int is_json(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(struct inputs *inputs, const char *path, const struct vary_axis *axes, size_t axis_count,
                       bool is_quiet)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_json, by_name);
    for (int i = 0; i < count; i++) {
        size_t length = strlen(path);
        char *file = xformat("%s%s%s", path, length > 0 && path[length - 1] == '/' ? "" : "/", entries[i]->d_name);
        struct stat status;
        bool is_there = stat(file, &status) == 0, is_folder = is_there && S_ISDIR(status.st_mode),
             is_file = !is_there || S_ISREG(status.st_mode); /* a pipe that happens to lie there would be waited for */
        const char *other = is_file ? file_other_kind(file) : is_folder ? NULL : "a pipe or a device";
        char visible[1024];
        if (other && !is_quiet)
            fprintf(stderr, "bakeoff: %s is %s, no scenario: passed over\n",
                    emit_visible(visible, sizeof visible, file), other);
        else if (is_file && !other)
            add_file(inputs, file, axes, axis_count);
        free(file);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0;
}

void inputs_gather(struct inputs *inputs, char *const *paths, size_t path_count, const struct vary_axis *axes,
                   size_t axis_count, bool is_quiet)
{
    *inputs = (struct inputs){0};
    for (size_t i = 0; i < path_count; i++) {
        struct stat status;
        bool is_there = stat(paths[i], &status) == 0;
        char visible[1024];
        if (is_there && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
            fprintf(stderr,
                    "%s: error: is a pipe or a device, and a batch reads its scenarios more than once: save it first\n",
                    emit_visible(visible, sizeof visible, paths[i]));
            inputs->unreadable++;
        } else if (is_there && !S_ISDIR(status.st_mode))
            add_file(inputs, paths[i], axes, axis_count);
        else if (!is_there || !add_folder(inputs, paths[i], axes, axis_count, is_quiet)) {
            int error = errno;
            fprintf(stderr, "%s: error: cannot be read: %s\n", emit_visible(visible, sizeof visible, paths[i]),
                    strerror(error));
            inputs->unreadable++;
        }
    }
}

void inputs_free(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->items[i].file);
        free(inputs->items[i].variations);
    }
    free(inputs->items);
    *inputs = (struct inputs){0};
}
