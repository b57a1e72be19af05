# Tests of what base takes from the system: processes, files, the clock.
find_package(cmocka REQUIRED)

add_executable(test_child child.c) # what test_process starts
foreach(module clock files process)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_base ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

find_package(Threads REQUIRED)
target_link_libraries(test_process PRIVATE Threads::Threads)
target_compile_definitions(test_process PRIVATE TEST_CHILD="$<TARGET_FILE:test_child>")
add_dependencies(test_process test_child)

# time_sampling PROCESSES MIB SECONDS: what sampling costs, to look at.
add_executable(time_sampling time_sampling.c)
target_link_libraries(time_sampling PRIVATE scalestudy_base)
target_compile_definitions(time_sampling PRIVATE TEST_CHILD="$<TARGET_FILE:test_child>")
add_dependencies(time_sampling test_child)
