// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of evidence that was read, and what is said of each file, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- logs
inline constexpr Translated kLineIsCut{
    "{0} line is cut before the port ({1}): it is told by the order in which the client asks, 443 "
    "and then 53",
    "{0}行がポートの手前で切れています({1})。クライアントが問い合わせる順(443、次に 53)から判断しま"
    "した"};
inline constexpr Translated kLinesAreCut{
    "{0} lines are cut before the port ({1}): it is told by the order in which the client asks, "
    "443 "
    "and then 53",
    "{0}行がポートの手前で切れています({1})。クライアントが問い合わせる順(443、次に 53)から判断しま"
    "した"};
inline constexpr Translated kDaysGuessed{
    "days of this log are read as month/day/year, as Windows writes them in the United States; "
    "elsewhere the day stands first",
    "このログの日付は、米国の Windows "
    "の表記(月/日/年)として読みました。ほかの地域では日が先に来ます"};
inline constexpr Translated kSentOutside{
    "the client was sent to {0}, which is in none of the ranges asked about: rules made from them "
    "do not let it pass",
    "クライアントは{0}"
    "へ誘導されましたが、対象のどの範囲にも含まれません。範囲から作ったルールでは通り"
    "ません"};

// ---- captures
inline constexpr Translated kNothingToSome{
    "of {0} of {1} clients the capture shows no packet to them: whether they were answered is not "
    "known",
    "クライアント{1}台のうち{0}"
    "台宛てのパケットがキャプチャにありません。応答があったかどうかは分かり"
    "ません"};
inline constexpr Translated kStranger{
    "the packets come from {0}, none of the site's clients: taken behind NAT, or at another site",
    "パケットの送信元は{0}で、拠点のクライアントではありません。NAT "
    "の外側か、別の拠点でのキャプチャ"
    "です"};
inline constexpr Translated kStrangers{
    "the packets come from {0} and others, none of the site's clients: taken behind NAT, or at "
    "another site",
    "パケットの送信元は{0}などで、拠点のクライアントではありません。NAT "
    "の外側か、別の拠点でのキャプ"
    "チャです"};
inline constexpr Translated kReadUpTo{"{0}; what stands before it was read",
                                      "{0}。それより前は読みました"};
inline constexpr Translated kOnePacketUnread{
    "one packet is {0}: what is in them is not judged; the first is packet {1}",
    "1 パケットは中身を判定していません: {0}。最初はパケット {1} です"};
inline constexpr Translated kPacketsUnread{
    "{2} packets are {0}: what is in them is not judged; the first is packet {1}",
    "{2}パケットは中身を判定していません: {0}。最初はパケット {1} です"};
inline constexpr Translated kTooManyConnections{
    "{0} packets belong to more connections than are followed at one time, and are not judged",
    "{0}パケットは、同時に追える数を超えるコネクションのもので、判定していません"};
inline constexpr Translated kTooManyAddresses{
    "{0} packets are of more addresses than are told apart, and are not judged",
    "{0}パケットは、区別できる数を超えるアドレスのもので、判定していません"};

// ---- bundles
inline constexpr Translated kSameBytes{"holds the same bytes as {0}: counts once",
                                       "{0}と同じ内容のため、一度だけ数えます"};
inline constexpr Translated kTooManySteps{"more than {0} steps: those that follow are not kept",
                                          "{0}ステップを超えたため、以降は含めていません"};
inline constexpr Translated kNoEvidence{
    "it is neither a client's log, nor a capture, nor an archive of them",
    "クライアントのログでも、キャプチャでも、それらのアーカイブでもありません"};
inline constexpr Translated kBeforeTheLog{
    "it was read before the log that says that the web gateway is at {0}: whether it shows packets "
    "to there is not known",
    "Web "
    "ゲートウェイが{0}であると述べるログより先に読んだため、そこへのパケットがあるかどうかは分かり"
    "ません"};

// ---- what was read
inline constexpr Translated kRegistration{"registration", "登録情報"};
inline constexpr Translated kOneLineKnown{"{0} line, {1} known of the state machines",
                                          "{0}行、うち状態機械の既知の行{1}"};
inline constexpr Translated kLinesKnown{"{0} lines, {1} known of the state machines",
                                        "{0}行、うち状態機械の既知の行{1}"};
inline constexpr Translated kOneEntryKnown{
    "{0} entry, {1} known of the web gateway's agent",
    "{0}項目、うち Web ゲートウェイのエージェントの既知の項目"
    "{1}"};
inline constexpr Translated kEntriesKnown{"{0} entries, {1} known of the web gateway's agent",
                                          "{0}項目、うち Web ゲートウェイのエージェントの既知の項目"
                                          "{1}"};
inline constexpr Translated kOnePacketOfCapture{"{0}, {1} packet", "{0}、{1}パケット"};
inline constexpr Translated kPacketsOfCapture{"{0}, {1} packets", "{0}、{1}パケット"};
inline constexpr Translated kSomeNotRead{"{0}, {1} of them not read", "{0}、うち未読{1}"};

}  // namespace safeconduct::wording
