// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/nft_values.h"

// Writes the rules of one nft table; the frame around them is the business of generate_nft.
namespace safeconduct::testing {

// Where a rule stands: what may be said depends on it.
enum class Place : std::uint8_t {
  raw,         // prerouting, before connection tracking
  prerouting,  // after it
  forward,
  postrouting,
  translate_destination,
  translate_source,
  user,  // jumped to from raw, prerouting and forward
};

// A named set or verdict map of the table.
struct NftSet {
  std::string name;
  std::vector<Kind> kinds;
  std::vector<KeyRow> rows;
  bool map = false;
  bool ranges = false;
};

struct NftTable {
  std::string family;  // "inet", "ip", "ip6"
  std::string name;
  std::vector<NftSet> sets;
  std::vector<std::string> chains;  // that rules may jump to: those after the one that does
  bool has(Family of) const { return family == "inet" || (family == "ip6") == (of == Family::ip6); }
};

class NftRules {
 public:
  NftRules(Dice& dice, KernelLimits const& limits, GeneratedRules& out, NftTable& table)
      : dice_(dice), limits_(limits), out_(out), table_(table), values_(dice, out.edges) {}

  // A set or map with its elements; its lines, without indentation.
  std::vector<std::string> make_set(std::string const& name);
  // One rule of a chain there. 'chain': the rule may jump to the table's chains from that one on.
  std::string rule(Place place, std::size_t chain);

 private:
  using Clauses = std::vector<std::string>;

  std::vector<Kind> kinds();
  std::vector<Key> keys_for(std::vector<Kind> const& kinds, Clauses& before);
  std::string verdict(Place place, std::size_t chain);
  std::string row_verdict(Place place, std::size_t chain);
  std::string reject();
  std::string translation(Place place, Clauses& clauses);
  std::string mark_statement();
  std::string compare(Key const& key, bool named_sets = true);
  std::string look_up(Place place, std::size_t chain, Clauses& clauses);
  void network(Clauses& clauses, bool ip6);
  void transport(Clauses& clauses, bool ip6, bool some_network);
  void about(Place place, Clauses& clauses);
  std::string tcp_flags();
  std::string ct_state();
  std::string ct_original();
  std::string masked_mark(std::string const& key);
  std::string fragment();
  std::string unmodelled(Place place);
  void aim(Key const& key, KeyValue const& value) { values_.aim(aim_, key, value); }

  // What the rule being written is about already; nft refuses what contradicts it.
  struct Facts {
    std::optional<Family> network;
    bool transport = false;
    bool tcp = false;
    bool nfproto = false;  // asked for the family by 'meta nfproto'
    bool ordered = false;  // has a '<' or the like
  };

  Dice& dice_;
  KernelLimits limits_;
  GeneratedRules& out_;
  NftTable& table_;
  NftValues values_;
  Shot aim_;
  Facts facts_;
};

}  // namespace safeconduct::testing
