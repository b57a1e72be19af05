# Tests of the kernels: their parts in C, the executables from a shell.
find_package(cmocka REQUIRED)

set(kernels_source ${PROJECT_SOURCE_DIR}/kernels)
add_executable(test_kernels test_kernels.c
    ${kernels_source}/team.c
    $<TARGET_OBJECTS:kernels_parts>
    $<TARGET_OBJECTS:kernels_workloads>
    $<TARGET_OBJECTS:kernels_isa>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    target_sources(test_kernels PRIVATE test_kernels_wide.c)
    set_source_files_properties(test_kernels_wide.c PROPERTIES
        COMPILE_OPTIONS "-O3;-ffp-contract=off;-mavx2;-mfma;-Wno-psabi")
endif()
target_compile_definitions(test_kernels PRIVATE _GNU_SOURCE)
target_include_directories(test_kernels PRIVATE ${kernels_source} ${CMOCKA_INCLUDE_DIR})
target_link_libraries(test_kernels PRIVATE ${CMOCKA_LIBRARIES} m ${CMAKE_DL_LIBS})
add_test(NAME kernels COMMAND test_kernels)

add_test(NAME kernels_run
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_kernels.sh ${CMAKE_BINARY_DIR}/libexec/scalestudy)
set_tests_properties(kernels_run PROPERTIES TIMEOUT 600 RUN_SERIAL ON)

add_executable(test_streams test_streams.c ${kernels_source}/memory.c $<TARGET_OBJECTS:kernels_isa>)
target_compile_definitions(test_streams PRIVATE _GNU_SOURCE)
target_compile_options(test_streams PRIVATE -ffp-contract=off)
target_include_directories(test_streams PRIVATE ${kernels_source} ${CMOCKA_INCLUDE_DIR})
target_link_libraries(test_streams PRIVATE ${CMOCKA_LIBRARIES} m)
add_test(NAME kernels_streams COMMAND test_streams)

add_test(NAME kernels_workloads
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_workloads.sh ${CMAKE_BINARY_DIR}/libexec/scalestudy)
set_tests_properties(kernels_workloads PROPERTIES TIMEOUT 600 RUN_SERIAL ON)
