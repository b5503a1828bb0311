/* The folder of a batch:
 *
 *   OUT/trials.csv, summary.csv, differences.csv, summary.json, manifest.json    once complete
 *   OUT/parts/agenda.json                                 the records of its scenarios, in order
 *   OUT/parts/NAME-HASH/000000.part                       one file a block (part.h)
 *   OUT/parts/shard-I-of-N.json                           the manifest of a shard's run
 *
 * Whoever works on a batch may be killed at any time, and may work beside others, even on the same block: each file is
 * written under a name of its own, synced and renamed, and what it holds does not depend on who wrote it. */
#ifndef BAKEOFF_REPORT_STORE_H
#define BAKEOFF_REPORT_STORE_H

#include "report/batch/agenda.h"

/* malloc'd; the program ends where there is no memory, as in scenarios/arena.h. */
char *store_agenda_path(const char *out);
char *store_part_folder(const char *out, const struct planned *planned);
char *store_part_path(const char *out, const struct planned *planned, uint64_t block);
char *store_file_path(const char *out, const char *name);

/* Reads OUT/parts/agenda.json. False where there is none, or none that can be read: then there are diagnostics. */
bool store_read(const char *out, struct agenda *agenda, struct diagnostics *diagnostics);

/* Prepares the folder for an agenda: makes folders, writes agenda.json. Where there is one already, scenarios may have
 * been added to it and nothing else: otherwise *why (malloc'd) says what has changed. Returns 0; 1 with *why; 2 with *why where
 * no agenda can be read but something lies in the way; -1 with errno and *why, the path. */
int store_begin(const char *out, const struct agenda *agenda, const char *text, char **why);

/* The files of results in a batch's folder, NULL-terminated. */
extern const char *const store_results[];

/* Removes all that a batch leaves in the folder, and nothing else; nothing where no batch was. Returns 0, or -1 with errno. */
int store_clear(const char *out);

/* Removes what killed runs of this host left half-written. */
void store_tidy(const char *out);

#endif
