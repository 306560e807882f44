// SPDX-License-Identifier: GPL-3.0-or-later
// Beside real exports the corpus has lists of plain rules that code verified in Isabelle computed
// from them (Iptables_Semantics): '.lower' accepts packets that the filter table surely accepts,
// '.upper' all that it may accept. We stand between the two: what the lower list accepts we do not
// block, and what we accept the upper list accepts, too.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "formats/reader.h"
#include "support/corpus.h"
#include "support/dice.h"
#include "verify/small_site.h"
#include "verify/trace.h"

namespace safeconduct::test {
namespace {

namespace fs = std::filesystem;

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool contains(std::uint32_t value) const { return first <= value && value <= last; }
};

struct Listed {
  bool accepts = false;
  std::optional<std::uint32_t> protocol;
  Range source{0, ~0U};
  Range destination{0, ~0U};
  Range sport{0, 65535};
  Range dport{0, 65535};
};

struct Probe {
  std::uint32_t protocol = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t sport = 0;
  std::uint32_t dport = 0;
};

std::string read_file(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Range addresses(std::string const& text) {
  auto const prefix = parse_prefix(text);
  REQUIRE_MESSAGE(prefix.has_value(), text);
  auto const all = interval(*prefix);
  return {static_cast<std::uint32_t>(all.first), static_cast<std::uint32_t>(all.last)};
}

// "22" or "1024:65535"
Range ports(std::string const& text) {
  auto const colon = text.find(':');
  auto const number = [](std::string const& digits) {
    return static_cast<std::uint32_t>(std::stoul(digits));
  };
  auto const first = number(text.substr(0, colon));
  return {first, colon == std::string::npos ? first : number(text.substr(colon + 1))};
}

// "DROP  tcp  --  0.0.0.0/0  10.0.0.1  spt:22 dpts:1:5", as 'iptables -L -n' would show it.
Listed read_rule(std::string const& line) {
  std::istringstream words(line);
  std::string action;
  std::string protocol;
  std::string options;
  std::string source;
  std::string destination;
  words >> action >> protocol >> options >> source >> destination;
  Listed rule;
  rule.accepts = action == "ACCEPT";
  if (protocol == "tcp") rule.protocol = l4::tcp;
  if (protocol == "udp") rule.protocol = l4::udp;
  if (protocol == "icmp") rule.protocol = l4::icmp;
  REQUIRE_MESSAGE((rule.protocol || protocol == "all"), line);
  rule.source = addresses(source);
  rule.destination = addresses(destination);
  for (std::string word; words >> word;) {
    if (word == "tcp" || word == "udp") continue;
    auto const colon = word.find(':');
    REQUIRE_MESSAGE(colon != std::string::npos, line);
    auto const what = word.substr(0, colon);
    REQUIRE_MESSAGE((what.starts_with("spt") || what.starts_with("dpt")), line);
    (what.starts_with("spt") ? rule.sport : rule.dport) = ports(word.substr(colon + 1));
  }
  return rule;
}

std::vector<Listed> read_list(fs::path const& path, std::string const& chain) {
  std::vector<Listed> rules;
  std::istringstream lines(read_file(path));
  bool within = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Chain ")) {
      within = line.starts_with("Chain " + chain);
      CHECK(line.ends_with("(policy ACCEPT)"));
    } else if (within && !line.empty() && !line.starts_with("target")) {
      rules.push_back(read_rule(line));
    }
  }
  return rules;
}

bool accepts(std::vector<Listed> const& rules, Probe const& probe) {
  bool const has_ports = probe.protocol != l4::icmp;
  for (auto const& rule : rules) {
    if (rule.protocol && *rule.protocol != probe.protocol) continue;
    if (!rule.source.contains(probe.source) || !rule.destination.contains(probe.destination))
      continue;
    if (has_ports && (!rule.sport.contains(probe.sport) || !rule.dport.contains(probe.dport)))
      continue;
    return rule.accepts;
  }
  return true;
}

// Of all its tables, the one that the lists are about.
std::string filter_of(std::string const& dump) {
  auto const begin = dump.find("*filter\n");
  REQUIRE(begin != std::string::npos);
  return dump.substr(begin, dump.find("COMMIT", begin) + 7 - begin);
}

Probe inside(Listed const& rule, testing::Dice& dice) {
  // A corner of the rule, or just beyond it.
  auto const corner = [&](Range range, std::uint32_t most) {
    switch (dice.below(6)) {
      case 0:
        return range.first == 0 ? range.first : range.first - 1;
      case 1:
        return range.last >= most ? range.last : range.last + 1;
      case 2:
        return range.last;
      default:
        return range.first;
    }
  };
  constexpr std::uint32_t kProtocols[] = {l4::tcp, l4::udp, l4::icmp};
  return {rule.protocol ? *rule.protocol : kProtocols[dice.below(3)], corner(rule.source, ~0U),
          corner(rule.destination, ~0U), corner(rule.sport, 65535), corner(rule.dport, 65535)};
}

