#include "report/batch/store.h"

#include "report/batch/regular.h"
#include "report/output.h"
#include "scenarios/arena.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names ---- */

char *store_file_path(const char *out, const char *name)
{
    return xformat("%s/%s", out, name);
}

char *store_agenda_path(const char *out)
{
    return store_file_path(out, "parts/agenda.json");
}

char *store_part_folder(const char *out, const struct planned *planned)
{
    return xformat("%s/parts/%s", out, planned->folder);
}

char *store_part_path(const char *out, const struct planned *planned, uint64_t block)
{
    return xformat("%s/parts/%s/%06llu.part", out, planned->folder, (unsigned long long)block);
}

/* ---- the agenda ---- */

static char *load(const char *path, size_t *size)
{
    struct stat status;
    int fd = regular_open(path, &status);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (fd >= 0 && !file)
        close(fd);
    char *text = NULL;
    *size = 0;
    for (size_t room = 0; file && !feof(file) && !ferror(file);) {
        if (*size == room)
            text = xrealloc(text, room = room > 0 ? 2 * room : 1 << 16);
        *size += fread(text + *size, 1, room - *size, file);
    }
    int error = errno;
    bool failed = !file || ferror(file);
    if (file)
        fclose(file);
    if (!failed)
        return text;
    free(text);
    errno = error;
    return NULL;
}

bool store_read(const char *out, struct agenda *agenda, struct diagnostics *diagnostics)
{
    char *path = store_agenda_path(out);
    size_t size;
    char *text = load(path, &size);
    bool is_good = text && agenda_read(agenda, path, text, size, diagnostics);
    if (!text && errno != ENOENT && errno != ENOTDIR)
        diagnostics_add_file(diagnostics, path, true, "%s", regular_reason(errno));
    if (text && !is_good)
        agenda_free(agenda);
    free(text);
    free(path);
    return is_good;
}

/* NULL where every scenario of `before` is among those of `now`, unchanged. */
static char *find_change(const struct agenda *before, const struct agenda *now)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct planned *old = &before->items[i], *new = agenda_find(now, old->scenario.name);
        if (!new)
            return xformat("'%s' was part of this batch and is not any more", old->scenario.name);
        if (strcmp(old->text, new->text) != 0) {
            char *difference = agenda_difference(old, new);
            char *why = xformat("of '%s', %s", old->scenario.name, difference);
            free(difference);
            return why;
        }
    }
    return NULL;
}

/* One sync for all. */
static int make_folders(const char *out, const struct agenda *agenda, char **why)
{
    *why = store_file_path(out, "parts");
    int status = output_make_directory(*why);
    for (size_t i = 0; i < agenda->count && status == 0; i++) {
        free(*why);
        *why = store_part_folder(out, &agenda->items[i]);
        status = mkdir(*why, 0777) && errno != EEXIST ? -1 : 0;
    }
    if (status < 0)
        return -1;
    output_sync_folder(*why);
    free(*why);
    *why = NULL;
    return 0;
}

const char *const store_results[] = {"trials.csv",   "summary.csv",   "differences.csv",
                                     "summary.json", "manifest.json", NULL};

/* What lies where results are to go, though no batch is known to have been here. */
static char *find_foreign(const char *out)
{
    char *found = NULL;
    for (const char *const *name = store_results; *name && !found; name++) {
        char *path = store_file_path(out, *name);
        struct stat status;
        if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
            found = xformat("holds %s, which no batch has left there (no parts/agenda.json)", *name);
        free(path);
    }
    return found;
}

