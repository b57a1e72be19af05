/*
 * From where on use is worth a word: the same for warnings, tables and plots.
 * docs/method.md, "Resource use".
 */
#ifndef SCALESTUDY_USE_LIMITS_H
#define SCALESTUDY_USE_LIMITS_H

#define CPU_USED_LEAST 0.80 /* of the cores granted */
#define MEMORY_MOST 0.90    /* of the memory granted: near its limit */
#define MEMORY_LEAST 0.25   /* mostly unused */
#define WALL_LEAST 0.1 /* seconds: CPU time of shorter steps is mostly their start */

#endif
