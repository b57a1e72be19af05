# Tests of how Slurm's commands are asked and what their answers mean.
find_package(cmocka REQUIRED)

foreach(module slurm_state slurm_text)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_slurm ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

# These ask programs that answer as Slurm's did.
foreach(module slurm_account slurm_client slurm_queue slurm_submit)
    add_executable(test_${module} test_${module}.c slurm_fixture.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_slurm ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
