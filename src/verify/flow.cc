// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/flow.h"

#include <algorithm>

#include "base/codes.h"
#include "packet/box_join.h"
#include "verify/client_ports.h"
#include "verify/doubled.h"
#include "verify/judge.h"
#include "verify/note_wording.h"
#include "verify/outcome.h"
#include "verify/rule_ref.h"
#include "verify/without_parts.h"

namespace safeconduct {
namespace {

std::vector<Box> boxes_of(WantedFlow const& flow) {
  std::vector<Box> boxes;
  for (auto const& src : flow.src.intervals())
    for (auto const& dst : flow.dst.intervals()) {
      Box box = Box::all();
      box.at(Field::saddr) = src;
      box.at(Field::daddr) = dst;
      if (flow.ports) box.at(Field::dport) = {flow.ports->first, flow.ports->last};
      boxes.push_back(box);
    }
  return boxes;
}

Conversation conversation_at(DeviceRules const& device, WantedFlow const& flow, Hook hook,
                             Stream const& stream, Box const& box) {
  Conversation c;
  c.family = flow.family;
  c.l4proto = flow.protocol;
  c.asked = box;
  c.travel = travel_of(hook);
  c.enter = interface_index(device.rules, device.enter);
  c.leave = interface_index(device.rules, device.leave);
  c.source = stream.source;
  c.source_port = stream.source_port;
  return c;
}

Focus const* focus_of(FocusedDevice const& device, Family family) {
  return family == Family::ip4 ? &device.ip4 : &device.ip6;
}

// The requests that a device lets pass, by the source that it gave them.
std::vector<Stream> streams_after(LegDecision const& request, PacketSet const& allowed) {
  std::vector<Stream> streams;
  std::vector<Box> asked;
  std::vector<std::size_t> of_stream;  // of each of those
  for (auto const& piece : request.pieces) {
    if (piece.fate != Fate::pass) continue;
    auto const& source = piece.leaves_with(Field::saddr);
    auto const& port = piece.leaves_with(Field::sport);
    auto stream = std::ranges::find_if(
        streams, [&](Stream const& s) { return s.source == source && s.source_port == port; });
    if (stream == streams.end()) stream = streams.insert(streams.end(), {{}, source, port});
    asked.push_back(piece.asked);
    of_stream.push_back(static_cast<std::size_t>(stream - streams.begin()));
  }
  for_each_overlap(asked, allowed.boxes(),
                   [&](std::uint32_t i, std::uint32_t /*box*/, Box const& common) {
                     streams[of_stream[i]].boxes.push_back(common);
                   });
  for (auto& stream : streams) stream.boxes = PacketSet(std::move(stream.boxes)).boxes();
  return streams;
}

// Does the first of the packets found to pass a device pass those behind it, too? None: no packet
// passes the first device. Of 'box' stays what was found.
Passing::Answer one_passes(std::span<FocusedDevice const> devices, WantedFlow const& flow,
                           Hook hook, Stream stream, Box& box) {
  for (std::size_t i = 0; i < devices.size(); ++i) {
    auto const& rules = devices[i].device->rules;
    if (!covers(rules, flow.family)) return Passing::Answer::not_found;
    auto const found =
        requests_pass(rules, conversation_at(*devices[i].device, flow, hook, stream, box), {},
                      focus_of(devices[i], flow.family));
    if (!found.piece) return i == 0 ? found.answer : Passing::Answer::not_found;
    box = found.piece->asked;
    stream.source = found.piece->leaves_with(Field::saddr);
    stream.source_port = found.piece->leaves_with(Field::sport);
  }
  return Passing::Answer::some;
}

Box hull(std::vector<Box> const& boxes) {
  Box all = boxes.front();
  for (auto const& box : boxes)
    for (std::size_t d = 0; d < kFlowDimensions; ++d)
      all.sides[d] = {std::min(all.sides[d].first, box.sides[d].first),
                      std::max(all.sides[d].last, box.sides[d].last)};
  return all;
}

struct AtDevice {
  std::vector<LegDecision> legs;
  Judgement judgement;
};

// Where nothing is to pass, a later packet that is stopped does not make up for the first ones.
std::vector<LegDecision> legs_of(FocusedDevice const& at, WantedFlow const& flow,
                                 Conversation const& conversation,
                                 Budget const& budget = kConversationBudget) {
  auto legs = journey(at.device->rules, conversation, budget, focus_of(at, flow.family));
  if (flow.expect == Expect::deny) keep_first_exchange(legs);
  return legs;
}

AtDevice ask_one(FocusedDevice const& at, WantedFlow const& flow, Hook hook, Stream const& stream,
                 Box const& box) {
  auto const& device = *at.device;
  auto const conversation = conversation_at(device, flow, hook, stream, box);
  AtDevice answer{legs_of(at, flow, conversation), {}};
  answer.judgement = judge(device, *at.names, conversation, answer.legs);
  return answer;
}

// All boxes of a stream in one question, with what lies between them: what the rules do is found
// once, not for each of thousands. nullopt: what lies between is too much.
std::optional<AtDevice> ask_together(FocusedDevice const& at, WantedFlow const& flow, Hook hook,
                                     Stream const& stream) {
  auto const& device = *at.device;
  auto const conversation = conversation_at(device, flow, hook, stream, hull(stream.boxes));
  AtDevice answer{legs_of(at, flow, conversation), {}};
  for (auto& leg : answer.legs) {
    bool const over_budget =
        std::ranges::any_of(leg.pieces, [](Piece const& p) { return p.fate == Fate::budget; });
    if (over_budget || leg.sieve_left || !leg.certain) return std::nullopt;
    restrict_to(stream.boxes, leg.pieces);
  }
  answer.judgement = judge(device, *at.names, conversation, PacketSet(stream.boxes), answer.legs);
  return answer;
}

std::vector<AtDevice> ask(FocusedDevice const& at, WantedFlow const& flow, Hook hook,
                          Stream const& stream) {
  constexpr std::size_t kTogether = 256;
  if (stream.boxes.size() >= kTogether)
    if (auto answer = ask_together(at, flow, hook, stream)) {
      std::vector<AtDevice> one;
      one.push_back(std::move(*answer));
      return one;
    }
  std::vector<AtDevice> answers;
  for (auto const& box : stream.boxes) answers.push_back(ask_one(at, flow, hook, stream, box));
  return answers;
}

// Of one list, nothing is moved: parts are large.
void append(std::vector<Part> parts, std::vector<Part>& all) {
  if (all.empty()) {
    all = std::move(parts);
  } else {
    std::ranges::move(parts, std::back_inserter(all));
  }
}

// Order of a report: the worst first, then as the conversation goes, then by place.
int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::blocked:
      return 0;
    case Verdict::partial:
      return 1;
    case Verdict::intercepted:
      return 2;
    case Verdict::undecided:
      return 3;
    case Verdict::allowed:
      return 4;
  }
  return 5;
}

