# Tests of what turns a study into measurements.
find_package(cmocka REQUIRED)

foreach(module background collect duration environment folder job_facts launch memory_kills others plan readout record schedule task_facts tasks terminal)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_compile_definitions(test_${module} PRIVATE SCALESTUDY_VERSION="${PROJECT_VERSION}")
    target_link_libraries(test_${module} PRIVATE scalestudy_runner ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

foreach(module launch readout)
    target_compile_definitions(test_${module} PRIVATE
        TEST_TOPOLOGIES="${CMAKE_CURRENT_SOURCE_DIR}/topologies")
endforeach()

# The escape function belongs to the command line, which is no library.
target_sources(test_terminal PRIVATE ${PROJECT_SOURCE_DIR}/runner/cli/terminal.c)
target_include_directories(test_terminal PRIVATE ${PROJECT_SOURCE_DIR}/runner/cli)
