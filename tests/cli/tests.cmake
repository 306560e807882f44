# SPDX-License-Identifier: GPL-3.0-or-later
# What surrounds the program: shells, manuals, packages, pipelines; included by tests/CMakeLists.txt.
find_program(SC_PYTHON3 python3)
if(SC_PYTHON3 AND TARGET safeconduct)
  set(shells "cli/shells: completions and manuals have every option, and shells take them")
  add_test(NAME "${shells}"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/shells_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("${shells}" PROPERTIES LABELS cli TIMEOUT 600)
endif()
