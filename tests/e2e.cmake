# End to end, through the real program: one test a file of tests/e2e.
if(NOT TARGET sample_backends)
  message(FATAL_ERROR "the tests need AGGREGATOR_EXAMPLES=ON")
endif()
set(e2e_environment AGGREGATOR=$<TARGET_FILE:aggregator>
                    SAMPLE_BACKENDS=$<TARGET_FILE:sample_backends>)
file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/e2e/test_*.py)
foreach(suite IN LISTS suites)
  get_filename_component(name ${suite} NAME_WE)
  string(REPLACE "test_" "e2e_" name ${name})
  add_test(NAME ${name} COMMAND ${AGGREGATOR_PYTHON} -B -m pytest -q -p no:cacheprovider ${suite})
  set_tests_properties(${name} PROPERTIES LABELS e2e TIMEOUT 600
                       ENVIRONMENT "${e2e_environment}")
endforeach()
# The longest begin first, so that none is left to run alone at the end.
foreach(name e2e_waits e2e_shadow_control e2e_resources e2e_lint e2e_uploads e2e_examples e2e_tls_backends e2e_reference)
  if(TEST ${name})
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endforeach()
