# The kernels in other languages, from a shell. Sanitizers are in none but Fortran's, and the rest
# would only be slower there.
set(languages_tested "")
if(SCALESTUDY_SANITIZE)
    set(languages_tested fortran fortran-openmp python)
endif()
add_test(NAME languages
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_languages.sh ${CMAKE_BINARY_DIR}/libexec/scalestudy
        $<TARGET_FILE:scalestudy> ${PROJECT_SOURCE_DIR}/studies/languages.json ${languages_tested})
set_tests_properties(languages PROPERTIES TIMEOUT 600)
