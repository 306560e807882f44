// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the coroutines of this layer share. It brings Boost.Asio along, so it is for .cc files and
// for headers that only those include.

#include <boost/asio.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "probe/endpoints.h"
#include "probe/heard.h"

// g++-12 with sanitizers takes Asio's coroutine frames, which bring operators of their own, for a
// mismatch of new and delete.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace safeconduct {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
inline constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

inline double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

template <class Protocol>
typename Protocol::endpoint endpoint_of(WireTarget const& target) {
  if (target.address.family == Family::ip4)
    return {asio::ip::address_v4(static_cast<std::uint32_t>(target.address.bits)), target.port};
  return {asio::ip::address_v6(bytes_of(target.address)), target.port};
}

inline asio::awaitable<void> pause_until(SteadyClock::time_point time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kNoThrow);
}

// A handler's result as something to wait for.
template <class Value>
struct Gate {
  explicit Gate(asio::any_io_executor const& executor)
      : timer(executor, SteadyClock::time_point::max()) {}
  void open(Value result) {
    value = std::move(result);
    timer.cancel();
  }
  asio::steady_timer timer;
  std::optional<Value> value;
};

template <class Value, class Start>
asio::awaitable<Value> result_of(Start start) {
  auto const gate = std::make_shared<Gate<Value>>(co_await asio::this_coro::executor);
  start([gate](Value value) { gate->open(std::move(value)); });
  while (!gate->value) co_await gate->timer.async_wait(kNoThrow);
  co_return std::move(*gate->value);
}

// Runs it on the context; what it throws comes out of the context's run().
inline void start(asio::io_context& io, asio::awaitable<void> coroutine) {
  asio::co_spawn(io, std::move(coroutine), [](std::exception_ptr const& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

}  // namespace safeconduct
