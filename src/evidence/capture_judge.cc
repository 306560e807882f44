// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_judge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "evidence/patience.h"
#include "packet/field.h"
#include "wire/dnscrypt.h"
#include "wire/public_address.h"

namespace safeconduct {
namespace {

// Within a millisecond light goes 100 km of glass there and back: who answers faster than that from
// a public address stands nearby.
constexpr double kNearby = 1.0;      // ms
constexpr double kAlikeTimes = 0.3;  // share by which two times of one host may differ
constexpr std::size_t kSeldom = 10;  // answered tries for one that was lost

std::string ms_text(double time) {
  auto const hundredths = std::llround(time * 100);
  auto const part = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + '.' + (part.size() == 1 ? "0" : "") + part + " ms";
}

std::string seconds_text(CaptureTime time) {
  auto const tenths = time / (kSecond / 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
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

// Endings that will be told in one observation.
struct Row {
  Ending ending{};
  Told told;
  EndingWord word;
  Tally tally;
  std::set<std::uint32_t> clients;
  bool one_sided = false;
};

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

class Judging {
 public:
  explicit Judging(CaptureSeen const& seen) : seen_(seen) {}

  std::vector<Observation> run() {
    std::vector<std::uint32_t> order(seen_.targets.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::uint32_t i) {
      auto const& target = seen_.targets.at(i);
      return std::tuple(target.address, target.protocol, target.port);
    });
    for (std::uint32_t r = 0; r < seen_.wanted.requirements.size(); ++r) {
      auto const& requirement = *seen_.wanted.requirements[r].requirement;
      for (auto const t : order)
        if (std::ranges::binary_search(seen_.targets.at(t).requirements, r))
          judge_target(requirement, t);
      judge_names(requirement, r);
    }
    return std::move(all_);
  }

 private:
  // ---- rows

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
      better += found->second.count;
      later = later || found->second.last > failed.last;
    }
    bool const lost = ending == Ending::silent && failed.count * kSeldom <= better;
    return later || lost;
  }

  bool one_sided(std::uint32_t client) const {
    return client != kManyClients && !seen_.hosts.anything_to(seen_.tallies.client(client));
  }

  std::vector<Row> rows_of(Requirement const& requirement, std::uint32_t target) const {
    auto const& to = seen_.targets.at(target);
    bool const plain = is_plain(requirement, to);
    auto const issuer = requirement.probe ? expected(*requirement.probe, "issuer") : std::string();
    std::vector<Row> rows;
    auto const put = [&](EndingGroup const& group, EndingWord word, bool one_side,
                         std::uint32_t client, Tally const& tally) {
      auto found = std::ranges::find_if(rows, [&](Row const& row) {
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
        } else if (group.ending == Ending::silent && one_sided(client)) {
          put(group, one_sided_word(), true, client, tally);
        } else {
          put(group, word, false, client, tally);
        }
      }
    }
    return rows;
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
    auto word = word_for(group.ending, group.told, plain, issuer);
    bool const optional = requirement.probe && dns_expectation(*requirement.probe).optional;
    if (optional && to.protocol == l4::tcp && level_of(group.ending) > 0) {
      word = word_for(Ending::handshake, {}, true, issuer);
      word.weight = 3;
      return word;
    }
    if (group.ending == Ending::reset) judge_reset(word, group.told, to);
    if (group.ending == Ending::unreachable && group.told.icmp) judge_icmp(word, group.told, to);
    return word;
  }

  std::optional<std::uint8_t> own_ttl(CaptureTarget const& to) const {
    for (std::uint32_t i = 0; i < seen_.targets.size(); ++i)
      if (seen_.targets.at(i).address == to.address && seen_.tallies.ttl_of(i))
        return seen_.tallies.ttl_of(i);
    return std::nullopt;
  }

