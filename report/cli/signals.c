#include "report/cli/signals.h"

#include <signal.h>

atomic_int caught_signal;

static void catch_signal(int number)
{
    caught_signal = number;
}

void signals_watch(void)
{
    struct sigaction action = {.sa_handler = catch_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
