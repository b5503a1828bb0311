#include "report/emit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "scenarios/source.h"

char *emit_number(char text[NUMBER_SIZE], double value)
{
    assert(isfinite(value));
    if (value == 0)
        value = 0; /* -0 */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

/* ---- CSV ---- */

void csv_put_text(FILE *to, const char *text)
{
    size_t length = strlen(text);
    bool is_plain = length == 0 || (!strpbrk(text, ",\"\r\n") && text[0] != ' ' && text[length - 1] != ' ');
    if (is_plain)
        fwrite(text, 1, length, to);
    else
        csv_fwrite(to, text, length);
}

void csv_put_number(FILE *to, double value)
{
    char text[NUMBER_SIZE];
    if (isfinite(value))
        fputs(emit_number(text, value), to);
}

/* ---- UTF-8 ---- */

enum { NO_CHARACTER = 0xFFFD };

size_t utf8_next(const char *text, uint32_t *code)
{
    const unsigned char *s = (const unsigned char *)text;
    static const struct {
        unsigned char mask, lead, more;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0, 0}, {0xE0, 0xC0, 1, 0x80}, {0xF0, 0xE0, 2, 0x800}, {0xF8, 0xF0, 3, 0x10000}};
    *code = NO_CHARACTER;
    if (s[0] == '\0')
        return 0;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        if ((s[0] & forms[f].mask) != forms[f].lead)
            continue;
        uint32_t c = (uint32_t)(s[0] & ~forms[f].mask);
        for (size_t i = 1; i <= forms[f].more; i++) {
            if ((s[i] & 0xC0) != 0x80)
                return i; /* cut short: what follows may be a character of its own */
            c = c << 6 | (s[i] & 0x3F);
        }
        bool is_valid = c >= forms[f].least && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        if (is_valid)
            *code = c;
        return (size_t)forms[f].more + 1;
    }
    return 1;
}

char *emit_visible(char *text, size_t size, const char *name)
{
    size_t length = 0, taken;
    uint32_t code;
    assert(size > 0);
    for (; (taken = utf8_next(name, &code)) > 0; name += taken) {
        char piece[16];
        if (code != NO_CHARACTER && !text_is_hidden(code))
            snprintf(piece, sizeof piece, "%.*s", (int)taken, name);
        else /* what is no UTF-8 as the replacement character */
            snprintf(piece, sizeof piece, "\\u%04x", code == NO_CHARACTER ? 0xFFFDu : (unsigned)code);
        size_t added = strlen(piece);
        if (length + added >= size)
            break;
        memcpy(text + length, piece, added);
        length += added;
    }
    text[length] = '\0';
    return text;
}

/* ---- JSON ---- */

static void json_separate(struct json *json)
{
    if (json->has_key) {
        json->has_key = false;
        return;
    }
    if (json->has_member)
        fputc(',', json->to);
    if (json->depth > 0 && json->depth <= json->lines)
        fprintf(json->to, "\n%*s", 2 * json->depth, "");
    else if (json->has_member)
        fputc(' ', json->to);
}

void json_begin(struct json *json, char bracket)
{
    json_separate(json);
    fputc(bracket, json->to);
    json->depth++;
    json->has_member = false;
}

void json_end(struct json *json, char bracket)
{
    if (json->has_member && json->depth <= json->lines)
        fprintf(json->to, "\n%*s", 2 * (json->depth - 1), "");
    json->depth--;
    fputc(bracket, json->to);
    json->has_member = true;
}

static void json_quote(struct json *json, const char *text)
{
    size_t taken;
    uint32_t code;
    fputc('"', json->to);
    for (; (taken = utf8_next(text, &code)) > 0; text += taken) {
        bool is_escaped = (code != NO_CHARACTER && text_is_hidden(code)) || (json->is_ascii && code > 0x7F) ||
                          (json->is_embedded && code == '<');
        if (code == '"' || code == '\\')
            fprintf(json->to, "\\%c", (int)code);
        else if (is_escaped && code > 0xFFFF)
            fprintf(json->to, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (code >> 10)), (unsigned)(0xDC00 + (code & 0x3FF)));
        else if (is_escaped)
            fprintf(json->to, "\\u%04x", (unsigned)code);
        else if (code == NO_CHARACTER)
            fputs("\xEF\xBF\xBD", json->to);
        else
            fwrite(text, 1, taken, json->to);
    }
    fputc('"', json->to);
}

void json_key(struct json *json, const char *key)
{
    json_separate(json);
    json_quote(json, key);
    fputs(": ", json->to);
    json->has_key = true;
}

void json_string(struct json *json, const char *text)
{
    json_separate(json);
    if (text)
        json_quote(json, text);
    else
        fputs("null", json->to);
    json->has_member = true;
}

void json_number(struct json *json, double value)
{
    char text[NUMBER_SIZE];
    json_separate(json);
    fputs(isfinite(value) ? emit_number(text, value) : "null", json->to);
    json->has_member = true;
}

void json_integer(struct json *json, uint64_t value)
{
    json_separate(json);
    fprintf(json->to, "%llu", (unsigned long long)value);
    json->has_member = true;
}

void json_flag(struct json *json, bool value)
{
    json_separate(json);
    fputs(value ? "true" : "false", json->to);
    json->has_member = true;
}

void json_member_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

void json_member_number(struct json *json, const char *key, double value)
{
    json_key(json, key);
    json_number(json, value);
}

void json_member_integer(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_integer(json, value);
}

void json_literal(struct json *json, const char *text)
{
    json_separate(json);
    for (; *text != '\0'; text++) {
        if (*text == '<' && json->is_embedded)
            fputs("\\u003c", json->to);
        else
            fputc(*text == '\'' ? '"' : *text == '`' ? '\'' : *text, json->to);
    }
    json->has_member = true;
}
