// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/device_facts.h"
#include "base/codes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace safeconduct {
namespace {

constexpr Translated kMasquerades{
    "masquerade is taken to put in {0}, as was said (--masquerade-as, masquerade-as)",
    "masquerade は、指定のとおり(--masquerade-as、masquerade-as){0}に書き換えるものとします"};
constexpr Translated kRoutesBack{
    "filters of the reverse path are taken to let packets pass, as was said (--symmetric-routes, "
    "symmetric-routes)",
    "逆経路の検査は、指定のとおり(--symmetric-routes、symmetric-routes)"
    "パケットを通すものとします"};

constexpr Translated kPlain{
    "packets are taken to meet the chains of their own interfaces alone, as was said "
    "(--plain-interfaces, plain-interfaces)",
    "パケットは、指定のとおり(--plain-interfaces、plain-interfaces)"
    "それ自身のインターフェースのチェーンだけを通るものとします"};

constexpr Translated kKnown{
    "ARP is taken to find the hosts on the links, as was said (--known-neighbours, "
    "known-neighbours)",
    "ARP は、指定のとおり(--known-neighbours、known-neighbours)回線上の機器を見つけるものとします"};

// The words of a condition, one after the other.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  // Empty: there are no more.
  std::string_view next() {
    auto const begin = std::min(text_.find_first_not_of(' '), text_.size());
    auto const end = std::min(text_.find(' ', begin), text_.size());
    auto const word = text_.substr(begin, end - begin);
    text_.remove_prefix(end);
    return word;
  }
  bool take(std::string_view word) {
    auto after = *this;
    if (after.next() != word) return false;
    *this = after;
    return true;
  }
  bool at_end() const { return text_.find_first_not_of(' ') == std::string_view::npos; }

 private:
  std::string_view text_;
};

// Of "rpfilter --validmark --invert": does it hold of a packet whose way back is the one that it
// came by?
std::optional<bool> holds_for_rpfilter(Words words) {
  bool inverted = false;
  while (!words.at_end()) {
    auto const option = words.next();
    if (option == "--invert") {
      inverted = true;
    } else if (option != "--loose" && option != "--validmark" && option != "--accept-local") {
      return std::nullopt;
    }
  }
  return !inverted;
}

// Of "fib saddr . mark . iif oif missing".
std::optional<bool> holds_for_fib(Words words) {
  bool source = false;
  do {
    auto const flag = words.next();
    if (flag != "saddr" && flag != "mark" && flag != "iif") return std::nullopt;
    source = source || flag == "saddr";
  } while (words.take("."));
  if (!source || !(words.take("oif") || words.take("oifname"))) return std::nullopt;
  bool const negated = words.take("!=") || words.take("ne");
  if (!negated && !words.take("==")) words.take("eq");
  auto const value = words.next();
  if (!words.at_end()) return std::nullopt;
  if (value == "exists") return !negated;
  if (value == "missing" || value == "0") return negated;
  return std::nullopt;
}

std::optional<bool> holds_with_routes_back(Atom const& atom) {
  Words words(atom.text);
  if (words.take("rpfilter")) return holds_for_rpfilter(words);
  if (words.take("fib")) return holds_for_fib(words);
  return std::nullopt;
}

std::optional<bool> holds_of_plain(Atom const& atom) {
  if (atom.word == "stacked") return false;
  return std::nullopt;
}

std::optional<bool> holds_of_arp(Atom const& atom) {
  if (atom.word == "arp") return false;
  return std::nullopt;
}

// Puts the truth of what is known now into the rules; false: nothing asks for it.
bool settle(Ruleset& rules, std::optional<bool> (*holds)(Atom const&)) {
  std::vector<std::optional<bool>> known;
  for (auto const& atom : rules.atoms) known.push_back(holds(atom));
  bool some = false;
  for (auto& clause : rules.clauses) {
    auto const* const unmodelled = std::get_if<Unmodelled>(&clause.kind);
    if (unmodelled == nullptr || !known[unmodelled->atom]) continue;
    bool const always = *known[unmodelled->atom] != clause.negated;
    clause = {InRange{Field::l4proto, 0, 255}, !always};
    some = true;
  }
  return some;
}

bool take_masquerade(Ruleset& rules, std::vector<Address> const& addresses) {
  std::array<std::optional<ValueInterval>, 2> hulls;
  for (auto const& address : addresses) {
    auto& hull = hulls[static_cast<std::size_t>(address.family)];
    if (!hull) hull = {address.bits, address.bits};
    hull = {std::min(hull->first, address.bits), std::max(hull->last, address.bits)};
  }
  bool some = false;
  for (auto& nat : rules.nats) {
    if (!nat.to_interface || nat.kind != NatKind::source) continue;
    nat.interface_addresses = hulls;
    some = true;
  }
  return some;
}

}  // namespace

void take_facts(Ruleset& rules, DeviceFacts const& facts) {
  if (!facts.masquerade_as.empty() && take_masquerade(rules, facts.masquerade_as)) {
    std::string addresses;
    for (auto const& address : facts.masquerade_as)
      addresses += (addresses.empty() ? "" : ", ") + to_string(address);
    rules.notes.push_back({std::string(code::kTold), {kMasquerades, {addresses}}, {}});
  }
  if (facts.symmetric_routes && settle(rules, holds_with_routes_back))
    rules.notes.push_back({std::string(code::kTold), kRoutesBack, {}});
  if (facts.plain_interfaces && settle(rules, holds_of_plain))
    rules.notes.push_back({std::string(code::kTold), kPlain, {}});
  rules.known_neighbours = facts.known_neighbours;
  if (facts.known_neighbours && settle(rules, holds_of_arp))
    rules.notes.push_back({std::string(code::kTold), kKnown, {}});
}

}  // namespace safeconduct
