#include "sim/eventq.h"

#include <assert.h>

static bool is_before(const struct event *a, const struct event *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->order < b->order;
}

void eventq_push(struct eventq *queue, struct event *heap, struct event event)
{
    assert(queue->count < queue->capacity);
    event.order = queue->pushed++;
    int hole = queue->count++;
    while (hole > 0 && is_before(&event, &heap[(hole - 1) / 2])) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap[hole] = event;
}

struct event eventq_pop(struct eventq *queue, struct event *heap)
{
    assert(queue->count > 0);
    struct event first = heap[0], last = heap[--queue->count];
    int hole = 0;
    for (;;) {
        int child = 2 * hole + 1;
        if (child >= queue->count)
            break;
        if (child + 1 < queue->count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &last))
            break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = last;
    return first;
}
