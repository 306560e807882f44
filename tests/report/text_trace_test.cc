// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "report/trace_writers.h"

namespace safeconduct {

TEST_CASE(
    "text of trace: what the packet was taken for is said where the question does not say it") {
  TraceQuestion question;
  question.packet.set(Field::l4proto, l4::tcp);
  TraceAnswer answer;
  answer.verdict = TraceVerdict::drop;
  answer.rule.nothing = true;
  auto const says = [&] {
    return text_trace(question, answer, {}).contains("taken as invalid: the device has not seen");
  };
  CHECK_FALSE(says());  // new, as most packets
  answer.state = CtState::invalid;
  CHECK(says());
  question.packet.set(Field::ct_state, static_cast<Bits128>(CtState::invalid));
  CHECK_FALSE(says());
}

}  // namespace safeconduct
