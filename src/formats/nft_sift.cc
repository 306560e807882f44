// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <string>
#include <string_view>

#include "formats/nft_plain.h"
#include "formats/sift.h"

namespace safeconduct {
namespace {

// Follows the blocks of 'nft list ruleset', one line after another, as far as it must to know that
// a line is a rule of a chain of an IPv4 or inet table. Where lines hang together otherwise (quotes
// over line ends, continuations), or where a command follows, the export is read whole.
class NftSifter : public Sifter {
 public:
  using Sifter::Sifter;

  std::vector<Run> glance(char const* begin, char const* end) const override {
    std::vector<Run> runs;
    nft::PlainRule rule;
    for (auto const* at = begin; at < end;) {
      if (auto const* const last = nft::read_plain_rule(at, rule); last != nullptr) {
        add(runs, nft::run_of(rule, sieve(), at, last + 1));
        at = last + 1;
      } else {
        at = behind_line(at, end);
      }
    }
    return runs;
  }

  bool take(char const* begin, char const* end, std::span<Run const> runs) override {
    auto run = runs.begin();
    for (auto const* at = begin; at < end;) {
      bool const is_run = run != runs.end() && run->begin == at;
      if (is_run && in_chain_ && depth_ == 2) {
        take_run(*run);
        at = (run++)->end;
        continue;
      }
      auto const* const next = behind_line(at, end);
      if (!line(at, next)) return false;
      at = next;
      while (run != runs.end() && run->begin < at) ++run;  // not rules of a chain, then
    }
    return true;
  }

 private:
  void take_run(Run const& run) {
    settled_ = settled_ || (run.kind == Run::Kind::stays_and_settles && forwards_);
    bool const goes =
        run.kind == Run::Kind::goes || (run.kind == Run::Kind::goes_if_settled && settled_);
    if (goes) return leave_out(chain_, run);
    keep(run.begin, run.end);
  }

  bool line(char const* begin, char const* next) {
    std::string_view line(begin, static_cast<std::size_t>(next - begin - 1));
    auto const indent = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(indent);
    auto const before = depth_;
    if (!follow(line) || has_chain_of_its_own(line)) return false;
    if (before == 0 && !line.empty() && line[0] != '#' && !begin_table(line)) return false;
    if (before == 1 && depth_ == 2) begin_chain(line, indent);
    if (before == 2 && in_chain_ && line.starts_with("type filter hook forward ")) forwards_ = true;
    if (before == 2 && in_chain_ && chain_.some && depth_ >= 2 && line.find(';') != line.npos)
      return false;  // a chain's head behind its rules
    if (depth_ < 2) in_chain_ = false;
    keep(begin, next);
    return true;
  }

  // "jump { ... }": the chain has no name but its place in the file, which sifting would move.
  static bool has_chain_of_its_own(std::string_view line) {
    for (auto const* const word : {"jump", "goto"})
      for (auto at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
        auto const behind = line.find_first_not_of(" \t", at + 4);
        if (behind != line.npos && line[behind] == '{') return true;
      }
    return false;
  }

  bool begin_table(std::string_view line) {
    settled_ = false;
    ip4_ = line.starts_with("table ip ") || line.starts_with("table inet ");
    return line.starts_with("table ") && line.ends_with('{') && depth_ == 1;
  }

  void begin_chain(std::string_view line, std::size_t indent) {
    in_chain_ = ip4_ && line.starts_with("chain ") && line.ends_with(" {");
    forwards_ = false;
    chain_ = {static_cast<std::uint32_t>(text.size() + indent)};
  }

  // The blocks that the line opens and closes. False: not to be told line by line.
  bool follow(std::string_view line) {
    bool within = false;  // quotes
    auto const before = depth_;
    auto least = depth_;
    for (char const c : line) {
      if (c == '\\') return false;
      if (c == '"') within = !within;
      if (within) continue;
      if (c == '#') break;
      if (c == '{') ++depth_;
      if (c == '}' && depth_-- == 0) return false;
      least = std::min(least, depth_);
    }
    return !within && (least == before || depth_ == least);
  }

  std::size_t depth_ = 0;
  bool ip4_ = false;  // the table's rules may be for IPv4
  bool in_chain_ = false;
  bool forwards_ = false;  // a base chain of the forward hook
  bool settled_ = false;   // such a one of the table accepts what is established
  Losses chain_;
};

}  // namespace

std::unique_ptr<Sifter> nft_sifter(Sieve const& sieve) {
  return std::make_unique<NftSifter>(sieve);
}

}  // namespace safeconduct
