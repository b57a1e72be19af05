# Studies on a real Slurm, each test on one of its own. SCALESTUDY_LONG_TESTS=1
# in the environment adds what takes minutes.
find_program(BASH bash REQUIRED)
foreach(name IN ITEMS run killed refusals days clusters profiles allocation)
    add_test(NAME slurm_${name}
        COMMAND ${BASH} ${CMAKE_CURRENT_LIST_DIR}/slurm/test_${name}.sh $<TARGET_FILE:scalestudy>)
    set_tests_properties(slurm_${name} PROPERTIES
        TIMEOUT 3600 RUN_SERIAL ON RESOURCE_LOCK slurm SKIP_RETURN_CODE 77
        ENVIRONMENT ASAN_OPTIONS=detect_leaks=0) # Open MPI keeps what it has at its end
endforeach()
