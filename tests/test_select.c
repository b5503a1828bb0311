/* Order statistics by digits against sorting; estimates of values read window by window against those in memory. */
#include "sim/estimate.h"
#include "sim/select.h"
#include "sim/streams.h"
#include "tests/support.h"

enum { N = 30000, PARTS = 3 };
static double values[PARTS * N], sorted[PARTS * N], others[PARTS * N];
static const double weights[PARTS] = {0.7, 0.07, 0.23};

/* Values of a kind: counts with many ties, signed reals of all sizes, a constant, and absent ones among them. */
static double draw(int kind, size_t i)
{
    uint64_t word = 0x9E3779B97F4A7C15u * (i + 1);
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    double u = (double)(word >> 11) * 0x1p-53;
    switch (kind) {
    case 0: return floor(7 * u);
    case 1: return (u - 0.5) * pow(10, 40 * (u - 0.3));
    case 2: return 2.385;
    case 3: return u < 0.4 ? NAN : u < 0.5 ? -0.0 : u < 0.6 ? 0.0 : ldexp(1 + u, -1060);
    case 4: return 1e6 + floor(u * 1e5);
    default: return NAN;
    }
}

static void read_values(const void *source, size_t part, size_t first, size_t count, double *to)
{
    memcpy(to, (const double *)source + part * N + first, count * sizeof *to);
}

static void digits_find_what_sorting_finds(void **state)
{
    (void)state;
    static const double one = 1;
    for (int kind = 0; kind < 6; kind++) {
        for (size_t i = 0; i < N; i++)
            sorted[i] = values[i] = draw(kind, i);
        size_t present = estimate_sort(sorted, N);
        struct mix mix = {.values = values, .weights = &one, .parts = 1, .count = N};
        for (size_t rank = 1; rank <= present; rank += 1 + present / 50) {
            double targets[] = {(double)rank, (double)present, 1}, found[3];
            select_values(&mix, sorted[0], sorted[present - 1], targets, 3, found);
            assert_true(found[0] == sorted[rank - 1]);
            assert_true(found[1] == sorted[present - 1]);
            assert_true(found[2] == sorted[0]);
        }
        double beyond = (double)present + 1, found;
        double least = present > 0 ? sorted[0] : NAN, most = present > 0 ? sorted[present - 1] : NAN;
        select_values(&mix, least, most, &beyond, 1, &found);
        assert_true(present > 0 ? found == most : isnan(found));
    }
}

/* Weighted: by definition, over every distinct value. */
static void weights_add_up(void **state)
{
    (void)state;
    struct mix mix = {.values = values, .weights = weights, .parts = PARTS, .count = N};
    double total[7] = {0}, sum = 0, all = 0;
    for (size_t i = 0; i < PARTS * N; i++) {
        values[i] = draw(0, i * i + 5);
        total[(int)values[i]] += weights[i / N];
        all += weights[i / N];
    }
    for (int v = 0; v < 7; v++) {
        double targets[] = {sum + 1e-6, sum + total[v] - 1e-6}, found[2];
        select_values(&mix, 0, 6, targets, 2, found);
        assert_true(found[0] == v && found[1] == v);
        sum += total[v];
    }
    check_close("the whole weight", sum, all, 1e-9);
}

static void same(struct interval a, struct interval b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

/* To the bit, whether the values lie in memory or come by windows. */
static void windows_change_nothing(void **state)
{
    (void)state;
    double room[PARTS * MIX_WINDOW], other_room[PARTS * MIX_WINDOW];
    for (int kind = 0; kind < 6; kind++)
        for (size_t parts = 1; parts <= PARTS; parts += 2) {
            for (size_t i = 0; i < PARTS * N; i++) {
                values[i] = draw(kind, i);
                others[i] = draw((kind + 1) % 6, i + 7);
            }
            struct mix memory = {.values = values, .weights = weights, .parts = parts, .count = N}, file = memory;
            struct mix memory_other = memory, file_other;
            memory_other.values = others;
            file.values = NULL;
            file.read = read_values;
            file.source = values;
            file.room = room;
            file_other = file;
            file_other.source = others;
            file_other.room = other_room;
            struct summary a = estimate_mix_summary(&memory, 0), b = estimate_mix_summary(&file, 0);
            assert_memory_equal(&a, &b, sizeof a);
            same(estimate_mix_quantile_interval(&memory, 0.95, 0.95),
                 estimate_mix_quantile_interval(&file, 0.95, 0.95));
            struct paired p = estimate_mix_paired(&memory, &memory_other, 0.95);
            struct paired q = estimate_mix_paired(&file, &file_other, 0.95);
            assert_memory_equal(&p, &q, sizeof p);
            if (parts > 1)
                continue;
            a = estimate_part_summary(&memory, 0), b = estimate_part_summary(&file, 0);
            assert_memory_equal(&a, &b, sizeof a);
            same(estimate_part_sd_interval(&memory, 0.95), estimate_part_sd_interval(&file, 0.95));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_find_what_sorting_finds),
        cmocka_unit_test(weights_add_up),
        cmocka_unit_test(windows_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
