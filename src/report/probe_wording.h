// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The texts of a probe's report, and of what is to be sent, in each language; those about single
// observations are a diagnosis's as well.

#include "base/language.h"

namespace safeconduct::wording {

// ---- the first lines
inline constexpr Translated kSiteOnTheWire{"{0}: ", "{0}: 実際の通信では"};
inline constexpr Translated kProbed{" on the wire. Requirements probed: {0}.",
                                    "。プローブした要件: {0}。"};
inline constexpr Translated kInterrupted{" Interrupted.", "途中で中断されました。"};
inline constexpr Translated kCountAllowed{"{0} allowed", "許可{0}件"};
inline constexpr Translated kDnsLead{"DNS  ", "DNS  "};
inline constexpr Translated kWebLead{"Web  ", "Web  "};
inline constexpr Translated kLevelInBrackets{" ({0})", "({0})"};
inline constexpr Translated kCannotBeToldBySight{"cannot be told from what was seen",
                                                 "観測した通信からは分かりません"};

// ---- observations
inline constexpr Translated kByTheLog{"{0}, by the client's log", "{0}、クライアントのログによる"};
inline constexpr Translated kVerified{"{0}, verified", "{0}、検証済み"};
inline constexpr Translated kNotVerified{"{0}, not verified", "{0}、未検証"};
inline constexpr Translated kEvidenceKind{"{0}: ", "{0}: "};
inline constexpr Translated kPacketNumber{"{0} packet {1}", "{0}のパケット{1}"};
inline constexpr Translated kRulesLead{"rules: ", "ルール: "};
inline constexpr Translated kRulesAgree{"the rules say the same", "ルールの判定も同じです"};
inline constexpr Translated kRulesAllow{"the rules allow it, the wire does not",
                                        "ルールでは許可されますが、実際には通りません"};
inline constexpr Translated kRulesBlock{"the rules block it, the wire passes it",
                                        "ルールでは遮断されますが、実際には通ります"};
inline constexpr Translated kRulesBlockOtherwise{
    "the rules block it in another way", "ルールでも遮断されますが、遮断のしかたが違います"};
inline constexpr Translated kRulesUndecided{"beside the rules: undecided",
                                            "ルールとの照合: 判定不能"};
inline constexpr Translated kWithPlace{"{0}, {1}", "{0}、{1}"};
inline constexpr Translated kWithReason{"{0}: {1}", "{0}: {1}"};
inline constexpr Translated kNoteAt{"{0} ({1})", "{0}({1})"};

// ---- what is to be sent
inline constexpr Translated kOneProbe{"{0} probe", "プローブ{0}件"};
inline constexpr Translated kProbes{"{0} probes", "プローブ{0}件"};
inline constexpr Translated kPlanCost{
    "{0}, {1} packets in about {2} where all is answered, at most {3} packets in {4} where nothing "
    "is. Nothing was sent.",
    "{0}。すべてに応答があれば約{2}で{1}パケット、まったく応答がなければ最大で{4}に{3}"
    "パケットです。何も送信していません。"};
inline constexpr Translated kSeconds{"{0} s", "{0}秒"};
inline constexpr Translated kNamesAskedOf{"Names are asked of {0}.", "名前は{0}に問い合わせます。"};
inline constexpr Translated kCertificateOf{", certificate {0}", "、証明書{0}"};
inline constexpr Translated kQuicBeside{", QUIC beside it", "、QUIC も併せて調べる"};
inline constexpr Translated kAfter{", after {0}", "、{0}後"};

}  // namespace safeconduct::wording
