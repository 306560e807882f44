// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/guarded.h"

#include <mutex>
#include <set>
#include <utility>

namespace safeconduct {
namespace {

struct Touched {
  std::mutex mutex;
  std::set<std::string> read;     // as they were named
  std::set<std::string> written;  // real paths
};

void remember(Touched& touched, std::string const& path) {
  std::scoped_lock const lock(touched.mutex);
  touched.read.insert(path);
}

Result<void> may_write(Touched& touched, World const& world, std::string const& path) {
  if (!world.real_path || !world.is_file) return {};
  auto const real = world.real_path(path);
  std::scoped_lock const lock(touched.mutex);
  if (world.is_file(path))  // what is none yet, or a device, is not overwritten
    for (auto const& one : touched.read)
      if (world.real_path(one) == real)
        return std::unexpected(Error{ErrorKind::usage,
                                     {path, 0, 0},
                                     "the result would overwrite this file, which was read for it",
                                     "name another file for the result",
                                     {}});
  if (!real.starts_with("/dev/") && !touched.written.insert(real).second)
    return std::unexpected(Error{ErrorKind::usage,
                                 {path, 0, 0},
                                 "two results would be written to this file",
                                 "give each its own",
                                 {}});
  return {};
}

}  // namespace

World guarded(World const& world) {
  auto touched = std::make_shared<Touched>();
  auto result = world;
  result.read = [touched, read = world.read](std::string const& path) {
    remember(*touched, path);
    return read(path);
  };
  result.open = [touched, open = world.open](std::string const& path) {
    remember(*touched, path);
    return open(path);
  };
  result.write = [touched, world](std::string const& path,
                                  std::string const& text) -> Result<void> {
    SC_CHECK(may_write(*touched, world, path));
    return world.write(path, text);
  };
  return result;
}

}  // namespace safeconduct
