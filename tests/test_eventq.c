/* The queue of control events by a small language, as git tests its priority queue: "TIME" pushes an event of the first
 * kind at that second, "TIMEKIND" one of the kind with that letter, "get" pops one, "dump" pops all. What is popped is
 * written TIME KIND #ORDER, the order counting the pushes. */
#include "tests/support.h"

#include "sim/eventq.h"

enum { ROOM = 64 };

static void pop_to(char *out, size_t size, struct eventq *queue, const struct event *heap, struct event event)
{
    size_t length = strlen(out);
    assert_true(length < size);
    assert_true(queue->count == 0 || eventq_next(queue, heap) >= event.at);
    snprintf(out + length, size - length, "%s%d%c#%d", length ? " " : "", (int)(event.at / US_PER_S),
             'a' + (int)event.kind, event.subject);
}

static void check_queue(const char *input, const char *want)
{
    struct event heap[ROOM];
    struct eventq queue = {.capacity = ROOM};
    char text[512], out[512] = "", *at = text;
    int pushed = 0;
    snprintf(text, sizeof text, "%s", input);
    for (char *word; (word = strsep(&at, " ")) != NULL;) {
        bool is_dump = strcmp(word, "dump") == 0;
        if (is_dump || strcmp(word, "get") == 0) {
            for (int left = is_dump ? queue.count : 1; left > 0; left--)
                pop_to(out, sizeof out, &queue, heap, eventq_pop(&queue, heap));
            continue;
        }
        char *kind;
        int64_t second = strtol(word, &kind, 10);
        eventq_push(&queue, heap,
                    (struct event){.at = second * US_PER_S,
                                   .kind = (enum event_kind)(*kind ? *kind - 'a' : 0),
                                   .subject = pushed++,
                                   .order = 999}); /* the queue numbers its events itself */
    }
    assert_string_equal(out, want);
    assert_int_equal(queue.count, 0);
    assert_true(eventq_next(&queue, heap) == US_NEVER);
}

static void test_order(void **state)
{
    (void)state;
    static const struct {
        const char *input, *want;
    } rows[] = {
        {"2 6 3 10 9 5 7 4 5 8 1 dump", "1a#10 2a#0 3a#2 4a#7 5a#5 5a#8 6a#1 7a#6 8a#9 9a#4 10a#3"},
        {"6 2 4 get 5 3 get get 1 dump", "2a#1 3a#4 4a#2 1a#5 5a#3 6a#0"},
        {"-3 -1 0 -2 dump", "-3a#0 -2a#3 -1a#1 0a#2"},
        {"5 5 5 5 5 5 5 get get 5 5 dump", "5a#0 5a#1 5a#2 5a#3 5a#4 5a#5 5a#6 5a#7 5a#8"}, /* first in, first out */
        {"5c 5b 5a 5c 5b 5a dump", "5a#2 5a#5 5b#1 5b#4 5c#0 5c#3"}, /* the kind, then the order */
        {"1m 2a 1l 2b 1a dump", "1a#4 1l#2 1m#0 2a#1 2b#3"},         /* the time before the kind */
        {"3b get 3a dump", "3b#0 3a#1"},                             /* pushed at its own instant */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_queue(rows[i].input, rows[i].want);
}

/* CONTRACT, "Order at one instant". */
static void test_order_at_one_instant(void **state)
{
    (void)state;
    static const enum event_kind order[] = {
        EVENT_INSTANCE_FREED, EVENT_CRASH, EVENT_RESTART,   EVENT_SETTLED, EVENT_LAUNCHED,   EVENT_PERIOD_CLOSED,
        EVENT_ALARM,          EVENT_POLL,  EVENT_BAKE_OVER, EVENT_TIMEOUT, EVENT_WINDOW_END,
    };
    for (size_t i = 0; i + 1 < sizeof order / sizeof *order; i++)
        assert_true(order[i] < order[i + 1]);
    assert_true(EVENT_SETTLED < EVENT_LAUNCH_BROKE && EVENT_LAUNCH_BROKE < EVENT_PERIOD_CLOSED);
}

static int compare_events(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->subject - y->subject;
}

/* A full heap of few instants and kinds comes out as sorting it would have it. */
static void test_against_sorting(void **state)
{
    (void)state;
    struct stream luck = {{1, 2, 3, 4}};
    for (int round = 0; round < 2000; round++) {
        struct event heap[ROOM], want[ROOM];
        struct eventq queue = {.capacity = ROOM};
        for (int i = 0; i < ROOM; i++) {
            want[i] = (struct event){.at = (int64_t)(stream_uniform(&luck) * 5),
                                     .kind = (enum event_kind)(stream_uniform(&luck) * EVENT_KINDS),
                                     .subject = i};
            eventq_push(&queue, heap, want[i]);
        }
        qsort(want, ROOM, sizeof *want, compare_events);
        for (int i = 0; i < ROOM; i++)
            assert_int_equal(eventq_pop(&queue, heap).subject, want[i].subject);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_order_at_one_instant),
        cmocka_unit_test(test_against_sorting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
