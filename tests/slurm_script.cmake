# Tests of the job scripts and their price.
find_package(cmocka REQUIRED)

foreach(module script price)
    add_executable(test_${module} ${CMAKE_CURRENT_LIST_DIR}/test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_slurm ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_compile_definitions(test_script PRIVATE GOLDEN="${CMAKE_CURRENT_LIST_DIR}/golden/job")

if(NOT TARGET golden)
    add_custom_target(golden)
endif()
add_custom_target(golden_job
    COMMAND ${CMAKE_COMMAND} -E env SCALESTUDY_UPDATE_GOLDEN=1 $<TARGET_FILE:test_script>
    DEPENDS test_script)
add_dependencies(golden golden_job)

# make_script CLUSTER LAYOUT [ARRAY FOLDER PROGRAM]: scripts for a real Slurm.
add_executable(make_script ${CMAKE_CURRENT_LIST_DIR}/make_script.c)
target_link_libraries(make_script PRIVATE scalestudy_slurm m)
add_test(NAME slurm_scripts
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/slurm/scripts.sh $<TARGET_FILE:make_script>)
set_tests_properties(slurm_scripts PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
