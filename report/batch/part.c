#include "report/batch/part.h"

#include "report/batch/regular.h"
#include "report/output.h"
#include "report/write_csv.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char format[] = "bakeoff-part 1\n";
enum { WORD = 8 };

const char *const part_state_words[PART_STATES] = {
    [PART_GOOD] = "is good",
    [PART_MISSING] = "is missing",
    [PART_DAMAGED] = "is damaged",
    [PART_FOREIGN] = "belongs to other results",
    [PART_UNREADABLE] = "cannot be read",
};

/* Each step is a bijection in the state and in the word, so one changed word always shows. */
static uint64_t checksum(const char *bytes, size_t size)
{
    uint64_t sum = size;
    for (size_t at = 0; at < size; at += WORD) {
        uint64_t word;
        memcpy(&word, bytes + at, WORD);
        sum = (sum ^ le64toh(word)) * UINT64_C(0xFF51AFD7ED558CCD);
        sum ^= sum >> 32;
    }
    return sum;
}

/* ---- writing ---- */

/* The rows of all trials, one trial after the other; malloc'd, or NULL. */
static char *make_rows(const struct scenario *scenario, const struct replicate_result *result, uint64_t first,
                       uint64_t *row_bytes, size_t *size)
{
    char *rows = NULL;
    FILE *file = open_memstream(&rows, size);
    if (!file)
        return NULL;
    long begin = 0;
    for (size_t t = 0; t < result->trial_count; t++) {
        for (uint64_t r = 0; r < result->replications; r++)
            csv_put_trial(file, scenario, &result->trials[t], first + r, &result->rows[r * result->trial_count + t]);
        row_bytes[t] = (uint64_t)(ftell(file) - begin);
        begin = ftell(file);
    }
    bool is_whole = !ferror(file);
    if (fclose(file) == 0 && is_whole)
        return rows;
    free(rows);
    return NULL;
}

static void put_word(FILE *to, uint64_t word)
{
    word = htole64(word);
    fwrite(&word, WORD, 1, to);
}

static void put_figures(FILE *to, const struct planned *planned, const struct replicate_result *result)
{
    for (size_t t = 0; t < result->trial_count; t++)
        for (size_t f = 0; f < planned->figure_count; f++)
            for (uint64_t r = 0; r < result->replications; r++) {
                double value =
                    column_value(&columns[planned->figure_column[f]], &result->rows[r * result->trial_count + t]);
                uint64_t word = UINT64_C(0x7FF8) << 48; /* absent: one of the many NaNs */
                if (!isnan(value))
                    memcpy(&word, &value, WORD);
                put_word(to, word);
            }
}

/* All but the checksum. */
static void put_part(FILE *to, const struct planned *planned, uint64_t first, const struct replicate_result *result,
                     const uint64_t *row_bytes, const char *rows, size_t size)
{
    fprintf(to, "%s%s\n%llu %llu", format, planned->text, (unsigned long long)first,
            (unsigned long long)result->replications);
    for (size_t t = 0; t < result->trial_count; t++)
        fprintf(to, " %llu", (unsigned long long)row_bytes[t]);
    fputc('\n', to);
    fwrite(rows, 1, size, to);
    while (ftell(to) % WORD != 0)
        fputc('\0', to);
    put_figures(to, planned, result);
}

/* A pipe or a device in the place of a part has no business there, and would swallow what is written. */
static int put_in_place(const char *path, const void *bytes, size_t size)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        unlink(path);
    return output_put(path, bytes, size);
}

int part_write(const char *path, const struct planned *planned, uint64_t block, const struct scenario *scenario,
               const struct replicate_result *result)
{
    uint64_t first = agenda_first(planned, block), *row_bytes = calloc(result->trial_count, sizeof *row_bytes);
    char *rows = NULL, *bytes = NULL;
    size_t row_size = 0, size = 0;
    int status = -1;
    errno = ENOMEM;
    if (row_bytes)
        rows = make_rows(scenario, result, first, row_bytes, &row_size);
    FILE *file = rows ? open_memstream(&bytes, &size) : NULL;
    if (file) {
        put_part(file, planned, first, result, row_bytes, rows, row_size);
        if (fflush(file) == 0)
            put_word(file, checksum(bytes, size));
        status = ferror(file) ? -1 : 0;
        status = fclose(file) || status ? -1 : 0;
    }
    if (status == 0)
        status = put_in_place(path, bytes, size);
    int error = errno;
    free(rows);
    free(bytes);
    free(row_bytes);
    errno = error;
    return status;
}

/* ---- reading ---- */

static bool has_room(struct part *part, const struct planned *planned, size_t size)
{
    if (size > part->room) {
        char *grown = realloc(part->bytes, size);
        if (!grown)
            return false;
        part->bytes = grown;
        part->room = size;
    }
    if (planned->trial_count > part->trial_count) {
        uint64_t *grown = realloc(part->row_bytes, planned->trial_count * sizeof *grown);
        if (!grown)
            return false;
        part->row_bytes = grown;
    }
    part->trial_count = planned->trial_count > part->trial_count ? planned->trial_count : part->trial_count;
    return true;
}

