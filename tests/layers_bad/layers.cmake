# SPDX-License-Identifier: GPL-3.0-or-later
# A tiny tree that breaks its table once in each way; tests/layers.cmake must refuse it.
sc_layer(base)
sc_layer(net       USES base)
sc_layer(rules     USES net)
sc_layer(engine    USES rules)
sc_foreign(yaml-cpp/ ONLY_IN rules/*.cc)