  void judge_reset(EndingWord& word, Told const& told, CaptureTarget const& to) const {
    auto const own = own_ttl(to);
    bool const other_ttl = own && told.ttl && *own != *told.ttl;
    bool const near = told.rtt_ms && *told.rtt_ms < kNearby && is_public(to.address);
    if (other_ttl || near) {
      word.cause = "reset-before-target";
      word.detail = "refused with a TCP reset that a device before the target sent in its name";
      word.by = Teller::before_target;
    } else if (own && told.ttl && seen_.fastest_ms && told.rtt_ms &&
               *told.rtt_ms >= *seen_.fastest_ms * (1 - kAlikeTimes)) {
      word.cause = "closed-at-target";
      word.detail = "the target itself refuses it: nothing listens there, or it is full";
      word.by = Teller::target;
    }
  }

  static void judge_icmp(EndingWord& word, Told const& told, CaptureTarget const& to) {
    auto const& icmp = *told.icmp;
    if (icmp.by == to.address) {
      if (word.cause == "port-unreachable") word.cause = "closed-at-target";
      word.detail = "the target itself says that nothing listens there, or a device in its name";
      word.by = Teller::target;
      return;
    }
    word.by = Teller::before_target;
    constexpr double kNeighbourSearch = 900;  // ms; see probe/classify.cc
    bool const host = word.cause == "host-unreachable" || word.cause == "address-unreachable";
    if (host && told.rtt_ms && *told.rtt_ms > kNeighbourSearch) {
      word.cause = "upstream-host-unreachable";
      word.detail = to_string(icmp.by) + " looked for the next hop for " + ms_text(*told.rtt_ms) +
                    " and did not find it: broken beyond it, and no rule";
    }
  }

  // ---- which rows count

  static bool undecided(Row const& row) {
    return row.word.outcome == Outcome::unproven || row.word.outcome == Outcome::not_tested;
  }
  static bool passes(Row const& row) { return row.word.outcome == Outcome::open; }
  static bool intercepts(Row const& row) {
    return row.word.outcome == Outcome::intercepted || row.word.outcome == Outcome::tls_intercepted;
  }

  // A certificate that was asked for and did not come takes the proof from what looks right.
  static void weigh_certificate(std::vector<Row>& rows) {
    bool const missing = std::ranges::any_of(
        rows, [](Row const& row) { return row.ending == Ending::dns_no_certificate; });
    bool const verified =
        std::ranges::any_of(rows, [](Row const& row) { return row.word.verified; });
    if (!missing || verified) return;
    for (auto& row : rows)
      if (row.ending == Ending::dns_right) {
        row.word = word_for(Ending::dns_no_certificate, {}, false, {});
        row.word.weight = 15;
      }
  }

  static void keep_what_counts(std::vector<Row>& rows) {
    weigh_certificate(rows);
    if (std::ranges::any_of(rows, intercepts)) {
      std::erase_if(rows, [](Row const& row) { return passes(row) || undecided(row); });
      return;
    }
    bool const any_pass = std::ranges::any_of(rows, passes);
    bool const any_failure =
        std::ranges::any_of(rows, [](Row const& row) { return !passes(row) && !undecided(row); });
    if (any_pass) {
      fold(rows, passes);
      // Of the rest only what is more than another look at the same.
      std::erase_if(rows, [](Row const& row) { return undecided(row); });
      return;
    }
    if (any_failure) {
      // The certificate that did not come either, a try too late to count: nothing more is told.
      std::erase_if(rows, [](Row const& row) {
        return row.word.outcome == Outcome::not_tested ||
               (row.ending == Ending::dns_no_certificate && row.tally.end_packet == 0);
      });
    }
    fold(rows, undecided);
  }

  // Of several that say the same, the heaviest speaks for all.
  static void fold(std::vector<Row>& rows, bool (*of_these)(Row const&)) {
    auto best = rows.end();
    for (auto it = rows.begin(); it != rows.end(); ++it)
      if (of_these(*it) && (best == rows.end() || it->word.weight > best->word.weight)) best = it;
    if (best == rows.end()) return;
    Row whole = *best;
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
    std::erase_if(rows, [&](Row const& row) {
      return static_cast<std::ptrdiff_t>(index++) != place && of_these(row);
    });
  }

