// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the way to a target, and the rules on this host, tell, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- the way
inline constexpr Translated kHop{"hop {0}", "ホップ {0}"};
inline constexpr Translated kHopAt{"hop {0} ({1})", "ホップ {0}({1})"};
inline constexpr Translated kEitherHop{"{0} or {1}", "{0}または{1}"};
inline constexpr Translated kEndsAtHop{
    "ends at hop {0}, though the way to the target goes on behind it",
    "ホップ {0} で終わりますが、宛先への経路はその先に続いています"};
inline constexpr Translated kResetOnTheWay{
    "refused with a TCP reset by a device on the way, in the target's name: {0}",
    "途中の機器が、宛先を名乗って TCP リセットで拒否しました: {0}"};
inline constexpr Translated kAnsweredOnTheWay{
    "answered by a device on the way, not by the target: {0}",
    "宛先ではなく、途中の機器が応答しました: {0}"};
inline constexpr Translated kSitsAt{"{0}; it sits at {1}", "{0}。位置は{1}です"};
inline constexpr Translated kRefusedOnTheWay{
    "refused by a device on the way, in the target's name: {0}",
    "途中の機器が、宛先を名乗って拒否しました: {0}"};
inline constexpr Translated kExpiredInTargetsName{
    "a packet of TTL {0} expired in the target's own name: its destination is translated at that "
    "hop or before",
    "TTL {0} のパケットの期限切れが、宛先自身の名で通知されました。そのホップまでに宛先が変換されて"
    "います"};
inline constexpr Translated kTranslatedOnTheWay{
    "a device on the way translates the destination of these packets, and not of others, at or "
    "before hop {0}: another target answers",
    "途中の機器が、ホップ {0} "
    "までに、これらのパケットだけ宛先を変換しています。別の宛先が応答してい"
    "ます"};
inline constexpr Translated kNobodyWithinHop{
    "nobody answers within {0} hop, as far as the way is known",
    "経路の分かる{0}ホップ以内では、誰も応答しません"};
inline constexpr Translated kNobodyWithinHops{
    "nobody answers within {0} hops, as far as the way is known",
    "経路の分かる{0}ホップ以内では、誰も応答しません"};
inline constexpr Translated kAnsweredNearer{
    "answered a hop nearer than the way is long for others: another way of equal cost, or a device "
    "in the target's name",
    "ほかのパケットの経路より手前のホップで応答がありました。等コストの別経路か、宛先を名乗る機器で"
    "す"};
inline constexpr Translated kRefusedAtTheEnd{
    "refused at the end of the way, where other packets of ours end as well: nothing listens at "
    "the "
    "target, and no rule on the way stops it",
    "ほかのパケットと同じ経路の終端で拒否されました。宛先に待ち受けがなく、途中のルールが止めている"
    "の"
    "ではありません"};
inline constexpr Translated kLastThatSpeaks{
    "{0} is the last that speaks: it drops these packets, or what stands behind it does",
    "応答があったのは{0}までです。それ自身か、その先のものがこれらのパケットを破棄しています"};
inline constexpr Translated kTargetAnswersOn{"the target answers on {0}",
                                             "宛先は{0}では応答します"};
inline constexpr Translated kAnswersOnPort{"{0} answers on this port",
                                           "{0}はこのポートで応答します"};
inline constexpr Translated kNoOtherAnswers{"no other target answers on this port either",
                                            "ほかの宛先も、このポートでは応答しません"};
inline constexpr Translated kDroppedSilently{
    "dropped silently on the way, or left unanswered by the target, which answers on {0}",
    "途中で黙って破棄されたか、宛先が応答していません。宛先は{0}では応答します"};

// ---- QUIC
inline constexpr Translated kQuicIs{"a packet in the form of QUIC is {0}",
                                    "QUIC 形式のパケットは{0}"};
inline constexpr Translated kQuicIsAlone{
    "{0}; UDP 443 passes for DNS, and what looks like QUIC is {1}",
    "{0}。UDP 443 の DNS は通り、QUIC らしいものは{1}"};
inline constexpr Translated kQuicLostToo{
    "{0}; what looks like QUIC is lost as well: UDP 443 is shut as a whole",
    "{0}。QUIC らしいものも失われます。UDP 443 全体が閉じられています"};
inline constexpr Translated kQuicRefused{"refused by {0}", "{0}に拒否されました"};
inline constexpr Translated kQuicDroppedBefore{"dropped before {0}", "{0}より手前で破棄されました"};
inline constexpr Translated kQuicDroppedBehind{"dropped behind {0}", "{0}より先で破棄されました"};
inline constexpr Translated kQuicPasses{"a packet in the form of QUIC is answered: QUIC passes",
                                        "QUIC 形式のパケットに応答がありました。QUIC は通ります"};
inline constexpr Translated kQuicArrives{
    "a packet in the form of QUIC arrives: the target refuses it itself",
    "QUIC 形式のパケットは届いています。宛先自身が拒否しています"};
inline constexpr Translated kQuicUnknown{
    "a packet in the form of QUIC gets no answer; whether it is dropped is not known, as no router "
    "on the way speaks",
    "QUIC "
    "形式のパケットに応答がありません。途中のルーターが応答しないため、破棄されたかどうかは分かり"
    "ません"};
inline constexpr Translated kQuicPassesTo{
    "a packet in the form of QUIC passes as far as the way is known, to {0}; the target, which "
    "need "
    "not speak it, gives no answer",
    "QUIC "
    "形式のパケットは、経路の分かる{0}まで通ります。宛先の応答はありません(対応している必要はあ"
    "りません)"};
inline constexpr Translated kQuicGoesFurther{
    "{0}; what looks like QUIC goes further, to {1}: it is DNS that is dropped there, not UDP 443",
    "{0}。QUIC らしいものは、さらに先の{1}まで届きます。破棄されるのは UDP 443 ではなく DNS です"};

// ---- the rules of this host. {0}: the chain
inline constexpr Translated kNoWordOnIt{"passes: no chain of this host has a word on it",
                                        "通ります。このホストに、これを扱うチェーンはありません"};
inline constexpr Translated kDroppedByPolicy{"dropped by the policy of {0}", "{0}のポリシーで破棄"};
inline constexpr Translated kPassesByPolicy{"passes, last by the policy of {0}",
                                            "通過、最後は{0}のポリシー"};
inline constexpr Translated kDroppedByRule{"dropped by {0}, handle {1} ({2})",
                                           "{0}のハンドル {1} で破棄({2})"};
inline constexpr Translated kPassesByRule{"passes, last by {0}, handle {1} ({2})",
                                          "通過、最後は{0}のハンドル {1}({2})"};
inline constexpr Translated kNotSeenHere{
    "no packet of it was seen by nf_tables here",
    "このホストの nf_tables は、該当するパケットを観測していませ"
    "ん"};

}  // namespace safeconduct::wording
