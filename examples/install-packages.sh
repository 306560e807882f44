#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# install-packages.sh build|test
# Installs by name what building needs, or what testing needs on top of it (Debian 12). Says nothing
# and asks for no rights when all is there.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libboost1.81-dev libyaml-cpp-dev libcli11-dev libssl-dev
       libnftnl-dev libmnl-dev libarchive-dev prometheus-cpp-dev)
tests=(doctest-dev clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19
       nftables iptables ipset iproute2 openssl python3 python3-jsonschema python3-yaml jq prometheus tshark
       nmap bind9-dnsutils prometheus-blackbox-exporter parallel ansible-core
       munge slurmctld slurmd slurm-client slurm-wlm-basic-plugins
       zsh fish groff mandoc man-db lintian pre-commit git
       chromium-headless-shell)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${tests[@]}") ;;
  *)
    echo "usage: install-packages.sh build|test" >&2
    exit 2
    ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  if [ "$status" != installed ]; then
    missing+=("$package")
  fi
done
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-packages.sh: needs root or sudo to install: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qy --no-install-recommends "${missing[@]}"