  void judge_target(Requirement const& requirement, std::uint32_t target) {
    auto const before = rows_of(requirement, target);
    auto rows = before;
    keep_what_counts(rows);
    for (auto const& row : rows) all_.push_back(observation(requirement, target, row, before));
  }

  // ---- in words

  static std::string question_of(Requirement const& requirement, CaptureTarget const& to,
                                 Row const& row) {
    if (!requirement.probe) return "handshake";
    switch (requirement.probe->kind) {
      case ProbeKind::dns_txt:
      case ProbeKind::dnscrypt_cert:
        return "TXT " + without_dot(requirement.probe->name);
      case ProbeKind::tls:
      case ProbeKind::resolve_then_tls: {
        if (to.protocol != l4::tcp || to.port == 80) return "handshake";
        auto const name = !row.told.server_name.empty() ? row.told.server_name
                          : !to.name.empty()            ? to.name
                                                        : without_dot(requirement.probe->name);
        return "TLS " + name;
      }
      case ProbeKind::http_get: {
        auto const path = expected(*requirement.probe, "path");
        return "GET " + (path.empty() ? std::string("/") : path);
      }
      case ProbeKind::tcp:
      case ProbeKind::resolve_then_tcp:
      case ProbeKind::ike_sa_init:
        return "handshake";
    }
    return {};
  }

  Observation observation(Requirement const& requirement, std::uint32_t target, Row const& row,
                          std::vector<Row> const& all) {
    auto const& to = seen_.targets.at(target);
    Observation o;
    o.requirement = requirement.id;
    o.outcome = row.word.outcome;
    o.cause = row.word.cause;
    o.detail = row.word.detail;
    o.verified = row.word.verified;
    o.by = row.word.by;
    o.family = to.address.family;
    o.protocol = to.protocol;
    o.dst = to.address;
    o.dport = to.port;
    o.name = to.name;
    o.question = question_of(requirement, to, row);
    bool const one = row.clients.size() == 1 && *row.clients.begin() != kManyClients;
    if (one) o.src = seen_.tallies.client(*row.clients.begin());
    if (row.told.icmp) {
      o.offender = row.told.icmp->by;
      o.icmp_type = row.told.icmp->type;
      o.icmp_code = row.told.icmp->code;
    }
    o.count = row.tally.count;
    o.first = utc_text(row.tally.first / kSecond);
    o.last = utc_text(row.tally.end / kSecond);
    o.rtt_ms = row.told.rtt_ms;
    add_evidence(o, target, row, all);
    return o;
  }

  void add_evidence(Observation& o, std::uint32_t target, Row const& row,
                    std::vector<Row> const& all) const {
    auto const& to = seen_.targets.at(target);
    auto const tell = [&](std::string kind, std::string text, std::size_t packet = 0) {
      o.evidence.push_back({std::move(kind), std::move(text), seen_.file, 0, packet});
    };
    bool const udp = to.protocol == l4::udp;
    auto const one = std::string(udp ? "query" : "try");
    auto const many = udp ? std::string("queries") : std::string("tries");
    auto const& tally = row.tally;
    tell("packet",
         tally.count == 1 ? "the only " + one
                          : "the first of " + std::to_string(tally.count) + ' ' + many,
         tally.first_packet);
    if (tally.last_packet != tally.first_packet) tell("packet", "the last", tally.last_packet);
    if (tally.end_packet != 0 && tally.end_packet != tally.first_packet)
      tell("packet", tally.count == 1 ? "what ended it" : "what ended the first of them",
           tally.end_packet);
    if (row.clients.size() > 1) tell("clients", std::to_string(row.clients.size()) + " clients");
    if (row.told.icmp)
      tell("icmp", "type " + std::to_string(row.told.icmp->type) + " code " +
                       std::to_string(row.told.icmp->code) + " (" + icmp_word(*row.told.icmp) +
                       ") from " + to_string(row.told.icmp->by));
    if (row.ending == Ending::reset) reset_evidence(tell, row, to);
    if (row.word.outcome == Outcome::timeout || row.word.outcome == Outcome::not_tested ||
        row.one_sided)
      sight_evidence(tell, row);
    answer_evidence(tell, row);
    ttl_evidence(tell, target, row);
    for (auto const& other : all)
      if (other.word.cause == "answered-otherwise" && other.ending != row.ending)
        tell("lost",
             std::to_string(other.tally.count) + " other " + (other.tally.count == 1 ? one : many) +
                 " came to nothing (" + word_for(other.ending, other.told, false, {}).cause + ')',
             other.tally.first_packet);
    o.evidence.push_back({"filter", filter(to, row), "", 0, 0});
  }

