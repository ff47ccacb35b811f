# End to end, through the real program: one test a file of tests/e2e.
file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/e2e/test_*.py)
foreach(suite IN LISTS suites)
  get_filename_component(name ${suite} NAME_WE)
  string(REPLACE "test_" "e2e_" name ${name})
  add_test(NAME ${name} COMMAND ${AGGREGATOR_PYTHON} -B -m pytest -q -p no:cacheprovider ${suite})
  set_tests_properties(${name} PROPERTIES LABELS e2e TIMEOUT 600
                       ENVIRONMENT AGGREGATOR=$<TARGET_FILE:aggregator>)
endforeach()
