// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/run.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "packet/field.h"
#include "probe/classify.h"
#include "probe/exchanges.h"
#include "probe/path.h"
#include "probe/sockets.h"

// g++-12 with sanitizers takes Asio's coroutine frames, which bring operators of their own, for a
// mismatch of new and delete.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace safeconduct {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

// Linux sends an ICMP error a second to each host, after a burst of six, and others do alike: what
// stays silent is asked again at a pace that no such limit hides.
constexpr milliseconds kConfirmPause{1100};
constexpr milliseconds kPathPatience{1000};
constexpr std::size_t kFastPaths = 3;        // within such a burst
constexpr std::size_t kMostPaths = 40;       // ways that are looked at
constexpr std::uint16_t kTracePort = 33434;  // where traceroute begins; nothing listens there
constexpr std::size_t kMostAddresses = 16;   // of one name
constexpr unsigned kNoSuchName = 3;          // RCODE NXDOMAIN, RFC 1035

std::size_t slot(Family family) { return family == Family::ip4 ? 0 : 1; }

// A handler's result as something to wait for.
template <class Value>
struct Gate {
  explicit Gate(asio::any_io_executor const& executor)
      : timer(executor, Clock::time_point::max()) {}
  void open(Value result) {
    value = std::move(result);
    timer.cancel();
  }
  asio::steady_timer timer;
  std::optional<Value> value;
};

template <class Value, class Start>
asio::awaitable<Value> result_of(Start start) {
  auto const gate = std::make_shared<Gate<Value>>(co_await asio::this_coro::executor);
  start([gate](Value value) { gate->open(std::move(value)); });
  while (!gate->value) co_await gate->timer.async_wait(kNoThrow);
  co_return std::move(*gate->value);
}

// One address that is asked, of a task of the plan.
struct Job {
  ProbeTask task;
  std::size_t order = 0;  // of the plan's task
  std::vector<Evidence> resolution;
  std::optional<Observation> observation;
  bool told = false;
};

class Run {
 public:
  Run(ProbePlan const& plan, ProbeSettings const& settings)
      : plan_(plan), settings_(settings), room_(socket_room()) {}

