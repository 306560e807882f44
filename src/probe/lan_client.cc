// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/lan_client.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>
#include <thread>
#include <utility>

#include "probe/sockets.h"

namespace safeconduct {
namespace {

constexpr std::string_view kInside = "up0";  // the client's interface
// Where the client sends everything to; on no link but its own, and known to it without asking.
constexpr std::string_view kNextHop4 = "169.254.253.1";
constexpr std::string_view kNextHop6 = "fe80::5afe:1";
constexpr std::string_view kOuterMac = "02:5a:fe:00:00:01";  // locally administered
constexpr std::string_view kInnerMac = "02:5a:fe:00:00:02";

Error failed(std::string text, std::string hint = {}) {
  return {ErrorKind::usage, {}, "--through-forward: " + std::move(text), std::move(hint), {}};
}

std::vector<std::string> words_of(std::string const& line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    auto const end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// A command of iproute2, in the namespace of the calling thread.
Result<void> command(std::string const& line) {
  auto words = words_of(line);
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<char, 64> path{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  std::array<char*, 2> environment{path.data(), nullptr};
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  int error = ENOENT;
  for (std::string const folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"}) {
    auto const program = folder + words.front();
    if (access(program.c_str(), X_OK) != 0) continue;
    error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(),
                        environment.data());
    break;
  }
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return std::unexpected(failed(words.front() + ": " + std::strerror(error)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return std::unexpected(failed("'" + line + "' failed"));
}

int reverse_path_filter(std::string const& interface) {
  std::ifstream in("/proc/sys/net/ipv4/conf/" + interface + "/rp_filter");
  int value = 0;
  in >> value;
  return value;
}

bool has_interface(std::string const& name) {
  return access(("/sys/class/net/" + name).c_str(), F_OK) == 0 ||
         access(("/proc/sys/net/ipv4/conf/" + name).c_str(), F_OK) == 0;
}

class Made final : public LanClient {
 public:
  explicit Made(LanClientPlan plan) : plan_(std::move(plan)) {}
  ~Made() override {
    // The namespace ends with its last descriptor, and all that is in it, but not at once.
    if (!outer_.empty()) static_cast<void>(command("ip link delete dev " + outer_));
    if (space_ >= 0) close(space_);
  }
  Made(Made const&) = delete;
  Made& operator=(Made const&) = delete;

  Result<void> set_up() {
    SC_CHECK(check());
    SC_CHECK(make_space());
    outer_ = "scp" + std::to_string(getpid());
    auto const space = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(space_);
    SC_CHECK(command("ip link add " + outer_ + " address " + std::string(kOuterMac) +
                     " type veth peer name " + std::string(kInside) + " address " +
                     std::string(kInnerMac) + " netns " + space));
    SC_CHECK(command("ip link set dev " + outer_ + " up"));
    SC_CHECK(inner());
    return outer();
  }

  void run(std::function<void()> job) override {
    std::async(std::launch::async, [&] {
      if (setns(space_, CLONE_NEWNET) == 0) job();
    }).get();
  }
  std::string interface() const override { return outer_; }

 private:
  Result<void> check() const {
    if (geteuid() != 0) return std::unexpected(failed("making a namespace needs root"));
    if (!plan_.enter.empty() && !has_interface(plan_.enter))
      return std::unexpected(failed("there is no interface '" + plan_.enter + "'"));
    for (auto const& address : plan_.addresses)
      if (is_own_address(address))
        return std::unexpected(failed(to_string(address) + " is an address of this host",
                                      "say one that its clients could have, and none has now"));
    bool const four = std::ranges::any_of(
        plan_.addresses, [](Address const& one) { return one.family == Family::ip4; });
    auto const& enter = plan_.enter;
    bool const strict = four && !enter.empty() &&
                        std::max(reverse_path_filter(enter), reverse_path_filter("all")) == 1;
    if (strict)
      return std::unexpected(failed(
          "reverse path filtering is strict on " + enter + ", which would drop the packets",
          "make it loose (net.ipv4.conf." + enter + ".rp_filter=2), or probe from a real client"));
    return {};
  }

  Result<void> make_space() {
    std::thread maker([&] {
      if (unshare(CLONE_NEWNET) == 0)
        space_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    });
    maker.join();
    if (space_ < 0) return std::unexpected(failed("a network namespace cannot be made"));
    return {};
  }

  Result<void> inner() {
    Result<void> result;
    run([&] { result = inner_commands(); });
    return result;
  }

  Result<void> inner_commands() const {
    std::string const device(kInside);
    SC_CHECK(command("ip link set dev lo up"));
    SC_CHECK(command("ip link set dev " + device + " up"));
    for (auto const& address : plan_.addresses) {
      bool const four = address.family == Family::ip4;
      std::string const option = four ? "ip -4 " : "ip -6 ";
      auto const hop = std::string(four ? kNextHop4 : kNextHop6);
      SC_CHECK(command(option + "address add " + to_string(address) + (four ? "/32" : "/128") +
                       " dev " + device + (four ? "" : " nodad")));
      SC_CHECK(command(option + "neighbour replace " + hop + " lladdr " + std::string(kOuterMac) +
                       " nud permanent dev " + device));
      SC_CHECK(command(option + "route add default via " + hop + " dev " + device + " onlink"));
    }
    return {};
  }

  // Answers find the client by a route of its own; its packets are taken over to the interface that
  // clients come in by, so that rules which ask for that see it.
  Result<void> outer() const {
    for (auto const& address : plan_.addresses) {
      std::string const option = address.family == Family::ip4 ? "ip -4 " : "ip -6 ";
      SC_CHECK(command(option + "neighbour replace " + to_string(address) + " lladdr " +
                       std::string(kInnerMac) + " nud permanent dev " + outer_));
      SC_CHECK(command(option + "route add " + to_string(address) + " dev " + outer_));
    }
    if (plan_.enter.empty()) return {};
    SC_CHECK(command("tc qdisc add dev " + outer_ + " clsact"));
    return command(
        "tc filter add dev " + outer_ +
        " ingress protocol all prio 1 u32 match u32 0 0 action mirred ingress redirect dev " +
        plan_.enter);
  }

  LanClientPlan plan_;
  std::string outer_;
  int space_ = -1;
};

}  // namespace

Result<std::unique_ptr<LanClient>> LanClient::make(LanClientPlan const& plan) {
  auto made = std::make_unique<Made>(plan);
  SC_CHECK(made->set_up());
  return made;
}

}  // namespace safeconduct
