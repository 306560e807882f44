// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kMostOut = std::size_t{1} << 30U;  // bytes; the rest is an error
constexpr std::size_t kMostErr = std::size_t{1} << 16U;  // the rest is left out
constexpr std::size_t kChunk = std::size_t{1} << 16U;

// Set by git for its hooks: they would lead away from the folder that is named.
constexpr std::array<std::string_view, 4> kLeftOut{
    "GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_PREFIX="};
constexpr std::array<std::string_view, 2> kReplaced{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0"};

Error cannot_run(std::string const& name, int number) {
  return {ErrorKind::unreadable,
          {},
          "'" + name + "' cannot be run: " + std::generic_category().message(number),
          number == ENOENT ? "install it, or put it on the path" : "",
          {}};
}

class Pipe {
 public:
  Pipe() : made_(pipe2(ends_.data(), O_CLOEXEC) == 0) {}
  ~Pipe() {
    shut(0);
    shut(1);
  }
  Pipe(Pipe const&) = delete;
  Pipe& operator=(Pipe const&) = delete;

  bool made() const { return made_; }
  int from() const { return ends_[0]; }
  int into() const { return ends_[1]; }
  void shut(std::size_t end) {
    if (ends_.at(end) >= 0) close(std::exchange(ends_.at(end), -1));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool made_;
};

std::vector<std::string> environment() {
  std::vector<std::string> all;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    std::string_view const text(*one);
    auto const begins = [&](std::string_view with) { return text.starts_with(with); };
    bool const replaced = std::ranges::any_of(kReplaced, [&](std::string_view with) {
      return begins(with.substr(0, with.find('=') + 1));
    });
    if (!replaced && std::ranges::none_of(kLeftOut, begins)) all.emplace_back(text);
  }
  all.insert(all.end(), kReplaced.begin(), kReplaced.end());
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& one : texts) all.push_back(one.data());
  all.push_back(nullptr);
  return all;
}

// The child, or the number of the error.
std::pair<pid_t, int> spawn(std::vector<std::string> words, Pipe const& out, Pipe const& err) {
  auto variables = environment();
  auto const arguments = pointers(words);
  auto const settings = pointers(variables);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.into(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.into(), STDERR_FILENO);
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t defaults{};
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // which this program ignores
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  int const number = posix_spawnp(&child, words.front().c_str(), &actions, &attributes,
                                  arguments.data(), settings.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return {child, number};
}

// What there is to read, of at most so many bytes; false at the end.
bool take(int from, std::string& into, std::size_t most, bool& more) {
  std::array<char, kChunk> chunk{};
  auto const got = read(from, chunk.data(), chunk.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  auto const room = most - std::min(most, into.size());
  auto const size = static_cast<std::size_t>(got);
  into.append(chunk.data(), std::min(room, size));
  more = more || size > room;
  return true;
}

// Both, as they come; false where there is more than is read.
bool read_both(Pipe const& out, Pipe const& err, ProgramRun& run) {
  std::array<pollfd, 2> waiting{pollfd{out.from(), POLLIN, 0}, pollfd{err.from(), POLLIN, 0}};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bool too_much = false;
    bool left_out = false;
    if (waiting[0].revents != 0 && !take(out.from(), run.out, kMostOut, too_much))
      waiting[0].fd = -1;
    if (waiting[1].revents != 0 && !take(err.from(), run.err, kMostErr, left_out))
      waiting[1].fd = -1;
    if (too_much) return false;
  }
  return true;
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<ProgramRun> run_program(std::vector<std::string> const& words) {
  auto const& name = words.front();
  Pipe out;
  Pipe err;
  if (!out.made() || !err.made()) return std::unexpected(cannot_run(name, errno));
  auto const [child, number] = spawn(words, out, err);
  if (number != 0) return std::unexpected(cannot_run(name, number));
  out.shut(1);
  err.shut(1);
  ProgramRun run;
  bool const whole = read_both(out, err, run);
  if (!whole) kill(child, SIGKILL);
  run.status = status_of(child);
  if (!whole)
    return std::unexpected(
        Error{ErrorKind::limit, {}, "'" + name + "' prints more than 1 GiB", {}, {}});
  return run;
}

}  // namespace safeconduct
