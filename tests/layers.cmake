# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DSRC=<folder with layers.cmake> -P layers.cmake
# Holds every #include of a source tree against its table of layers; one message a violation.
cmake_minimum_required(VERSION 3.25)

file(REAL_PATH "${SRC}" SRC)
if(NOT EXISTS "${SRC}/layers.cmake")
  message(FATAL_ERROR "no '${SRC}/layers.cmake': call with -DSRC=<the folder it stands in>")
endif()

# --- the table ----------------------------------------------------------------------------------

set(layers "")
set(foreigns "")

# may_<layer>: itself and all that it uses, directly or through others. Closed as it is read,
# because a layer is declared after those it uses.
function(sc_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;SYSTEM")
  set(may ${name})
  foreach(used IN LISTS arg_USES)
    if(NOT used IN_LIST layers)
      message(FATAL_ERROR
        "layers.cmake: '${name}' uses '${used}', which is not declared above it; "
        "declare it first (if it uses '${name}' itself, the two are one layer)")
    endif()
    list(APPEND may ${may_${used}})
  endforeach()
  list(REMOVE_DUPLICATES may)
  set(may_${name} ${may} PARENT_SCOPE)
  set(layers ${layers} ${name} PARENT_SCOPE)
endfunction()

function(sc_foreign header)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ONLY_IN")
  set(foreigns ${foreigns} ${header} PARENT_SCOPE)
  set("only_in_${header}" ${arg_ONLY_IN} PARENT_SCOPE)
endfunction()

include(${SRC}/layers.cmake)

# --- the sources --------------------------------------------------------------------------------

set(violations 0)
macro(violation text advice)
  math(EXPR violations "${violations} + 1")
  message(NOTICE "src/${file}:${number}: #include ${include}: ${text}\n  ${advice}")
endmacro()

function(glob_to_regex glob result)
  string(REPLACE "." "\\." regex "${glob}")
  string(REPLACE "*" "[^/]*" regex "${regex}")
  set(${result} "^${regex}$" PARENT_SCOPE)
endfunction()

macro(check_own)
  if(NOT target IN_LIST layers)
    if(IS_DIRECTORY "${SRC}/${target}")
      violation("'${target}' is no declared layer" "declare it in src/layers.cmake")
    endif()
  elseif(NOT target IN_LIST may_${layer})
    list(JOIN may_${layer} ", " allowed)
    violation("'${layer}' may not use '${target}' (it may use: ${allowed})"
      "move the code to '${target}' or above both, or pass in what is needed as a parameter")
  endif()
endmacro()

macro(check_foreign)
  foreach(foreign IN LISTS foreigns)
    string(FIND "${path}" "${foreign}" at)
    if(at EQUAL 0)
      set(allowed FALSE)
      foreach(glob IN LISTS only_in_${foreign})
        glob_to_regex("${glob}" regex)
        if(file MATCHES "${regex}")
          set(allowed TRUE)
        endif()
      endforeach()
      if(NOT allowed)
        list(JOIN only_in_${foreign} ", " where)
        violation("this foreign header belongs in ${where} only"
          "keep it in such a .cc file and hand on a value of our own types")
      endif()
      break()  # the first entry that fits decides: the narrower ones stand first
    endif()
  endforeach()
endmacro()

file(GLOB_RECURSE files RELATIVE ${SRC} ${SRC}/*.h ${SRC}/*.cc)
list(SORT files)
set(includes 0)
foreach(file IN LISTS files)
  string(REGEX MATCH "^[^/]+" layer "${file}")
  file(READ ${SRC}/${file} text)
  # A list of lines would break at every ';' and '[' of the code, so only the includes become one,
  # each with the text before it cut off and counted.
  set(number 1)
  while(text MATCHES "(^|\n)[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"\n]+)[>\"]")
    set(found "${CMAKE_MATCH_0}")
    set(quote "${CMAKE_MATCH_2}")
    set(path "${CMAKE_MATCH_3}")
    set(newline "${CMAKE_MATCH_1}")
    string(FIND "${text}" "${found}" at)
    string(SUBSTRING "${text}" 0 ${at} before)
    string(REGEX REPLACE "[^\n]" "" before "${before}")
    string(LENGTH "${before}${newline}" passed)
    math(EXPR number "${number} + ${passed}")
    string(LENGTH "${found}" length)
    math(EXPR at "${at} + ${length}")
    string(SUBSTRING "${text}" ${at} -1 text)
    math(EXPR includes "${includes} + 1")

    if(quote STREQUAL "<")
      set(include "<${path}>")
      check_foreign()
    else()
      set(include "\"${path}\"")
      if(NOT layer IN_LIST layers)
        violation("its folder '${layer}' is no declared layer" "declare it in src/layers.cmake")
      elseif(path MATCHES "^([^/]+)/")
        set(target "${CMAKE_MATCH_1}")
        check_own()
        check_foreign()
      else()
        violation("no layer named" "write it as \"${layer}/${path}\"")
      endif()
    endif()
  endwhile()
endforeach()

if(includes EQUAL 0)
  message(FATAL_ERROR "no #include found under '${SRC}': nothing was checked")
endif()
if(violations GREATER 0)
  message(FATAL_ERROR "${violations} of ${includes} includes break src/layers.cmake")
endif()
message(STATUS "${includes} includes obey src/layers.cmake")
