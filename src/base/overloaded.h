// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace safeconduct {

// One visitor out of several lambdas: std::visit(Overloaded{...}, variant).
template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

}  // namespace safeconduct
