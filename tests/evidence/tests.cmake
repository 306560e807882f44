# SPDX-License-Identifier: GPL-3.0-or-later
# What tshark counts in captures against what 'diagnose' says of them; included by
# tests/CMakeLists.txt. Without tshark these fail: they prove nothing then.
add_executable(write_captures evidence/write_captures.cc)
target_link_libraries(write_captures PRIVATE sc_test_support sc_evidence sc_options)
find_program(SC_PYTHON3 python3)
if(SC_PYTHON3 AND TARGET safeconduct)
  set(agrees "evidence/tshark: every count and packet that diagnose names is tshark's")
  add_test(NAME "${agrees}"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/tshark_agrees.py
      $<TARGET_FILE:safeconduct> $<TARGET_FILE:write_captures>)
  set_tests_properties("${agrees}" PROPERTIES
    LABELS cli SKIP_RETURN_CODE 77 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT SC_SANITIZE)  # it asks tshark alone
    set(table "evidence/tshark: the counts of the corpus are what tshark counts now")
    add_test(NAME "${table}"
      COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/tshark_corpus.py
        ${CMAKE_CURRENT_LIST_DIR}/capture_corpus.tsv)
    set_tests_properties("${table}" PROPERTIES
      LABELS cli SKIP_RETURN_CODE 77 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endif()
