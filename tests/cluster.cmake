# Tests of cluster profiles: what they may say, where they are found, what they
# forbid, and how one is made from what Slurm says.
find_package(cmocka REQUIRED)

foreach(module probe profile profile_check profile_find profile_schema toolchain)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_slurm scalestudy_templates
                                                 ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_compile_definitions(test_profile_schema PRIVATE
    TEST_SCHEMA="${PROJECT_SOURCE_DIR}/studies/cluster.schema.json"
    TEST_README="${PROJECT_SOURCE_DIR}/studies/README.md")
