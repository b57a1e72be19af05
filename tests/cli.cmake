# The built program from end to end. SCALESTUDY_LONG_TESTS=1 in the environment
# adds what takes minutes.
find_program(SH sh REQUIRED)

foreach(name IN ITEMS clusters commands compare disk extension foreign_tables in_vain interruption many probe programs results
        studies study_files throughput usage)
    add_test(NAME cli_${name}
        COMMAND ${SH} ${CMAKE_CURRENT_SOURCE_DIR}/cli/${name}.sh $<TARGET_FILE:scalestudy>)
    set_tests_properties(cli_${name} PROPERTIES TIMEOUT 600)
endforeach()
# Open MPI keeps what it has at its end.
set_tests_properties(cli_studies PROPERTIES ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)
