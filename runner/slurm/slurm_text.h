/*
 * The texts in which squeue and sacct write numbers. Each parser takes the
 * whole of a text: false where it is none of the known forms. What Slurm has
 * not gathered is not zero: NAN.
 */
#ifndef SCALESTUDY_SLURM_TEXT_H
#define SCALESTUDY_SLURM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * "MM:SS", "MM:SS.mmm", "HH:MM:SS", "D-HH:MM:SS": two fields are minutes and
 * seconds, three are hours. "UNLIMITED" is INFINITY; "", "Partition_Limit" and
 * the like are NAN.
 */
bool slurm_seconds_parse(const char *text, size_t length, double *seconds);

enum slurm_per { SLURM_PER_JOB, SLURM_PER_CPU, SLURM_PER_NODE };

/*
 * "512", "3276800K", "2.50G", in bytes; "5300Mc" and "4Gn" are how ReqMem was
 * written before 21.08. `per` may be NULL: then these are not understood.
 * "" is NAN.
 */
bool slurm_size_parse(const char *text, size_t length, double *bytes, enum slurm_per *per);

/* "143:0": exit status and signal. */
bool slurm_exit_parse(const char *text, int *code, int *signal);

/* Seconds since the epoch, as SLURM_TIME_FORMAT=%s writes them; 0 for
 * "Unknown", "None", "N/A" and all else. */
int64_t slurm_epoch_parse(const char *text);

/* Digits only; -1 for all else. */
int64_t slurm_number_parse(const char *text, size_t length);

/* "1234_7.batch", "1234_[8-20%4]", "1234+1.0", ... */
struct slurm_id {
    int64_t job;
    int64_t index;     /* -1: no array, or its pending rest */
    bool rest;         /* "_[8-20%4]": elements that have not been split off */
    int64_t component; /* of a heterogeneous job; -1 none */
    const char *step;  /* within `text`: "batch", "extern", "0"; "" is the job itself */
};
bool slurm_id_parse(const char *text, struct slurm_id *id);

/* The value of `name` in "cpu=4,mem=6G,fs/disk=0"; false where it is not there. */
bool slurm_tres_find(const char *tres, const char *name, const char **value, size_t *length);
double slurm_tres_bytes(const char *tres, const char *name); /* NAN where not there */

/* Takes the first line off `*rest`, which it ends with a NUL; NULL at the end. */
char *slurm_line_take(char **rest);

/* Cuts a row at its bars, in place, into `most` fields at most: further bars
 * belong to the last one. Returns how many there are. */
size_t slurm_row_cut(char *row, char **fields, size_t most);

#endif
