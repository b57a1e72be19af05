# Tests of what the runner knows of machines and backends.
find_package(cmocka REQUIRED)

foreach(module topology core_clock cores catalog machine_facts)
    add_executable(test_${module} test_${module}.c)
    target_include_directories(test_${module} PRIVATE ${CMOCKA_INCLUDE_DIR})
    target_compile_definitions(test_${module} PRIVATE
        SCALESTUDY_VERSION="${PROJECT_VERSION}"
        TEST_TOPOLOGIES="${CMAKE_CURRENT_SOURCE_DIR}/topologies")
    target_link_libraries(test_${module} PRIVATE scalestudy_runner ${CMOCKA_LIBRARIES})
    add_test(NAME ${module} COMMAND test_${module})
endforeach()

if(HWLOC_FOUND) # else recorded machines are skipped
    target_compile_definitions(test_topology PRIVATE SCALESTUDY_HAVE_HWLOC)
endif()
