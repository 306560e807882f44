// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cursor.h"  // from a folder that is no layer
