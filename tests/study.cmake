# Tests of study.json: what it may say, what it may not, what is said of it.
find_package(cmocka REQUIRED)

foreach(module study study_mistakes study_hostile study_schema)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_runner ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_compile_definitions(test_study_schema PRIVATE
    TEST_SCHEMA="${PROJECT_SOURCE_DIR}/studies/study.schema.json")
