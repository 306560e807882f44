// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace safeconduct {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;

Error unreadable(std::string const& path, std::string text, std::string hint = {}) {
  return {ErrorKind::unreadable, {path, 0, 0}, std::move(text), std::move(hint), {}};
}

std::string reason(int number) { return std::generic_category().message(number); }

Error too_large(std::string const& path) {
  return {ErrorKind::limit, {path, 0, 0}, "the file is larger than 4 GiB", {}, {}};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) close(number_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// One read of at most so many bytes, appended; the number of bytes, 0 at the end, -1 on an error.
ssize_t read_chunk(int from, std::size_t most, std::string& text) {
  auto const before = text.size();
  ssize_t got = -1;
  // Not resize(): writing zeros into a chunk first costs more than reading a small file.
  text.resize_and_overwrite(before + most, [&](char* data, std::size_t) {
    do {
      got = read(from, data + before, most);
    } while (got < 0 && errno == EINTR);
    return before + (got > 0 ? static_cast<std::size_t>(got) : 0);
  });
  return got;
}

Result<void> refuse_folder(std::string const& path, struct stat const& status) {
  if (!S_ISDIR(status.st_mode)) return {};
  return std::unexpected(
      unreadable(path, "this is a folder", "name the files in it, one by one or as a pattern"));
}

}  // namespace

Result<std::shared_ptr<std::string const>> read_file(std::string const& path) {
  Descriptor const file(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return std::unexpected(unreadable(path, reason(errno)));
  struct stat status{};
  if (fstat(file.number(), &status) != 0) return std::unexpected(unreadable(path, reason(errno)));
  SC_CHECK(refuse_folder(path, status));
  auto const size = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (size > kLargestFile) return std::unexpected(too_large(path));

  auto text = std::make_shared<std::string>();
  text->reserve(size + 1);
  for (ssize_t got = 1; got > 0;) {
    // One byte more than there should be: where it does not come, that was the end.
    auto const left = size > 0 && text->size() <= size ? size - text->size() + 1 : kChunk;
    got = read_chunk(file.number(), left, *text);
    if (got < 0) return std::unexpected(unreadable(path, reason(errno)));
    if (text->size() > kLargestFile) return std::unexpected(too_large(path));
  }
  return text;
}

Result<std::unique_ptr<std::istream>> open_file(std::string const& path) {
  if (path == "-") return std::make_unique<std::istream>(std::cin.rdbuf());
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return std::unexpected(unreadable(path, reason(errno)));
  SC_CHECK(refuse_folder(path, status));
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!file->is_open()) return std::unexpected(unreadable(path, reason(errno)));
  return file;
}

Result<void> write_file(std::string const& path, std::string const& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file.is_open()) return std::unexpected(unreadable(path, "cannot write: " + reason(errno)));
  file << text;
  file.close();
  if (!file) return std::unexpected(unreadable(path, "cannot write: " + reason(errno)));
  return {};
}

Result<std::unique_ptr<std::ostream>> append_file(std::string const& path) {
  auto file = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::app);
  if (!file->is_open()) return std::unexpected(unreadable(path, "cannot write: " + reason(errno)));
  return file;
}

Result<void> make_folder(std::string const& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return std::unexpected(unreadable(path, "cannot be made: " + error.message()));
  return {};
}

Result<void> replace_file(std::string const& path, std::string const& text) {
  // Pipes, devices and links stay what they are.
  struct stat status{};
  if (lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) return write_file(path, text);
  auto const beside = path + '.' + std::to_string(getpid());  // no *.prom: not taken for a file
  if (auto written = write_file(beside, text); !written) {
    unlink(beside.c_str());
    return written;
  }
  if (rename(beside.c_str(), path.c_str()) == 0) return {};
  auto const number = errno;
  unlink(beside.c_str());
  return std::unexpected(unreadable(path, "cannot write: " + reason(number)));
}

}  // namespace safeconduct
