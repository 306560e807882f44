// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_judge.h"

#include <algorithm>
#include <utility>

#include "evidence/answer_wording.h"
#include "evidence/capture_rows.h"
#include "evidence/patience.h"
#include "packet/answer_wording.h"
#include "packet/field.h"
#include "wire/dnscrypt.h"

namespace safeconduct {
namespace {

std::string seconds_text(CaptureTime time) {
  auto const tenths = time / (kSecond / 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
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
  void judge_target(Requirement const& requirement, std::uint32_t target) {
    auto const before = capture_rows(seen_, requirement, target);
    auto rows = before;
    keep_what_counts(rows);
    for (auto const& row : rows) all_.push_back(observation(requirement, target, row, before));
  }

  // ---- in words

  static std::string question_of(Requirement const& requirement, CaptureTarget const& to,
                                 CaptureRow const& row) {
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

  Observation observation(Requirement const& requirement, std::uint32_t target,
                          CaptureRow const& row, std::vector<CaptureRow> const& all) {
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

  void add_evidence(Observation& o, std::uint32_t target, CaptureRow const& row,
                    std::vector<CaptureRow> const& all) const {
    auto const& to = seen_.targets.at(target);
    auto const tell = [&](std::string kind, Said text, std::size_t packet = 0) {
      o.evidence.push_back({std::move(kind), std::move(text), seen_.file, 0, packet});
    };
    bool const udp = to.protocol == l4::udp;
    auto const& tally = row.tally;
    auto const only = udp ? wording::kOnlyQuery : wording::kOnlyTry;
    auto const first = udp ? wording::kFirstQuery : wording::kFirstTry;
    tell("packet", {tally.count == 1 ? only : first, {std::to_string(tally.count)}},
         tally.first_packet);
    if (tally.last_packet != tally.first_packet)
      tell("packet", wording::kLastPacket, tally.last_packet);
    if (tally.end_packet != 0 && tally.end_packet != tally.first_packet)
      tell("packet", tally.count == 1 ? wording::kEndedIt : wording::kEndedFirst, tally.end_packet);
    if (row.clients.size() > 1)
      tell("clients", {wording::kClients, {std::to_string(row.clients.size())}});
    if (row.told.icmp)
      tell("icmp", {wording::kIcmpFrom,
                    {std::to_string(row.told.icmp->type), std::to_string(row.told.icmp->code),
                     icmp_word(*row.told.icmp), to_string(row.told.icmp->by)}});
    if (row.ending == Ending::reset) reset_evidence(tell, row, to);
    if (row.word.outcome == Outcome::timeout || row.word.outcome == Outcome::not_tested ||
        row.one_sided)
      sight_evidence(tell, row);
    answer_evidence(tell, row);
    ttl_evidence(tell, target, row);
    for (auto const& other : all)
      if (other.word.cause == "answered-otherwise" && other.ending != row.ending)
        tell("lost",
             {other_words(udp, other.tally.count == 1),
              {std::to_string(other.tally.count),
               word_for(other.ending, other.told, false, {}).cause}},
             other.tally.first_packet);
    o.evidence.push_back({"filter", filter(to, row), "", 0, 0});
  }

  static Translated other_words(bool udp, bool one) {
    if (udp) return one ? wording::kOtherQuery : wording::kOtherQueries;
    return one ? wording::kOtherTry : wording::kOtherTries;
  }

  template <class Tell>
  void reset_evidence(Tell const& tell, CaptureRow const& row, CaptureTarget const& to) const {
    auto const& told = row.told;
    if (told.rtt_ms && told.longest_ms && *told.longest_ms - *told.rtt_ms >= 0.005)
      tell("rtt", {wording::kSynToResetSpan, {ms_text(*told.rtt_ms), ms_text(*told.longest_ms)}});
    else if (told.rtt_ms)
      tell("rtt", {wording::kSynToReset, {ms_text(*told.rtt_ms)}});
    if (is_nearby(told, to)) tell("near", wording::kNotFarther);
    if (seen_.fastest_ms) tell("rtt-control", {wording::kFastest, {ms_text(*seen_.fastest_ms)}});
    auto const own = own_ttl(seen_, to);
    if (told.ttl)
      tell("ttl",
           own ? Said(wording::kResetTtlOthers, {std::to_string(*told.ttl), std::to_string(*own)})
               : Said(wording::kResetTtl, {std::to_string(*told.ttl)}));
    if (told.window_echoed && row.word.by != Teller::target)
      tell("window", {wording::kWindowEchoed, {std::to_string(told.window)}});
  }

  template <class Tell>
  void sight_evidence(Tell const& tell, CaptureRow const& row) const {
    auto const after = seen_.last - row.tally.last;
    tell("capture",
         {wording::kGoesOn,
          {seconds_text(std::max<CaptureTime>(after, 0)), utc_text(seen_.last / kSecond)}});
    bool outside = false;
    for (auto const client : row.clients)
      if (client != kManyClients)
        outside = outside || seen_.hosts.from_outside_to(seen_.tallies.client(client));
    if (!row.one_sided && !outside) tell("sight", wording::kPrivateOnly);
  }

  template <class Tell>
  static void answer_evidence(Tell const& tell, CaptureRow const& row) {
    auto const& told = row.told;
    if (!told.server.empty()) tell("server", told.server);
    if (!told.source.empty()) tell("source", {wording::kClientSeenAs, {told.source}});
    if (!told.version.empty()) tell("tls", told.version);
    if (!told.certificate.empty()) tell("certificate", printable(told.certificate));
    if (!told.issuer.empty()) {
      tell("issuer", printable(told.issuer));
      tell("key-sha256", told.key_hash);
      tell("trusted", told.trusted ? wording::kYes : wording::kNo);
      tell("name-matches", told.name_matches ? wording::kYes : wording::kNo);
    }
    bool const http = row.ending == Ending::http_fine || row.ending == Ending::http_other;
    if (http || row.ending == Ending::tls_none) tell("first-bytes", printable(told.text));
  }

  // Answers of one address that come from differently far away.
  template <class Tell>
  void ttl_evidence(Tell const& tell, std::uint32_t target, CaptureRow const& row) const {
    if (came_to_nothing(row.ending)) return;
    auto const own = seen_.tallies.ttl_of(target);
    if (!own) return;
    for (std::uint32_t i = 0; i < seen_.targets.size(); ++i) {
      auto const& other = seen_.targets.at(i);
      auto const ttl = seen_.tallies.ttl_of(i);
      if (i == target || other.address != seen_.targets.at(target).address || !ttl || *ttl == *own)
        continue;
      tell("ttl", {wording::kTtlsDiffer,
                   {std::to_string(*own), other.protocol == l4::udp ? "udp" : "tcp",
                    std::to_string(other.port), std::to_string(*ttl)}});
      return;
    }
  }

  // For Wireshark's display filter.
  static std::string filter(CaptureTarget const& to, CaptureRow const& row) {
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
    auto const tell = [&](std::string kind, Said text, std::size_t packet) {
      o.evidence.push_back({std::move(kind), std::move(text), seen_.file, 0, packet});
    };
    auto const say = [&](Outcome outcome, std::string cause, Said detail) {
      o.outcome = outcome;
      o.cause = std::move(cause);
      o.detail = std::move(detail);
    };
    tell("packet", {wording::kQuestionAskedOf, {to_string(lookup.resolver)}}, lookup.first.packet);
    if (lookup.answered != 0)
      tell("packet", {wording::kAnswerOf, {to_string(lookup.teller)}}, lookup.end.packet);
    if (lookup.with_addresses != 0) {
      say(Outcome::intercepted, "dns-bogus-address",
          {wording::kBogusAddress, {to_string(lookup.bogus_address)}});
      o.by = Teller::unknown;
    } else if (lookup.no_such_name != 0) {
      say(Outcome::name_error, "no-such-name", wording::kNoSuchName);
    } else if (lookup.answered != 0 && lookup.code != 0) {
      say(Outcome::name_error, "resolver-error",
          {wording::kResolverError, {std::to_string(lookup.code)}});
    } else if (lookup.answered != 0) {
      say(Outcome::not_tested, "no-address-of-the-family", wording::kNameWithoutAddress);
    } else if (seen_.last - lookup.last.time < kPatience) {
      say(Outcome::not_tested, "capture-ends-too-soon", wording::kEndsTooSoon);
    } else if (!seen_.hosts.anything_to(lookup.client)) {
      say(Outcome::unproven, "one-sided", wording::kNothingToClient);
    } else {
      say(Outcome::name_error, "no-resolver-answers", wording::kResolverSilent);
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
