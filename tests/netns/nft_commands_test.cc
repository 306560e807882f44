// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/kernel_compare.h"

// Commands that change what is loaded: what we make of a listing with these commands behind it is
// what the kernel lists once it has executed them.
namespace safeconduct::testing {
namespace {

std::string model_of(std::string text) {
  auto rules = read_device(
      std::vector<SourceText>{{"rules", std::make_shared<std::string const>(std::move(text))}});
  if (!rules) return to_message(rules.error());
  auto out = to_text(*rules);
  for (auto at = out.find("\n  "); at != std::string::npos; at = out.find("\n  ", at + 1))
    out.erase(at + 3, out.find(':', at) - at - 3);  // the line's number
  return out;
}

constexpr char const* kLoaded =
    "table inet t {\n"
    "  set s { type inet_service; elements = { 22, 80 }\n  }\n"
    "  set ranges { type inet_service; flags interval; elements = { 1-9, 20-29 }\n  }\n"
    "  map m { type inet_service : verdict; elements = { 22 : accept, 80 : jump d }\n  }\n"
    "  chain c {\n    type filter hook forward priority 0; policy drop;\n"
    "    ip ttl 1 accept\n    ip ttl 2 accept comment \"x # handle 1\"\n    ip ttl 3 accept\n"
    "    tcp dport @s accept\n    tcp dport @ranges accept\n    tcp dport vmap @m\n    jump d\n  "
    "}\n"
    "  chain d {\n    udp dport 53 accept\n    drop\n  }\n"
    "  chain idle {\n    accept\n  }\n"
    "}\n";

// The handle of the first rule or chain whose line has these words.
std::string handle_of(std::string const& listing, std::string_view words) {
  auto const at = listing.find(words);
  if (at == std::string::npos) return "none";
  auto const line = listing.substr(at, listing.find('\n', at) - at);
  return line.substr(line.rfind(' ') + 1);
}

}  // namespace

TEST_CASE("nft commands: a listing with commands behind it is what the kernel lists after them") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  auto const list = [&] { return oracle.space().program({"nft", "-a", "list", "ruleset"}).out; };
  for (std::string commands : {
           "insert rule inet t c index 0 ip ttl 10\n",
           "insert rule inet t c index 2 ip ttl 10\nadd rule inet t c index 2 ip ttl 11\n",
           "add rule inet t c index 0 ip ttl 10\nadd rule inet t c index 0 ip ttl 11\n",
           "insert rule inet t c position TTL2 ip ttl 10\nadd rule inet t c position TTL2 ip ttl "
           "9\n",
           "add rule inet t c handle TTL2 ip ttl 10\ninsert rule inet t c handle TTL2 ip ttl 9\n",
           "replace rule inet t c handle TTL2 ip ttl 10 drop\n",
           "replace rule inet t c handle TTL2 ip ttl 10 drop\nadd rule inet t c index 1 ip ttl 7\n",
           "delete rule inet t c handle TTL2\ninsert rule inet t c ip ttl 10\n",
           "add inet t c ip ttl 10\n",
           "flush chain inet t c\nadd rule inet t c ip ttl 10\n",
           "flush table inet t\n",
           "delete chain inet t idle\n",
           "delete chain inet t handle IDLE\n",
           "rename chain inet t d e\nadd rule inet t c goto d\n",
           "delete element inet t s { 22 }\nadd element inet t s { 53, 80 }\n",
           "delete element inet t m { 22 }\nadd element inet t m { 22 : drop, 443 : jump d }\n",
           "flush set inet t s\nadd element inet t s { 9 }\n",
           "flush map inet t m\nadd element inet t m { 9 : drop }\n",
           "add chain inet t c { policy accept; }\n",
           "add table inet t { flags dormant; }\n",
           "create chain inet t f\nadd rule inet t f accept\nadd rule inet t c jump f\n",
           "delete table inet t\nadd table ip u\nadd chain ip u c\n",
           "flush ruleset ip6\nadd table ip6 u\n",
           "flush ruleset inet\nadd table ip u\n",
       }) {
    CAPTURE(commands);
    oracle.flush();
    REQUIRE(oracle.load_nft(kLoaded) == "");
    auto const before = list();
    for (auto const& [name, words] : {std::pair{"TTL2", "ip ttl 2"}, {"IDLE", "chain idle"}})
      for (auto at = commands.find(name); at != std::string::npos; at = commands.find(name))
        commands.replace(at, 4, handle_of(before, words));
    REQUIRE(oracle.load_nft(commands) == "");
    CHECK(model_of(before + commands) == model_of(list()));
  }
}

TEST_CASE("nft commands: what the kernel refuses is refused with its place") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  for (std::string const commands : {
           "insert rule inet t c index 9 ip ttl 10\n",
           "delete rule inet t c handle 999\n",
           "replace rule inet t c handle 999 drop\n",
           "create chain inet t c\n",
           "create table inet t\n",
           "create element inet t s { 22 }\n",
           "delete element inet t s { 53 }\n",
           "delete element inet t ranges { 2-3 }\n",
           "add chain inet t c { type filter hook input priority 0; }\n",
           "rename chain inet t d idle\n",
           "delete chain inet t d\n",
           "delete set inet t s\n",
           "delete chain inet t handle 999\n",
           "add rule inet t none accept\n",
           "add element inet t none { 1 }\n",
       }) {
    CAPTURE(commands);
    oracle.flush();
    REQUIRE(oracle.load_nft(kLoaded) == "");
    auto const before = oracle.space().program({"nft", "-a", "list", "ruleset"}).out;
    CHECK(oracle.load_nft(commands) != "");
    CHECK(model_of(before + commands).starts_with("rules:"));
  }
}

}  // namespace safeconduct::testing
