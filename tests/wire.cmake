# Server and client together over wires without descriptors, on a fake clock.
file(GLOB wire_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/wire/*.cpp)
add_executable(wire_simulation ${wire_sources} support/fake_wire.cpp)
target_include_directories(wire_simulation PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(wire_simulation PRIVATE test_main aggregator_net)
add_test(NAME wire_simulation COMMAND wire_simulation)
set_tests_properties(wire_simulation PROPERTIES LABELS wire_simulation)
