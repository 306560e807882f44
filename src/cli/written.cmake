# SPDX-License-Identifier: GPL-3.0-or-later
# What the program writes about itself: completions and manual pages; included by
# src/CMakeLists.txt. A test holds the list of commands against the program's. The names of the files are those under which shells and man look for them.
set(written ${CMAKE_BINARY_DIR}/written)
set(commands check trace probe watch diagnose audit ranges explain verify-certificate completion
    manual)
set(manuals ${written}/safeconduct.1)
set(write_manuals COMMAND safeconduct manual --output ${written}/safeconduct.1)
foreach(command IN LISTS commands)
  list(APPEND manuals ${written}/safeconduct-${command}.1)
  list(APPEND write_manuals
    COMMAND safeconduct manual ${command} --output ${written}/safeconduct-${command}.1)
endforeach()
set(completions ${written}/safeconduct ${written}/_safeconduct ${written}/safeconduct.fish)
add_custom_command(OUTPUT ${manuals} ${completions}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${written}
  ${write_manuals}
  COMMAND safeconduct completion bash --output ${written}/safeconduct
  COMMAND safeconduct completion zsh --output ${written}/_safeconduct
  COMMAND safeconduct completion fish --output ${written}/safeconduct.fish
  DEPENDS safeconduct
  COMMENT "Writing completions and manual pages"
  VERBATIM)
add_custom_target(written ALL DEPENDS ${manuals} ${completions})

install(FILES ${written}/safeconduct
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${written}/_safeconduct DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${written}/safeconduct.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${manuals} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