int store_begin(const char *out, const struct agenda *agenda, const char *text, char **why)
{
    char *path = store_agenda_path(out);
    size_t size;
    char *there = load(path, &size);
    int status = 0;
    *why = NULL;
    if (there && (size != strlen(text) || memcmp(there, text, size) != 0)) {
        struct diagnostics diagnostics = {0};
        struct agenda before;
        *why = agenda_read(&before, path, there, size, &diagnostics) ? find_change(&before, agenda)
                                                                     : xformat("'%s' cannot be read", path);
        agenda_free(&before);
        diagnostics_free(&diagnostics);
        status = *why ? 1 : 0;
    }
    if (!there && errno != ENOENT && errno != ENOTDIR) {
        *why = xformat("'%s' cannot be read: %s%s", path, errno == EINVAL ? "it " : "", regular_reason(errno));
        status = 2;
    } else if (!there)
        status = (*why = find_foreign(out)) ? 2 : 0;
    if (status == 0)
        status = make_folders(out, agenda, why);
    bool is_same = there && size == strlen(text) && memcmp(there, text, size) == 0;
    if (status == 0 && !is_same && output_put(path, text, strlen(text))) {
        *why = xtext(path);
        status = -1;
    }
    int error = errno;
    free(there);
    free(path);
    errno = error;
    return status;
}

/* ---- removing ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), least = strlen(ending);
    return length >= least && strcmp(name + length - least, ending) == 0;
}

/* Half-written, by nobody who is still at it. */
static bool is_temporary(const char *name)
{
    return output_is_abandoned(name);
}

static bool is_part(const char *name)
{
    return ends_with(name, ".part") || is_temporary(name);
}

static bool is_of_parts(const char *name)
{
    return ends_with(name, ".json") || is_temporary(name);
}

static bool is_result(const char *name)
{
    const char *base = is_temporary(name) ? name + 1 : name; /* .trials.csv.PID-0@HOST.tmp */
    for (const char *const *result = store_results; *result; result++) {
        size_t length = strlen(*result);
        if (strncmp(base, *result, length) == 0 && base[length] == (base == name ? '\0' : '.'))
            return true;
    }
    return false;
}

static bool is_half_result(const char *name)
{
    return is_temporary(name) && is_result(name);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int clear_folder(const char *path, bool (*is_meant)(const char *name), bool (*inside)(const char *name));

/* Removes what is meant; goes down into folders by `inside`, which go too when empty unless that is the same. */
static int clear_entry(const char *path, const char *name, bool (*is_meant)(const char *name),
                       bool (*inside)(const char *name))
{
    char *inner = store_file_path(path, name);
    bool is_dot = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    int status = 0;
    if (!is_dot && inside && is_folder(inner)) {
        status = clear_folder(inner, inside, NULL);
        if (inside != is_meant && rmdir(inner) && errno != ENOTEMPTY && errno != EEXIST)
            status = -1;
    } else if (!is_dot && is_meant(name) && unlink(inner) && errno != ENOENT) {
        status = -1;
    }
    int error = errno;
    free(inner);
    errno = error;
    return status;
}

static int is_anything(const struct dirent *entry)
{
    return entry->d_name[0] != '\0';
}

static int clear_folder(const char *path, bool (*is_meant)(const char *name), bool (*inside)(const char *name))
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_anything, alphasort), status = count >= 0 || errno == ENOENT ? 0 : -1;
    int error = errno;
    for (int i = 0; i < count; i++) {
        if (status == 0 && clear_entry(path, entries[i]->d_name, is_meant, inside)) {
            error = errno;
            status = -1;
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    errno = error;
    return status;
}

int store_clear(const char *out)
{
    char *agenda = store_agenda_path(out), *parts = store_file_path(out, "parts");
    bool is_batch = access(agenda, F_OK) == 0;
    free(agenda);
    if (!is_batch) {
        free(parts);
        return 0;
    }
    /* The agenda last: what is left of an interrupted clearing is still known. */
    int status = clear_folder(parts, is_temporary, is_part);
    if (status == 0)
        status = clear_folder(out, is_result, NULL);
    if (status == 0)
        status = clear_folder(parts, is_of_parts, NULL);
    int error = errno;
    rmdir(parts);
    free(parts);
    errno = error;
    return status;
}

void store_tidy(const char *out)
{
    char *parts = store_file_path(out, "parts");
    clear_folder(parts, is_temporary, is_temporary);
    clear_folder(out, is_half_result, NULL);
    free(parts);
}
