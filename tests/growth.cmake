# That nothing grows faster than its input: instruction counts by callgrind, which needs a build without sanitizers.
find_path(AGGREGATOR_VALGRIND_INCLUDE valgrind/callgrind.h)
find_program(AGGREGATOR_VALGRIND valgrind)
if(AGGREGATOR_VALGRIND AND AGGREGATOR_VALGRIND_INCLUDE AND NOT AGGREGATOR_SANITIZE)
  file(GLOB growth_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/growth/*.cpp)
  add_executable(growth_subjects ${growth_sources})
  target_include_directories(growth_subjects PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  target_include_directories(growth_subjects SYSTEM PRIVATE ${AGGREGATOR_VALGRIND_INCLUDE})
  target_link_libraries(growth_subjects PRIVATE aggregator_engine aggregator_lint aggregator_net)
  add_test(NAME growth COMMAND ${AGGREGATOR_PYTHON} -B growth.py $<TARGET_FILE:growth_subjects>
           WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/growth)
  set_tests_properties(growth PROPERTIES COST 100)
endif()
