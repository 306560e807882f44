// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/status_text.h"

#include "report/check_wording.h"
#include "report/words.h"

namespace safeconduct {

std::vector<std::string> status_lines(ClientStatus const& status, Language language) {
  Speaker const speaker(language);
  std::vector<std::string> lines;
  if (!status.dns_text.empty())
    lines.push_back(speaker.say(wording::kDnsLine, {client_state_text(status.dns_text, language)}));
  for (auto const& [family, state] : status.dns_by_family)
    lines.push_back(speaker.say(wording::kDnsFamilyLine, {name(family), name(state)}));
  if (!status.web_text.empty())
    lines.push_back(speaker.say(wording::kWebLine, {client_state_text(status.web_text, language)}));
  if (status.fail_open.value_or(false)) {
    lines.push_back(speaker.say(wording::kFailsOpenLine));
  } else if (status.web == WebState::unavailable) {
    lines.push_back(
        speaker.say(status.fail_open ? wording::kFailsClosedLine : wording::kFailOpenUnknownLine));
  }
  return lines;
}

}  // namespace safeconduct
