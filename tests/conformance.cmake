# Conformance: every rule of the format, through the real program.
add_test(NAME conformance
         COMMAND ${AGGREGATOR_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/conformance/run.py)
add_test(NAME conformance_shadows
         COMMAND ${AGGREGATOR_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/conformance/run.py --shadows)
set_tests_properties(conformance conformance_shadows PROPERTIES LABELS e2e TIMEOUT 600
                     ENVIRONMENT AGGREGATOR=$<TARGET_FILE:aggregator>)
