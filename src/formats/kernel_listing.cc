// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_listing.h"

#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "formats/kernel.h"
#include "formats/kernel_decode.h"
#include "formats/kernel_sets.h"

namespace safeconduct::kernel {
namespace {

std::string handle(std::uint64_t number) { return " # handle " + std::to_string(number) + '\n'; }

std::string comment(Rule const& rule) {
  return rule.comment.empty() ? std::string() : " comment " + quoted(rule.comment);
}

bool filters_ip(std::uint32_t family) {
  auto const name = family_name(family);
  return name == "inet" || name == "ip" || name == "ip6" || name == "netdev";
}

// NF_INET_*, NF_NETDEV_*; bridges number theirs as IP does. Of ARP no hook is read.
std::string_view hook_name(std::uint32_t family, std::uint32_t hook) {
  static constexpr std::string_view kInet[] = {"prerouting", "input",       "forward",
                                               "output",     "postrouting", "ingress"};
  static constexpr std::string_view kNetdev[] = {"ingress", "egress"};
  if (family_name(family) == "netdev") return hook < 2 ? kNetdev[hook] : std::string_view();
  return hook < std::size(kInet) ? kInet[hook] : std::string_view();
}

class Lister {
 public:
  Lister(std::string const& name, Dump const& dump) : name_(name), dump_(dump) {
    for (auto const& rule : dump.rules)
      rules_[{rule.family, rule.table, rule.chain}].push_back(&rule);
  }

  Result<std::string> list() {
    text_ = "# the rules of nf_tables that are in force\n";
    for (auto const& legacy : dump_.legacy)
      text_ += std::string("# beside them, of ") + (legacy.ip6 ? "ip6tables" : "iptables") +
               "-legacy: table " + printable(legacy.name) + '\n';
    for (auto const& table : dump_.tables) SC_CHECK(write(table));
    return std::move(text_);
  }

 private:
  std::unexpected<Error> fail(std::string text) const {
    return std::unexpected(Error{ErrorKind::unreadable,
                                 {name_, 0, 0},
                                 std::move(text),
                                 "give the output of 'nft list ruleset' as a file",
                                 {}});
  }

  Result<std::string> name(std::string const& given, std::string_view what) const {
    if (auto words = name_text(given)) return std::move(*words);
    return fail("the name of the " + std::string(what) + " '" + printable(given) +
                "' cannot be written down");
  }

  Result<void> write(Table const& table) {
    constexpr std::uint32_t kDormant = 1;  // NFT_TABLE_F_DORMANT
    auto const family = family_name(table.family);
    if (family.empty())
      return fail("table '" + printable(table.name) +
                  "' is of a family that is not known: " + std::to_string(table.family));
    SC_TRY(words, name(table.name, "table"));
    text_ += "table " + std::string(family) + ' ' + words + " {" + handle(table.handle);
    if ((table.flags & kDormant) != 0) text_ += "\tflags dormant\n";
    if (filters_ip(table.family)) SC_CHECK(objects(table));

    std::vector<Set const*> sets;
    for (auto const& set : dump_.sets) {
      if (set.family != table.family || set.table != table.name) continue;
      SC_CHECK(name(set.name, "set"));
      sets.push_back(&set);
    }
    SetBook book(std::move(sets), dump_.interfaces);
    std::string chains;
    for (auto const& chain : dump_.chains)
      if (chain.family == table.family && chain.table == table.name)
        SC_CHECK(write(chain, book, chains));
    if (filters_ip(table.family)) text_ += book.declarations();
    text_ += chains + "}\n";
    return {};
  }

  Result<void> objects(Table const& table) {
    for (auto const& object : dump_.objects) {
      if (object.family != table.family || object.table != table.name) continue;
      SC_TRY(words, name(object.name, object.kind));
      text_ += '\t' + object.kind + ' ' + words + " {\n\t}\n\n";
    }
    return {};
  }

  Result<void> write(Chain const& chain, SetBook& book, std::string& out) {
    SC_TRY(words, name(chain.name, "chain"));
    out += "\tchain " + words + " {" + handle(chain.handle);
    if (chain.base) SC_CHECK(write(*chain.base, chain, out));
    auto const found = rules_.find({chain.family, chain.table, chain.name});
    if (found != rules_.end() && !filters_ip(chain.family)) {
      for (auto const* const rule : found->second)
        out += "\t\tundecided \"a rule of another family\"" + handle(rule->handle);
    } else if (found != rules_.end()) {
      RuleDecoder decoder(book, chain.family, dump_.interfaces);
      for (auto const* const rule : found->second)
        out += "\t\t" + decoder.words(*rule) + comment(*rule) + handle(rule->handle);
    }
    out += "\t}\n\n";
    return {};
  }

  Result<void> write(BaseHook const& base, Chain const& chain, std::string& out) const {
    auto const hook = hook_name(chain.family, base.hook);
    bool const known = base.type == "filter" || base.type == "nat" || base.type == "route";
    if (filters_ip(chain.family) && (hook.empty() || !known || base.policy > 1))
      return fail("chain '" + printable(chain.name) +
                  "' has a type, hook or policy that is not known");
    out += "\t\ttype " + base.type + " hook " + std::string(hook);
    std::string devices;
    for (auto const& device : base.devices)
      devices += (devices.empty() ? "" : ", ") + quoted(device);
    if (!devices.empty()) out += " devices = { " + devices + " }";
    out += " priority " + std::to_string(base.priority) + "; policy " +
           (base.policy == 0 ? "drop" : "accept") + ";\n";
    return {};
  }

  std::string const& name_;
  Dump const& dump_;
  std::map<std::tuple<std::uint32_t, std::string, std::string>, std::vector<Rule const*>> rules_;
  std::string text_;
};

}  // namespace

Result<std::string> listing(std::string const& name, Dump const& dump) {
  return Lister(name, dump).list();
}

Result<SourceText> running_rules(std::string const& name, Dump const& dump) {
  SC_TRY(text, listing(name, dump));
  SourceText source{name, std::make_shared<std::string const>(std::move(text))};
  source.running = true;
  for (auto const& legacy : dump.legacy) {
    auto const family = legacy.ip6 ? Family::ip6 : Family::ip4;
    source.legacy.push_back({family, legacy.name});
  }
  return source;
}

}  // namespace safeconduct::kernel
