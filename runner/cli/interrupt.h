/*
 * Ctrl-C and its kin: the run in hand is ended, what is recorded stays.
 */
#ifndef SCALESTUDY_INTERRUPT_H
#define SCALESTUDY_INTERRUPT_H

/* Set by SIGINT, SIGTERM or SIGHUP once interrupt_catch() was called. */
extern volatile int interrupted;
void interrupt_catch(void);

#endif
