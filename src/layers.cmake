# SPDX-License-Identifier: GPL-3.0-or-later
# The architecture, leaf first: a layer may include its own headers and those of the layers it uses,
# directly or through them. Read twice: by src/CMakeLists.txt, which builds from it, and by
# tests/layers.cmake, which holds every #include against it.
#
#        layer     may use                         links, for its .cc files only
sc_layer(base                              SYSTEM Boost::headers OpenSSL::headers ${CMAKE_DL_LIBS})
sc_layer(net       USES base)
sc_layer(wire      USES net                        SYSTEM OpenSSL::headers)
sc_layer(packet    USES net)
sc_layer(rules     USES packet)
sc_layer(dialects)
sc_layer(formats   USES rules dialects     SYSTEM Boost::headers PkgConfig::NFTNL PkgConfig::MNL Threads::Threads)
sc_layer(engine    USES packet rules)
sc_layer(policy    USES packet dialects            SYSTEM yaml-cpp)
sc_layer(verify    USES engine policy              SYSTEM Threads::Threads)
sc_layer(report    USES verify                     SYSTEM Boost::headers)
sc_layer(monitor   USES verify                     SYSTEM PkgConfig::PROMETHEUS)
sc_layer(probe     USES policy wire                   SYSTEM Boost::headers OpenSSL::headers Threads::Threads)
sc_layer(evidence  USES policy wire)
sc_layer(cli       USES formats report probe evidence monitor   SYSTEM Boost::headers CLI11::CLI11)

# Foreign headers stay in the .cc files named here, and out of every header of ours, but for the
# container that sets of intervals are kept in.
sc_foreign(yaml-cpp/    ONLY_IN policy/*.cc)
sc_foreign(CLI/         ONLY_IN cli/*.cc)
sc_foreign(boost/json   ONLY_IN base/json_impl.cc formats/json_tree.cc report/*.cc cli/*.cc)
sc_foreign(boost/asio   ONLY_IN probe/*.cc probe/awaiting.h)
sc_foreign(boost/container ONLY_IN net/interval_set.h)
sc_foreign(boost/       ONLY_IN net/interval_set.h base/json_impl.cc formats/json_tree.cc report/*.cc cli/*.cc probe/*.cc probe/awaiting.h)
sc_foreign(openssl/     ONLY_IN base/libcrypto.h probe/libssl.h)
sc_foreign(libnftnl/    ONLY_IN formats/kernel_netlink.cc formats/kernel_expression.cc)
sc_foreign(libmnl/      ONLY_IN formats/kernel_netlink.cc)
sc_foreign(prometheus/  ONLY_IN monitor/exposition.cc)
sc_foreign(archive      ONLY_IN evidence/libarchive.h)
