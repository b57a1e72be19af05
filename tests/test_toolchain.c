#include "toolchain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_module_tells_its_compilers(void **state)
{
    static const struct {
        const char *module, *gcc; /* NULL: it does not tell */
    } modules[] = {
        {"GCC/13.2.0", "13.2.0"},
        {"GCCcore/12.3.0", "12.3.0"},
        {"foss/2023b", "13.2.0"},
        {"gompi/2024a", "13.3.0"},
        {"intel/2023a", "12.3.0"},
        {"Python/3.11.5-GCCcore-13.2.0", "13.2.0"},
        {"mpi4py/4.0.1-gompi-2024a", "13.3.0"},
        {"SciPy-bundle/2024.05-gfbf-2024a", "13.3.0"},
        {"PyTorch/2.1.2-foss-2023a-CUDA-12.1.1", "12.3.0"},
        {"tools/GCC/11.3.0", "11.3.0"},
        {"foss/2031a", "2031a"},
        {"OpenMPI/4.1.6", NULL},
        {"Julia/1.11.3-linux-x86_64", NULL},
        {"PDC/24.11", NULL},
        {"buildenv-gcc/2023b-eb", NULL},
        {"GCC", NULL},
        {"GCC/", NULL},
        {"-/--", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        char gcc[TOOLCHAIN_TEXT_SIZE];
        assert_int_equal(toolchain_of_module(modules[i].module, gcc), modules[i].gcc != NULL);
        if (modules[i].gcc != NULL)
            assert_string_equal(gcc, modules[i].gcc);
    }
}

static void two_generations_do_not_go_together(void **state)
{
    char python[] = "Python/3.11.5-GCCcore-13.2.0", mpi[] = "mpi4py/4.0.1-gompi-2024a",
         openmpi[] = "OpenMPI/4.1.6", foss[] = "foss/2023b";
    char *mixed[] = {openmpi, python, foss, mpi, NULL}, *right[] = {foss, python, openmpi, NULL};
    const char *first, *second;
    (void)state;
    assert_false(toolchain_find_mix(right, &first, &second));
    assert_false(toolchain_find_mix(NULL, &first, &second));
    assert_true(toolchain_find_mix(mixed, &first, &second));
    assert_ptr_equal(first, python);
    assert_ptr_equal(second, mpi);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_tells_its_compilers),
        cmocka_unit_test(two_generations_do_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
