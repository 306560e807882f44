# SPDX-License-Identifier: GPL-3.0-or-later
# What the program writes about itself: completions and manual pages; included by
# src/CMakeLists.txt. A test holds the list of commands against the program's. The names of the files are those under which shells and man look for them.
set(written ${CMAKE_BINARY_DIR}/written)
set(commands check baseline trace probe watch diagnose audit ranges explain verify-certificate
    config completion manual)
find_program(SC_GZIP gzip REQUIRED)
set(manuals ${written}/safeconduct.1.gz)
set(write_manuals COMMAND safeconduct manual --output ${written}/safeconduct.1)
foreach(command IN LISTS commands)
  list(APPEND manuals ${written}/safeconduct-${command}.1.gz)
  list(APPEND write_manuals
    COMMAND safeconduct manual ${command} --output ${written}/safeconduct-${command}.1)
endforeach()
list(TRANSFORM manuals REPLACE "[.]gz$" "" OUTPUT_VARIABLE uncompressed)
set(completions ${written}/safeconduct ${written}/_safeconduct ${written}/safeconduct.fish)
add_custom_command(OUTPUT ${manuals} ${completions}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${written}
  ${write_manuals}
  COMMAND ${SC_GZIP} -9nf ${uncompressed}
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
