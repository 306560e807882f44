// SPDX-License-Identifier: GPL-3.0-or-later
// From the lines of nft's monitor to packets and what they met.
#include <algorithm>
#include <charconv>
#include <map>

#include "packet/field.h"
#include "probe/rule_trace.h"
#include "probe/way_wording.h"

namespace safeconduct {
namespace {

constexpr std::string_view kStart = "trace id ";

std::string_view word(std::string_view& rest) {
  auto const from = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(from);
  auto const to = std::min(rest.find(' '), rest.size());
  auto const found = rest.substr(0, to);
  rest.remove_prefix(to);
  return found;
}

// The word after these.
std::string_view after(std::string_view line, std::string_view words) {
  auto const at = line.find(words);
  if (at == std::string_view::npos) return {};
  auto rest = line.substr(at + words.size());
  return word(rest);
}

template <class Number>
Number number(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Counters change with each packet: "counter packets 3 bytes 120" becomes "counter".
std::string without_counts(std::string_view rule) {
  std::string text;
  std::string_view last;
  int skip = 0;
  for (auto rest = rule; !rest.empty();) {
    auto const one = word(rest);
    if (one.empty()) break;
    if (one == "packets" && last == "counter") skip = 4;
    last = one;
    if (skip > 0 && skip-- > 0) continue;
    text += (text.empty() ? "" : " ") + std::string(one);
  }
  return text;
}

class Reading {
 public:
  std::vector<TracedPacket> run(std::string_view text) {
    while (!text.empty()) {
      auto const end = std::min(text.find('\n'), text.size());
      line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(packets_);
  }

 private:
  void line(std::string_view rest) {
    if (!rest.starts_with(kStart)) return;
    rest.remove_prefix(kStart.size());
    std::string const id(word(rest));
    auto chain = std::string(word(rest)) + ' ';
    chain += std::string(word(rest)) + ' ';
    chain += word(rest);
    auto const kind = word(rest);
    auto const known = index_.find(id);
    if (kind == "packet:") {
      if (known == index_.end()) begin(id, rest);
    } else if (known != index_.end()) {
      step(packets_[known->second], std::move(chain), kind, rest);
    }
  }

  void begin(std::string const& id, std::string_view rest) {
    TracedPacket packet;
    bool const udp = rest.contains(" udp dport ");
    if (!udp && !rest.contains(" tcp dport ")) return;
    packet.protocol = udp ? l4::udp : l4::tcp;
    auto const four = after(rest, "ip daddr ");
    auto const dst = parse_address(four.empty() ? after(rest, "ip6 daddr ") : four);
    if (!dst) return;
    packet.dst = *dst;
    packet.dport = number<std::uint16_t>(after(rest, udp ? "udp dport " : "tcp dport "));
    index_[id] = packets_.size();
    packets_.push_back(std::move(packet));
  }

  static void step(TracedPacket& packet, std::string chain, std::string_view kind,
                   std::string_view rest) {
    TraceStep one;
    one.chain = std::move(chain);
    if (kind == "policy") {
      one.verdict = word(rest);
    } else if (kind == "rule") {
      auto const verdict = rest.rfind(" (verdict ");
      auto const handle = rest.rfind(" # handle ", verdict);
      if (verdict == std::string_view::npos || handle == std::string_view::npos) return;
      one.text = without_counts(rest.substr(0, handle));
      one.handle = number<std::uint64_t>(after(rest.substr(handle), " # handle "));
      auto const said = rest.substr(verdict + std::string_view(" (verdict ").size());
      one.verdict = said.substr(0, said.find(')'));
    } else {
      return;
    }
    packet.steps.push_back(std::move(one));
  }

  std::vector<TracedPacket> packets_;
  std::map<std::string, std::size_t> index_;
};

bool is_ours(TraceStep const& step) { return step.chain.starts_with("inet safeconduct_trace "); }

Said told(std::optional<TraceStep> const& step) {
  if (!step) return wording::kNoWordOnIt;
  bool const drops = step->verdict == "drop";
  if (step->text.empty())
    return {drops ? wording::kDroppedByPolicy : wording::kPassesByPolicy, {step->chain}};
  return {drops ? wording::kDroppedByRule : wording::kPassesByRule,
          {step->chain, std::to_string(step->handle), step->text}};
}

}  // namespace

std::vector<TracedPacket> read_rule_trace(std::string_view text) { return Reading().run(text); }

std::optional<TraceStep> deciding_step(TracedPacket const& packet) {
  std::optional<TraceStep> last;
  for (auto const& step : packet.steps) {
    if (is_ours(step)) continue;
    if (step.verdict == "drop") return step;
    bool const policy_after_rule = step.text.empty() && last && !last->text.empty();
    if (step.verdict == "accept" && !policy_after_rule) last = step;
  }
  return last;
}

void add_rule_trace(std::vector<Observation>& observations,
                    std::vector<TracedPacket> const& packets) {
  for (auto& o : observations) {
    if (!o.dst || o.count == 0) continue;
    std::optional<std::optional<TraceStep>> decided;
    for (auto const& packet : packets) {
      if (packet.protocol != o.protocol || packet.dst != *o.dst || packet.dport != o.dport)
        continue;
      auto const step = deciding_step(packet);
      bool const drops = step && step->verdict == "drop";
      // Of what is lost, the packet that was lost here counts.
      if (!decided || (drops && o.outcome != Outcome::open)) decided = step;
    }
    o.evidence.push_back({"rule-trace", decided ? told(*decided) : Said(wording::kNotSeenHere)});
  }
}

}  // namespace safeconduct
