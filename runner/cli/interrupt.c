#include "interrupt.h"

#include <signal.h>

volatile int interrupted;

static void note(int number)
{
    (void)number;
    interrupted = 1;
}

void interrupt_catch(void)
{
    /* No SA_RESTART: what waits must wake up. */
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
    struct sigaction before; /* nohup has it ignored: the study shall outlive the terminal */
    if (sigaction(SIGHUP, 0, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, 0);
    /* Who reads our stderr may go; the measuring goes on. */
    signal(SIGPIPE, SIG_IGN);
}
