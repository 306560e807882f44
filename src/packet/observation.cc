// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/observation.h"

#include <cstdlib>

namespace safeconduct {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return "open";
    case Outcome::timeout:
      return "timeout";
    case Outcome::reset:
      return "reset";
    case Outcome::unreachable:
      return "unreachable";
    case Outcome::intercepted:
      return "intercepted";
    case Outcome::tls_intercepted:
      return "tls-intercepted";
    case Outcome::tarpit:
      return "tarpit";
    case Outcome::unproven:
      return "unproven";
    case Outcome::name_error:
      return "name-error";
    case Outcome::local_error:
      return "local-error";
    case Outcome::cancelled:
      return "cancelled";
    case Outcome::not_tested:
      return "not-tested";
  }
  std::abort();  // not an Outcome
}

std::string_view name(Teller teller) {
  switch (teller) {
    case Teller::nobody:
      return "nobody";
    case Teller::this_host:
      return "this-host";
    case Teller::before_target:
      return "before-target";
    case Teller::target:
      return "target";
    case Teller::unknown:
      return "unknown";
  }
  std::abort();  // not a Teller
}

std::string_view name(Hop::What what) {
  switch (what) {
    case Hop::What::silent:
      return "silent";
    case Hop::What::expired:
      return "expired";
    case Hop::What::answered:
      return "answered";
    case Hop::What::reset:
      return "reset";
    case Hop::What::unreachable:
      return "unreachable";
    case Hop::What::failed:
      return "failed";
  }
  std::abort();  // not a What
}

}  // namespace safeconduct