/* Moves *at past `text`. */
static bool skip_text(const char **at, const char *end, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(end - *at) < length || memcmp(*at, text, length) != 0)
        return false;
    *at += length;
    return true;
}

/* Digits and the sign that follows them. */
static bool skip_number(const char **at, const char *end, uint64_t *number, char after)
{
    const char *from = *at;
    *number = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        if (*number > UINT32_MAX)
            return false;
        *number = 10 * *number + (uint64_t)(**at - '0');
    }
    return *at > from && *at < end && *(*at)++ == after;
}

/* Reads what stands before the rows; `known` bytes of the file's `size` are in memory. */
static enum part_state parse_head(struct part *part, size_t known, size_t size, const struct planned *planned,
                                  uint64_t block)
{
    const char *at = part->bytes, *end = part->bytes + known;
    if (!skip_text(&at, end, format) || !skip_text(&at, end, planned->text) || !skip_text(&at, end, "\n"))
        return PART_FOREIGN;
    uint64_t first, rows = 0;
    if (!skip_number(&at, end, &first, ' ') || !skip_number(&at, end, &part->count, ' '))
        return PART_DAMAGED;
    if (first != agenda_first(planned, block) || part->count != agenda_size(planned, block))
        return PART_FOREIGN;
    for (size_t t = 0; t < planned->trial_count; t++) {
        if (!skip_number(&at, end, &part->row_bytes[t], t + 1 < planned->trial_count ? ' ' : '\n'))
            return PART_DAMAGED;
        rows += part->row_bytes[t];
    }
    part->rows = (size_t)(at - part->bytes);
    part->figures = (part->rows + rows + WORD - 1) / WORD * WORD;
    size_t wanted = part->figures + planned->trial_count * planned->figure_count * part->count * WORD + WORD;
    return size == wanted ? PART_GOOD : PART_DAMAGED;
}

/* Up to `most` bytes. Returns the file's size, or -1. */
static long long load(struct part *part, const char *path, const struct planned *planned, size_t most)
{
    struct stat status;
    int fd = regular_open(path, &status);
    long long size = -1;
    if (fd >= 0) {
        size = (long long)status.st_size;
        most = (unsigned long long)size < most ? (size_t)size : most;
        part->size = 0;
        errno = ENOMEM;
        if (!has_room(part, planned, most + 1))
            size = -1;
        while (size >= 0 && part->size < most) {
            ssize_t got = read(fd, part->bytes + part->size, most - part->size);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            part->size += (size_t)got;
        }
        if (size >= 0 && part->size < most)
            size = -1;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return size;
}

static enum part_state state_of_error(void)
{
    return errno == ENOENT || errno == ENOTDIR ? PART_MISSING : PART_UNREADABLE;
}

/* Figures that no program wrote may have any value: shares are of one trial, 0 or 1. */
static bool is_sane(const struct part *part, const struct planned *planned)
{
    size_t at = part->figures;
    for (size_t t = 0; t < planned->trial_count; t++)
        for (size_t f = 0; f < planned->figure_count; f++) {
            size_t column = planned->figure_column[f];
            bool is_share = column < column_count && columns[column].kind == COLUMN_PROPORTION;
            for (uint64_t r = 0; r < part->count; r++, at += WORD) {
                uint64_t word;
                double value;
                memcpy(&word, part->bytes + at, WORD);
                word = le64toh(word);
                memcpy(&value, &word, WORD);
                if (isinf(value) || (is_share && value != 0 && value != 1 && !isnan(value)))
                    return false;
            }
        }
    return true;
}

enum part_state part_read(struct part *part, const char *path, const struct planned *planned, uint64_t block)
{
    long long size = load(part, path, planned, SIZE_MAX / 2);
    if (size < 0)
        return state_of_error();
    if (part->size < strlen(format) + WORD || part->size % WORD != 0)
        return PART_DAMAGED;
    uint64_t sum;
    memcpy(&sum, part->bytes + part->size - WORD, WORD);
    if (le64toh(sum) != checksum(part->bytes, part->size - WORD))
        return PART_DAMAGED;
    enum part_state state = parse_head(part, part->size, part->size, planned, block);
    return state == PART_GOOD && !is_sane(part, planned) ? PART_DAMAGED : state;
}

enum part_state part_read_head(struct part *part, const char *path, const struct planned *planned, uint64_t block)
{
    enum { LONGEST_NUMBER = 21 };
    size_t most = strlen(format) + strlen(planned->text) + (planned->trial_count + 3) * LONGEST_NUMBER;
    long long size = load(part, path, planned, most);
    return size < 0 ? state_of_error() : parse_head(part, part->size, (size_t)size, planned, block);
}

void part_free(struct part *part)
{
    free(part->bytes);
    free(part->row_bytes);
    *part = (struct part){0};
}

void part_values(const struct part *part, const struct planned *planned, size_t trial, size_t figure, double *values)
{
    size_t at = part->figures + (trial * planned->figure_count + figure) * part->count * WORD;
    for (uint64_t r = 0; r < part->count; r++, at += WORD) {
        uint64_t word;
        memcpy(&word, part->bytes + at, WORD);
        word = le64toh(word);
        memcpy(&values[r], &word, WORD);
    }
}
