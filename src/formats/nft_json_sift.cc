// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "formats/nft_plain.h"
#include "formats/sift.h"

namespace safeconduct {
namespace {

constexpr std::string_view kRule = R"({"rule": {)";

// Follows the list of objects of 'nft -j list ruleset' as far as it must to know that one is a rule
// of a chain of an IPv4 or inet table: where the quotes and brackets of what is kept end, and which
// chains are declared. What goes leaves a gap. Where an object is no part of a listing, the export
// is read whole.
class NftJsonSifter : public Sifter {
 public:
  using Sifter::Sifter;

  // Where the last rule begins: what is before it is whole. (Within quotes it cannot stand, as its
  // own would end them.)
  char const* behind_whole(char const* begin, char const* end) const override {
    std::string_view const bytes(begin, static_cast<std::size_t>(end - begin));
    auto const last = bytes.rfind(kRule);
    return last == std::string_view::npos || last == 0 ? nullptr : begin + last;
  }

  std::vector<Run> glance(char const* begin, char const* end) const override {
    std::vector<Run> runs;
    nft::PlainRule rule;
    std::string_view chain;
    for (auto const* at = begin; at < end;) {
      if (auto const* const next = nft::read_plain_json_rule(at, rule, chain); next != nullptr) {
        auto run = nft::run_of(rule, sieve(), at, next);
        run.chain = chain;
        add(runs, run);
        at = next;
      } else {
        std::string_view const rest(at + 1, static_cast<std::size_t>(end - at - 1));
        auto const found = rest.find(kRule);
        if (found == std::string_view::npos) break;
        at += 1 + found;
      }
    }
    return runs;
  }

  bool take(char const* begin, char const* end, std::span<Run const> runs) override {
    auto const* at = begin;
    for (auto const& run : runs) {
      if (!follow(at, run.begin) || !take_run(run)) return false;
      at = run.end;
    }
    return follow(at, end);
  }

 private:
  struct Table {
    bool settled = false;  // a forward chain of it accepts what is established
  };
  struct Chain {
    Losses losses;
    Table* table = nullptr;
    bool forwards = false;  // a base chain of the forward hook
  };

  bool take_run(Run const& run) {
    auto* const chain = depth_ == kList && !within_ ? chain_of(run.chain) : nullptr;
    if (chain == nullptr) return follow(run.begin, run.end);
    auto& settled = chain->table->settled;
    settled = settled || (run.kind == Run::Kind::stays_and_settles && chain->forwards);
    bool const goes =
        run.kind == Run::Kind::goes || (run.kind == Run::Kind::goes_if_settled && settled);
    if (goes) {
      leave_out(chain->losses, run);
    } else {
      keep(run.begin, run.end);
    }
    return true;
  }

  void stand_in(Run const& run) override {
    auto const offset = static_cast<std::uint32_t>(text.size());
    if (gaps.empty() || gaps.back().offset != offset) gaps.push_back({offset, 0});
    gaps.back().length += static_cast<std::uint32_t>(run.end - run.begin);
  }

  Chain* chain_of(std::string_view name) {
    if (last_ != nullptr && last_->first == name) return &last_->second;
    auto const found = chains_.find(std::string(name));
    if (found == chains_.end()) return nullptr;
    last_ = &*found;
    return &last_->second;
  }

  // Keeps these bytes, and knows where they end. False: not a listing.
  bool follow(char const* begin, char const* end) {
    for (auto const* at = begin; at < end; ++at) {
      if (within_) {
        if (*at == '"' && !escaped_) within_ = false;
        escaped_ = *at == '\\' && !escaped_;
        continue;
      }
      switch (*at) {
        case '"':
          within_ = true;
          break;
        case '{':
        case '[':
          if (depth_++ == kList &&
              !object({at, end}, text.size() + static_cast<std::size_t>(at - begin)))
            return false;
          break;
        case '}':
        case ']':
          if (depth_-- == 0) return false;
          break;
        default:
          break;
      }
    }
    keep(begin, end);
    return true;
  }

  // An object of the list. False: a listing has none such.
  bool object(std::string_view bytes, std::size_t offset) {
    static constexpr std::string_view kOthers[] = {
        R"({"metainfo": )", R"({"table": )",         R"({"rule": )",    R"({"set": )",
        R"({"map": )",      R"({"flowtable": )",     R"({"counter": )", R"({"quota": )",
        R"({"limit": )",    R"({"ct helper": )",     R"({"secmark": )", R"({"ct timeout": )",
        R"({"synproxy": )", R"({"ct expectation": )"};
    if (take(bytes, R"({"chain": {)")) {
      chain(bytes, offset);
      return true;
    }
    return std::ranges::any_of(kOthers, [&](auto word) { return bytes.starts_with(word); });
  }

  // "family": "ip", "table": "filter", "name": "FORWARD", "handle": 1, "type": "filter", "hook":
  // "forward", ... In another order, or with other names, it is none that plain rules are of.
  void chain(std::string_view bytes, std::size_t offset) {
    constexpr std::size_t kHead = 256;  // bytes behind the name that may say the hook
    auto const all = bytes;
    if (!take(bytes, R"("family": "ip", "table": )") &&
        !take(bytes, R"("family": "inet", "table": )"))
      return;
    if (!take_name(bytes)) return;
    auto const table = all.substr(0, all.size() - bytes.size());
    if (!take(bytes, R"(, "name": )")) return;
    auto const name = take_name(bytes);
    if (!name) return;
    auto const head = bytes.substr(0, std::min(bytes.find('}'), kHead));
    Chain made;
    made.losses.declared = static_cast<std::uint32_t>(offset);
    made.table = &tables_[std::string(table)];
    made.forwards = head.contains(R"("type": "filter", "hook": "forward")");
    chains_.try_emplace(std::string(table) + R"(, "chain": )" + std::string(*name), made);
  }

  static bool take(std::string_view& bytes, std::string_view word) {
    if (!bytes.starts_with(word)) return false;
    bytes.remove_prefix(word.size());
    return true;
  }
  // In its quotes; not longer than those of plain rules.
  static std::optional<std::string_view> take_name(std::string_view& bytes) {
    constexpr std::size_t kLongest = 100;
    if (!bytes.starts_with('"')) return std::nullopt;
    auto const end = bytes.substr(0, kLongest).find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    auto const name = bytes.substr(0, end + 1);
    bytes.remove_prefix(end + 1);
    return name;
  }

  static constexpr std::size_t kList = 2;  // within {"nftables": [

  std::size_t depth_ = 0;
  bool within_ = false;   // quotes
  bool escaped_ = false;  // behind a backslash in them
  std::unordered_map<std::string, Table> tables_;
  std::unordered_map<std::string, Chain> chains_;
  std::unordered_map<std::string, Chain>::value_type* last_ = nullptr;
};

}  // namespace

std::unique_ptr<Sifter> nft_json_sifter(Sieve const& sieve) {
  return std::make_unique<NftJsonSifter>(sieve);
}

}  // namespace safeconduct
