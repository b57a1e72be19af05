# A real Slurm on loopback, see slurm/README.md. One at a time: its schedulers
# need the cores. Skipped where Slurm is not installed, an error in CI.
add_test(NAME slurm_itself
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/slurm/selftest.sh ${MPI_C_COMPILER})
set_tests_properties(slurm_itself PROPERTIES
    TIMEOUT 900 RUN_SERIAL ON RESOURCE_LOCK slurm SKIP_RETURN_CODE 77)
