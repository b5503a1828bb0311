/* Files of a batch are regular ones. What somebody put in the place of one keeps nobody waiting. */
#ifndef BAKEOFF_REPORT_REGULAR_H
#define BAKEOFF_REPORT_REGULAR_H

#include <sys/stat.h>

/* Opens for reading. Returns the descriptor, or -1 with errno: EISDIR of a folder, EINVAL of a pipe or a device. */
int regular_open(const char *path, struct stat *status);

/* What errno says, for people. */
const char *regular_reason(int error);

#endif
