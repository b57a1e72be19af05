#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

void golden_compare(const char *name, const struct strbuf *text)
{
    char *path = path_join(GOLDEN, name);
    struct strbuf expected = STRBUF_INIT;
    struct error err = ERROR_INIT;
    if (getenv("SCALESTUDY_UPDATE_GOLDEN") != NULL) {
        assert_int_equal(file_write(path, text->str, text->len, &err), 0);
    } else {
        assert_int_equal(file_read(path, 1 << 22, &expected, &err), 0);
        if (strcmp(expected.str, text->str) != 0)
            fail_msg("%s differs: look at what the target `golden` makes of it", name);
    }
    strbuf_free(&expected);
    free(path);
}
