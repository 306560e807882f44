// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Who mends the rule that a report names learns only from the next report what stops the packets
// then. This looks ahead: the part is judged again as if its rule were not there, and again, until
// it passes.

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "verify/flow.h"

namespace safeconduct {

// A rule is mended by removing it, a policy of drop by making it accept; all else stays as it is.
// An nft rule counts as a whole, with all of its statements.
void mend(Ruleset& rules, Decider decider);

class Peel {
 public:
  Peel(std::span<FocusedDevice const> devices, Hook hook) : devices_(devices), hook_(hook) {}

  // Fills 'next' and 'mended' of the flow's parts that are blocked or intercepted. 'end': the
  // number of the device behind the last of the path.
  void peel(WantedFlow const& wanted, FlowResult& flow, std::size_t end);

 private:
  static constexpr std::size_t kMostStops = 8;        // a part
  static constexpr std::size_t kMostParts = 256;      // a check; those that pass together are one
  static constexpr std::size_t kMostBoxes = 4096;     // of what one rule stops; of more, nothing
  static constexpr std::size_t kMostInAll = 8192;     // boxes, of a check
  static constexpr std::size_t kMostRules = 200'000;  // of all devices: they are copied

  using At = std::pair<std::size_t, Decider>;  // device, rule

  // Parts that one rule stops: true where all of them pass once it is mended, and are done with.
  bool pass_together(WantedFlow const& wanted, std::span<Part* const> parts, std::size_t end);
  void peel(WantedFlow const& wanted, Part& part, std::size_t end);
  // Judges packets again as they come to the device; the parts of them that do not pass.
  std::vector<Part> left_of(WantedFlow const& wanted, Stream const& stream, std::size_t device,
                            std::size_t end);
  bool copy_rules();
  void mend_at(At at);
  void restore();

  std::span<FocusedDevice const> devices_;
  Hook hook_;
  std::deque<DeviceRules> copies_;  // where rules are mended
  std::vector<FocusedDevice> mended_;
  std::vector<At> done_;
  std::size_t parts_ = 0;    // looked at so far, of kMostParts
  std::size_t boxes_ = 0;    // and of kMostInAll
  bool sieve_left_ = false;  // see CheckResult
};

}  // namespace safeconduct