  ProbeRun run() {
    asio::io_context io(1);
    io_ = &io;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code const& error, int) {
      if (error) return;
      interrupted_ = true;
      io.stop();
    });
    asio::co_spawn(io, everything(), [&](std::exception_ptr const& failure) {
      signals.cancel();
      if (failure) std::rethrow_exception(failure);
    });
    io.run();
    return collected();
  }

 private:
  // ---- pacing

  asio::awaitable<void> pause_until(Clock::time_point time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(kNoThrow);
  }
  asio::awaitable<void> take_turn() {
    auto const turn = std::max(Clock::now(), next_turn_);
    next_turn_ = turn + std::chrono::microseconds(1'000'000 / plan_.rate);
    co_await pause_until(turn);
  }

  // ---- exchanges

  asio::awaitable<Heard> udp(WireTarget target, DnsQuestion question,
                             std::vector<milliseconds> sends) {
    co_return co_await result_of<Heard>([&](HeardHandler done) {
      exchange_udp(*io_, target,
                   {std::move(question), plan_.schedule.extended_dns, std::move(sends),
                    plan_.schedule.patience},
                   settings_.wire, std::move(done));
    });
  }

  asio::awaitable<Heard> stream(WireTarget target, StreamAsk ask) {
    ask.connect = plan_.schedule.connect;
    ask.patience = plan_.schedule.patience;
    ask.resets = plan_.schedule.resets;
    ask.reset_pause = plan_.schedule.reset_pause;
    ask.trust = settings_.trust;
    co_return co_await result_of<Heard>([&](HeardHandler done) {
      exchange_stream(*io_, target, std::move(ask), settings_.wire, std::move(done));
    });
  }

  static DnsQuestion txt(std::string const& name) {
    return {name, static_cast<std::uint16_t>(DnsType::txt)};
  }

  asio::awaitable<Heard> question(ProbeTask task, std::string name) {
    WireTarget const target{*task.dst, task.port};
    if (task.protocol == l4::udp) co_return co_await udp(target, txt(name), plan_.schedule.sends);
    StreamAsk ask;
    ask.speak = StreamAsk::Speak::dns;
    ask.question = txt(name);
    co_return co_await stream(target, ask);
  }

  asio::awaitable<Heard> conversation(ProbeTask task) {
    WireTarget const target{*task.dst, task.port};
    StreamAsk ask;
    ask.name = task.name;
    ask.path = task.http_path;
    switch (task.kind) {
      case ProbeKind::dns_txt:
      case ProbeKind::dnscrypt_cert:
        co_return co_await question(task, task.name);
      case ProbeKind::tls:
      case ProbeKind::resolve_then_tls:
        ask.speak = StreamAsk::Speak::tls;
        break;
      case ProbeKind::http_get:
        ask.speak = StreamAsk::Speak::http;
        break;
      case ProbeKind::tcp:
      case ProbeKind::resolve_then_tcp:
      case ProbeKind::ike_sa_init:
        break;
    }
    co_return co_await stream(target, ask);
  }

  static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  asio::awaitable<Observation> observe(ProbeTask task) {
    auto const heard = co_await conversation(task);
    bool const ask_certificate =
        task.kind == ProbeKind::dns_txt && task.dns.public_key && heard.end == Heard::End::answered;
    if (!ask_certificate) co_return classify(task, heard, nullptr, now());
    auto const certificate = co_await question(task, task.dns.provider);
    co_return classify(task, heard, &certificate, now());
  }

  // ---- names

  static DnsQuestion address_question(std::string const& name, Family family) {
    auto const type = family == Family::ip4 ? DnsType::a : DnsType::aaaa;
    return {name, static_cast<std::uint16_t>(type)};
  }

  asio::awaitable<Heard> resolve(Address resolver, DnsQuestion question) {
    WireTarget const target{resolver, 53};
    auto heard = co_await udp(target, question, plan_.schedule.sends);
    if (heard.end != Heard::End::answered) co_return heard;
    auto const message = decode_message(heard.answer);
    if (!message || !message->truncated) co_return heard;
    StreamAsk ask;
    ask.speak = StreamAsk::Speak::dns;
    ask.question = std::move(question);
    co_return co_await stream(target, ask);
  }

  // The first resolver that answers at all answers for all names.
  asio::awaitable<void> choose_resolver() {
    std::optional<DnsQuestion> first;
    for (auto const& task : plan_.tasks)
      if (!task.resolve.empty() && !task.dst && !first)
        first = address_question(task.resolve, task.family);
    if (!first) co_return;
    for (auto const& resolver : plan_.resolvers) {
      auto const heard = co_await resolve(resolver, *first);
      if (heard.end != Heard::End::answered) continue;
      auto const message = decode_message(heard.answer);
      if (!message || (message->code != 0 && message->code != kNoSuchName)) continue;
      resolver_ = resolver;
      co_return;
    }
  }

  Observation unresolved(ProbeTask const& task, Outcome outcome, std::string cause,
                         std::string detail) const {
    Observation o;
    o.requirement = task.requirement;
    o.outcome = outcome;
    o.cause = std::move(cause);
    o.detail = std::move(detail);
    o.family = task.family;
    o.protocol = task.protocol;
    o.dport = task.port;
    o.question = question_text(task);
    o.name = task.resolve;
    return o;
  }

  void add_job(ProbeTask task, std::size_t order, std::vector<Evidence> resolution,
               std::optional<Observation> observation) {
    auto& job = jobs_.emplace_back();
    job.task = std::move(task);
    job.order = order;
    job.resolution = std::move(resolution);
    job.observation = std::move(observation);
  }

  asio::awaitable<void> resolve_task(std::size_t order) {
    auto task = plan_.tasks[order];
    if (!resolver_) {
      add_job(task, order, {},
              unresolved(task, Outcome::name_error, "no-resolver-answers",
                         "the name could not be asked: no resolver answers"));
      co_return;
    }
    auto const question = address_question(task.resolve, task.family);
    auto& heard = resolved_[{task.resolve, task.family}];
    if (!heard) heard = co_await resolve(*resolver_, question);
    if (heard->end != Heard::End::answered) {
      add_job(task, order, {},
              unresolved(task, Outcome::name_error, "no-answer",
                         to_string(*resolver_) + " did not answer for " + task.resolve));
      co_return;
    }
    auto const message = decode_message(heard->answer);
    if (message) expand(task, order, *message);
  }

  void expand(ProbeTask const& task, std::size_t order, DnsMessage const& message) {
    auto const said = addresses_in(message);
    if (said.addresses.empty()) return add_without_address(task, order, message);
    std::string chain = task.resolve;
    for (auto const& name : said.chain) chain += " > " + name;
    for (std::size_t i = 0; i < std::min(said.addresses.size(), kMostAddresses); ++i) {
      auto const& address = said.addresses[i];
      std::vector<Evidence> evidence{
          {"resolved", chain + " > " + to_string(address) + ", asked of " + to_string(*resolver_)}};
      if (said.addresses.size() > kMostAddresses)
        evidence.push_back({"addresses", "only " + std::to_string(kMostAddresses) + " of its " +
                                             std::to_string(said.addresses.size()) +
                                             " addresses are probed"});
      bool const known = plan_.known[slot(address.family)].contains(address.bits);
      evidence.push_back({"ranges", known ? "the address is within the known ranges"
                                          : "the address is not among the known ranges"});
      auto one = task;
      one.dst = address;
      add_job(one, order, std::move(evidence), refused(one, address, known));
    }
  }

  // A name that has addresses of the other family alone is no failure.
  void add_without_address(ProbeTask const& task, std::size_t order, DnsMessage const& message) {
    bool const gone = message.code != 0;
    auto o = unresolved(task, gone ? Outcome::name_error : Outcome::not_tested,
                        message.code == kNoSuchName ? "no-such-name"
                        : gone                      ? "resolver-error"
                                                    : "no-address-of-the-family",
                        gone ? "the resolver answers with code " + std::to_string(message.code)
                             : task.resolve + " has no address of this family");
    o.evidence.push_back({"resolved", "asked of " + to_string(*resolver_)});
    add_job(task, order, {}, std::move(o));
  }

  // An address that a name of the internet does not have is not connected to.
  std::optional<Observation> refused(ProbeTask const& task, Address const& address,
                                     bool known) const {
    if (known || is_public(address) || plan_.allowed[slot(address.family)].contains(address.bits))
      return std::nullopt;
    auto o = unresolved(task, Outcome::intercepted, "dns-bogus-address",
                        "the name leads to " + to_string(address) +
                            ", which no service on the internet has; not connected to (see "
                            "--allow-target)");
    o.dst = address;
    return o;
  }

  // ---- phases

  asio::awaitable<void> everything() {
    co_await choose_resolver();
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      if (plan_.tasks[i].dst) {
        add_job(plan_.tasks[i], i, {}, std::nullopt);
      } else {
        co_await resolve_task(i);
      }
    }
    start_ = Clock::now();
    co_await wide_pass();
    co_await confirm_silence();
    co_await look_at_paths();
    std::vector<Observation> all;
    for (auto& job : jobs_) all.push_back(*job.observation);
    judge_silence(all);
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      jobs_[i].observation = all[i];
      tell(jobs_[i]);
    }
  }

  void tell(Job& job) {
    if (std::exchange(job.told, true)) return;
    if (settings_.seen) settings_.seen(*job.observation);
  }

  bool is_final(Observation const& o) const {
    return !plan_.path && o.outcome != Outcome::timeout && !path_matters(o);
  }

  asio::awaitable<void> one_job(Job& job) {
    if (job.task.delay.count() > 0) co_await pause_until(start_ + job.task.delay);
    co_await take_turn();
    while (busy_ >= room_) co_await pause_until(Clock::now() + milliseconds(20));
    ++busy_;
    auto observation = co_await observe(job.task);
    --busy_;
    store(job, std::move(observation));
    ++done_;
    if (settings_.progress) settings_.progress(done_, jobs_.size());
    if (is_final(*job.observation)) tell(job);
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

  static auto group_of(Job const& job) {
    return std::tuple(job.task.family, job.task.protocol, job.task.port);
  }

  // One of each kind is asked again, alone; where that was not silent, all of its kind are.
  asio::awaitable<void> confirm_silence() {
    std::map<std::tuple<Family, std::uint32_t, std::uint16_t>, bool> limited;
    auto next = Clock::now() + kConfirmPause;  // what was spent before has come back by then
    for (auto& job : jobs_) {
      if (job.observation->outcome != Outcome::timeout) continue;
      auto const known = limited.find(group_of(job));
      if (known != limited.end() && !known->second) {
        job.observation->evidence.push_back(
            {"asked-again", "not itself: another of its kind stayed silent when asked alone"});
        continue;
      }
      co_await pause_until(next);
      next = Clock::now() + kConfirmPause;
      auto again = co_await observe(job.task);
      again.count += job.observation->count;
      again.first = job.observation->first;
      bool const spoke = again.outcome != Outcome::timeout;
      if (spoke)
        again.evidence.push_back({"asked-again",
                                  "silent among others, answered when asked alone: the answers of "
                                  "some device are limited in their rate"});
      else
        again.evidence.push_back({"asked-again", "silent when asked alone, too"});
      store(job, std::move(again));
      auto& any = limited[group_of(job)];
      any = any || spoke;
    }
  }

  asio::awaitable<std::vector<Hop>> path_of(Address target, std::uint32_t protocol,
                                            std::uint16_t port, std::string name) {
    auto const key = std::tuple(target, protocol, port);
    auto const known = paths_.find(key);
    if (known != paths_.end()) co_return known->second;
    if (paths_.size() >= kMostPaths) co_return std::vector<Hop>{};
    if (paths_.size() >= kFastPaths) co_await pause_until(next_path_);
    next_path_ = Clock::now() + kConfirmPause;
    PathAsk ask;
    ask.target = {target, port};
    ask.protocol = protocol;
    ask.question = txt(name.empty() ? "." : name);
    ask.options = settings_.wire;
    ask.patience = std::min(kPathPatience, plan_.schedule.patience);
    auto found = co_await result_of<std::vector<Hop>>(
        [&](std::function<void(std::vector<Hop>)> done) { find_path(*io_, ask, std::move(done)); });
    paths_[key] = found;
    co_return found;
  }

  // Packets to the same target by another probe that was answered; else traceroute's are sent.
  Job const* control_of(Job const& job) const {
    for (auto const& other : jobs_) {
      if (other.task.dst != job.task.dst || group_of(other) == group_of(job)) continue;
      if (other.observation->outcome == Outcome::open && other.observation->verified) return &other;
    }
    return nullptr;
  }

  asio::awaitable<void> look_at_paths() {
    for (auto& job : jobs_) {
      auto& o = *job.observation;
      bool const sent = o.count > 0 && o.outcome != Outcome::local_error;
      if (!sent || !(plan_.path || path_matters(o))) continue;
      auto const question =
          job.task.kind == ProbeKind::dns_txt ? job.task.name : "debug.opendns.com";
      auto own = co_await path_of(*job.task.dst, job.task.protocol, job.task.port, question);
      if (own.empty() && paths_.size() >= kMostPaths) {
        o.evidence.push_back({"path", "not looked at: there are too many ways for one run"});
        if (o.outcome == Outcome::open) o.outcome = Outcome::unproven;
        tell(job);
        continue;
      }
      std::vector<Hop> control;
      if (auto const* other = control_of(job)) {
        control =
            co_await path_of(*other->task.dst, other->task.protocol, other->task.port,
                             other->task.kind == ProbeKind::dns_txt ? other->task.name : question);
      } else {
        control = co_await path_of(*job.task.dst, l4::udp, kTracePort, question);
      }
      judge_path(o, std::move(own), control);
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
        job.observation = unresolved(job.task, Outcome::cancelled, "interrupted",
                                     "interrupted before it came to an end");
      if (!job.observation->dst) job.observation->dst = job.task.dst;
    }
    for (std::size_t i = 0; i < begun.size(); ++i)
      if (!begun[i])
        add_job(plan_.tasks[i], i, {},
                unresolved(plan_.tasks[i], Outcome::cancelled, "interrupted",
                           "interrupted before it began"));
    std::stable_sort(jobs_.begin(), jobs_.end(),
                     [](Job const& a, Job const& b) { return a.order < b.order; });
    for (auto& job : jobs_) {
      tell(job);
      run.observations.push_back(std::move(*job.observation));
    }
    return run;
  }

  ProbePlan const& plan_;
  ProbeSettings const& settings_;
  std::size_t room_;
  asio::io_context* io_ = nullptr;
  bool interrupted_ = false;
  Clock::time_point start_;
  Clock::time_point next_turn_;
  Clock::time_point next_path_;
  std::size_t busy_ = 0;
  std::size_t done_ = 0;
  std::optional<Address> resolver_;
  std::map<std::pair<std::string, Family>, std::optional<Heard>> resolved_;
  std::deque<Job> jobs_;  // never moved: coroutines point to them
  std::map<std::tuple<Address, std::uint32_t, std::uint16_t>, std::vector<Hop>> paths_;
};

}  // namespace

ProbeRun run_probes(ProbePlan const& plan, ProbeSettings const& settings) {
  return Run(plan, settings).run();
}

}  // namespace safeconduct
