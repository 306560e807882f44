// SPDX-License-Identifier: GPL-3.0-or-later
// measure ROUNDS
// Reads one command a line from standard input, its words parted by tabs:
//     NAME  EXPECTED-EXIT-STATUS  PROGRAM  [ARGUMENT...]
// runs all of them once to warm up, then ROUNDS times in turn (A B C A B C ...), so that a machine
// that slows down slows all alike, and prints one line each, medians, parted by tabs:
//     NAME  "ok"  CPU-MICROSECONDS  WALL-MICROSECONDS  PEAK-KIB
// A command that once ends otherwise than expected is dropped: NAME and how it ended, in words.
//
// CPU is user and system time of the process. The peak counts from the spawn on, so that it is
// never below what this program itself holds: about 4 MiB.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Sample {
  std::int64_t cpu_us = 0;
  std::int64_t wall_us = 0;
  std::int64_t peak_kib = 0;
};

struct Command {
  std::string name;
  int expected = 0;
  std::vector<std::string> words;
  std::vector<Sample> samples;
  std::string fault;  // empty: ended as expected every time so far
};

std::optional<int> number(std::string const& text) {
  int value = 0;
  auto const* const end = text.data() + text.size();
  auto const [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<Command> command(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start <= line.size();) {
    auto const end = std::min(line.find('\t', start), line.size());
    words.emplace_back(line.substr(start, end - start));
    start = end + 1;
  }
  if (words.size() < 3) return std::nullopt;
  auto const expected = number(words[1]);
  if (!expected) return std::nullopt;
  return Command{words[0], *expected, {words.begin() + 2, words.end()}, {}, {}};
}

std::int64_t microseconds(timeval time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + std::int64_t{time.tv_usec};
}

// What it writes is thrown away, but for standard error, which is ours.
std::optional<pid_t> spawn(Command& command) {
  std::vector<char*> words;
  words.reserve(command.words.size() + 1);
  for (auto& word : command.words) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int const error = posix_spawnp(&child, words[0], &files, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error == 0) return child;
  command.fault = std::string("not started: ") + std::strerror(error);
  return std::nullopt;
}

void run(Command& command, bool counts) {
  auto const start = std::chrono::steady_clock::now();
  auto const child = spawn(command);
  if (!child) return;
  int status = 0;
  rusage used{};
  if (wait4(*child, &status, 0, &used) != *child) {
    command.fault = std::string("wait4: ") + std::strerror(errno);
    return;
  }
  std::chrono::duration<double, std::micro> const wall = std::chrono::steady_clock::now() - start;
  if (WIFSIGNALED(status)) {
    command.fault = "signal " + std::to_string(WTERMSIG(status));
  } else if (WEXITSTATUS(status) != command.expected) {
    command.fault =
        "exit " + std::to_string(WEXITSTATUS(status)) + ", not " + std::to_string(command.expected);
  } else if (counts) {
    command.samples.push_back({microseconds(used.ru_utime) + microseconds(used.ru_stime),
                               static_cast<std::int64_t>(wall.count()), used.ru_maxrss});
  }
}

std::int64_t median(std::vector<Sample> samples, std::int64_t Sample::* field) {
  auto const middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::ranges::nth_element(samples, middle, {}, field);
  return (*middle).*field;
}

}  // namespace

int main(int argc, char** argv) {
  auto const rounds = argc == 2 ? number(argv[1]) : std::nullopt;
  if (!rounds || *rounds < 1) {
    std::cerr << "usage: measure ROUNDS <COMMANDS\n";
    return 2;
  }
  std::vector<Command> commands;
  for (std::string line; std::getline(std::cin, line);) {
    auto parsed = command(line);
    if (!parsed) {
      std::cerr << "measure: not NAME, STATUS and PROGRAM parted by tabs: '" << line << "'\n";
      return 2;
    }
    commands.push_back(std::move(*parsed));
  }
  for (int round = 0; round <= *rounds; ++round) {
    for (auto& command : commands) {
      if (command.fault.empty()) run(command, round > 0);
    }
  }
  for (auto const& command : commands) {
    std::cout << command.name << '\t';
    if (!command.fault.empty()) {
      std::cout << command.fault << "\t\t\t\n";
      continue;
    }
    std::cout << "ok\t" << median(command.samples, &Sample::cpu_us) << '\t'
              << median(command.samples, &Sample::wall_us) << '\t'
              << median(command.samples, &Sample::peak_kib) << '\n';
  }
  return 0;
}
