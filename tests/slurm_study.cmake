# Studies on a real Slurm; each starts its own. Together about a minute and a
# half; SCALESTUDY_LONG_TESTS=1 adds what takes minutes.
foreach(test run killed profiles)
    add_test(NAME slurm_${test}
        COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/slurm/test_${test}.sh $<TARGET_FILE:scalestudy>)
    set_tests_properties(slurm_${test} PROPERTIES
        TIMEOUT 1800 RUN_SERIAL ON RESOURCE_LOCK slurm SKIP_RETURN_CODE 77
        ENVIRONMENT ASAN_OPTIONS=detect_leaks=0) # Open MPI keeps what it has at its end
# Studies on a real Slurm, which tests/slurm starts. SCALESTUDY_LONG_TESTS=1 in
# the environment adds what takes minutes.
find_program(BASH bash REQUIRED)
foreach(name IN ITEMS run killed refusals days clusters)
    add_test(NAME slurm_${name}
        COMMAND ${BASH} ${CMAKE_CURRENT_LIST_DIR}/slurm/test_${name}.sh $<TARGET_FILE:scalestudy>)
    set_tests_properties(slurm_${name} PROPERTIES TIMEOUT 3600 RUN_SERIAL ON
        RESOURCE_LOCK slurm SKIP_RETURN_CODE 77)
endforeach()