  template <class Tell>
  void reset_evidence(Tell const& tell, Row const& row, CaptureTarget const& to) const {
    auto const& told = row.told;
    if (told.rtt_ms && told.longest_ms && *told.longest_ms - *told.rtt_ms >= 0.005)
      tell("rtt", ms_text(*told.rtt_ms) + " to " + ms_text(*told.longest_ms) +
                      " from the SYN to its reset");
    else if (told.rtt_ms)
      tell("rtt", ms_text(*told.rtt_ms) + " from the SYN to its reset");
    if (told.rtt_ms && *told.rtt_ms < kNearby && is_public(to.address))
      tell("near", "no packet gets farther than 100 km and back in that time");
    if (seen_.fastest_ms)
      tell("rtt-control",
           "the fastest handshake in this capture took " + ms_text(*seen_.fastest_ms));
    auto const own = own_ttl(to);
    if (told.ttl)
      tell("ttl",
           "the reset came in with TTL " + std::to_string(*told.ttl) +
               (own ? ", other packets from this address with " + std::to_string(*own) : ""));
    if (told.window_echoed)
      tell("window", "its window is that of the SYN (" + std::to_string(told.window) +
                         "), as of a device that answers by turning the packet round");
  }

  template <class Tell>
  void sight_evidence(Tell const& tell, Row const& row) const {
    auto const after = seen_.last - row.tally.last;
    tell("capture", "goes on for " + seconds_text(std::max<CaptureTime>(after, 0)) +
                        " after the last of them, to " + utc_text(seen_.last / kSecond));
    bool outside = false;
    for (auto const client : row.clients)
      if (client != kManyClients)
        outside = outside || seen_.hosts.from_outside_to(seen_.tallies.client(client));
    if (!row.one_sided && !outside)
      tell("sight", "what came to the client in this capture came from private addresses only");
  }

  template <class Tell>
  static void answer_evidence(Tell const& tell, Row const& row) {
    auto const& told = row.told;
    if (!told.server.empty()) tell("server", told.server);
    if (!told.source.empty()) tell("source", "the service saw the client as " + told.source);
    if (!told.version.empty()) tell("tls", told.version);
    if (!told.certificate.empty()) tell("certificate", printable(told.certificate));
    if (!told.issuer.empty()) {
      tell("issuer", printable(told.issuer));
      tell("key-sha256", told.key_hash);
      tell("trusted", told.trusted ? "yes" : "no");
      tell("name-matches", told.name_matches ? "yes" : "no");
    }
    bool const http = row.ending == Ending::http_fine || row.ending == Ending::http_other;
    if (http || row.ending == Ending::tls_none) tell("first-bytes", printable(told.text));
  }

  // Answers of one address that come from differently far away.
  template <class Tell>
  void ttl_evidence(Tell const& tell, std::uint32_t target, Row const& row) const {
    if (level_of(row.ending) == 0) return;
    auto const own = seen_.tallies.ttl_of(target);
    if (!own) return;
    for (std::uint32_t i = 0; i < seen_.targets.size(); ++i) {
      auto const& other = seen_.targets.at(i);
      auto const ttl = seen_.tallies.ttl_of(i);
      if (i == target || other.address != seen_.targets.at(target).address || !ttl || *ttl == *own)
        continue;
      tell("ttl", "answers came in with TTL " + std::to_string(*own) + ", those of " +
                      (other.protocol == l4::udp ? "udp" : "tcp") + " port " +
                      std::to_string(other.port) + " of the same address with " +
                      std::to_string(*ttl) + ": not all of them come from the same host");
      return;
    }
  }

