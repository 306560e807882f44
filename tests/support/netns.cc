// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/netns.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "support/skip.h"

namespace safeconduct::testing {

namespace {

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

OwnedFd this_namespace() {
  OwnedFd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!fd) fail("/proc/thread-self/ns/net");
  return fd;
}

// A file in memory: needs neither a disk nor a reader at the other end, so it cannot block.
OwnedFd memory_file(char const* name, std::string_view text = {}) {
  OwnedFd fd(::memfd_create(name, MFD_CLOEXEC));
  if (!fd) fail("memfd_create");
  while (!text.empty()) {
    auto const n = ::write(fd.get(), text.data(), text.size());
    if (n < 0) fail("write");
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

std::string contents(OwnedFd const& fd) {
  std::string text;
  std::array<char, 4096> buffer;
  ::lseek(fd.get(), 0, SEEK_SET);
  for (;;) {
    auto const n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string found(std::string const& program) {
  if (program.contains('/')) return program;
  for (auto const* folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/", "/usr/local/sbin/"}) {
    auto path = folder + program;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

bool is_set(char const* variable, std::string_view value) {
  auto const* text = std::getenv(variable);
  return text != nullptr && text == value;
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

Ran run_program(std::vector<std::string> const& arguments, std::string_view input) {
  Ran ran;
  auto const path = found(arguments.at(0));
  if (path.empty()) {
    ran.err = arguments.at(0) + ": not found";
    return ran;
  }
  auto const in = memory_file("stdin", input);
  auto const out = memory_file("stdout");
  auto const err = memory_file("stderr");

  std::vector<std::string> words = arguments;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<std::string, 2> settings = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  std::array<char*, 3> environment = {settings[0].data(), settings[1].data(), nullptr};

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.get(), 2);
  pid_t child = -1;
  auto const error =
      ::posix_spawn(&child, path.c_str(), &actions, nullptr, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    ran.err = path + ": " + std::strerror(error);
    return ran;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.out = contents(out);
  ran.err = contents(err);
  return ran;
}

Namespace::Namespace() {
  auto const before = this_namespace();
  if (::unshare(CLONE_NEWNET) != 0) fail("unshare(CLONE_NEWNET)");
  try {
    fd_ = this_namespace();
  } catch (...) {
    ::setns(before.get(), CLONE_NEWNET);
    throw;
  }
  if (::setns(before.get(), CLONE_NEWNET) != 0) std::abort();  // never go on in the wrong network
  ip(4, "link set dev lo up\n");
}

Namespace::Inside::Inside(int fd) : before_(this_namespace()) {
  if (::setns(fd, CLONE_NEWNET) != 0) fail("setns");
}

Namespace::Inside::~Inside() {
  if (::setns(before_.get(), CLONE_NEWNET) != 0) std::abort();
}

Ran Namespace::program(std::vector<std::string> const& arguments, std::string_view input) const {
  return run([&] { return run_program(arguments, input); });
}

void Namespace::ip(int family, std::string const& lines) const {
  auto const ran = program({"ip", family == 6 ? "-6" : "-4", "-batch", "-"}, lines);
  if (ran.status != 0) throw std::runtime_error("ip -batch: " + ran.err + "\nin\n" + lines);
}

std::string Namespace::path() const {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_.get());
}

bool Namespace::try_sysctl(std::string const& name, std::string_view value) const {
  return run([&] {
    // Which network /proc/sys/net shows is decided by the thread that opens the file.
    OwnedFd const fd(::open(("/proc/sys/" + name).c_str(), O_WRONLY | O_CLOEXEC));
    return fd &&
           ::write(fd.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
  });
}

void Namespace::sysctl(std::string const& name, std::string_view value) const {
  if (!try_sysctl(name, value)) fail("sysctl " + name + "=" + std::string(value));
}

std::string netns_unavailable() {
  if (::geteuid() != 0) return "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)";
  for (auto const* program : {"nft", "ip", "tc"}) {
    if (found(program).empty()) return "needs " + std::string(program) + "(8)";
  }
  try {
    Namespace const probe;
    auto const ran = probe.program({"nft", "-f", "-"}, "table inet probe { }\n");
    if (ran.status != 0) return "needs nf_tables in the kernel: " + ran.err;
  } catch (std::runtime_error const& error) {
    return error.what();
  }
  OwnedFd const tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (!tun) return "needs /dev/net/tun";
  return {};
}

bool netns_ready() {
  auto const lack = netns_unavailable();
  if (lack.empty()) return true;
  if (is_set("CI", "true") || is_set("SC_REQUIRE_NETNS", "1")) {
    FAIL_CHECK("cannot run here: " << lack);
  } else {
    MESSAGE("skipped: " << lack);
    test::skip(lack);  // so that CTest, too, says skipped rather than passed
  }
  return false;
}

}  // namespace safeconduct::testing
