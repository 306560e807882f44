# SPDX-License-Identifier: GPL-3.0-or-later
# The published JSON Schemas against the shipped files and the rejects; included by tests/CMakeLists.txt.
find_program(SC_PYTHON3 python3)
if(SC_PYTHON3)
  add_test(NAME "policy/schemas: they agree with the readers and the shipped files"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/schema_test.py ${PROJECT_SOURCE_DIR})
  set_tests_properties("policy/schemas: they agree with the readers and the shipped files" PROPERTIES
    SKIP_RETURN_CODE 77  # the Python modules are not installed
    LABELS unit)
else()
  message(WARNING "python3 is not installed: the JSON Schemas are not tested")
endif()
