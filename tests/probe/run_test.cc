// SPDX-License-Identifier: GPL-3.0-or-later
// On the loopback, against sockets of our own; the faults of real ways are made in
// tests/netns/probe_matrix.py.
#include "probe/run.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "packet/field.h"
#include "wire/dns_message.h"

namespace safeconduct::test {
namespace {

// A socket on the loopback; its port is free for others once it is gone.
class Local {
 public:
  explicit Local(int type) : fd_(socket(AF_INET, type, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    socklen_t size = sizeof at;
    REQUIRE(getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
  }
  Local(Local const&) = delete;
  Local& operator=(Local const&) = delete;
  ~Local() { close(fd_); }

  int fd() const { return fd_; }
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

ProbeTask task(std::string id, ProbeKind kind, std::uint32_t protocol, std::uint16_t port) {
  ProbeTask one;
  one.requirement = std::move(id);
  one.kind = kind;
  one.protocol = protocol;
  one.dst = parse_address("127.0.0.1");
  one.port = port;
  one.name = "debug.example";
  return one;
}

ProbePlan plan(std::vector<ProbeTask> tasks, std::chrono::milliseconds patience) {
  ProbePlan made;
  made.tasks = std::move(tasks);
  made.schedule.sends = {std::chrono::milliseconds(0)};
  made.schedule.patience = patience;
  made.schedule.connect = patience;
  made.rate = 1000;
  return made;
}

// Sends each question back as its own answer.
void echo_answers(Local const& socket, std::atomic<bool> const& stop) {
  timeval const wait{0, 50'000};
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  while (!stop) {
    std::vector<std::uint8_t> bytes(2000);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto const got = recvfrom(socket.fd(), bytes.data(), bytes.size(), 0,
                              reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 12) continue;
    bytes.resize(static_cast<std::size_t>(got));
    bytes[2] |= 0x80U;
    sendto(socket.fd(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

constexpr std::chrono::seconds kLong{60};  // where an answer comes, however busy the machine is

}  // namespace

TEST_CASE("run: answered, refused and closed, in the order of the plan") {
  Local const open(SOCK_DGRAM);
  Local const listening(SOCK_STREAM);
  REQUIRE(listen(listening.fd(), 4) == 0);
  std::uint16_t closed_udp = 0;
  std::uint16_t closed_tcp = 0;
  {
    Local const udp(SOCK_DGRAM);
    Local const tcp(SOCK_STREAM);
    closed_udp = udp.port();
    closed_tcp = tcp.port();
  }
  std::atomic<bool> stop = false;
  std::thread answering([&] { echo_answers(open, stop); });
  auto const run = run_probes(plan({task("a", ProbeKind::tcp, l4::tcp, closed_tcp),
                                    task("b", ProbeKind::dns_txt, l4::udp, open.port()),
                                    task("c", ProbeKind::dns_txt, l4::udp, closed_udp),
                                    task("d", ProbeKind::tcp, l4::tcp, listening.port())},
                                   kLong),
                              {});
  stop = true;
  answering.join();
  CHECK_FALSE(run.interrupted);
  std::vector<std::string> seen;
  for (auto const& o : run.observations)
    seen.push_back(o.requirement + ' ' + std::string(name(o.outcome)));
  CAPTURE(seen[0] + seen[1] + seen[2] + seen[3]);
  CHECK((seen == std::vector<std::string>{"a reset", "b open", "c unreachable", "d open"}));
}

TEST_CASE("run: each observation is told once, as it ends") {
  Local const listening(SOCK_STREAM);
  REQUIRE(listen(listening.fd(), 64) == 0);
  std::vector<ProbeTask> tasks;
  for (int i = 0; i < 20; ++i)
    tasks.push_back(task("t" + std::to_string(i), ProbeKind::tcp, l4::tcp, listening.port()));
  std::vector<std::string> told;
  ProbeSettings settings;
  settings.seen = [&](Observation const& o) { told.push_back(o.requirement); };
  auto const run = run_probes(plan(tasks, kLong), settings);
  CHECK(run.observations.size() == 20);
  std::ranges::sort(told);
  CHECK(std::ranges::unique(told).empty());
  CHECK(told.size() == 20);
}

TEST_CASE("run: interrupted among many that wait, it keeps what is known") {
  Local const silent(SOCK_DGRAM);
  Local const listening(SOCK_STREAM);
  REQUIRE(listen(listening.fd(), 4) == 0);
  std::vector<ProbeTask> tasks{task("known", ProbeKind::tcp, l4::tcp, listening.port())};
  for (int i = 0; i < 200; ++i)
    tasks.push_back(task("waiting", ProbeKind::dns_txt, l4::udp, silent.port()));
  ProbeSettings settings;
  settings.progress = [](std::size_t, std::size_t) { std::raise(SIGINT); };
  auto const run = run_probes(plan(tasks, kLong), settings);
  CHECK(run.interrupted);
  REQUIRE(run.observations.size() == 201);
  CHECK(name(run.observations[0].outcome) == "open");
  for (std::size_t i = 1; i < run.observations.size(); ++i)
    CHECK(name(run.observations[i].outcome) == "cancelled");
}

TEST_CASE("run: a resolver that is silent leaves names unresolved, and no verdict") {
  auto named = task("web", ProbeKind::resolve_then_tcp, l4::tcp, 443);
  named.dst.reset();
  named.resolve = "gw.example";
  auto made = plan({named}, std::chrono::milliseconds(50));
  auto const run = run_probes(made, {});  // nobody to ask
  REQUIRE(run.observations.size() == 1);
  CHECK(name(run.observations[0].outcome) == "name-error");
  CHECK(run.observations[0].cause == "no-resolver-answers");
}

}  // namespace safeconduct::test
