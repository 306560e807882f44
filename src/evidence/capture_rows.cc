// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "evidence/answer_wording.h"
#include "packet/answer_wording.h"
#include "packet/field.h"
#include "policy/expectation.h"
#include "wire/public_address.h"

namespace safeconduct {
namespace {

// Within a millisecond light goes 100 km of glass there and back: who answers faster than that from
// a public address stands nearby.
constexpr double kNearby = 1.0;      // ms
constexpr double kAlikeTimes = 0.3;  // share by which two times of one host may differ
constexpr std::size_t kSeldom = 10;  // answered tries for one that was lost

// From the TTL that a packet came in with: it began at one of three values in use.
int hops(std::uint8_t ttl) {
  for (int const begin : {64, 128})
    if (ttl <= begin) return begin - ttl;
  return 255 - ttl;
}

// How far a try came: 0 nothing, 1 a handshake, 2 an answer.
int level_of(Ending ending) {
  switch (ending) {
    case Ending::silent:
    case Ending::too_soon:
    case Ending::one_way:
    case Ending::reset:
    case Ending::unreachable:
      return 0;
    case Ending::reset_later:
    case Ending::closed:
    case Ending::tarpit:
    case Ending::handshake:
      return 1;
    case Ending::answered:
    case Ending::dns_verified:
    case Ending::dns_right:
    case Ending::dns_other:
    case Ending::dns_encrypted:
    case Ending::dns_foreign:
    case Ending::dns_bad_signature:
    case Ending::dns_not_today:
    case Ending::dns_no_certificate:
    case Ending::dns_failed:
    case Ending::dns_cut:
    case Ending::tls_named:
    case Ending::tls_hidden:
    case Ending::tls_failed:
    case Ending::tls_rejected:
    case Ending::tls_none:
    case Ending::http_fine:
    case Ending::http_other:
      return 2;
  }
  return 0;
}

bool fails(Ending ending) {
  return level_of(ending) == 0 || ending == Ending::reset_later || ending == Ending::tarpit;
}

void join(Tally& into, Tally const& one) {
  if (into.count == 0) {
    into = one;
    return;
  }
  into.count += one.count;
  if (one.first_packet < into.first_packet) into.first_packet = one.first_packet;
  into.last_packet = std::max(into.last_packet, one.last_packet);
  into.first = std::min(into.first, one.first);
  into.last = std::max(into.last, one.last);
  into.end = std::max(into.end, one.end);
  if (into.end_packet == 0 || (one.end_packet != 0 && one.end_packet < into.end_packet))
    into.end_packet = one.end_packet;
}

bool nothing_came(EndingGroup const& group, Tally const& tally) {
  return group.ending == Ending::silent ||
         (group.ending == Ending::dns_no_certificate && tally.end_packet == 0);
}

class Rows {
 public:
  explicit Rows(CaptureSeen const& seen) : seen_(seen) {}
  std::vector<CaptureRow> of(Requirement const& requirement, std::uint32_t target) const;

 private:
  // Did this client get further with this target, later?
  bool got_further(std::uint32_t target, std::uint32_t client, Tally const& failed,
                   Ending ending) const {
    int const enough = level_of(ending) == 1 ? 2 : 1;
    std::size_t better = 0;
    bool later = false;
    for (auto const& group : seen_.tallies.of(target)) {
      if (level_of(group.ending) < enough) continue;
      auto const found = group.clients.find(client);
      if (found == group.clients.end()) continue;
      // A certificate that was asked for, and nothing came: that is no further.
      if (group.ending == Ending::dns_no_certificate && found->second.end_packet == 0) continue;
      better += found->second.count;
      later = later || found->second.last > failed.last;
    }
    bool const lost = ending == Ending::silent && failed.count * kSeldom <= better;
    return later || lost;
  }

