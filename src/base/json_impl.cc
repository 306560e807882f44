// SPDX-License-Identifier: GPL-3.0-or-later
// Boost.JSON as headers only: this is the one file that compiles its body.
#include <boost/json/src.hpp>
