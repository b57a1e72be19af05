# Tests of the analysis: from rows to figures, answers and warnings.
find_package(cmocka REQUIRED)

<<<<<<< HEAD
foreach(module adaptive analysis certainty certainty_words compare foreign hodges_lehmann
               levenberg linear_fit model model_bands models modes optimum order quantiles
               random ratio sequence series_models speedup summary summary_json throughput_fit
               wording)
=======
foreach(module analysis claim hodges_lehmann modes optimum order ratio sequence speedup summary
               summary_json wording)
>>>>>>> e03a656 (report: says in words what a ratio shows)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_report ${CMOCKA_LIBRARIES} m)
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_compile_definitions(test_foreign PRIVATE SAMPLES="${CMAKE_CURRENT_LIST_DIR}/foreign")