  // Did it ask for a certificate alone, and nothing came?
  bool only_asked_for_certificate(std::uint32_t target, std::uint32_t client,
                                  EndingGroup const& group, Tally const& tally) const {
    if (group.ending != Ending::dns_no_certificate || tally.end_packet != 0) return false;
    return std::ranges::none_of(seen_.tallies.of(target), [&](EndingGroup const& other) {
      bool const one_of_both = level_of(other.ending) > 0 || other.ending == Ending::silent;
      return &other != &group && one_of_both && other.clients.contains(client);
    });
  }

  bool one_sided(std::uint32_t client) const {
    return client != kManyClients && !seen_.hosts.anything_to(seen_.tallies.client(client));
  }

  static void widen(Told& into, Told const& one) {
    if (one.rtt_ms) into.rtt_ms = std::min(into.rtt_ms.value_or(*one.rtt_ms), *one.rtt_ms);
    if (one.longest_ms)
      into.longest_ms = std::max(into.longest_ms.value_or(*one.longest_ms), *one.longest_ms);
    into.window_echoed = into.window_echoed && one.window_echoed;
    if (into.ttl != one.ttl) into.ttl.reset();
  }

  static EndingWord lost_word() {
    return {
        Outcome::unproven,
        "answered-otherwise",
        "some tries got no answer, and others of the same client did: loss on the way, or a rule "
        "that was changed meanwhile",
        Teller::nobody,
        false,
        0};
  }
  static EndingWord one_sided_word() {
    return {Outcome::unproven,
            "one-sided",
            "no answer is in the capture, and no other packet to this client either: it shows one "
            "direction only",
            Teller::nobody,
            false,
            0};
  }

  // Is a handshake all that is required?
  static bool is_plain(Requirement const& requirement, CaptureTarget const& to) {
    if (!requirement.probe) return true;
    switch (requirement.probe->kind) {
      case ProbeKind::tcp:
      case ProbeKind::resolve_then_tcp:
      case ProbeKind::ike_sa_init:
        return true;
      case ProbeKind::tls:
      case ProbeKind::resolve_then_tls:
        return to.protocol == l4::udp || to.port == 80;
      case ProbeKind::dns_txt:
      case ProbeKind::dnscrypt_cert:
        return dns_expectation(*requirement.probe).optional;
      case ProbeKind::http_get:
        return false;
    }
    return false;
  }

  EndingWord word_of(EndingGroup const& group, Requirement const& requirement,
                     CaptureTarget const& to, bool plain, std::string const& issuer) const {
    auto word = word_of_ending(group, requirement, to, plain, issuer);
    if (word.outcome == Outcome::open && is_on_this_link(group.told, to))
      return short_path(group.told);
    return word;
  }

  EndingWord word_of_ending(EndingGroup const& group, Requirement const& requirement,
                            CaptureTarget const& to, bool plain, std::string const& issuer) const {
    auto word = word_for(group.ending, group.told, plain, issuer);
    bool const optional = requirement.probe && dns_expectation(*requirement.probe).optional;
    if (optional && to.protocol == l4::tcp && level_of(group.ending) > 0) {
      word = word_for(Ending::handshake, {}, true, issuer);
      word.weight = 3;
      return word;
    }
    if (group.ending == Ending::http_fine && requirement.probe &&
        !expected(*requirement.probe, "body").empty())
      return page_not_read();
    if (group.ending == Ending::reset) judge_reset(word, group.told, to);
    if (group.ending == Ending::unreachable) judge_icmp(word, group.told, to);
    return word;
  }

  // "0.16 to 0.53 ms"
  static Said time_words(Told const& told) {
    if (!told.rtt_ms || *told.rtt_ms <= 0) return {};
    auto const text = ms_text(*told.rtt_ms);
    if (!told.longest_ms || ms_text(*told.longest_ms) == text) return text;
    return {wording::kTimeSpan, {text.substr(0, text.size() - 3), ms_text(*told.longest_ms)}};
  }

