// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/interruption.h"

#include <boost/asio.hpp>

namespace safeconduct {

struct Interruption::State {
  boost::asio::io_context io{1};
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  bool came = false;
};

Interruption::Interruption() : state_(std::make_unique<State>()) {
  auto& state = *state_;
  state.signals.async_wait([&state](boost::system::error_code const& error, int) {
    state.came = state.came || !error;
    state.io.stop();
  });
}

Interruption::~Interruption() = default;

bool Interruption::wait_until(std::chrono::steady_clock::time_point time) {
  auto& state = *state_;
  state.io.restart();
  if (!state.came) state.io.run_until(time);
  return state.came;
}

}  // namespace safeconduct
