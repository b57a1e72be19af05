# Tests of what base makes of text: numbers, JSON, CSV and the files in them.
find_package(cmocka REQUIRED)

foreach(module csvtable error jsontext number othersfile planfile results samples strbuf textrule unit usage)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_base ${CMOCKA_LIBRARIES} m)
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

# Writes a results.csv of any length; the benchmarks use it too.
add_executable(make_rows make_rows.c)
target_link_libraries(make_rows PRIVATE scalestudy_base m)
target_compile_definitions(test_results PRIVATE MAKE_ROWS="$<TARGET_FILE:make_rows>")
add_dependencies(test_results make_rows)
