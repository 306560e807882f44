// SPDX-License-Identifier: GPL-3.0-or-later
// The DNS module's ladder: UDP 443 first, five seconds later UDP 53; IPv4 and IPv6 apart.
#include <algorithm>
#include <utility>

#include "base/codes.h"
#include "evidence/answer_wording.h"
#include "evidence/client_story.h"
#include "evidence/note_wording.h"
#include "evidence/requirement_of.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::uint16_t kFirstPort = 443;
constexpr std::uint16_t kSecondPort = 53;

// What the client asked last, in one family.
struct Asking {
  std::uint16_t port = 0;
  LogTime since;
  std::vector<Address> candidates;
  std::size_t line = 0;
  std::string text;
  bool rejected = false;
  bool told = false;  // that nothing was rejected
};

class Ladder {
 public:
  Ladder(PluginLog const& log, Family family, Wanted const& wanted, ClientStory& story)
      : log_(log), family_(family), wanted_(wanted), story_(story) {}

  void tell() {
    for (auto const& step : log_.steps)
      if (step.family == family_) tell(step);
    if (log_.last) unanswered_question(*log_.last);
    if (cut_ > 0)
      story_.notes.push_back({std::string(code::kLogCut),
                              {cut_ == 1 ? wording::kLineIsCut : wording::kLinesAreCut,
                               {std::to_string(cut_), std::string(name(family_))}},
                              {log_.file, static_cast<std::uint32_t>(first_cut_), 0}});
    for (auto& one : lost_) story_.observations.push_back(std::move(one));
  }

 private:
  void tell(ResolverStep const& step) {
    switch (step.kind) {
      case ResolverStep::Kind::checking:
        unanswered_question(step.time);
        ask(step);
        break;
      case ResolverStep::Kind::probing:
        if (!asking_) ask(step);
        if (asking_ && asking_->candidates.empty()) asking_->candidates = step.candidates;
        break;
      case ResolverStep::Kind::rejected:
        reject(step);
        break;
      case ResolverStep::Kind::other:
        break;
    }
  }

  std::uint16_t port_of(ResolverStep const& step) {
    if (step.port) return *step.port;
    if (cut_++ == 0) first_cut_ = step.line;
    if (step.kind == ResolverStep::Kind::rejected) return asking_ ? asking_->port : 0;
    bool const next = asking_ && asking_->port == kFirstPort &&
                      step.time.seconds - asking_->since.seconds <= kLadderStep + 2;
    return next ? kSecondPort : kFirstPort;
  }

  void ask(ResolverStep const& step) {
    Asking now;
    now.port = port_of(step);
    now.since = step.time;
    now.candidates = step.candidates;
    now.line = step.line;
    now.text = step.text;
    asking_ = std::move(now);
    auto resolvers =
        step.candidates.empty() ? resolvers_of(wanted_, family_, asking_->port) : step.candidates;
    story_.asked.push_back({step.time, asking_->port, std::move(resolvers)});
  }

  void reject(ResolverStep const& step) {
    auto const port = port_of(step);
    if (port == 0) return;
    bool const asked = asking_ && asking_->port == port;
    auto const since = asked ? asking_->since : step.time;
    bool const listed = asked && !asking_->candidates.empty();
    auto const candidates = listed ? asking_->candidates : resolvers_of(wanted_, family_, port);
    for (auto const& resolver : candidates) lose(resolver, port, since, step, listed);
    Evidence const line{"log", step.text, log_.file, step.line, 0};
    if (asked) asking_->rejected = true;
    if (port == kFirstPort) {
      first_rejected_ = line;
      if (state_ != "Open") change("Unknown", wording::kFirstPortRejected, step.time, {line});
    } else {
      std::vector<Evidence> lines;
      if (first_rejected_) lines.push_back(*first_rejected_);
      lines.push_back(line);
      change("Open", first_rejected_ ? wording::kBothRejected : wording::kSecondRejected, step.time,
             std::move(lines));
    }
  }

  void lose(Address const& resolver, std::uint16_t port, LogTime since, ResolverStep const& step,
            bool listed) {
    auto const* const about = requirement_of(wanted_, {resolver, l4::udp, port});
    if (about == nullptr) return;
    auto found = std::ranges::find_if(
        lost_, [&](Observation const& one) { return one.dst == resolver && one.dport == port; });
    if (found == lost_.end()) {
      Observation o;
      o.requirement = about->requirement->id;
      o.outcome = Outcome::timeout;
      o.reported = true;
      o.cause = "client-rejected";
      o.detail = wording::kNoResolverTaken;
      o.family = family_;
      o.protocol = l4::udp;
      o.dst = resolver;
      o.dport = port;
      o.question = "DNS";
      o.first = to_string(since);
      if (!listed) o.evidence.push_back({"resolvers", wording::kCandidatesOfPolicy});
      lost_.push_back(std::move(o));
      found = lost_.end() - 1;
    }
    ++found->count;
    found->last = to_string(step.time);
    quote(found->evidence, {"log", step.text, log_.file, step.line, 0});
  }

  // A question that nothing came of, though the log goes on.
  void unanswered_question(LogTime until) {
    if (!asking_ || asking_->rejected || asking_->told) return;
    if (until.seconds - asking_->since.seconds < kLadderPatience) return;
    asking_->told = true;
    auto const port = std::to_string(asking_->port);
    change("Unknown",
           {asking_->port == kFirstPort ? wording::kNoRejectionFollows : wording::kNoRejectionPlain,
            {port}},
           asking_->since, {{"log", asking_->text, log_.file, asking_->line, 0}});
  }

  void change(std::string state, Said text, LogTime at, std::vector<Evidence> lines) {
    if (state == state_ && (state == "Open" || text == text_)) return;
    if (changes_ >= kMostChanges) return;
    ++changes_;
    state_ = state;
    text_ = text;
    story_.timeline.push_back({{wording::kDnsOver, {std::string(name(family_))}},
                               std::move(state),
                               std::move(text),
                               to_string(at),
                               {},
                               std::move(lines)});
  }

  PluginLog const& log_;
  Family family_;
  Wanted const& wanted_;
  ClientStory& story_;
  std::optional<Asking> asking_;
  std::optional<Evidence> first_rejected_;
  std::vector<Observation> lost_;
  std::string state_;
  Said text_;
  std::size_t changes_ = 0;
  std::size_t cut_ = 0;
  std::size_t first_cut_ = 0;
};

}  // namespace

void tell_resolvers(PluginLog const& log, Wanted const& wanted, ClientStory& story) {
  for (auto const family : {Family::ip4, Family::ip6}) Ladder(log, family, wanted, story).tell();
}

}  // namespace safeconduct
