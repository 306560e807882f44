// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cursor.h"  // allowed, through rules and net
#include "match.h"        // without its layer
