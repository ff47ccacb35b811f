# The whole gateway on a fake clock, under thousands of seeded schedules.
file(GLOB simulation_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/simulation/*.cpp)
add_executable(simulation ${simulation_sources})
target_include_directories(simulation PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(simulation SYSTEM PRIVATE ${RAPIDJSON_INCLUDE_DIRS})
target_link_libraries(simulation PRIVATE test_main aggregator_app)
add_test(NAME simulation COMMAND simulation)
# RapidJSON, the judge here, adds to a null pointer before its first allocation.
target_compile_options(simulation PRIVATE -fno-sanitize=pointer-overflow)
