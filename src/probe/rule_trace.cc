// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/rule_trace.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::string_view kRemoval =
    "add table inet safeconduct_trace\ndelete table inet safeconduct_trace\n";
// nft says nothing when it listens, nor when all is told.
constexpr std::chrono::milliseconds kSettling{500};

Error trace_failed(std::string text, std::string hint = {}) {
  return {ErrorKind::usage, {}, "--trace-rules: " + std::move(text), std::move(hint), {}};
}

// A file in memory with that text, read from its start; -1: there is no memory.
int memory_file(std::string_view text) {
  int const file = memfd_create("safeconduct", MFD_CLOEXEC);
  if (file < 0) return -1;
  if (write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    close(file);
    return -1;
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

// nft, with these files for its input and output; it ends with us.
pid_t start_nft(std::vector<char const*> words, int in, int out) {
  words.push_back(nullptr);
  auto const parent = getpid();
  pid_t const child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);
  if (in >= 0) dup2(in, STDIN_FILENO);
  if (out >= 0) dup2(out, STDOUT_FILENO);
  int const nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  if (out < 0 && nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  for (char const* program : {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"})
    execv(program, const_cast<char* const*>(words.data()));  // POSIX: does not change them
  _exit(127);
}

bool ended_well(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool load(std::string const& rules) {
  int const in = memory_file(rules);
  if (in < 0) return false;
  pid_t const child = start_nft({"nft", "-f", "-"}, in, -1);
  close(in);
  return child > 0 && ended_well(child);
}

std::string rules_for(RuleTracePlan const& plan) {
  std::string lines;
  bool const own = plan.forwarded.empty();
  for (auto const& address : plan.forwarded)
    lines += std::string(address.family == Family::ip4 ? "ip" : "ip6") + " saddr " +
             to_string(address) + " meta l4proto { tcp, udp } meta nftrace set 1\n";
  std::string ports;
  for (auto const port : plan.ports) ports += (ports.empty() ? "" : ", ") + std::to_string(port);
  if (own)
    lines += "meta skuid " + std::to_string(geteuid()) + " meta l4proto { tcp, udp } th dport { " +
             ports + " } meta nftrace set 1\n";
  return std::string(kRemoval) +
         "table inet safeconduct_trace {\nchain probe {\ntype filter hook " +
         (own ? "output" : "prerouting") + " priority -400; policy accept;\n" + lines + "}\n}\n";
}

std::string content(int file) {
  std::string text;
  lseek(file, 0, SEEK_SET);
  std::vector<char> part(std::size_t{64} * 1024);
  for (ssize_t got = 1; got > 0;) {
    got = read(file, part.data(), part.size());
    if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

class Running final : public RuleTrace {
 public:
  Running() = default;
  Running(Running const&) = delete;
  Running& operator=(Running const&) = delete;
  ~Running() override {
    stop();
    if (file_ >= 0) close(file_);
  }

  Result<void> begin(RuleTracePlan const& plan) {
    if (geteuid() != 0) return std::unexpected(trace_failed("following packets needs root"));
    file_ = memory_file("");
    if (file_ < 0) return std::unexpected(trace_failed("there is no memory for it"));
    if (!load(rules_for(plan)))
      return std::unexpected(trace_failed("nft cannot load its table", "is nftables installed?"));
    loaded_ = true;
    monitor_ = start_nft({"nft", "-n", "-a", "monitor", "trace"}, -1, file_);
    std::this_thread::sleep_for(kSettling);
    return {};
  }

  std::string end() override {
    std::this_thread::sleep_for(kSettling);
    stop();
    return content(file_);
  }

 private:
  void stop() {
    if (std::exchange(loaded_, false)) load(std::string(kRemoval));
    if (monitor_ <= 0) return;
    kill(monitor_, SIGTERM);
    ended_well(monitor_);
    monitor_ = -1;
  }

  int file_ = -1;
  pid_t monitor_ = -1;
  bool loaded_ = false;
};

}  // namespace

Result<std::unique_ptr<RuleTrace>> RuleTrace::start(RuleTracePlan const& plan) {
  auto running = std::make_unique<Running>();
  SC_CHECK(running->begin(plan));
  return running;
}

}  // namespace safeconduct
