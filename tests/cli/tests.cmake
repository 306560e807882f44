# SPDX-License-Identifier: GPL-3.0-or-later
# What surrounds the program: shells, manuals, packages, pipelines; included by tests/CMakeLists.txt.
find_program(SC_PYTHON3 python3)
if(SC_PYTHON3 AND TARGET safeconduct)
  set(shells "cli/shells: completions and manuals have every option, and shells take them")
  add_test(NAME "${shells}"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/shells_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("${shells}" PROPERTIES LABELS cli TIMEOUT 600)
  set(pipelines "cli/pipelines: actions, templates and hooks do their job, metrics are metrics")
  add_test(NAME "${pipelines}"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/pipelines_run_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("${pipelines}" PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
  if(NOT SC_SANITIZE)  # what is packaged has none
    set(package "cli/package: installed into an empty root, it does its job there")
    add_test(NAME "${package}"
      COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/package_test.py
        ${PROJECT_SOURCE_DIR} ${CMAKE_BINARY_DIR}
        $<$<BOOL:${SC_REPRODUCIBLE}>:reproducible>)
    set_tests_properties("${package}" PROPERTIES
      LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 600 RUN_SERIAL TRUE)
  endif()
  set(changes "cli/git: a change cannot excuse itself, and only what it brings counts")
  add_test(NAME "${changes}"
    COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/pull_request_test.py
      ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
  set_tests_properties("${changes}" PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
  if(NOT SC_SANITIZE)  # the recipe is that of any build
    set(slurm "cli/audit: a job array of a real Slurm, merged, is byte for byte one run")
    add_test(NAME "${slurm}"
      COMMAND ${SC_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/slurm_test.py
        ${PROJECT_SOURCE_DIR} $<TARGET_FILE:safeconduct>)
    set_tests_properties("${slurm}" PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 600)
  endif()
endif()