  // No router has counted its TTL down: whoever sent it is a neighbour, and a public address is
  // not.
  static bool is_on_this_link(Told const& told, CaptureTarget const& to) {
    return told.ttl && hops(*told.ttl) == 0 && is_public(to.address);
  }
  static EndingWord short_path(Told const& told) {
    return {Outcome::unproven,     "short-path", {wording::kShortPath, {std::to_string(*told.ttl)}},
            Teller::before_target, false,        16};
  }
  static EndingWord page_not_read() {
    return {Outcome::unproven, "page-not-read", wording::kPageNotRead, Teller::unknown, false, 4};
  }

  void judge_reset(EndingWord& word, Told const& told, CaptureTarget const& to) const {
    auto const own = own_ttl(seen_, to);
    bool const fewer_hops = own && told.ttl && hops(*told.ttl) + 1 < hops(*own);
    bool const near = is_nearby(told, to);
    if (fewer_hops || near) {
      word.cause = "reset-before-target";
      auto const time = time_words(told);
      word.detail =
          time.empty() ? Said(wording::kResetBefore) : Said(wording::kResetBeforeAfter, {time});
      word.by = Teller::before_target;
    } else if (own && told.ttl && seen_.fastest_ms && told.rtt_ms &&
               *told.rtt_ms >= *seen_.fastest_ms * (1 - kAlikeTimes)) {
      word.cause = "closed-at-target";
      word.detail = wording::kTargetItself;
      word.by = Teller::target;
    }
  }

  static void judge_icmp(EndingWord& word, Told const& told, CaptureTarget const& to) {
    if (!told.icmp) return;
    auto const& icmp = *told.icmp;
    if (icmp.by == to.address) {
      if (word.cause == "port-unreachable") word.cause = "closed-at-target";
      word.detail = wording::kTargetSaysClosed;
      word.by = Teller::target;
      return;
    }
    word.by = Teller::before_target;
    constexpr double kNeighbourSearch = 900;  // ms; see probe/classify.cc
    bool const host = word.cause == "host-unreachable" || word.cause == "address-unreachable";
    if (host && told.rtt_ms && *told.rtt_ms > kNeighbourSearch) {
      word.cause = "upstream-host-unreachable";
      word.detail = {wording::kNoNextHop, {to_string(icmp.by), ms_text(*told.rtt_ms)}};
    }
  }

