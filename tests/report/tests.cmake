# SPDX-License-Identifier: GPL-3.0-or-later
# What needs Python: the published JSON Schemas of the outputs against what the program prints, and
# the advice of a report against its word; included by tests/CMakeLists.txt.
find_program(SC_PYTHON3 python3)
if(SC_PYTHON3 AND TARGET safeconduct)
  add_test(NAME "report: outputs follow their schemas, witnesses trace to their verdicts"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/schema_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("report: outputs follow their schemas, witnesses trace to their verdicts"
    PROPERTIES
      SKIP_RETURN_CODE 77  # the Python module is not installed
      LABELS cli)
  add_test(NAME "report: the rules that a report offers do mend"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/mend_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("report: the rules that a report offers do mend" PROPERTIES LABELS cli)
  add_test(NAME "report: pipelines and auditors get what they demand, and hostile words as text"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/pipelines_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties(
    "report: pipelines and auditors get what they demand, and hostile words as text"
    PROPERTIES LABELS cli)
  if(NOT SC_SANITIZE)  # the pages are those of any build
    add_test(NAME "report: pages for auditors work in a browser, by the keyboard and on paper"
      COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/browser_test.py
        ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
    set_tests_properties(
      "report: pages for auditors work in a browser, by the keyboard and on paper"
      PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300)
  endif()
endif()