TraceQuestion question_of(Probe const& probe, Hook hook) {
  TraceQuestion question;
  question.hook = hook;
  auto& packet = question.packet;
  packet.set(Field::nfproto, nfproto_of(Family::ip4));
  packet.set(Field::l4proto, probe.protocol);
  packet.set(Field::saddr, probe.source);
  packet.set(Field::daddr, probe.destination);
  packet.set(Field::fragment, 0);
  packet.set(Field::ct_state, static_cast<Bits128>(CtState::new_));
  if (probe.protocol == l4::tcp) packet.set(Field::tcp_flags, tcp_flag::syn);
  if (probe.protocol != l4::icmp) {
    packet.set(Field::sport, probe.sport);
    packet.set(Field::dport, probe.dport);
  }
  return question;
}

struct Example {
  char const* folder;
  char const* dump;
  char const* lists;  // and ".lower", ".upper"
  char const* chain;
};

constexpr Example kExamples[] = {
    {"docker_topos", "iptables-save.topos4.1", "iptables-save.Ln.FWD", "FORWARD"},
    {"configs_srvs_ufw", "server2-iptables-save", "server2-iptables-save.Ln.INP", "INPUT"},
    {"config_memphis_testbed", "iptables-save", "iptables.Ln.FWD", "FORWARD"},
    {"configs_ugent", "iptables-save.v1.4.21", "iptables.Ln.INP", "INPUT"},
    {"medium-sized-company", "iptables-save", "iptables-save.Ln.FWD", "FORWARD"},
    {"medium-sized-company", "iptables-save", "iptables-save.Ln.INP", "INPUT"},
    {"config_random_srv", "iptables-save", "iptables.INP.Ln", "INPUT"},
    {"configs_sqrl_shorewall", "2014_sep_iptables-saveakachan",
     "2014_sep_iptables-saveakachan.Ln.FWD", "FORWARD"},
    {"configs_sqrl_shorewall", "2015_aug_iptables-save-spoofing-protection",
     "2015_aug_iptables-save-spoofing-protection.Ln.INP", "INPUT"},
    {"configs_sqrl_shorewall", "2015_aug_iptables-save-spoofing-protection",
     "2015_aug_iptables-save-spoofing-protection.Ln.FWD", "FORWARD"},
    {"config_home_user", "typical_home_user_iptables-save", "typical_home_user.Ln.FWD", "FORWARD"},
};

struct Count {
  std::size_t packets = 0;
  std::size_t undecided = 0;
};

void hold_between(Example const& example, fs::path const& folder, Count& count) {
  auto const lower = read_list(folder / (std::string(example.lists) + ".lower"), example.chain);
  auto const upper = read_list(folder / (std::string(example.lists) + ".upper"), example.chain);
  REQUIRE(!lower.empty());
  REQUIRE(!upper.empty());
  SourceText const source{"filter.v4", std::make_shared<std::string const>(
                                           filter_of(read_file(folder / example.dump)))};
  DeviceRules const device{"gateway", "", "", must(read_device(std::span(&source, 1)))};
  auto const hook = std::string_view(example.chain) == "INPUT" ? Hook::input : Hook::forward;
  testing::Dice dice(20261125);
  std::size_t faults = 0;
  for (std::size_t i = 0; i < testing::draws(4000) && faults == 0; ++i) {
    auto const& from = dice.percent(50) ? lower : upper;
    auto const probe = inside(from[dice.below(from.size())], dice);
    auto const answer = trace(device, question_of(probe, hook));
    ++count.packets;
    if (answer.verdict == TraceVerdict::undecided) ++count.undecided;
    bool const blocks =
        answer.verdict == TraceVerdict::drop || answer.verdict == TraceVerdict::reject;
    bool const passes = answer.verdict == TraceVerdict::accept;
    bool const wrong = (accepts(lower, probe) && blocks) || (passes && !accepts(upper, probe));
    CHECK_MESSAGE(!wrong, example.lists, ": ", to_string(question_of(probe, hook).packet), ": ",
                  name(answer.verdict), ", lower ", accepts(lower, probe), ", upper ",
                  accepts(upper, probe));
    faults += wrong ? 1U : 0U;
  }
}

}  // namespace

TEST_CASE("verified_lists: we stand between the lower and the upper closure of real filters") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  Count count;
  for (auto const& example : kExamples) {
    CAPTURE(example.lists);
    hold_between(
        example,
        *corpus / "iptables-semantics/thy/Iptables_Semantics/Examples/IPPartEval" / example.folder,
        count);
  }
  std::cout << "verified lists: " << count.packets << " packets, " << count.undecided
            << " undecided\n";
}

}  // namespace safeconduct::test
