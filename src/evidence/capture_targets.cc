// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_targets.h"

#include <algorithm>

#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostLookUps = 65'536;  // that are remembered
constexpr std::size_t kMostLearnt = 4'096;    // names, and addresses

std::size_t mixed(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15U;
  return value ^ value >> 32U;
}

bool asks_dns(Probe const& probe) {
  return probe.kind == ProbeKind::dns_txt || probe.kind == ProbeKind::dnscrypt_cert;
}

bool has_port(Requirement const& requirement, std::uint16_t port) {
  return std::ranges::any_of(requirement.ports,
                             [&](PortInterval const& ports) { return ports.contains(port); });
}

bool has_protocol(Requirement const& requirement, std::uint32_t protocol) {
  return std::ranges::find(requirement.protocols, protocol) != requirement.protocols.end();
}

}  // namespace

std::size_t CaptureTargets::AddressHash::operator()(Address const& address) const {
  return mixed(static_cast<std::uint64_t>(address.bits) ^
               static_cast<std::uint64_t>(address.bits >> 64U) * 31U);
}

std::size_t CaptureTargets::KeyHash::operator()(Key const& key) const {
  return mixed(AddressHash()(key.address) ^ std::uint64_t{key.protocol} << 20U ^ key.port);
}

CaptureTargets::CaptureTargets(Wanted const& wanted, std::size_t most)
    : wanted_(wanted), most_(most) {
  for (auto& bits : ports_) bits.assign(1024, 0);
  for (auto& bits : prefixes_) bits.assign(1024, 0);
  for (std::uint32_t i = 0; i < wanted.requirements.size(); ++i)
    if (wanted.requirements[i].requirement->expect == Expect::allow) add(i);
}

void CaptureTargets::add(std::uint32_t index) {
  auto const& one = wanted_.requirements[index];
  auto const& requirement = *one.requirement;
  for (auto const protocol : requirement.protocols) {
    if (protocol != l4::tcp && protocol != l4::udp) continue;
    for (auto const& ports : requirement.ports)
      for (auto port = ports.first; port <= std::min(ports.last, 65535U); ++port)
        set(ports_[protocol == kTcp ? 0 : 1], port);
  }
  for (auto const& flow : one.flows) mark(flow.family, flow.dst);
  auto const put = [&](std::string text) {
    text = without_dot(std::move(text));
    if (text.starts_with("*.")) {
      suffixes_.emplace_back(text.substr(1), index);
    } else if (!text.empty()) {
      auto& of_name = names_[text];
      if (std::ranges::find(of_name, index) == of_name.end()) of_name.push_back(index);
    }
  };
  for (auto const& name : destination_names(requirement)) put(name.value);
  auto const resolves = [](ProbeKind kind) {
    return kind == ProbeKind::resolve_then_tcp || kind == ProbeKind::resolve_then_tls;
  };
  if (requirement.probe && resolves(requirement.probe->kind)) put(requirement.probe->name);
}

void CaptureTargets::mark(Family family, AddressSet const& set_of) {
  auto& bits = prefixes_[slot(family)];
  unsigned const shift = family == Family::ip4 ? 16 : 96;
  for (auto const& piece : set_of.intervals()) {
    auto const first = piece.first >> shift;
    auto const last = piece.last >> shift;
    if (last - first >= 65535) {
      std::ranges::fill(bits, ~std::uint64_t{0});
      return;
    }
    for (auto start = first; start <= last; ++start)
      set(bits, start_of(Address{family, start << shift}));
  }
}

