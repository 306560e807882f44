// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/names.h"

#include <algorithm>

#include "packet/answer_wording.h"
#include "packet/field.h"
#include "probe/answer_wording.h"
#include "wire/public_address.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostAddresses = 16;  // of one name
constexpr std::uint8_t kServerFailure = 2;  // RCODE, RFC 1035
constexpr std::uint8_t kNoSuchName = 3;
constexpr std::chrono::milliseconds kFailurePause{500};

DnsQuestion address_question(std::string const& name, Family family) {
  auto const type = family == Family::ip4 ? DnsType::a : DnsType::aaaa;
  return {name, static_cast<std::uint16_t>(type)};
}

std::optional<std::uint8_t> code_of(Heard const& heard) {
  if (heard.end != Heard::End::answered) return std::nullopt;
  auto const message = decode_message(heard.answer);
  if (!message) return std::nullopt;
  return message->code;
}

// "208.67.222.222", "208.67.222.222 port 443"
std::string text_of(WireTarget const& resolver) {
  return to_string(resolver.address) +
         (resolver.port == 53 ? "" : " port " + std::to_string(resolver.port));
}

bool contains(std::array<AddressSet, 2> const& sets, Address const& address) {
  return sets[slot(address.family)].contains(address.bits);
}

// An address that a name of the internet does not have is not connected to.
std::optional<Observation> refused(ProbePlan const& plan, ProbeTask const& task,
                                   Address const& address, bool known) {
  if (known || is_public(address) || contains(plan.allowed, address)) return std::nullopt;
  auto o = unsent(task, Outcome::intercepted, "dns-bogus-address",
                  {wording::kNotConnectedTo, {to_string(address)}});
  o.dst = address;
  return o;
}

// A name that has addresses of the other family alone is no failure.
ResolvedTask without_address(ProbeTask const& task, DnsMessage const& message,
                             std::string const& asked) {
  bool const gone = message.code != 0;
  auto o = unsent(task, gone ? Outcome::name_error : Outcome::not_tested,
                  message.code == kNoSuchName ? "no-such-name"
                  : gone                      ? "resolver-error"
                                              : "no-address-of-the-family",
                  gone ? Said(wording::kResolverCode, {std::to_string(message.code)})
                       : Said(wording::kNoAddressOfFamily, {task.resolve}));
  o.evidence.push_back({"resolved", {wording::kAskedOf, {asked}}});
  return {task, {}, std::move(o)};
}

}  // namespace

Observation unsent(ProbeTask const& task, Outcome outcome, std::string cause, Said detail) {
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

std::vector<ResolvedTask> resolved_tasks(ProbePlan const& plan, ProbeTask const& task,
                                         DnsMessage const& message, std::string const& asked) {
  auto const said = addresses_in(message);
  if (said.addresses.empty()) return {without_address(task, message, asked)};
  std::string chain = task.resolve;
  for (auto const& name : said.chain) chain += " > " + name;
  std::vector<ResolvedTask> tasks;
  for (std::size_t i = 0; i < std::min(said.addresses.size(), kMostAddresses); ++i) {
    auto const& address = said.addresses[i];
    ResolvedTask one{task, {}, {}};
    one.task.dst = address;
    one.evidence.push_back(
        {"resolved", {wording::kChainAskedOf, {chain, to_string(address), asked}}});
    if (said.addresses.size() > kMostAddresses)
      one.evidence.push_back(
          {"addresses",
           {wording::kFirstAddresses,
            {std::to_string(kMostAddresses), std::to_string(said.addresses.size())}}});
    auto const inner = behind_nat64(address);
    if (inner) one.evidence.push_back({"nat64", {wording::kMadeByDns64, {to_string(*inner)}}});
    bool const known = contains(plan.known, address) || (inner && contains(plan.known, *inner));
    one.evidence.push_back({"ranges", known ? wording::kWithinRanges : wording::kOutsideRanges});
    one.observation = refused(plan, one.task, address, known);
    tasks.push_back(std::move(one));
  }
  return tasks;
}

// A resolver that failed once is asked once more.
asio::awaitable<Heard> Names::ask(WireTarget resolver, DnsQuestion question) {
  auto heard = co_await asker_.dns(resolver, l4::udp, question);
  if (code_of(heard) != kServerFailure) co_return heard;
  co_await pause_until(SteadyClock::now() + kFailurePause);
  auto again = co_await asker_.dns(resolver, l4::udp, std::move(question));
  co_return again;
}

asio::awaitable<void> Names::choose() {
  std::optional<DnsQuestion> first;
  for (auto const& task : plan_.tasks)
    if (!task.resolve.empty() && !task.dst && !first)
      first = address_question(task.resolve, task.family);
  if (!first) co_return;
  for (auto const& address : plan_.resolvers)
    for (auto const port : plan_.resolver_ports) {
      WireTarget const resolver{address, port};
      auto const heard = co_await ask(resolver, *first);
      auto const code = code_of(heard);
      if (!code || (*code != 0 && *code != kNoSuchName)) continue;
      resolver_ = resolver;
      co_return;
    }
}

asio::awaitable<std::vector<ResolvedTask>> Names::resolve(ProbeTask task) {
  std::vector<ResolvedTask> result;
  if (!resolver_) {
    result.push_back({task,
                      {},
                      unsent(task, Outcome::name_error, "no-resolver-answers",
                             "the name could not be asked: no resolver answers")});
    co_return result;
  }
  std::pair const key(task.resolve, task.family);
  if (!known_.contains(key)) {
    auto heard = co_await ask(*resolver_, address_question(task.resolve, task.family));
    known_[key] = std::move(heard);
  }
  auto const asked = text_of(*resolver_);
  auto const& heard = known_[key];
  auto const message = decode_message(heard.answer);
  if (heard.end != Heard::End::answered || !message) {
    result.push_back({task,
                      {},
                      unsent(task, Outcome::name_error, "no-answer",
                             asked + " did not answer for " + task.resolve)});
    co_return result;
  }
  result = resolved_tasks(plan_, task, *message, asked);
  co_return result;
}

}  // namespace safeconduct