void add_once(Note note, Notes& notes) {
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

// Of a flow that ran into its budget: what is surely lost was found, and is not all.
void note_cut_short(std::vector<Part> const& parts, Notes& notes) {
  bool const some_lost = std::ranges::any_of(parts, [](Part const& part) {
    return part.verdict == Verdict::blocked || part.verdict == Verdict::intercepted;
  });
  if (!some_lost) return;  // its verdict says it
  add_once({std::string(code::kTooComplex), wording::kCutIntoPieces, {}}, notes);
}

}  // namespace

std::vector<FocusedDevice> focused(std::span<DeviceRules const> devices, Wanted const& wanted) {
  // Gathered first: a set that grows flow by flow is put in order each time.
  std::vector<AddressInterval> of_ip4;
  std::vector<AddressInterval> of_ip6;
  std::vector<ValueInterval> of_protocols;
  auto const gather = [&](WantedFlow const& flow) {
    auto& addresses = flow.family == Family::ip4 ? of_ip4 : of_ip6;
    for (auto const* set : {&flow.src, &flow.dst})
      addresses.insert(addresses.end(), set->intervals().begin(), set->intervals().end());
    of_protocols.push_back({flow.protocol, flow.protocol});
  };
  for (auto const& requirement : wanted.requirements) {
    std::ranges::for_each(requirement.flows, gather);
    std::ranges::for_each(requirement.later, gather);
    std::ranges::for_each(requirement.retired, gather);
  }
  AddressSet const ip4(of_ip4);
  AddressSet const ip6(of_ip6);
  ValueSet const protocols(of_protocols);
  std::vector<FocusedDevice> result;
  for (auto const& device : devices)
    result.push_back({&device, std::make_shared<RuleNames>(device),
                      Focus(device.rules, Family::ip4, ip4, protocols),
                      Focus(device.rules, Family::ip6, ip6, protocols)});
  return result;
}

