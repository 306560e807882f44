// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/run.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "packet/field.h"
#include "packet/observation_words.h"
#include "probe/answer_wording.h"
#include "probe/asker.h"
#include "probe/awaiting.h"
#include "probe/classify.h"
#include "probe/names.h"
#include "probe/pacing.h"
#include "probe/quic.h"
#include "probe/sockets.h"
#include "probe/ways.h"

namespace safeconduct {
namespace {

using Clock = SteadyClock;
using std::chrono::milliseconds;

// What failed is asked again at a pace that no limit of ICMP errors hides: Linux sends one a second
// to each host.
constexpr milliseconds kAgainPause{1100};
constexpr milliseconds kPoll{20};

// One address that is asked, of a task of the plan.
struct Job {
  ProbeTask task;
  std::size_t order = 0;  // of the plan's task
  std::vector<Evidence> resolution;
  std::optional<Observation> observation;
  bool way_known = false;  // as far as an answer needs it
  bool told = false;
};

class Run {
 public:
  Run(ProbePlan const& plan, ProbeSettings const& settings)
      : plan_(plan),
        settings_(settings),
        room_(socket_room()),
        asker_(io_, plan, settings),
        names_(asker_, plan),
        ways_(io_, plan, settings),
        pacing_(plan.rate, plan.target_rate) {}

  ProbeRun run() {
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code const& error, int) {
      if (error) return;
      interrupted_ = true;
      io_.stop();
    });
    asio::co_spawn(io_, everything(), [&](std::exception_ptr const& failure) {
      signals.cancel();
      if (failure) std::rethrow_exception(failure);
    });
    io_.run();
    return collected();
  }

 private:
  // ---- pacing

  asio::awaitable<void> take_turn(Address const& target) {
    co_await pause_until(pacing_.of_target(Clock::now(), target));
    co_await pause_until(pacing_.of_all(Clock::now()));
  }

  // ---- phases

