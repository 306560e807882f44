// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_plain.h"
#include "formats/plain_scan.h"
#include "packet/field.h"

namespace safeconduct::nft {
namespace {

using plain::begins;

// Knows the bytes that nft writes, blanks included, and nothing else of JSON.
class PlainJsonReader {
 public:
  PlainJsonReader(char const* object, PlainRule& rule) : at_(object), rule_(rule) {}

  char const* run(std::string_view& chain) {
    rule_.clear();
    if (!skip(R"({"rule": {)")) return nullptr;
    auto const* const begin = at_;
    if (!skip(R"("family": )") || !text() || !skip(R"(, "table": )") || !text() ||
        !skip(R"(, "chain": )") || !text())
      return nullptr;
    chain = {begin, static_cast<std::size_t>(at_ - begin)};
    if (!skip(R"(, "handle": )") || !digits()) return nullptr;
    if (skip(R"(, "comment": )") && !text()) return nullptr;
    if (!skip(R"(, "expr": [)") || !statements()) return nullptr;
    rule_.takes_established = seen_ == states_part && established_ && begins(at_, R"({"accept)");
    if (!skip(R"({"drop": null})") && !skip(R"({"accept": null})") && !skip(R"({"return": null})"))
      return nullptr;
    return skip("]}}, ") ? at_ : nullptr;
  }

 private:
  // What a rule asks for, each once.
  enum Part : unsigned {
    enters_part = 1,
    leaves_part = 2,
    source_part = 4,
    destination_part = 8,
    protocol_part = 16,
    source_port_part = 32,
    destination_port_part = 64,
    states_part = 128,
  };

  bool first(Part part) {
    bool const is_first = (seen_ & part) == 0;
    seen_ |= part;
    return is_first;
  }

  template <std::size_t N>
  bool skip(char const (&text)[N]) {
    if (!begins(at_, text)) return false;
    at_ += N - 1;
    return true;
  }

  bool text() {
    auto const* const end = plain::quoted(at_);
    if (end == nullptr || end - at_ > 100 || end - at_ == 2) return false;
    at_ = end;
    return true;
  }
  bool digits() {
    auto const* const begin = at_;
    while (plain::is_digit(*at_)) ++at_;
    bool const zero_ahead =  // which JSON forbids
        *begin == '0' && at_ - begin > 1;
    return at_ != begin && at_ - begin <= 18 && !zero_ahead;
  }

  // Up to the verdict.
  bool statements() {
    while (true) {
      if (skip(R"({"match": {"op": ")")) {
        if (!match() || !skip("}}, ")) return false;
      } else if (skip(R"({"counter": )")) {
        if (!counter() || !skip("}, ")) return false;
      } else {
        return true;
      }
    }
  }

  bool counter() {
    if (skip("null")) return true;
    return skip(R"({"packets": )") && digits() && skip(R"(, "bytes": )") && digits() && skip("}");
  }

  bool match() {
    bool const negated = begins(at_, "!=");
    if (!negated && !begins(at_, "==")) return states();
    at_ += 2;
    if (!skip(R"(", "left": {")")) return false;
    if (skip(R"(meta": {"key": ")")) return meta(negated);
    if (!skip(R"(payload": {"protocol": ")")) return false;
    if (skip(R"(ip", "field": ")")) return address(negated);
    if (skip(R"(tcp", "field": ")")) return ports(l4::tcp, negated);
    return skip(R"(udp", "field": ")") && ports(l4::udp, negated);
  }

  bool meta(bool negated) {
    if (skip(R"(iifname"}}, "right": )")) return first(enters_part) && name(rule_.interfaces[0]);
    if (skip(R"(oifname"}}, "right": )")) return first(leaves_part) && name(rule_.interfaces[1]);
    if (!skip(R"(l4proto"}}, "right": )") || negated) return false;
    if (!first(protocol_part) || (seen_ & (source_port_part | destination_port_part)) != 0)
      return false;
    rule_.protocol = begins(at_, R"("tcp)") ? l4::tcp : begins(at_, R"("udp)") ? l4::udp : l4::icmp;
    return skip(R"("tcp")") || skip(R"("udp")") || skip(R"("icmp")");
  }

