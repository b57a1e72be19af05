/*
 * What test_process starts: a program that does as its arguments say.
 *   test_child ACT [ARGUMENT...]
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void sleep_seconds(const char *text)
{
    double seconds = atof(text);
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)(1e9 * (seconds - (double)left.tv_sec));
    while (nanosleep(&left, &left) != 0)
        ;
}

static char *touched(size_t bytes, int flags)
{
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        exit(99);
    for (size_t i = 0; i < bytes; i += 4096)
        memory[i] = 1;
    return memory;
}

/* hold MIB SECONDS: has that much memory for so long */
static int act_hold(char **arguments)
{
    touched((size_t)atol(arguments[0]) << 20, MAP_PRIVATE);
    sleep_seconds(arguments[1]);
    return 0;
}

/* family COUNT MIB shared|private SECONDS: so many children with that memory each or together,
 * which all have it for so long */
static int act_family(char **arguments)
{
    size_t bytes = (size_t)atol(arguments[1]) << 20;
    int count = atoi(arguments[0]), shared = strcmp(arguments[2], "shared") == 0;
    volatile char *memory = shared ? touched(bytes, MAP_SHARED) : NULL;
    int ready[2], end[2];
    char byte;

    if (pipe(ready) != 0 || pipe(end) != 0)
        return 99;
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            close(end[1]);
            if (!shared)
                touched(bytes, MAP_PRIVATE);
            for (size_t j = 0; shared && j < bytes; j += 4096)
                memory[j] = 2;
            if (write(ready[1], "x", 1) != 1 || read(end[0], &byte, 1) != 0)
                _exit(99);
            _exit(0);
        }
    }
    for (int i = 0; i < count; i++)
        if (read(ready[0], &byte, 1) != 1)
            return 99;
    sleep_seconds(arguments[3]);
    close(end[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}

static void spin(double seconds)
{
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while ((double)used.tv_sec + 1e-9 * (double)used.tv_nsec < seconds);
}

/* spin SECONDS: of CPU time */
static int act_spin(char **arguments)
{
    spin(atof(arguments[0]));
    return 0;
}

/*
 * phases CPU_SECONDS MIB SECONDS: a child uses so much CPU time and is waited
 * for; then another has that much memory for so long, and nobody works
 */
static int act_phases(char **arguments)
{
    if (fork() == 0) {
        spin(atof(arguments[0]));
        _exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        act_hold(arguments + 1);
        _exit(0);
    }
    wait(NULL);
    return 0;
}

/* print BYTES BYTES: so many to stdout, then to stderr, lines of 64 */
static int act_print(char **arguments)
{
    FILE *streams[2] = {stdout, stderr};
    for (int s = 0; s < 2; s++) {
        long bytes = atol(arguments[s]);
        for (long i = 0; i < bytes; i++)
            putc(i % 64 == 63 ? '\n' : 'a' + (int)(i / 64 % 26), streams[s]);
        fflush(streams[s]);
    }
    return 0;
}

/* both COUNT: lines to stdout and stderr by turns, each written at once */
static int act_both(char **arguments)
{
    for (int i = 0; i < atoi(arguments[0]); i++)
        dprintf(i % 2 == 0 ? STDOUT_FILENO : STDERR_FILENO, "line %d\n", i);
    return 0;
}

/*
 * daemon CPU_SECONDS SECONDS: leaves a process that is its own session's, has
 * no parent and keeps the pipes, and that ignores SIGTERM where CPU_SECONDS is
 * negative; waits until it has used its CPU time.
 */
static int act_daemon(char **arguments)
{
    double cpu = atof(arguments[0]);
    int ready[2];
    char byte;

    if (pipe(ready) != 0)
        return 99;
    if (fork() == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        if (cpu < 0)
            signal(SIGTERM, SIG_IGN);
        spin(cpu);
        if (write(ready[1], "x", 1) != 1)
            _exit(99);
        sleep_seconds(arguments[1]);
        _exit(0);
    }
    wait(NULL);
    return read(ready[0], &byte, 1) == 1 ? 0 : 99;
}

/* stubborn SECONDS: does not mind SIGTERM, nor do its two children, one in a session of its own;
 * says when they are there */
static int act_stubborn(char **arguments)
{
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0)
        setsid();
    else if (fork() != 0 && write(STDOUT_FILENO, "ready\n", 6) != 6)
        return 99;
    sleep_seconds(arguments[0]);
    return 0;
}

/* tidy: on SIGTERM says so and ends with status 7 */
static volatile sig_atomic_t told;

static void on_term(int signal)
{
    (void)signal;
    told++;
}

static int act_tidy(char **arguments)
{
    (void)arguments;
    signal(SIGTERM, on_term);
    printf("ready\n");
    fflush(stdout);
    while (!told)
        usleep(1000);
    usleep(100000);
    printf("told %d times\n", (int)told);
    return 7;
}

/* restless SECONDS: for so long, every process forks the next one and ends */
static int act_restless(char **arguments)
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((double)(now.tv_sec - start.tv_sec) > atof(arguments[0]))
            _exit(0);
        usleep(500);
        if (fork() != 0)
            _exit(0);
        signal(SIGTERM, SIG_IGN);
    }
}

/* zombies COUNT SECONDS: so many orphans that end at once */
static int act_zombies(char **arguments)
{
    for (int i = 0; i < atoi(arguments[0]); i++) {
        if (fork() == 0) {
            if (fork() == 0)
                _exit(0);
            _exit(0);
        }
        wait(NULL);
    }
    sleep_seconds(arguments[1]);
    return 0;
}

/* stop: stops itself, and waits behind it */
static int act_stop(char **arguments)
{
    (void)arguments;
    raise(SIGSTOP);
    sleep_seconds("600");
    return 0;
}

/* state: CPUs, process group, signals blocked and ignored, open descriptors */
static int act_state(char **arguments)
{
    cpu_set_t cpus;
    sigset_t blocked;
    int ignored = 0, masked = 0;
    (void)arguments;

    sched_getaffinity(0, sizeof cpus, &cpus);
    printf("cpus");
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &cpus))
            printf(" %zu", i);
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    for (int i = 1; i < 32; i++) {
        struct sigaction action;
        masked += sigismember(&blocked, i) == 1;
        ignored += sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
    }
    printf("\ngroup %s\nblocked %d\nignored %d\ndescriptors", getpgrp() == getpid() ? "own" : "?",
           masked, ignored);
    DIR *dir = opendir("/proc/self/fd");
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir))
            printf(" %s", entry->d_name);
    closedir(dir);
    printf("\n");
    return 0;
}

/* abort: ends itself by SIGABRT, without a core file */
static int act_kill(char **arguments)
{
    signal(atoi(arguments[0]), SIG_DFL);
    raise(atoi(arguments[0]));
    return 0;
}

static const struct {
    const char *name;
    int arguments;
    int (*act)(char **arguments);
} acts[] = {
    {"hold", 2, act_hold},         {"family", 4, act_family}, {"spin", 1, act_spin},
    {"print", 2, act_print},       {"both", 1, act_both},     {"daemon", 2, act_daemon},
    {"stubborn", 1, act_stubborn}, {"tidy", 0, act_tidy},     {"restless", 1, act_restless},
    {"zombies", 2, act_zombies},   {"stop", 0, act_stop},     {"state", 0, act_state},
    {"kill", 1, act_kill},         {"phases", 3, act_phases},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof acts / sizeof *acts; i++)
        if (strcmp(argv[1], acts[i].name) == 0 && argc - 2 == acts[i].arguments)
            return acts[i].act(argv + 2);
    fprintf(stderr, "unknown act\n");
    return 98;
}
