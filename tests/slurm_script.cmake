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
