# The house style: tidy and its own test, and every header compiled alone.
set(AGGREGATOR_PYTHON /usr/bin/python3 CACHE FILEPATH "The Python that has pytest")

add_test(NAME tidy COMMAND ${AGGREGATOR_PYTHON} -B tidy.py
         WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/tidy)
add_test(NAME tidy_finds COMMAND ${AGGREGATOR_PYTHON} -B -m pytest -q -p no:cacheprovider test_tidy.py
         WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/tidy)
set_tests_properties(tidy tidy_finds PROPERTIES LABELS tidy)

# One build is enough to know that a header needs no other before it. Where there is a source of the same name,
# which includes it first (tidy sees to that), it is known already.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT AGGREGATOR_SANITIZE)
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/aggregator/*/*.hpp
                                      ${PROJECT_SOURCE_DIR}/src/*/*.hpp
                                      ${PROJECT_SOURCE_DIR}/src/lint/rules/*.hpp)
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${header})
    string(REGEX REPLACE "^(include/aggregator|src)/(.*)\\.hpp$" "\\2" stem ${name})
    set(both FALSE) # of a public and a private one, the source includes only one first
    if(EXISTS ${PROJECT_SOURCE_DIR}/include/aggregator/${stem}.hpp AND EXISTS ${PROJECT_SOURCE_DIR}/src/${stem}.hpp)
      set(both TRUE)
    endif()
    if(EXISTS ${PROJECT_SOURCE_DIR}/src/${stem}.cpp AND NOT both)
      continue()
    endif()
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers_alone/${name}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${header}\"\n")
    list(APPEND units ${unit})
  endforeach()
  add_library(headers_alone OBJECT ${units})
  target_include_directories(headers_alone PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(headers_alone PRIVATE aggregator_app)
  target_compile_options(headers_alone PRIVATE -g0)
endif()
