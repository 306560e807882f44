// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Network namespaces for tests. They have no names: a namespace lives as long as a file descriptor
// of this process (or a socket made inside) does, so that nothing stays behind, not even after
// SIGKILL.
//
// Setting up a world can fail for reasons that no test is about (no root, no /dev/net/tun). Such
// failures are thrown as std::runtime_error, so that doctest prints them; what a test *is* about (a
// rule set that does not load) comes back as a value.
namespace safeconduct::testing {

// A file descriptor, closed at the end of its life.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  OwnedFd(OwnedFd const&) = delete;
  OwnedFd& operator=(OwnedFd const&) = delete;
  ~OwnedFd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// What a program left behind.
struct Ran {
  int status =
      -1;  // exit status; 128 + N where signal N ended it; -1 where it could not be started
  std::string out;
  std::string err;
};

// Runs a program (searched in the sbin and bin folders) with 'input' as its standard input and
// waits for its end. It inherits the namespaces of the calling thread and a fixed, English
// environment.
Ran run_program(std::vector<std::string> const& arguments, std::string_view input = {});

class Namespace {
 public:
  // A new network namespace, its loopback up. About 1 ms.
  Namespace();

  // Runs job() on the calling thread, inside the namespace; about 2 microseconds. Sockets opened in
  // there belong to the namespace for good, programs started in there inherit it. May be nested.
  template <class Job>
  auto run(Job&& job) const {
    Inside const inside(fd_.get());
    return std::forward<Job>(job)();
  }

  // run_program inside.
  Ran program(std::vector<std::string> const& arguments, std::string_view input = {}) const;

  // Lines of ip(8) commands, without the leading "ip"; 'family' is 4 or 6. Throws where one fails.
  void ip(int family, std::string const& lines) const;

  // A path by which ip(8) finds it: `link set dev x netns <path>`. Good while this object lives.
  std::string path() const;

  // "net/ipv4/ip_forward" = "1". Throws where it cannot be set; try_sysctl says so instead.
  void sysctl(std::string const& name, std::string_view value) const;
  bool try_sysctl(std::string const& name, std::string_view value) const;

 private:
  class Inside {
   public:
    explicit Inside(int fd);
    ~Inside();
    Inside(Inside const&) = delete;
    Inside& operator=(Inside const&) = delete;

   private:
    OwnedFd before_;
  };

  OwnedFd fd_;
};

// Empty where this process may make namespaces and tun devices and finds nft(8), ip(8) and
// tc(8); else what it lacks, in words: "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)".
std::string netns_unavailable();

// The first line of every test of this kind: `if (!netns_ready()) return;`. Where namespaces cannot
// be had it prints "skipped: ..." (and CTest reports the case as skipped), and fails the test if
// CI=true or SC_REQUIRE_NETNS=1 is set, so that a machine that should run these tests never passes
// without.
bool netns_ready();

}  // namespace safeconduct::testing
