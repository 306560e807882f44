// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/observation_words.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr Translated kTarget{"{0} {1} port {2}", "{0} {1} のポート{2}"};

}  // namespace

Translated words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return {"open", "応答あり(open)"};
    case Outcome::timeout:
      return {"timeout", "応答なし(timeout)"};
    case Outcome::reset:
      return {"reset", "リセット(reset)"};
    case Outcome::unreachable:
      return {"unreachable", "到達不能(unreachable)"};
    case Outcome::intercepted:
      return {"intercepted", "別の相手が応答(intercepted)"};
    case Outcome::tls_intercepted:
      return {"tls-intercepted", "サービス以外の証明書(tls-intercepted)"};
    case Outcome::tarpit:
      return {"tarpit", "接続後に応答なし(tarpit)"};
    case Outcome::unproven:
      return {"unproven", "確証なし(unproven)"};
    case Outcome::name_error:
      return {"name-error", "名前解決できず(name-error)"};
    case Outcome::local_error:
      return {"local-error", "このホストから送信できず(local-error)"};
    case Outcome::cancelled:
      return {"cancelled", "中断(cancelled)"};
    case Outcome::not_tested:
      return {"not-tested", "未検査(not-tested)"};
  }
  std::abort();  // not an Outcome
}

Said target_words(std::uint32_t protocol, std::string to, std::uint16_t port) {
  return {kTarget, {protocol == l4::udp ? "udp" : "tcp", std::move(to), std::to_string(port)}};
}

Said target_words(Observation const& o) {
  return target_words(o.protocol, o.dst ? to_string(*o.dst) : o.name, o.dport);
}

std::string milliseconds_text(double time) {
  auto const tenths = std::llround(time * 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " ms";
}

}  // namespace safeconduct
