// SPDX-License-Identifier: GPL-3.0-or-later
// The web gateway's agent: where it was sent to, whether it got there, and what it does without it.
#include <algorithm>
#include <map>
#include <utility>

#include "base/codes.h"
#include "evidence/answer_wording.h"
#include "evidence/client_story.h"
#include "evidence/note_wording.h"
#include "evidence/requirement_of.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostThreads = 4096;
constexpr std::int64_t kSameTry = 5;  // seconds between steps of different threads

struct Endpoint {
  std::optional<Address> address;
  std::uint16_t port = 0;
  std::string name;
  std::optional<LogTime> at;
};

class Gateway {
 public:
  Gateway(SwgLog const& log, Wanted const& wanted, ClientStory& story)
      : log_(log), wanted_(wanted), story_(story) {}

  void tell() {
    for (auto const& step : log_.steps) tell(step);
    for (auto& one : seen_) story_.observations.push_back(std::move(one));
    if (guessed_ != nullptr)
      story_.notes.push_back({std::string(code::kLogClock),
                              wording::kDaysGuessed,
                              {log_.file, static_cast<std::uint32_t>(guessed_->line), 0}});
  }

 private:
  using Kind = GatewayStep::Kind;

  static std::string when(GatewayStep const& step) {
    return step.time ? to_string(step.time->time) : std::string();
  }
  Evidence line_of(GatewayStep const& step) const {
    return {"log", step.text, log_.file, step.line, 0};
  }

  void tell(GatewayStep const& step) {
    if (guessed_ == nullptr && step.time && step.time->guessed) guessed_ = &step;
    switch (step.kind) {
      case Kind::resolved:
      case Kind::connecting:
        learn(step);
        break;
      case Kind::handshake_failed:
        fail(step);
        break;
      case Kind::protection:
        protection(step);
        break;
      case Kind::backed_off:
        change("DisabledDueToVPN", wording::kStandsBack, step);
        break;
    }
  }

  void learn(GatewayStep const& step) {
    if (threads_.size() >= kMostThreads) threads_.clear();
    auto& end = threads_[step.thread];
    end.address = step.address;
    if (step.time) end.at = step.time->time;
    if (step.kind == Kind::resolved) end.name = step.name;
    if (step.kind == Kind::connecting) end.port = step.port;
    last_ = end;
  }

  // Where a step of this thread is about; another thread's where that was a moment ago.
  Endpoint endpoint_of(GatewayStep const& step) const {
    if (auto const own = threads_.find(step.thread); own != threads_.end()) return own->second;
    bool const near =
        last_.at && step.time && std::abs(step.time->time.seconds - last_.at->seconds) <= kSameTry;
    return near ? last_ : Endpoint{};
  }

  void fail(GatewayStep const& step) {
    if (step.fail_open) story_.fail_open = step.fail_open;
    auto* const o = observation(step, Outcome::timeout);
    if (o != nullptr) {
      o->cause = "client-handshake-failed";
      o->detail = wording::kGatewayHandshakeFails;
    }
    Said text(wording::kHandshakeFailing);
    if (step.fail_open == true) text = {wording::kThenFailOpen, {text}};
    if (step.fail_open == false) text = {wording::kThenFailClosed, {text}};
    change("CloudServiceUnavailable", std::move(text), step);
  }

  void protection(GatewayStep const& step) {
    bool const fine = step.state == "protected";
    if (fine) {
      if (auto* const o = observation(step, Outcome::open); o != nullptr) {
        o->cause = "client-says-protected";
        o->detail = wording::kSaysProtected;
      }
    }
    change(fine ? "Protected" : "Unprotected", {wording::kAgentSays, {step.state}}, step);
  }

  // The one that the step adds to; null: no requirement is about it.
  Observation* observation(GatewayStep const& step, Outcome outcome) {
    auto const end = endpoint_of(step);
    WantedRequirement const* about = nullptr;
    if (end.address && end.port != 0)
      about = requirement_of(wanted_, {*end.address, l4::tcp, end.port});
    bool const known = about != nullptr;
    if (!known) about = gateway_requirement(wanted_, end.name, end.port);
    if (about == nullptr) return nullptr;
    auto const found = std::ranges::find_if(seen_, [&](Observation const& one) {
      return one.outcome == outcome && one.dst == end.address;
    });
    auto* o = found == seen_.end() ? nullptr : &*found;
    if (o == nullptr) {
      Observation one;
      one.requirement = about->requirement->id;
      one.outcome = outcome;
      one.reported = true;
      one.family = end.address ? end.address->family : Family::ip4;
      one.protocol = l4::tcp;
      one.dst = end.address;
      one.dport = end.port != 0 || about->requirement->ports.empty()
                      ? end.port
                      : static_cast<std::uint16_t>(about->requirement->ports.front().first);
      one.question = "handshake";
      one.name = end.name;
      auto const& probe = about->requirement->probe;
      if (one.name.empty() && probe) one.name = probe->name;
      one.first = when(step);
      seen_.push_back(std::move(one));
      o = &seen_.back();
      if (end.address && !known) outside(*end.address, step);
    }
    ++o->count;
    o->last = when(step);
    quote(o->evidence, line_of(step));
    return o;
  }

  void outside(Address const& address, GatewayStep const& step) {
    story_.notes.push_back({std::string(code::kOutsideRanges),
                            {wording::kSentOutside, {to_string(address)}},
                            {log_.file, static_cast<std::uint32_t>(step.line), 0}});
  }

  void change(std::string state, Said text, GatewayStep const& step) {
    if (state == state_ || changes_ >= kMostChanges) return;
    ++changes_;
    state_ = state;
    story_.timeline.push_back(
        {wording::kWebState, std::move(state), std::move(text), when(step), {}, {line_of(step)}});
  }

  SwgLog const& log_;
  Wanted const& wanted_;
  ClientStory& story_;
  std::map<std::string, Endpoint> threads_;
  Endpoint last_;
  std::vector<Observation> seen_;
  std::string state_;
  std::size_t changes_ = 0;
  GatewayStep const* guessed_ = nullptr;
};

}  // namespace

void tell_gateway(SwgLog const& log, Wanted const& wanted, ClientStory& story) {
  Gateway(log, wanted, story).tell();
}

}  // namespace safeconduct
