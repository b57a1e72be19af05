# Tests of the analysis: from rows to figures, answers and warnings.
find_package(cmocka REQUIRED)

foreach(module adaptive analysis certainty certainty_words claim compare explain figure_models foreign hodges_lehmann
               levenberg linear_fit model model_bands models modes notices optimum order page_claims quantiles
               random ranking ratio rivals sequence series_models series_throughput sizes speedup step summary summary_json
               throughput_fit time_column traps wording)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_link_libraries(test_${module} PRIVATE scalestudy_report ${CMOCKA_LIBRARIES} m)
    add_test(NAME ${module} COMMAND test_${module})
endforeach()
target_compile_definitions(test_explain PRIVATE METHOD="${CMAKE_CURRENT_LIST_DIR}/../docs/method.md")
target_compile_definitions(test_foreign PRIVATE SAMPLES="${CMAKE_CURRENT_LIST_DIR}/foreign")

# time_analysis BLOCKS SERIAL: what the whole analysis costs.
add_executable(time_analysis time_analysis.c)
target_link_libraries(time_analysis PRIVATE scalestudy_report m)

# tools/coverage prints docs/coverage.md by it.
add_executable(coverage EXCLUDE_FROM_ALL
    ${PROJECT_SOURCE_DIR}/tools/coverage.c ${PROJECT_SOURCE_DIR}/tools/coverage_bands.c)
target_link_libraries(coverage PRIVATE scalestudy_report m)
