// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "support/conversation.h"
#include "support/netns.h"

namespace safeconduct::testing {

// The namespaces of a conversation, and the veth pairs that join each to the next.
struct Cables {
  explicit Cables(ConversationPlan const& plan);

  Namespace client;
  Namespace gateway;
  std::optional<Namespace> edge;
  Namespace server;
};

}  // namespace safeconduct::testing