  // For Wireshark's display filter.
  static std::string filter(CaptureTarget const& to, Row const& row) {
    auto const field = std::string(to.address.family == Family::ip4 ? "ip" : "ipv6");
    auto text = field + ".addr == " + to_string(to.address);
    auto const transport = std::string(to.protocol == l4::udp ? "udp" : "tcp");
    if (row.told.icmp)
      return text + " && " + (to.address.family == Family::ip4 ? "icmp" : "icmpv6") +
             ".type == " + std::to_string(row.told.icmp->type);
    text += " && " + transport + ".port == " + std::to_string(to.port);
    if (row.ending == Ending::reset || row.ending == Ending::reset_later)
      text += " && tcp.flags.reset == 1";
    else if (transport == "tcp" && row.ending == Ending::silent)
      text += " && tcp.flags.syn == 1";
    return text;
  }

  // ---- names

  void judge_names(Requirement const& requirement, std::uint32_t index) {
    for (auto const& [name, lookup] : seen_.names.all()) {
      auto const of = seen_.targets.requirements_of(name);
      if (std::ranges::find(of, index) == of.end()) continue;
      if (lookup.with_addresses == 0 || lookup.bogus == lookup.with_addresses)
        judge_name(requirement, name, lookup);
    }
  }

  void judge_name(Requirement const& requirement, std::string const& name,
                  NameLookup const& lookup) {
    Observation o;
    o.requirement = requirement.id;
    o.protocol = requirement.protocols.empty() ? 0 : requirement.protocols.front();
    if (!requirement.ports.empty())
      o.dport = static_cast<std::uint16_t>(requirement.ports.front().first);
    o.name = name;
    o.question = "A " + name;
    o.src = lookup.client;
    o.count = std::max<std::size_t>(lookup.asked, 1);
    o.first = utc_text(lookup.first.time / kSecond);
    o.last = utc_text((lookup.answered != 0 ? lookup.end.time : lookup.last.time) / kSecond);
    auto const tell = [&](std::string kind, std::string text, std::size_t packet) {
      o.evidence.push_back({std::move(kind), std::move(text), seen_.file, 0, packet});
    };
    auto const say = [&](Outcome outcome, std::string cause, std::string detail) {
      o.outcome = outcome;
      o.cause = std::move(cause);
      o.detail = std::move(detail);
    };
    tell("packet", "the question, asked of " + to_string(lookup.resolver), lookup.first.packet);
    if (lookup.answered != 0)
      tell("packet", "the answer of " + to_string(lookup.teller), lookup.end.packet);
    if (lookup.with_addresses != 0) {
      say(Outcome::intercepted, "dns-bogus-address",
          "the name leads to " + to_string(lookup.bogus_address) +
              ", which no service on the internet has");
      o.by = Teller::unknown;
    } else if (lookup.no_such_name != 0) {
      say(Outcome::name_error, "no-such-name", "the resolver says that there is no such name");
    } else if (lookup.answered != 0 && lookup.code != 0) {
      say(Outcome::name_error, "resolver-error",
          "the resolver answers with an error (code " + std::to_string(lookup.code) + ')');
    } else if (lookup.answered != 0) {
      say(Outcome::not_tested, "no-address-of-the-family", "the name has no address");
    } else if (seen_.last - lookup.last.time < kPatience) {
      say(Outcome::not_tested, "capture-ends-too-soon",
          "it was asked, and the capture ends before an answer had time to come");
    } else if (!seen_.hosts.anything_to(lookup.client)) {
      say(Outcome::unproven, "one-sided",
          "no answer is in the capture, and no other packet to this client either");
    } else {
      say(Outcome::name_error, "no-resolver-answers", "the resolver that was asked stays silent");
    }
    o.evidence.push_back({"filter", "dns.qry.name == \"" + name + '"', "", 0, 0});
    all_.push_back(std::move(o));
  }

  CaptureSeen const& seen_;
  std::vector<Observation> all_;
};

}  // namespace

std::vector<Observation> judge_capture(CaptureSeen const& seen) { return Judging(seen).run(); }

}  // namespace safeconduct