  bool name(std::string_view& kept) {
    if (*at_++ != '"') return false;
    auto const* const begin = at_;
    at_ = plain::name(at_);
    if (at_ == nullptr) return false;
    if (*at_ == '*') ++at_;
    kept = {begin, static_cast<std::size_t>(at_ - begin)};
    return kept.size() <= 15 && *at_++ == '"';
  }

  bool address(bool negated) {
    bool const of_source = *at_ == 's';
    if (!skip(R"(saddr"}}, "right": )") && !skip(R"(daddr"}}, "right": )")) return false;
    if (!first(of_source ? source_part : destination_part)) return false;
    Sieve::Ip4Range covered;
    if (skip("\"")) {
      at_ = plain::ip4(at_, covered.first);
      if (at_ == nullptr || *at_++ != '"') return false;
      covered.last = covered.first;
    } else if (!prefix(covered)) {
      return false;
    }
    if (!negated) (of_source ? rule_.source : rule_.destination) = covered;
    return true;
  }
  bool prefix(Sieve::Ip4Range& covered) {
    if (!skip(R"({"prefix": {"addr": ")")) return false;
    at_ = plain::ip4(at_, covered.first);
    std::uint32_t length = 0;
    if (at_ == nullptr || !skip(R"(", "len": )")) return false;
    at_ = plain::number(at_, 31, length);
    if (at_ == nullptr || length == 0 || !skip("}}")) return false;
    auto const host = ~std::uint32_t{0} >> length;
    covered.last = covered.first | host;
    return (covered.first & host) == 0;
  }

  bool ports(std::uint32_t protocol, bool negated) {
    if ((seen_ & protocol_part) != 0) return false;
    if (rule_.protocol != Sieve::kAnyProtocol && rule_.protocol != protocol) return false;
    rule_.protocol = protocol;
    bool const of_source = *at_ == 's';
    if (!skip(R"(sport"}}, "right": )") && !skip(R"(dport"}}, "right": )")) return false;
    if (!first(of_source ? source_port_part : destination_port_part)) return false;
    auto& kept = of_source ? rule_.source_ports : rule_.destination_ports;
    bool const read = skip(R"({"set": [)") ? port_set(kept) : port_range(kept);
    kept.close(negated);
    return read;
  }
  bool port_set(PlainRule::Ports& kept) {
    while (port_range(kept)) {
      if (skip("]}")) return true;
      if (!skip(", ")) return false;
    }
    return false;
  }
  bool port_range(PlainRule::Ports& kept) {
    bool const range = skip(R"({"range": [)");
    std::uint32_t first = 0;
    at_ = plain::number(at_, 65535, first);
    if (at_ == nullptr) return false;
    std::uint32_t last = first;
    if (range) {
      if (!skip(", ")) return false;
      at_ = plain::number(at_, 65535, last);
      if (at_ == nullptr || !skip("]}")) return false;
    }
    return kept.add({first, last});
  }

  bool states() {
    if (!skip(R"(in", "left": {"ct": {"key": "state"}}, "right": )") || !first(states_part))
      return false;
    if (*at_ != '[') return state();
    ++at_;
    while (state()) {
      if (skip("]")) return true;
      if (!skip(", ")) return false;
    }
    return false;
  }
  bool state() {
    established_ = established_ || begins(at_, R"("established")");
    return skip(R"("new")") || skip(R"("established")") || skip(R"("related")") ||
           skip(R"("invalid")") || skip(R"("untracked")");
  }

  char const* at_;
  PlainRule& rule_;
  unsigned seen_ = 0;
  bool established_ = false;  // the rule asks for that state
};

}  // namespace

[[gnu::flatten]] char const* read_plain_json_rule(char const* object, PlainRule& rule,
                                                  std::string_view& chain) {
  return PlainJsonReader(object, rule).run(chain);
}

}  // namespace safeconduct::nft
