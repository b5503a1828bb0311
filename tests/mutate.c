#include "tests/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *mutate_load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = NULL;
    size_t size = 0, room = 0, got = 1;
    while (got > 0) {
        room = size + 65536;
        text = realloc(text, room + 1);
        if (text == NULL)
            abort();
        got = fread(text + size, 1, room - size, file);
        size += got;
    }
    fclose(file);
    text[size] = '\0';
    return text;
}

enum { NAME_SIZE = 256 };

/* One step of a path: the name or index at *path, which moves past it. Returns false at its end. */
static bool next_step(const char **path, char name[NAME_SIZE], int *index)
{
    const char *at = *path;
    if (*at == '\0')
        return false;
    *index = -1;
    if (at[0] == '[' && at[1] == '"') {
        const char *end = strstr(at, "\"]");
        snprintf(name, NAME_SIZE, "%.*s", (int)(end - at - 2), at + 2);
        at = end + 2;
    } else if (at[0] == '[') {
        char *end;
        *index = (int)strtol(at + 1, &end, 10);
        at = end + 1;
    } else {
        size_t length = strcspn(at, ".[");
        snprintf(name, NAME_SIZE, "%.*s", (int)length, at);
        at += length;
    }
    *path = *at == '.' ? at + 1 : at;
    return true;
}

static cJSON *child(cJSON *parent, const char *name, int index)
{
    return index >= 0 ? cJSON_GetArrayItem(parent, index) : cJSON_GetObjectItemCaseSensitive(parent, name);
}

/* The parent of what a path names; its last step goes to name and index. */
static cJSON *find_parent(cJSON *root, const char *path, char name[NAME_SIZE], int *index)
{
    cJSON *parent = NULL, *here = root;
    while (next_step(&path, name, index)) {
        parent = here;
        if (parent == NULL)
            return NULL;
        here = child(parent, name, *index);
    }
    return parent;
}

static bool put(cJSON *parent, const char *name, int index, cJSON *item)
{
    if (item == NULL)
        return false;
    if (index >= 0)
        return index < cJSON_GetArraySize(parent) ? cJSON_ReplaceItemInArray(parent, index, item)
                                                  : cJSON_AddItemToArray(parent, item);
    if (cJSON_GetObjectItemCaseSensitive(parent, name) != NULL)
        return cJSON_ReplaceItemInObjectCaseSensitive(parent, name, item);
    return cJSON_AddItemToObject(parent, name, item);
}

bool mutate(cJSON *root, const char *change)
{
    char operation[16], path[512], name[NAME_SIZE];
    int index, length = 0;
    if (sscanf(change, " %15s %511s %n", operation, path, &length) != 2)
        return false;
    const char *argument = change + length;
    cJSON *parent = find_parent(root, path, name, &index);
    cJSON *item = parent != NULL ? child(parent, name, index) : NULL;
    if (parent == NULL)
        return false;
    if (strcmp(operation, "set") == 0)
        return put(parent, name, index, cJSON_Parse(argument));
    if (item == NULL)
        return false;
    if (strcmp(operation, "duplicate") == 0)
        return cJSON_AddItemToObject(parent, name, cJSON_Duplicate(item, true));
    if (strcmp(operation, "delete") == 0) {
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, item));
        return true;
    }
    if (strcmp(operation, "rename") != 0 || index >= 0)
        return false;
    /* In place, so that the order of the members stays. */
    cJSON *copy = cJSON_Duplicate(item, true);
    free(copy->string);
    copy->string = strdup(argument);
    return cJSON_ReplaceItemViaPointer(parent, item, copy);
}

char *mutate_text(const char *text, const char *changes)
{
    cJSON *root = cJSON_Parse(text);
    bool is_good = root != NULL;
    char *all = strdup(changes);
    for (char *change = all; is_good && change != NULL && *change != '\0';) {
        char *end = strstr(change, ";;");
        if (end != NULL)
            *end = '\0';
        for (size_t n = strlen(change); n > 0 && change[n - 1] == ' '; n--)
            change[n - 1] = '\0';
        is_good = mutate(root, change);
        change = end != NULL ? end + 2 : NULL;
    }
    free(all);
    char *changed = is_good ? cJSON_Print(root) : NULL;
    cJSON_Delete(root);
    return changed;
}
