# Fuzz targets, tests/fuzz/<name>.cpp. Every build replays their corpora as tests; with AGGREGATOR_FUZZ
# each is a libFuzzer program too.

# aggregator_fuzz(NAME DEPENDENCY...): replay_<name> and the test corpus_<name>, and fuzz_<name>.
function(aggregator_fuzz name)
  add_executable(replay_${name} fuzz/${name}.cpp fuzz/replay_main.cpp)
  set(programs replay_${name})
  if(AGGREGATOR_FUZZ)
    add_executable(fuzz_${name} fuzz/${name}.cpp)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    list(APPEND programs fuzz_${name})
  endif()
  foreach(program IN LISTS programs)
    target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${program} PRIVATE ${ARGN})
  endforeach()
  add_test(NAME corpus_${name} COMMAND replay_${name} ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  set_tests_properties(corpus_${name} PROPERTIES LABELS corpus)
endfunction()

aggregator_fuzz(configuration aggregator_config)
aggregator_fuzz(json_spans aggregator_json)
# RapidJSON, the judge there, adds to a null pointer before its first allocation.
foreach(program unit_json replay_json_spans fuzz_json_spans)
  if(TARGET ${program})
    target_compile_options(${program} PRIVATE -fno-sanitize=pointer-overflow)
  endif()
endforeach()
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/http_message.cpp)
  aggregator_fuzz(http_message aggregator_http)
endif()
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/url_pattern.cpp)
  aggregator_fuzz(url_pattern aggregator_plan)
endif()
