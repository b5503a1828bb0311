#include "report/figures/bundles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, LARGEST = 4 << 20 };
static const char *const names[BUNDLES] = {"vega.min.js", "vega-lite.min.js", "vega-embed.min.js"};

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(LARGEST) : NULL;
    *size = text ? fread(text, 1, LARGEST, file) : 0;
    bool is_whole = text && *size > 0 && *size < LARGEST && !ferror(file);
    if (file)
        fclose(file);
    if (is_whole)
        return text;
    free(text);
    return NULL;
}

static bool read_folder(struct bundles *bundles, const char *folder, const char *below)
{
    for (int i = 0; i < BUNDLES; i++) {
        char path[PATH_SIZE];
        if (snprintf(path, sizeof path, "%s%s/js/%s", folder, below, names[i]) < (int)sizeof path)
            bundles->text[i] = read_file(path, &bundles->size[i]);
        if (!bundles->text[i]) {
            bundles_free(bundles);
            return false;
        }
    }
    return true;
}

bool bundles_read(struct bundles *bundles)
{
    const char *named = getenv("BAKEOFF_SHARE");
    char program[PATH_SIZE];
    *bundles = (struct bundles){0};
    if (named)
        return read_folder(bundles, named, "");
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return read_folder(bundles, program, "/share") || read_folder(bundles, program, "/../share/bakeoff");
}

void bundles_free(struct bundles *bundles)
{
    for (int i = 0; i < BUNDLES; i++)
        free(bundles->text[i]);
    *bundles = (struct bundles){0};
}

const char *bundles_lacking(void)
{
    struct bundles bundles;
    bool is_whole = bundles_read(&bundles);
    bundles_free(&bundles);
    return is_whole
               ? NULL
               : "the page has tables and no figures: what draws them is not installed (scripts/bootstrap installs it "
                 "where there is npm)";
}
