/*
 * The program that a backend's command names: is it there, and may it be started?
 */
#ifndef SCALESTUDY_PROGRAM_H
#define SCALESTUDY_PROGRAM_H

/*
 * NULL where `program` can be started in the folder `workdir`; else how its sentence goes
 * on, with the remedy: "was not found from /home/me; …". The caller frees it. With a
 * slash in its name it is looked for from `workdir`, else on the PATH.
 */
char *program_problem(const char *program, const char *workdir);

#endif
