// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The texts of a traced packet, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// What becomes of the packet. The word that machines read stands beside the Japanese one.
inline constexpr Translated kAccept{"accept", "許可(accept)"};
inline constexpr Translated kDrop{"drop", "破棄(drop)"};
inline constexpr Translated kReject{"reject with {0}", "拒否(reject、{0})"};
inline constexpr Translated kIntercept{"intercept", "別宛先へ転送(intercept)"};
inline constexpr Translated kTraceUndecided{"undecided", "判定不能(undecided)"};

inline constexpr Translated kNoChainSees{"no chain sees it, so it passes",
                                         "扱うチェーンがないため、通ります"};
inline constexpr Translated kByRule{"by ", "決めたルール "};
inline constexpr Translated kInChain{"  (table {0}, chain {1})", "  (テーブル{0}、チェーン{1})"};
inline constexpr Translated kByPolicyOf{"  (table {0}, chain {1}, policy)",
                                        "  (テーブル{0}、チェーン{1}、ポリシー)"};
inline constexpr Translated kTraceWay{"way ", "通過順 "};
inline constexpr Translated kTraceTakenAs{"taken as ", "状態 "};
inline constexpr Translated kTraceUnseen{
    "{0}: the device has not seen its connection; if it has, say --state established",
    "{0}：機器はこの接続を見ていません。見ている場合は --state established を指定してください"};
inline constexpr Translated kTraceThen{"then ", "その後 "};
inline constexpr Translated kTraceHangsOn{"hangs on ", "未定の語句 "};
inline constexpr Translated kAtDevice{"at {0}", "機器{0}"};

}  // namespace safeconduct::wording