bool only_low_ports(Part const& part) {
  return (port_values(part.sport) & client_ports(port_values(part.dport))).empty();
}

AlongPath along(std::span<FocusedDevice const> devices, std::size_t from, WantedFlow const& flow,
                Hook hook, std::vector<Stream> streams) {
  AlongPath result;
  Choice choice;
  for (std::size_t i = from; i < devices.size(); ++i) {
    bool const last = i + 1 == devices.size();
    std::vector<Stream> next;
    for (auto const& stream : streams)
      for (auto& [legs, judgement] : ask(devices[i], flow, hook, stream)) {
        for (auto const& leg : legs) result.sieve_left = result.sieve_left || leg.sieve_left;
        for (auto& part : judgement.parts) part.origin.device = i;
        if (!last)
          std::erase_if(judgement.parts,
                        [](Part const& part) { return part.verdict == Verdict::allowed; });
        append(std::move(judgement.parts), result.parts);
        if (!last) {
          auto after = streams_after(legs.front(), judgement.allowed);
          add_choice(*devices[i].device, flow.family, legs.front(), after, choice);
          std::ranges::move(after, std::back_inserter(next));
        }
        result.over_budget = result.over_budget || judgement.over_budget;
      }
    streams = std::move(next);
  }
  if (choice.some()) settle_doubled(choice, result.parts);
  return result;
}

namespace {

// With all that lies between the boxes of the stream; nullopt: that is too much. Nothing is told
// apart but what is lost: few boxes where most of a stream passes.
std::optional<bool> surely_pass_together(FocusedDevice const& last, WantedFlow const& flow,
                                         Hook hook, Stream const& stream, Budget const& budget) {
  auto const conversation = conversation_at(*last.device, flow, hook, stream, hull(stream.boxes));
  std::vector<Box> lost;
  for (auto const& leg : legs_of(last, flow, conversation, budget)) {
    if (std::ranges::find(leg.pieces, Fate::budget, &Piece::fate) != leg.pieces.end())
      return std::nullopt;
    if (!leg.certain || leg.sieve_left) return false;
    for (auto const& piece : leg.pieces)
      if (piece.fate != Fate::pass) lost.push_back(piece.asked);
  }
  bool pass = true;
  for_each_overlap(
      lost, stream.boxes,
      [&](std::uint32_t /*lost*/, std::uint32_t /*box*/, Box const& /*common*/) { pass = false; });
  return pass;
}

}  // namespace

bool surely_pass(FocusedDevice const& last, WantedFlow const& flow, Hook hook,
                 Stream const& stream) {
  // The addresses of a set may lie far apart, with most of the rules between them. What a question
  // about one of them takes:
  constexpr std::uint64_t kVisits = 200;
  constexpr std::size_t kPieces = 8;
  auto const count = stream.boxes.size();
  if (count > 1)
    if (auto const all =
            surely_pass_together(last, flow, hook, stream, {kVisits * count, kPieces * count}))
      return *all;
  return std::ranges::all_of(stream.boxes, [&](Box const& box) {
    Stream const one{{box}, stream.source, stream.source_port};
    return surely_pass_together(last, flow, hook, one, kConversationBudget).value_or(false);
  });
}

