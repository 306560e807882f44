# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed beside the program, and the Debian package that is made of it; included by
# CMakeLists.txt. No clock: all times are those of the version (SC_DATE).
set(package ${CMAKE_BINARY_DIR}/package)
find_program(SC_GZIP gzip REQUIRED)

execute_process(COMMAND date --utc --date ${SC_DATE} +%s
  OUTPUT_VARIABLE SC_DATE_SECONDS OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C date --utc --rfc-email --date ${SC_DATE}
  OUTPUT_VARIABLE SC_DATE_RFC OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "safeconduct maintainers <maintainers@localhost.localdomain>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)  # Debian packages do not install into /usr/local
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Are loaded, not linked: evidence/libarchive.h, base/libcrypto.h, probe/libssl.h.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libarchive13, libssl3")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "iproute2, nftables, prometheus-node-exporter")
file(READ ${CMAKE_CURRENT_LIST_DIR}/description description)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "${description}")  # beneath the project's own line
# Archives take their times from it where the caller has not said another.
file(WRITE ${package}/times.cmake
  "if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})\n  set(ENV{SOURCE_DATE_EPOCH} ${SC_DATE_SECONDS})\nendif()\n")
set(CPACK_PROJECT_CONFIG_FILE ${package}/times.cmake)

configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.Debian.in ${package}/changelog.Debian @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${package}/changelog COPYONLY)
add_custom_command(OUTPUT ${package}/changelog.gz ${package}/changelog.Debian.gz
  COMMAND ${SC_GZIP} -9nkf changelog changelog.Debian
  DEPENDS ${package}/changelog ${package}/changelog.Debian
  WORKING_DIRECTORY ${package}
  COMMENT "Packing the changelog"
  VERBATIM)
add_custom_target(package_files ALL
  DEPENDS ${package}/changelog.gz ${package}/changelog.Debian.gz)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright ${package}/changelog.gz
  ${package}/changelog.Debian.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})

include(CPack)