  asio::awaitable<void> everything() {
    co_await find_jobs();
    start_ = Clock::now();
    co_await wide_pass();
    co_await ask_again();
    co_await look_at_paths();
    std::vector<Observation> all;
    for (auto& job : jobs_) all.push_back(*job.observation);
    judge_silence(all);
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      jobs_[i].observation = all[i];
      tell(jobs_[i]);
    }
  }

  asio::awaitable<void> find_jobs() {
    co_await names_.choose();
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      if (plan_.tasks[i].dst) {
        add_job({plan_.tasks[i], {}, {}}, i);
        continue;
      }
      auto const found = co_await names_.resolve(plan_.tasks[i]);
      for (auto const& one : found) add_job(one, i);
    }
  }

  void add_job(ResolvedTask resolved, std::size_t order) {
    auto& job = jobs_.emplace_back();
    job.task = std::move(resolved.task);
    job.order = order;
    job.resolution = std::move(resolved.evidence);
    job.observation = std::move(resolved.observation);
  }

  void tell(Job& job) {
    if (std::exchange(job.told, true)) return;
    if (settings_.seen) settings_.seen(*job.observation);
  }

  bool is_final(Job const& job) const {
    auto const& o = *job.observation;
    return !plan_.path && !job.task.quic && !may_pass(o) && !path_matters(o) && !wants_way(job);
  }

  asio::awaitable<void> one_job(Job& job) {
    if (job.task.delay.count() > 0) co_await pause_until(start_ + job.task.delay);
    co_await take_turn(*job.task.dst);
    while (busy_ >= room_) co_await pause_until(Clock::now() + kPoll);
    ++busy_;
    auto observation = co_await asker_.observe(job.task);
    --busy_;
    store(job, std::move(observation));
    if (wants_way(job)) co_await compare_way(job);
    ++done_;
    if (settings_.progress) settings_.progress(done_, jobs_.size());
    if (is_final(job)) tell(job);
  }

  static void store(Job& job, Observation observation) {
    observation.evidence.insert(observation.evidence.begin(), job.resolution.begin(),
                                job.resolution.end());
    job.observation = std::move(observation);
  }

  asio::awaitable<void> wide_pass() {
    auto const executor = co_await asio::this_coro::executor;
    std::size_t left = 0;
    asio::steady_timer all_done(executor, Clock::time_point::max());
    for (auto& job : jobs_) {
      if (job.observation) {
        ++done_;
        continue;
      }
      ++left;
      asio::co_spawn(executor, one_job(job), [&left, &all_done](std::exception_ptr const& failure) {
        if (failure) std::rethrow_exception(failure);
        if (--left == 0) all_done.cancel();
      });
    }
    while (left > 0) co_await all_done.async_wait(kNoThrow);
  }

  // What failed in the same way: one of it stands for all.
  static auto kind_of(Job const& job) {
    auto const& o = *job.observation;
    return std::tuple(o.family, o.protocol, o.dport, o.outcome, o.cause, o.offender);
  }

  // One of each kind is asked again, alone; where it fares better, all of its kind are.
  asio::awaitable<void> ask_again() {
    std::map<decltype(kind_of(jobs_.front())), bool> better;
    auto next = Clock::now() + kAgainPause;  // what was spent before has come back by then
    for (auto& job : jobs_) {
      auto& before = *job.observation;
      if (before.count == 0 || !may_pass(before)) continue;
      auto const kind = kind_of(job);
      auto const known = better.find(kind);
      if (known != better.end() && !known->second) {
        before.evidence.push_back({"asked-again", before.outcome == Outcome::timeout
                                                      ? wording::kAnotherSilent
                                                      : wording::kAnotherTheSame});
        continue;
      }
      co_await pause_until(next);
      next = Clock::now() + kAgainPause;
      auto again = co_await asker_.observe(job.task);
      again.count += before.count;
      again.first = before.first;
      bool const other = again.outcome != before.outcome || again.cause != before.cause;
      again.evidence.push_back({"asked-again", again_text(before, other)});
      store(job, std::move(again));
      better[kind] = better[kind] || other;
      if (wants_way(job)) co_await compare_way(job);
    }
  }

  static Said again_text(Observation const& before, bool other) {
    if (before.outcome == Outcome::timeout)
      return other ? wording::kRateLimited : wording::kSilentAlone;
    if (!other) return wording::kTheSameAlone;
    return {wording::kAtFirst, {words_of(before.outcome), before.cause}};
  }

  // ---- the ways

  static bool wants_way(Job const& job) {
    return job.observation->outcome == Outcome::open && !job.way_known;
  }

  // An answer is compared with the way of other packets to the same address. One at a time.
  asio::awaitable<void> compare_way(Job& job) {
    if (!ways_.has_room(*job.task.dst)) co_return;  // look_at_paths says so
    while (comparing_) co_await pause_until(Clock::now() + kPoll);
    comparing_ = true;
    auto const control = co_await ways_.control(job.task);
    Hop there;
    auto const reach = known_hops(control, job.task.dst);
    for (int i = 0; i < 2 && reach > 0 && there.what == Hop::What::silent; ++i)
      there = co_await ways_.at(job.task, reach);
    comparing_ = false;
    job.way_known = judge_reach(*job.observation, control, there);
  }

  // Packets to the same target by another probe that was answered; else traceroute's are sent.
  asio::awaitable<std::vector<Hop>> control_of(Job const& job) {
    auto control = co_await ways_.control(job.task);
    if (end_of_path(control)) co_return control;
    for (auto const& other : jobs_) {
      bool const port =
          other.task.protocol == job.task.protocol && other.task.port == job.task.port;
      if (other.task.dst != job.task.dst || port) continue;
      if (other.observation->outcome != Outcome::open) continue;
      auto way = co_await ways_.of(other.task);
      bool const further = known_hops(way, job.task.dst) > known_hops(control, job.task.dst);
      if (further) co_return way;
      break;
    }
    co_return control;
  }

  asio::awaitable<void> look_at_quic(Job& job) {
    auto const dns = co_await ways_.of(job.task);
    auto quic = co_await ways_.quic(job.task);
    auto& o = *job.observation;
    // Routers may hold an answer back: what seems lost is sent again.
    constexpr int kLooks = 2;  // at one hop
    constexpr int kMost = 16;  // at all of them
    int left = kLooks;
    for (int i = 0; i < kMost && left > 0 && !quic.empty() && lost_on_the_way(o, dns, quic); ++i) {
      co_await pause_until(Clock::now() + kAgainPause);
      auto const next = known_hops(quic, o.dst) + 1;
      auto const again = co_await ways_.quic_at(job.task, next);
      if (again.what == Hop::What::silent || again.what == Hop::What::failed) {
        --left;
        continue;
      }
      std::erase_if(quic, [next](Hop const& hop) { return hop.ttl >= next; });
      quic.push_back(again);
      left = kLooks;  // that one was chance
    }
    judge_quic(o, dns, quic);
  }

  asio::awaitable<void> look_at_paths() {
    for (auto& job : jobs_) {
      auto& o = *job.observation;
      bool const sent = o.count > 0 && o.outcome != Outcome::local_error;
      if (sent && job.task.quic) co_await look_at_quic(job);
      if (!sent || !(plan_.path || path_matters(o) || wants_way(job))) continue;
      auto own = co_await ways_.of(job.task);
      if (own.empty() && ways_.full()) {
        judge_without_path(o, wording::kTooManyWays);
        tell(job);
        continue;
      }
      bool const near = o.outcome == Outcome::reset && o.cause == "reset" && end_of_path(own) == 1U;
      bool itself = false;
      if (near) itself = co_await asker_.resets_itself(job.task);
      if (itself) {
        judge_own_reset(o);
      } else {
        auto const control = co_await control_of(job);
        judge_path(o, std::move(own), control);
      }
      if (o.outcome != Outcome::timeout) tell(job);
    }
  }

  // ---- the end

  ProbeRun collected() {
    ProbeRun run;
    run.interrupted = interrupted_;
    std::vector<bool> begun(plan_.tasks.size());
    for (auto& job : jobs_) {
      begun[job.order] = true;
      if (!job.observation)
        job.observation =
            unsent(job.task, Outcome::cancelled, "interrupted", wording::kInterruptedMidway);
      if (!job.observation->dst) job.observation->dst = job.task.dst;
    }
    for (std::size_t i = 0; i < begun.size(); ++i)
      if (!begun[i])
        add_job({plan_.tasks[i],
                 {},
                 unsent(plan_.tasks[i], Outcome::cancelled, "interrupted",
                        wording::kInterruptedUnbegun)},
                i);
    std::stable_sort(jobs_.begin(), jobs_.end(),
                     [](Job const& a, Job const& b) { return a.order < b.order; });
    for (auto& job : jobs_) {
      if (interrupted_ && wants_way(job))
        judge_without_path(*job.observation, wording::kInterruptedBefore);
      tell(job);
      run.observations.push_back(std::move(*job.observation));
    }
    return run;
  }

  ProbePlan const& plan_;
  ProbeSettings const& settings_;
  std::size_t room_;
  asio::io_context io_{1};
  Asker asker_;
  Names names_;
  Ways ways_;
  bool interrupted_ = false;
  bool comparing_ = false;
  Clock::time_point start_;
  Pacing pacing_;
  std::size_t busy_ = 0;
  std::size_t done_ = 0;
  std::deque<Job> jobs_;  // never moved while coroutines point to them
};

}  // namespace

ProbeRun run_probes(ProbePlan const& plan, ProbeSettings const& settings) {
  return Run(plan, settings).run();
}

}  // namespace safeconduct