std::uint32_t CaptureTargets::find(std::uint32_t protocol, Address const& address,
                                   std::uint16_t port) {
  Key const key{address, protocol, port};
  if (auto const found = known_.find(key); found != known_.end()) return found->second;
  CaptureTarget target;
  target.address = address;
  target.protocol = protocol;
  target.port = port;
  for (std::uint32_t i = 0; i < wanted_.requirements.size(); ++i) {
    auto const& one = wanted_.requirements[i];
    if (one.requirement->expect != Expect::allow) continue;
    bool const about_it = std::ranges::any_of(one.flows, [&](WantedFlow const& flow) {
      return flow.family == address.family && flow.protocol == protocol && flow.ports &&
             flow.ports->contains(port) && flow.dst.contains(address.bits);
    });
    if (about_it) target.requirements.push_back(i);
  }
  if (auto const learnt = addresses_.find(address); learnt != addresses_.end()) {
    for (auto const i : learnt->second.requirements) {
      auto const& requirement = *wanted_.requirements[i].requirement;
      if (!has_protocol(requirement, protocol) || !has_port(requirement, port)) continue;
      target.name = learnt->second.name;
      if (std::ranges::find(target.requirements, i) == target.requirements.end())
        target.requirements.push_back(i);
    }
    std::ranges::sort(target.requirements);
  }
  if (known_.size() >= kMostLookUps + most_)
    std::erase_if(known_, [](auto const& entry) { return entry.second == kNoTarget; });
  auto& place = known_[key];
  place = kNoTarget;
  if (target.requirements.empty()) return kNoTarget;
  if (targets_.size() >= most_) {
    ++left_out_;
    known_.erase(key);
    return kNoTarget;
  }
  complete(target);
  place = static_cast<std::uint32_t>(targets_.size());
  targets_.push_back(std::move(target));
  return place;
}

void CaptureTargets::complete(CaptureTarget& target) const {
  for (auto const i : target.requirements) {
    auto const& requirement = *wanted_.requirements[i].requirement;
    if (!requirement.probe || !asks_dns(*requirement.probe)) continue;
    target.dns = true;
    target.question = without_dot(requirement.probe->name);
    target.expected = dns_expectation(*requirement.probe);
    if (!target.expected.optional) return;  // one that asks for more comes first
  }
}

bool CaptureTargets::wants(std::string_view name) const {
  if (names_.contains(std::string(name))) return true;
  return std::ranges::any_of(suffixes_, [&](auto const& one) { return name.ends_with(one.first); });
}

std::vector<std::uint32_t> CaptureTargets::requirements_of(std::string_view name) const {
  std::vector<std::uint32_t> found;
  if (auto const exact = names_.find(std::string(name)); exact != names_.end())
    found = exact->second;
  for (auto const& [suffix, index] : suffixes_)
    if (name.ends_with(suffix) && std::ranges::find(found, index) == found.end())
      found.push_back(index);
  return found;
}

void CaptureTargets::learn(std::string const& name, std::vector<Address> const& addresses,
                           CaptureTime time, std::size_t packet) {
  auto const indices = requirements_of(name);
  if (indices.empty() || addresses.empty()) return;
  auto told = std::ranges::find(learnt_, name, &LearntName::name);
  if (told == learnt_.end()) {
    if (learnt_.size() == kMostLearnt) return;
    learnt_.push_back({name, {}, time, packet});
    told = learnt_.end() - 1;
  }
  for (auto const& address : addresses) {
    auto& of_name = told->addresses;
    bool const new_here = std::ranges::find(of_name, address) == of_name.end();
    if (!new_here || addresses_.size() >= kMostLearnt) continue;
    of_name.insert(std::ranges::upper_bound(of_name, address), address);
    know(address, name, indices);
  }
}

void CaptureTargets::know(Address const& address, std::string const& name,
                          std::vector<std::uint32_t> const& requirements) {
  auto& learnt = addresses_[address];
  if (learnt.name.empty()) learnt.name = name;
  for (auto const index : requirements)
    if (std::ranges::find(learnt.requirements, index) == learnt.requirements.end())
      learnt.requirements.push_back(index);
  set(prefixes_[slot(address.family)], start_of(address));
  // What was looked up before this was known is looked up anew.
  std::erase_if(known_, [&](auto const& entry) {
    return entry.first.address == address && entry.second == kNoTarget;
  });
  for (auto& target : targets_)
    if (target.address == address && target.name.empty()) target.name = name;
}

}  // namespace safeconduct
