// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_set>

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

  bool take(char const* begin, char const* end) override {
    for (auto const* at = begin; at < end;) {
      if (in_chain_ && depth_ == 2)
        if (auto const* const next = nft::read_plain_rule(at, rule_); next != nullptr) {
          rule(at, next + 1);
          at = next + 1;
          continue;
        }
      auto const* const next =
          static_cast<char const*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))) + 1;
      if (!line(at, next)) return false;
      at = next;
    }
    return true;
  }

 private:
  void rule(char const* begin, char const* next) {
    Sieve::Ip4Rule const asked{rule_.source, rule_.destination, rule_.protocol,
                               rule_.source_ports.all(), rule_.destination_ports.all()};
    bool const wanted = may_be_ip6() || sieve().wants_of_requests(asked);
    bool const of_replies = !wanted && sieve().wants_of_replies(asked);
    if (wanted || (of_replies && !settled_) || mentions_new()) {
      settled_ = settled_ || (rule_.takes_established && forwards_ && sieve().forwarded());
      keep(begin, next);
    } else {
      leave_out(chain_, of_replies);
    }
  }

  // Without an address of IPv4 the rule is for both families, of which the sieve may want only one.
  bool may_be_ip6() const {
    auto const every = [](Sieve::Ip4Range range) { return range.first == 0 && range.last == ~0U; };
    return every(rule_.source) && every(rule_.destination);
  }

  // The reports name the interfaces that rules mention, in their order: the first mention stays.
  bool mentions_new() {
    bool some = false;
    for (auto const name : rule_.interfaces)
      if (!name.empty()) some = interfaces_.emplace(name).second || some;
    return some;
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
  std::unordered_set<std::string> interfaces_;
  nft::PlainRule rule_;
};

}  // namespace

std::unique_ptr<Sifter> nft_sifter(Sieve const& sieve) {
  return std::make_unique<NftSifter>(sieve);
}

}  // namespace safeconduct