namespace {

// No client sends from them.
void leave_out_low_ports(std::vector<Part>& parts, Notes& notes) {
  auto const low =
      std::ranges::stable_partition(parts, [](Part const& part) { return !only_low_ports(part); });
  auto const lost =
      std::ranges::find_if(low, [](Part const& part) { return part.verdict != Verdict::allowed; });
  if (lost != low.end())
    add_once({std::string(code::kLowPorts), wording::kLowPortsLost, lost->rule->at}, notes);
  parts.erase(low.begin(), low.end());
}

}  // namespace

FlowResult judge_flow(std::span<FocusedDevice const> devices, WantedFlow const& flow, Hook hook,
                      Notes& notes) {
  FlowResult result;
  result.family = flow.family;
  result.protocol = flow.protocol;
  result.src = flow.src;
  result.dst = flow.dst;
  if (flow.ports) result.dport = PortSet(*flow.ports);
  if (flow.region != nullptr) result.region = flow.region->id;

  for (auto const& at : devices)
    if (auto missing = rules_missing(*at.device, flow.family)) {
      result.verdict = Verdict::undecided;
      result.doubt = Doubt::not_given;
      result.reason = *std::move(missing);
      return result;
    }
  auto path = along(devices, 0, flow, hook, {{boxes_of(flow)}});
  result.parts = std::move(path.parts);
  result.sieve_left = path.sieve_left;
  if (path.over_budget) {
    result.doubt = Doubt::budget;
    result.reason = "budget";
    note_cut_short(result.parts, notes);
  }

  if (flow.expect == Expect::allow) leave_out_low_ports(result.parts, notes);
  if (flow.family == Family::ip6) doubt_neighbours(devices, result.parts);

  auto const by_severity = [](Part const& part) { return severity(part.verdict); };
  if (!std::ranges::is_sorted(result.parts, {}, by_severity))  // parts are large
    std::ranges::stable_sort(result.parts, {}, by_severity);
  std::vector<Verdict> verdicts;
  for (auto const& part : result.parts) verdicts.push_back(part.verdict);
  result.verdict = combined(verdicts);
  if (result.verdict == Verdict::undecided && result.doubt == Doubt::none) {
    result.doubt = Doubt::rules;
    result.reason = "rules";
  }
  if (result.verdict == Verdict::blocked) {
    result.how = result.parts.front().how;
    bool const same =
        std::ranges::all_of(result.parts, [&](Part const& p) { return p.how == result.how; });
    if (!same) result.how = {};
  }
  return result;
}

std::optional<bool> may_pass(std::span<FocusedDevice const> devices, WantedFlow const& flow,
                             Hook hook, bool& sieve_left, Box* some) {
  auto const found = [&](Box const& box) {
    if (some != nullptr) *some = box;
    return true;
  };
  // A part that passes a device is followed through the next; a single one that passes all is
  // enough: looked for first, one packet deep.
  std::vector<Stream> streams{{boxes_of(flow)}};
  bool unsure = false;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    auto const& at = devices[i];
    auto const& device = *at.device;
    if (!covers(device.rules, flow.family)) return std::nullopt;
    std::vector<Stream> next;
    for (auto const& stream : streams)
      for (auto const& box : stream.boxes) {
        auto one = box;
        auto const quick = one_passes(devices.subspan(i), flow, hook, stream, one);
        if (quick == Passing::Answer::some) return found(one);
        if (quick == Passing::Answer::none) continue;
        auto const conversation = conversation_at(device, flow, hook, stream, box);
        std::vector const legs{
            request_leg(device.rules, conversation, {}, focus_of(at, flow.family))};
        sieve_left = sieve_left || legs.front().sieve_left;
        auto const judgement = judge(device, *at.names, conversation, legs);
        unsure = unsure || !judgement.undecided.empty();
        std::ranges::move(streams_after(legs.front(), judgement.allowed), std::back_inserter(next));
      }
    streams = std::move(next);
  }
  for (auto const& stream : streams)
    if (!stream.boxes.empty()) return found(stream.boxes.front());
  if (unsure) return std::nullopt;
  return false;
}

}  // namespace safeconduct
