# Jobs' runs on a real Slurm, see slurm/README.md. Skipped where it or MPI is not
# installed, an error in CI.
add_test(NAME slurm_launch
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/slurm_launch.sh $<TARGET_FILE:scalestudy>)
set_tests_properties(slurm_launch PROPERTIES
    TIMEOUT 300 RUN_SERIAL ON RESOURCE_LOCK slurm SKIP_RETURN_CODE 77
    ENVIRONMENT ASAN_OPTIONS=detect_leaks=0) # Open MPI keeps what it has at its end
