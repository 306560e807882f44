// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that knows the world: clock, files, terminal, environment.

#include <glob.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "base/sha256.h"
#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/files.h"
#include "cli/heap.h"
#include "formats/kernel.h"
#include "packet/field.h"
#include "probe/interruption.h"
#include "probe/sockets.h"

namespace {

namespace fs = std::filesystem;
using namespace safeconduct;

std::optional<std::string> variable(char const* name) {
  char const* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

std::map<std::string, std::string> own_variables() {
  std::map<std::string, std::string> found;
  for (char** one = environ; *one != nullptr; ++one) {
    std::string const text = *one;
    auto const equals = text.find('=');
    if (text.starts_with("SAFECONDUCT_") && equals != std::string::npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

std::vector<std::string> folders_of_settings() {
  std::error_code error;
  auto const start = fs::current_path(error);
  if (error) return {};
  auto const home = fs::weakly_canonical(variable("HOME").value_or(""), error);
  return config_folders(start.string(), error ? std::string() : home.string());
}

Terminal terminal() {
  Terminal result;
  result.is_terminal = isatty(STDOUT_FILENO) == 1;
  winsize size{};
  if (result.is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    result.width = size.ws_col;
  if (auto const columns = parse_number(variable("COLUMNS").value_or(""), 10000))
    result.width = *columns;
  result.draws = isatty(STDERR_FILENO) == 1 && variable("TERM").value_or("") != "dumb";
  result.no_colour =
      !variable("NO_COLOR").value_or("").empty() || variable("TERM").value_or("") == "dumb";
  return result;
}

Date today() {
  using namespace std::chrono;
  auto const day = year_month_day(floor<days>(system_clock::now()));  // UTC
  return {static_cast<std::uint16_t>(static_cast<int>(day.year())),
          static_cast<std::uint8_t>(static_cast<unsigned>(day.month())),
          static_cast<std::uint8_t>(static_cast<unsigned>(day.day()))};
}

// <prefix>/share/safeconduct beside <prefix>/bin; in the folder of a build that is a link to the
// sources.
std::vector<std::string> data_folders() {
  std::vector<std::string> folders;
  std::error_code error;
  auto const program = fs::read_symlink("/proc/self/exe", error);
  if (!error)
    folders.push_back((program.parent_path().parent_path() / SC_DATA_INSTALL_DIR).string());
  return folders;
}

std::vector<std::string> list_folder(std::string const& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(folder, error))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

// As the shell and nft take patterns: names that begin with a dot are left out.
Result<std::vector<std::string>> matching_paths(std::string const& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  int const status = glob(pattern.c_str(), GLOB_ERR, nullptr, &found);
  int const number = errno;
  if (status == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  bool const none = status == GLOB_NOMATCH || (status == GLOB_ABORTED && number == ENOENT);
  if (status != 0 && !none)
    return std::unexpected(
        Error{ErrorKind::unreadable,
              {pattern, 0, 0},
              "not all folders can be looked into: " + std::generic_category().message(number),
              "read it as a user who may",
              {}});
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

int main(int argc, char** argv) {
  prefer_large_pages();
  std::ios::sync_with_stdio(false);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves early is an error of ours to report
  World world;
  world.read = read_file;
  world.open = open_file;
  world.write = write_file;
  world.running_rules = read_running_rules;
  world.ask_dns = [](DnsServer const& server, DnsQuestion const& question) {
    return ask_dns(server, question);
  };
  world.probe = [](ProbePlan const& plan, ProbeSettings const& settings) {
    auto all = settings;
    if (all.trust.empty()) all.added = added_authorities(folders_of_added_authorities());
    return run_probes(plan, all);
  };
  world.replace = replace_file;
  world.append = append_file;
  world.make_folder = make_folder;
  world.program = [] {
    static std::string const digest = [] {
      auto const bytes = read_file("/proc/self/exe");
      return bytes ? sha256(**bytes) : std::string();
    }();
    return digest;
  };
  world.trace_rules = RuleTrace::start;
  world.serve = MetricsServer::start;
  world.interruption = [] {
    return [signals = std::make_shared<Interruption>()](
               std::chrono::steady_clock::time_point time) { return signals->wait_until(time); };
  };
  world.lan_client = LanClient::make;
  world.has_route = has_route;
  world.forwards = [] {
    for (auto const* path :
         {"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"})
      if (auto const text = read_file(path); text && (*text)->starts_with('1')) return true;
    return false;
  };
  world.is_folder = [](std::string const& path) {
    std::error_code error;
    return fs::is_directory(path, error);
  };
  world.is_file = [](std::string const& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
  };
  world.list = list_folder;
  world.matching = matching_paths;
  world.real_path = [](std::string const& path) {
    std::error_code error;
    auto const real = fs::weakly_canonical(fs::absolute(path, error), error);
    return error ? path : real.string();
  };
  world.run_program = run_program;
  world.out = &std::cout;
  world.err = &std::cerr;
  world.terminal = terminal();
  world.variables = own_variables();
  world.config_folders = folders_of_settings();
  world.is_own = [](std::string const& path) {
    struct stat found{};
    return lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
           (found.st_uid == geteuid() || found.st_uid == 0);
  };
  world.data_variable = variable("SAFECONDUCT_DATA");
  world.data_folders = data_folders();
  world.today = today();
  world.day = today;
  return run(std::vector<std::string>(argv + 1, argv + argc), world);
}
