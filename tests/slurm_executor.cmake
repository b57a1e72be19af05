# Tests of what submits a plan's tasks to Slurm, watches them, and takes them up again.
find_package(cmocka REQUIRED)
find_package(Threads REQUIRED)

foreach(module cluster_target fates jobs_view journal journal_fates missing where)
    add_executable(test_${module} ${CMAKE_CURRENT_LIST_DIR}/test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_slurm scalestudy_templates
                                                 ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

# These are parts of the command line, which is no library.
foreach(module jobs_view where)
    target_sources(test_${module} PRIVATE ${PROJECT_SOURCE_DIR}/runner/cli/${module}.c
                                          ${PROJECT_SOURCE_DIR}/runner/cli/terminal.c)
    target_include_directories(test_${module} PRIVATE ${PROJECT_SOURCE_DIR}/runner/cli)
endforeach()

# These meet a Slurm that is a few files, see slurm_fake.sh.
add_library(executor_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/executor_fixture.c
                                    ${CMAKE_CURRENT_LIST_DIR}/slurm_fixture.c)
target_include_directories(executor_fixture PRIVATE ${CMOCKA_INCLUDE_DIR})
target_compile_definitions(executor_fixture
    PUBLIC SLURM_FAKE="${CMAKE_CURRENT_LIST_DIR}/slurm_fake.sh")
target_link_libraries(executor_fixture PUBLIC scalestudy_slurm Threads::Threads ${CMOCKA_LIBRARIES})
foreach(module executor executor_watch executor_resume)
    add_executable(test_${module} ${CMAKE_CURRENT_LIST_DIR}/test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE executor_fixture)
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

# time_collect FOLDER: how long collecting takes, to look at.
add_executable(time_collect ${CMAKE_CURRENT_LIST_DIR}/time_collect.c)
target_link_libraries(time_collect PRIVATE scalestudy_slurm)
