/* The ending of a counted word: "%lld core%s" of 1 and of all other numbers. */
#ifndef SCALESTUDY_PLURAL_H
#define SCALESTUDY_PLURAL_H

#include <stdint.h>

/* "" for 1, else "s". Words with other plurals choose themselves. */
const char *plural(int64_t count);

#endif
