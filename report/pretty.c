#include "report/pretty.h"

#include <limits.h>
#include <string.h>

#include "report/emit.h"

/* Columns of a value on one line; INT_MAX where it may not stand on one. */
static int flat_width(const cJSON *value)
{
    char text[NUMBER_SIZE];
    if (cJSON_IsString(value))
        return (int)strlen(value->valuestring) + 2;
    if (cJSON_IsNumber(value))
        return (int)strlen(emit_number(text, value->valuedouble));
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return (int)strlen("false");
    int width = 2;
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        int name = child->string != NULL ? (int)strlen(child->string) + 4 : 0;
        int own = flat_width(child);
        if (own == INT_MAX || (child->string != NULL && strncmp(child->string, "//", 2) == 0))
            return INT_MAX;
        width += name + own + (child->next != NULL ? 2 : 0);
    }
    return width;
}

/* `before`: columns taken by the indentation and the name. */
static void write_value(struct json *json, const cJSON *value, int before, int width)
{
    if (cJSON_IsString(value)) {
        json_string(json, value->valuestring);
    } else if (cJSON_IsNumber(value)) {
        json_number(json, value->valuedouble);
    } else if (cJSON_IsBool(value)) {
        json_flag(json, cJSON_IsTrue(value));
    } else if (cJSON_IsNull(value)) {
        json_string(json, NULL);
    } else {
        int lines = json->lines, own = flat_width(value);
        json_begin(json, cJSON_IsObject(value) ? '{' : '[');
        if (own == INT_MAX || before + own + 1 > width)
            json->lines = json->depth;
        for (const cJSON *child = value->child; child != NULL; child = child->next) {
            int name = child->string != NULL ? (int)strlen(child->string) + 4 : 0;
            if (child->string != NULL)
                json_key(json, child->string);
            write_value(json, child, 2 * json->depth + name, width);
        }
        json_end(json, cJSON_IsObject(value) ? '}' : ']');
        json->lines = lines;
    }
}

void pretty_write(FILE *to, const cJSON *root, int width)
{
    struct json json = {.to = to};
    write_value(&json, root, 0, width);
    fputc('\n', to);
}
