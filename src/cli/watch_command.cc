// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <ostream>
#include <random>
#include <utility>

#include "cli/commands.h"
#include "cli/probe_session.h"
#include "monitor/metrics.h"
#include "monitor/schedule.h"

namespace safeconduct {
namespace {

using Clock = std::chrono::steady_clock;

double unix_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// One after the other, and what they came to.
class Watch {
 public:
  Watch(WatchOptions const& options, World const& world, MetricsServer* server)
      : options_(options), world_(world), server_(server) {
    account_.version = SC_VERSION;
  }

  // False: interrupted.
  Result<bool> run_once() {
    World now = world_;  // ranges have dates: the day is that of the run
    if (world_.day) now.today = world_.day();
    account_.started = unix_seconds();
    auto const start = Clock::now();
    SC_TRY(session, ProbeSession::prepare(options_.probe, now));
    SC_TRY(result, session.run({}));
    if (result.interrupted) return false;
    account_.duration = std::chrono::duration<double>(Clock::now() - start).count();
    ++account_.runs;
    auto state = state_of(result);
    if (state_ != state) {
      account_.changed = account_.started;
      tell_change(result);
    }
    state_ = std::move(state);
    result_ = std::move(result);
    SC_CHECK(publish());
    return true;
  }

  // A file that cannot be read today may be there again tomorrow: what was seen before stays, with
  // its time.
  Result<void> note_failure(Error const& error) {
    ++account_.failed;
    *world_.err << "safeconduct: " << to_message(error) << std::flush;
    return publish();
  }

  void missed(std::size_t runs) { account_.missed = runs; }

  Result<void> publish() {
    auto metrics = metrics_of(result_ ? &*result_ : nullptr, account_);
    if (!options_.textfile.empty())
      SC_CHECK(world_.replace(options_.textfile, exposition_text(metrics)));
    if (server_ != nullptr) server_->publish(std::move(metrics));
    return {};
  }

 private:
  void tell_change(ObservedResult const& result) {
    if (options_.probe.check.common.quiet) return;
    *world_.out << result.site << ": " << name(result.verdict) << "; DNS " << result.status.dns_text
                << ", web " << result.status.web_text << '\n'
                << std::flush;
  }

  WatchOptions const& options_;
  World const& world_;
  MetricsServer* server_;
  RunAccount account_;
  std::optional<ObservedResult> result_;
  std::string state_;
};

}  // namespace

Result<int> watch_command(WatchOptions const& options, World const& world) {
  std::unique_ptr<MetricsServer> server;
  if (!options.listen.empty() && !options.once) {
    SC_TRY(started, world.serve(options.listen));
    server = std::move(started);
  }
  Watch watch(options, world, server.get());
  auto const until = world.interruption();
  Schedule schedule(std::chrono::seconds(options.every),
                    options.seed.value_or(std::random_device{}()), Clock::now());
  SC_CHECK(watch.publish());
  // What is wrong with the command line or its files is said at once.
  SC_TRY(ran, watch.run_once());
  if (!ran || options.once) return ran ? kHolds : kInterrupted;
  while (true) {
    auto const next = schedule.next(Clock::now());
    watch.missed(schedule.missed());
    if (until(next)) return kHolds;
    auto const again = watch.run_once();
    if (!again) SC_CHECK(watch.note_failure(again.error()));
    if (again && !*again) return kHolds;
  }
}

}  // namespace safeconduct
