// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_plain.h"

#include "formats/plain_scan.h"
#include "packet/field.h"

namespace safeconduct::nft {
namespace {

using plain::begins;

class PlainReader {
 public:
  PlainReader(char const* line, PlainRule& rule) : at_(line), rule_(rule) {}

  char const* run() {
    rule_.clear();
    while (*at_ == '\t') ++at_;
    auto const* const begin = at_;
    if (!interface("iifname ", rule_.interfaces[0]) || !interface("oifname ", rule_.interfaces[1]))
      return nullptr;
    if (!end_of("ip saddr ", rule_.source) || !end_of("ip daddr ", rule_.destination))
      return nullptr;
    if (!protocol()) return nullptr;
    bool const states_only = at_ == begin;
    if (!states() || !counter()) return nullptr;
    rule_.takes_established = states_only && established_ && begins(at_, "accept");
    if (!verdict() || !remarks()) return nullptr;
    return *at_ == '\n' ? at_ : nullptr;
  }

 private:
  template <std::size_t N>
  bool skip(char const (&text)[N]) {
    if (!begins(at_, text)) return false;
    at_ += N - 1;
    return true;
  }

  bool interface(char const (&words)[9], std::string_view& name) {
    if (!skip(words)) return true;
    skip("!= ");
    if (*at_++ != '"') return false;
    auto const* const begin = at_;
    at_ = plain::name(at_);
    if (at_ == nullptr) return false;
    if (*at_ == '*') ++at_;
    name = {begin, static_cast<std::size_t>(at_ - begin)};
    return name.size() <= 15 && skip("\" ");
  }

  bool end_of(char const (&words)[10], Sieve::Ip4Range& kept) {
    if (!skip(words)) return true;
    bool const negated = skip("!= ");
    Sieve::Ip4Range covered;
    std::uint32_t bits = 0;
    if (plain::ip4(at_, bits) == nullptr) return false;
    at_ = plain::ip4_prefix(at_, covered);
    if (at_ == nullptr || !skip(" ") || bits != covered.first) return false;
    if (covered.first == 0 && covered.last == ~0U) return false;
    if (!negated) kept = covered;
    return true;
  }

  bool protocol() {
    if (skip("meta l4proto ")) {
      rule_.protocol = begins(at_, "tcp ") ? l4::tcp : begins(at_, "udp ") ? l4::udp : l4::icmp;
      return skip("tcp ") || skip("udp ") || skip("icmp ");
    }
    if (begins(at_, "tcp ")) {
      rule_.protocol = l4::tcp;
      return ports("tcp sport ", rule_.source_ports) &&
             ports("tcp dport ", rule_.destination_ports);
    }
    if (begins(at_, "udp ")) {
      rule_.protocol = l4::udp;
      return ports("udp sport ", rule_.source_ports) &&
             ports("udp dport ", rule_.destination_ports);
    }
    return true;
  }

  bool ports(char const (&words)[11], PlainRule::Ports& kept) {
    if (!skip(words)) return true;
    bool const negated = skip("!= ");
    bool const read = skip("{ ") ? port_set(kept) : port_range(kept) && *at_++ == ' ';
    kept.close(negated);
    return read;
  }
  bool port_set(PlainRule::Ports& kept) {
    while (port_range(kept)) {
      if (skip(" } ")) return true;
      if (!skip(", ")) return false;
    }
    return false;
  }
  bool port_range(PlainRule::Ports& kept) {
    std::uint32_t first = 0;
    at_ = plain::number(at_, 65535, first);
    if (at_ == nullptr) return false;
    std::uint32_t last = first;
    if (*at_ == '-') at_ = plain::number(at_ + 1, 65535, last);
    return at_ != nullptr && kept.add({first, last});
  }

  bool states() {
    if (!skip("ct state ")) return true;
    bool const negated = skip("!= ");
    while (skip("new") || established(negated) || skip("related") || skip("invalid") ||
           skip("untracked")) {
      if (skip(" ")) return true;
      if (!skip(",")) return false;
    }
    return false;
  }

  bool established(bool negated) {
    if (!skip("established")) return false;
    established_ = !negated;
    return true;
  }

  bool counter() {
    if (!skip("counter ")) return true;
    if (!skip("packets ")) return true;
    return digits() && skip(" bytes ") && digits() && skip(" ");
  }
  bool digits() {
    auto const* const begin = at_;
    while (plain::is_digit(*at_)) ++at_;
    return at_ != begin && at_ - begin <= 18;
  }

  bool verdict() { return skip("accept") || skip("drop") || skip("return"); }

  bool remarks() {
    if (skip(" comment ")) {
      auto const* const end = plain::quoted(at_);
      if (end == nullptr || end - at_ > 100) return false;
      at_ = end;
    }
    return !skip(" # handle ") || digits();
  }

  char const* at_;
  PlainRule& rule_;
  bool established_ = false;  // the rule asks for that state
};

// Without an address of IPv4 the rule is for both families, of which the sieve may want only one.
bool may_be_ip6(PlainRule const& rule) {
  auto const every = [](Sieve::Ip4Range range) { return range.first == 0 && range.last == ~0U; };
  return every(rule.source) && every(rule.destination);
}

Sifter::Run::Kind kind_of(PlainRule const& rule, Sieve const& sieve) {
  using Kind = Sifter::Run::Kind;
  Sieve::Ip4Rule const asked{rule.source, rule.destination, rule.protocol, rule.source_ports.all(),
                             rule.destination_ports.all()};
  if (rule.takes_established && sieve.forwarded()) return Kind::stays_and_settles;
  if (may_be_ip6(rule)) return Kind::stays;
  if (!sieve.wants_ip4(rule.source, rule.destination)) return Kind::goes;
  if (sieve.wants_of_requests(asked)) return Kind::stays;
  return sieve.wants_of_replies(asked) ? Kind::goes_if_settled : Kind::goes;
}

}  // namespace

Sifter::Run run_of(PlainRule const& rule, Sieve const& sieve, char const* begin, char const* next) {
  Sifter::Run run{.begin = begin,
                  .second = next,
                  .end = next,
                  .lines = 1,
                  .kind = kind_of(rule, sieve),
                  .chain = {},
                  .interfaces = {}};
  if (run.kind == Sifter::Run::Kind::goes || run.kind == Sifter::Run::Kind::goes_if_settled)
    run.interfaces = rule.interfaces;
  return run;
}

[[gnu::flatten]] char const* read_plain_rule(char const* line, PlainRule& rule) {
  return PlainReader(line, rule).run();
}

}  // namespace safeconduct::nft
