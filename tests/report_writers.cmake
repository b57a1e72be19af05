# Tests of figures, plots, pages and their writers.
find_package(cmocka REQUIRED)

set(here ${CMAKE_CURRENT_LIST_DIR})

add_library(report_fixture STATIC ${here}/compare_fixture.c ${here}/report_fixture.c
                                  ${here}/markup_check.c)
target_include_directories(report_fixture PUBLIC ${here})
target_link_libraries(report_fixture PUBLIC scalestudy_report scalestudy_templates m)

foreach(module compare_pages disturbed page page_explain plot svg use writers)
    add_executable(test_${module} ${here}/test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE report_fixture ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_sources(test_page_explain PRIVATE ${here}/equation.c)
foreach(module page_explain writers)
    target_sources(test_${module} PRIVATE ${here}/golden.c)
    target_compile_definitions(test_${module} PRIVATE GOLDEN="${here}/golden/report")
endforeach()
target_sources(test_compare_pages PRIVATE ${here}/golden.c)
target_compile_definitions(test_compare_pages PRIVATE GOLDEN="${here}/golden/compare")

# make_report SHAPE FOLDER: reports to look at.
add_executable(make_report ${here}/make_report.c)
target_link_libraries(make_report PRIVATE report_fixture)

# `golden` writes the expected files anew, for review with `git diff`.
if(NOT TARGET golden)
    add_custom_target(golden)
endif()
add_custom_target(golden_report
    COMMAND ${CMAKE_COMMAND} -E env SCALESTUDY_UPDATE_GOLDEN=1 $<TARGET_FILE:test_writers>
    COMMAND ${CMAKE_COMMAND} -E env SCALESTUDY_UPDATE_GOLDEN=1 $<TARGET_FILE:test_page_explain>
    COMMAND ${CMAKE_COMMAND} -E env SCALESTUDY_UPDATE_GOLDEN=1 $<TARGET_FILE:test_compare_pages>
    DEPENDS test_writers test_page_explain test_compare_pages)
add_dependencies(golden golden_report)

find_program(CHROMIUM NAMES chromium chromium-browser google-chrome)
find_program(GNUPLOT gnuplot)
if(CHROMIUM AND GNUPLOT)
    add_test(NAME report_browser
             COMMAND ${here}/browser/check.sh ${CHROMIUM}
                     $<TARGET_FILE:make_report>)
    set_tests_properties(report_browser PROPERTIES TIMEOUT 180 SKIP_RETURN_CODE 77)
endif()
