// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <system_error>

#include "formats/kernel_netlink.h"

namespace safeconduct::kernel {
namespace {

// Into the namespace, for this thread and its rest of life.
Result<void> enter(std::string const& name, std::string const& space) {
  if (space.empty()) return {};
  std::string const path = "/var/run/netns/" + space;
  int const file = space.contains('/') || space == "." || space == ".."
                       ? -1
                       : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(name, "there is no network namespace '" + printable(space) + "'",
                "'ip netns list' shows them: they are the files of /var/run/netns");
  int const entered = setns(file, CLONE_NEWNET);
  int const number = errno;
  close(file);
  if (entered == 0) return {};
  if (number == EPERM)
    return fail(name, "to enter a network namespace needs the privilege CAP_SYS_ADMIN", kInstead);
  return fail(name,
              "'" + path + "' is no network namespace: " + std::generic_category().message(number));
}

Result<SourceText> read_here(std::string const& name, std::string const& space) {
  SC_CHECK(enter(name, space));
  Kernel const kernel{[&] { return generation(name); }, [&] { return dump_all(name); }};
  SC_TRY(dump, consistent_dump(name, kernel));
  return running_rules(name, dump);
}

}  // namespace

Result<Dump> consistent_dump(std::string const& name, Kernel const& kernel) {
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    SC_TRY(before, kernel.generation());
    SC_TRY(dump, kernel.dump());
    if (!dump) continue;
    SC_TRY(after, kernel.generation());
    if (before == after) return std::move(*dump);
  }
  return fail(
      name,
      "the rules changed each of the " + std::to_string(kTries) + " times that they were read",
      "try again, or give the output of 'nft list ruleset' as a file");
}

}  // namespace safeconduct::kernel

namespace safeconduct {

namespace {
constexpr std::string_view kKernel = "kernel:";
}

bool is_kernel_name(std::string_view name) { return name.starts_with(kKernel); }

Result<SourceText> read_running_rules(std::string const& name) {
  std::string const space = name.substr(kKernel.size());
  // In a thread of its own, so that this one stays in its namespace whatever happens.
  return std::async(std::launch::async, [&] { return kernel::read_here(name, space); }).get();
}

}  // namespace safeconduct
