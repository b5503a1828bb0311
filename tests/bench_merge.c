/* Merging synthetic parts: rows a second, bytes of trials.csv a second, and memory, at sizes that grow tenfold.
 *
 *   bench_merge [ROWS]    the largest size, 1000000 unless given */
#include "tests/support.h"
#include "tests/synthetic.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    uint64_t most = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    printf("%10s %10s %8s %8s %10s %10s %10s\n", "rows", "MB", "wall s", "cpu s", "rows/s", "MB/s", "MiB held");
    for (uint64_t rows = most / 100; rows <= most; rows *= 10) {
        struct agenda agenda;
        uint64_t replications = rows / 5;
        char *folder = synthetic_folder();
        synthetic_agenda(&agenda, &replications, 1);
        synthetic_write(&agenda, folder);
        sync(); /* parts are on the disk long before they are merged */
        struct synthetic_cost cost = synthetic_merge(&agenda, folder, 2);
        double megabytes = (double)cost.bytes * 1e-6;
        printf("%10llu %10.1f %8.2f %8.2f %10.0f %10.1f %10.1f\n", (unsigned long long)cost.rows, megabytes,
               cost.wall_s, cost.cpu_s, (double)cost.rows / cost.wall_s, megabytes / cost.wall_s,
               (double)cost.memory_kib / 1024);
        fflush(stdout);
        synthetic_remove(folder);
        agenda_free(&agenda);
    }
    return 0;
}