  CaptureSeen const& seen_;
};

std::vector<CaptureRow> Rows::of(Requirement const& requirement, std::uint32_t target) const {
  auto const& to = seen_.targets.at(target);
  bool const plain = is_plain(requirement, to);
  auto const issuer = requirement.probe ? expected(*requirement.probe, "issuer") : std::string();
  std::vector<CaptureRow> rows;
  auto const put = [&](EndingGroup const& group, EndingWord word, bool one_side,
                       std::uint32_t client, Tally const& tally) {
    auto found = std::ranges::find_if(rows, [&](CaptureRow const& row) {
      return row.ending == group.ending && row.word.cause == word.cause &&
             row.told.icmp == group.told.icmp && row.told.issuer == group.told.issuer;
    });
    if (found == rows.end()) {
      rows.push_back({group.ending, group.told, std::move(word), {}, {}, one_side});
      found = rows.end() - 1;
    } else {
      widen(found->told, group.told);
    }
    join(found->tally, tally);
    found->clients.insert(client);
  };
  for (auto const& group : seen_.tallies.of(target)) {
    auto const word = word_of(group, requirement, to, plain, issuer);
    for (auto const& [client, tally] : group.clients) {
      if (fails(group.ending) && got_further(target, client, tally, group.ending)) {
        put(group, lost_word(), false, client, tally);
      } else if (nothing_came(group, tally) && one_sided(client)) {
        put(group, one_sided_word(), true, client, tally);
      } else if (only_asked_for_certificate(target, client, group, tally)) {
        auto silent = group;
        silent.ending = Ending::silent;
        put(silent, word_of(silent, requirement, to, plain, issuer), false, client, tally);
      } else {
        put(group, word, false, client, tally);
      }
    }
  }
  return rows;
}

// ---- which rows count

bool undecided(CaptureRow const& row) {
  return row.word.outcome == Outcome::unproven || row.word.outcome == Outcome::not_tested;
}
bool passes(CaptureRow const& row) { return row.word.outcome == Outcome::open; }
bool intercepts(CaptureRow const& row) {
  return row.word.outcome == Outcome::intercepted || row.word.outcome == Outcome::tls_intercepted;
}

// A certificate that was asked for and did not come takes the proof from what looks right.
void weigh_certificate(std::vector<CaptureRow>& rows) {
  bool const missing = std::ranges::any_of(
      rows, [](CaptureRow const& row) { return row.ending == Ending::dns_no_certificate; });
  bool const verified =
      std::ranges::any_of(rows, [](CaptureRow const& row) { return row.word.verified; });
  if (!missing || verified) return;
  for (auto& row : rows)
    if (row.ending == Ending::dns_right) {
      row.word = word_for(Ending::dns_no_certificate, {}, false, {});
      row.word.weight = 15;
    }
}

// Of several that say the same, the heaviest speaks for all.
void fold(std::vector<CaptureRow>& rows, bool (*of_these)(CaptureRow const&)) {
  auto best = rows.end();
  for (auto it = rows.begin(); it != rows.end(); ++it)
    if (of_these(*it) && (best == rows.end() || it->word.weight > best->word.weight)) best = it;
  if (best == rows.end()) return;
  CaptureRow whole = *best;
  for (auto it = rows.begin(); it != rows.end(); ++it) {
    if (it == best || !of_these(*it)) continue;
    join(whole.tally, it->tally);
    whole.clients.insert(it->clients.begin(), it->clients.end());
    if (whole.told.server.empty()) whole.told.server = it->told.server;
    if (whole.told.source.empty()) whole.told.source = it->told.source;
  }
  *best = std::move(whole);
  auto const place = best - rows.begin();
  std::size_t index = 0;
  std::erase_if(rows, [&](CaptureRow const& row) {
    return static_cast<std::ptrdiff_t>(index++) != place && of_these(row);
  });
}

}  // namespace

std::vector<CaptureRow> capture_rows(CaptureSeen const& seen, Requirement const& requirement,
                                     std::uint32_t target) {
  return Rows(seen).of(requirement, target);
}

void keep_what_counts(std::vector<CaptureRow>& rows) {
  weigh_certificate(rows);
  if (std::ranges::any_of(rows, intercepts)) {
    std::erase_if(rows, [](CaptureRow const& row) { return passes(row) || undecided(row); });
    return;
  }
  bool const any_pass = std::ranges::any_of(rows, passes);
  bool const any_failure = std::ranges::any_of(
      rows, [](CaptureRow const& row) { return !passes(row) && !undecided(row); });
  if (any_pass) {
    fold(rows, passes);
    // Of the rest only what is more than another look at the same.
    std::erase_if(rows, [](CaptureRow const& row) { return undecided(row); });
    return;
  }
  if (any_failure) {
    // The certificate that did not come either, a try too late to count: nothing more is told.
    std::erase_if(rows, [](CaptureRow const& row) {
      return row.word.outcome == Outcome::not_tested ||
             (row.ending == Ending::dns_no_certificate && row.tally.end_packet == 0);
    });
  }
  fold(rows, undecided);
}

bool came_to_nothing(Ending ending) { return level_of(ending) == 0; }

bool is_nearby(Told const& told, CaptureTarget const& to) {
  // Zero: the capture's clock is too coarse to tell, or there is none.
  return told.rtt_ms && *told.rtt_ms > 0 && *told.rtt_ms < kNearby && is_public(to.address);
}

std::optional<std::uint8_t> own_ttl(CaptureSeen const& seen, CaptureTarget const& to) {
  for (std::uint32_t i = 0; i < seen.targets.size(); ++i)
    if (seen.targets.at(i).address == to.address && seen.tallies.ttl_of(i))
      return seen.tallies.ttl_of(i);
  return std::nullopt;
}

std::string ms_text(double time) {
  auto const hundredths = std::llround(time * 100);
  auto const part = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + '.' + (part.size() == 1 ? "0" : "") + part + " ms";
}

}  // namespace safeconduct
