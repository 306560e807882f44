// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What captures and logs tell of something that was asked, beside packet/answer_wording.h, in each
// language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- endings
inline constexpr Translated kSelfIssued{
    "the certificate is issued by itself ({0}), not by an authority",
    "証明書は自己発行({0})で、認証局によるものではありません"};
inline constexpr Translated kForAnotherName{"the certificate is for another name ({0})",
                                            "証明書は別の名前のものです({0})"};
inline constexpr Translated kIssuedByStranger{
    "the certificate is issued by {0}, which is not trusted here: a device that decrypts, or an "
    "authority that this host does not know",
    "証明書の発行者は{0}"
    "で、このホストでは信頼されていません。復号する機器か、このホストの知らない認"
    "証局です"};
inline constexpr Translated kNamesOwn{"the certificate is the name's own, issued by {0}",
                                      "証明書はこの名前のもので、発行者は{0}です"};
inline constexpr Translated kEndsTooSoon{
    "it was asked, and the capture ends before an answer had time to come",
    "要求はありますが、応答が届く前にキャプチャが終わっています"};
inline constexpr Translated kOneDirection{
    "the client went on as if it was answered, and the answers are not in the capture: it shows "
    "one "
    "direction",
    "クライアントは応答があったように通信を続けていますが、応答はキャプチャにありません。片方向だけ"
    "の"
    "キャプチャです"};
inline constexpr Translated kIcmpRefused{"refused with an ICMP error",
                                         "ICMP エラーで拒否されました"};
inline constexpr Translated kResetLater{
    "the connection was reset after the handshake: a device that reads along, or the server",
    "ハンドシェイクの後、コネクションがリセットされました。中身を読む途中の機器、またはサーバーによ"
    "る"
    "ものです"};
inline constexpr Translated kHandshakeNoMore{
    "the handshake was completed, and no more is in the capture: it passes, and who answers is not "
    "known",
    "ハンドシェイクは完了しましたが、その先はキャプチャにありません。通りますが、誰が応答したかは分"
    "か"
    "りません"};
inline constexpr Translated kAnsweredUnlooked{"answered; who answers was not looked into",
                                              "応答がありました。誰が応答したかは調べていません"};
inline constexpr Translated kAnsweredByWhom{
    "answered, in a way that does not tell who answers: it passes, and more is not known",
    "応答がありましたが、誰が応答したかは分からない形です。通りますが、それ以上は分かりません"};
inline constexpr Translated kSignedOnThatDay{
    "answered, with a certificate of the capture's day that the published key signed",
    "応答があり、公開された鍵で署名された、キャプチャの日に有効な証明書が示されました"};
inline constexpr Translated kRightLines{"answered with the lines of the service's resolvers",
                                        "サービスのリゾルバーの行を含む応答がありました"};
inline constexpr Translated kEncryptedTakenUp{
    "answered in DNSCrypt, which the client took up",
    "DNSCrypt で応答があり、クライアントが受け入れました"};
inline constexpr Translated kFailureForAWhile{
    "the answer is a server failure, which any resolver may give for a while",
    "応答はサーバー障害(SERVFAIL)で、どのリゾルバーも一時的に返すことがあります"};
inline constexpr Translated kKeptTooLittle{
    "answered; the capture kept too little of the answer to tell who answers",
    "応答がありましたが、キャプチャに残る部分が少なく、誰が応答したかは分かりません"};
inline constexpr Translated kNotOfThatDay{
    "the DNSCrypt certificate is the service's, but not of the capture's day: somebody replays an "
    "old one, or the clock of the capture is wrong",
    "DNSCrypt "
    "の証明書はサービスのものですが、キャプチャの日に有効ではありません。古い証明書の再利用か"
    "、キャプチャの時計の誤りです"};
inline constexpr Translated kTls{"TLS", "TLS"};
inline constexpr Translated kCertificateEncrypted{
    "answered in {0}, where the certificate is encrypted; it passes, and whether a device decrypts "
    "cannot be seen",
    "{0}で応答があり、証明書は暗号化されています。通りますが、復号する機器の有無は分かりません"};
inline constexpr Translated kCertificateHidden{
    "answered in {0}: {1}; it passes, and whether a device decrypts cannot be seen",
    "{0}で応答がありました({1})。通りますが、復号する機器の有無は分かりません"};
inline constexpr Translated kTlsFailedWith{
    "the TCP handshake was completed, the TLS handshake failed: {0}",
    "TCP のハンドシェイクは完了しましたが、TLS のハンドシェイクは失敗しました: {0}"};
inline constexpr Translated kClientRefused{
    "the client refused the certificate ({0}), issued by {1}",
    "クライアントが証明書を拒否しました({0})。発行者は{1}です"};
inline constexpr Translated kNoTls{
    "the handshake was completed, but what answers does not speak TLS: it passes, and who answers "
    "is not known",
    "ハンドシェイクは完了しましたが、TLS "
    "の応答ではありません。通りますが、誰が応答したかは分かりませ"
    "ん"};
inline constexpr Translated kShortPath{
    "answered, with a TTL ({0}) that no router has counted down: a device on this link answers in "
    "the service's name, or passes on what it says, or the capture was taken behind one that makes "
    "all packets new",
    "応答の "
    "TTL({0})は、どのルーターも減らしていません。同じリンク上の機器がサービスを名乗って応答す"
    "るか中継しているか、すべてのパケットを作り直す機器の内側でキャプチャされました"};
inline constexpr Translated kPageNotRead{
    "a page came; whether it is the one that was asked for is not looked into: a captive portal "
    "answers as well",
    "ページが届きましたが、求めたものかどうかは調べていません。キャプティブポータルも応答します"};
inline constexpr Translated kTimeSpan{"{0} to {1}", "{0}〜{1}"};
inline constexpr Translated kResetBefore{
    "refused with a TCP reset that a device before the target sent in its name",
    "宛先より手前の機器が、宛先を名乗って TCP リセットで拒否しました"};
inline constexpr Translated kResetBeforeAfter{
    "refused with a TCP reset {0} after the SYN, that a device before the target sent in its name",
    "宛先より手前の機器が、宛先を名乗って、SYN の{0}後に TCP リセットで拒否しました"};
inline constexpr Translated kTargetItself{
    "the target itself refuses it: nothing listens there, or it is full",
    "宛先自身が拒否しています。待ち受けがないか、満杯です"};

// ---- names
inline constexpr Translated kNoSuchName{"the resolver says that there is no such name",
                                        "リゾルバーは、その名前がないと応答しました"};
inline constexpr Translated kResolverError{"the resolver answers with an error (code {0})",
                                           "リゾルバーがエラーで応答しました(コード {0})"};
inline constexpr Translated kNameWithoutAddress{"the name has no address",
                                                "その名前にアドレスがありません"};
inline constexpr Translated kNothingToClient{
    "no answer is in the capture, and no other packet to this client either",
    "応答はキャプチャになく、このクライアントへのほかのパケットもありません"};
inline constexpr Translated kResolverSilent{"the resolver that was asked stays silent",
                                            "問い合わせたリゾルバーが応答しません"};
inline constexpr Translated kQuestionAskedOf{"the question, asked of {0}", "問い合わせ、宛先 {0}"};
inline constexpr Translated kAnswerOf{"the answer of {0}", "{0}の応答"};

// ---- packets
inline constexpr Translated kOnlyQuery{"the only query", "唯一の問い合わせ"};
inline constexpr Translated kOnlyTry{"the only try", "唯一の試行"};
inline constexpr Translated kFirstQuery{"the first of {0} queries", "問い合わせ{0}件の最初"};
inline constexpr Translated kFirstTry{"the first of {0} tries", "試行{0}回の最初"};
inline constexpr Translated kLastPacket{"the last", "最後"};
inline constexpr Translated kEndedIt{"what ended it", "終わりのパケット"};
inline constexpr Translated kEndedFirst{"what ended the first of them",
                                        "最初のものの終わりのパケット"};
inline constexpr Translated kClients{"{0} clients", "クライアント{0}台"};
inline constexpr Translated kOtherQuery{"{0} other query came to nothing ({1})",
                                        "ほかの問い合わせ{0}件は応答なし({1})"};
inline constexpr Translated kOtherQueries{"{0} other queries came to nothing ({1})",
                                          "ほかの問い合わせ{0}件は応答なし({1})"};
inline constexpr Translated kOtherTry{"{0} other try came to nothing ({1})",
                                      "ほかの試行{0}回は成功せず({1})"};
inline constexpr Translated kOtherTries{"{0} other tries came to nothing ({1})",
                                        "ほかの試行{0}回は成功せず({1})"};
inline constexpr Translated kSynToReset{"{0} from the SYN to its reset", "SYN からリセットまで{0}"};
inline constexpr Translated kSynToResetSpan{"{0} to {1} from the SYN to its reset",
                                            "SYN からリセットまで{0}〜{1}"};
inline constexpr Translated kNotFarther{"no packet gets farther than 100 km and back in that time",
                                        "その時間では、パケットは 100 km より遠くを往復できません"};
inline constexpr Translated kFastest{"the fastest handshake in this capture took {0}",
                                     "このキャプチャで最も速いハンドシェイクは{0}でした"};
inline constexpr Translated kResetTtl{"the reset came in with TTL {0}",
                                      "リセットの TTL は {0} でした"};
inline constexpr Translated kResetTtlOthers{
    "the reset came in with TTL {0}, other packets from this address with {1}",
    "リセットの TTL は {0}、このアドレスからのほかのパケットの TTL は {1} でした"};
inline constexpr Translated kWindowEchoed{
    "its window is that of the SYN ({0}), as of a device that answers by turning the packet round",
    "ウィンドウが SYN と同じ({0})で、パケットを折り返して応答する機器と同じです"};
inline constexpr Translated kGoesOn{"goes on for {0} s after the last of them, to {1}",
                                    "最後のものの後、{1}まで{0}秒続いています"};
inline constexpr Translated kPrivateOnly{
    "what came to the client in this capture came from private addresses only",
    "このキャプチャでクライアントに届いたのは、プライベートアドレスからのものだけです"};
inline constexpr Translated kClientSeenAs{"the service saw the client as {0}",
                                          "サービスから見たクライアントは{0}です"};
inline constexpr Translated kTtlsDiffer{
    "answers came in with TTL {0}, those of {1} port {2} of the same address with {3}: not all of "
    "them come from the same host",
    "応答の TTL は {0}、同じアドレスの {1} のポート {2} では {3} でした。すべてが同じホストからでは"
    "ありません"};

// ---- logs
inline constexpr Translated kNoResolverTaken{
    "the client found no resolver that it takes at this port; by its log alone, silence is not "
    "told "
    "from a refusal or from answers that it does not believe",
    "クライアントは、このポートで受け入れられるリゾルバーを見つけていません。ログだけでは、応答なし"
    "、"
    "拒否、信用しない応答を区別できません"};
inline constexpr Translated kCandidatesOfPolicy{
    "the log does not list the candidates: those of the policy are taken",
    "ログに候補の一覧がないため、ポリシーのリゾルバーとみなします"};
inline constexpr Translated kGatewayHandshakeFails{
    "the client's handshake with its web gateway did not succeed; by its log alone, silence is not "
    "told from a refusal",
    "クライアントと Web "
    "ゲートウェイのハンドシェイクが成功していません。ログだけでは、応答なしと拒否を"
    "区別できません"};
inline constexpr Translated kSaysProtected{
    "the client says of itself that web traffic is protected",
    "Web 通信は保護されていると、クライアント自身が述べています"};

// ---- states
inline constexpr Translated kDnsOver{"DNS over {0}", "{0}の DNS"};
inline constexpr Translated kWebState{"web", "Web"};
inline constexpr Translated kFirstPortRejected{
    "port 443 is rejected, port 53 is asked next",
    "ポート 443 は拒否され、次にポート 53 で問い合わせます"};
inline constexpr Translated kBothRejected{
    "Unprotected: the resolvers are rejected at port 443 and at port 53",
    "Unprotected: リゾルバーはポート 443 でも 53 でも拒否されました"};
inline constexpr Translated kSecondRejected{"Unprotected: the resolvers are rejected at port 53",
                                            "Unprotected: リゾルバーはポート 53 で拒否されました"};
inline constexpr Translated kNoRejectionFollows{
    "asked at port {0}, and no rejection follows in the log",
    "ポート {0} で問い合わせ、その後ログに拒否がありません"};
inline constexpr Translated kNoRejectionPlain{
    "asked at port {0}, and no rejection follows in the log: protected, not encrypted, if so",
    "ポート {0} "
    "で問い合わせ、その後ログに拒否がありません。そうであれば、保護されていますが暗号化され"
    "ていません"};
inline constexpr Translated kStandsBack{
    "the agent speaks of standing back for a VPN or a trusted network",
    "エージェントは、VPN または信頼済みネットワークのために停止すると述べています"};
inline constexpr Translated kHandshakeFailing{
    "Cloud Service Unavailable: the handshake with the gateway fails",
    "Cloud Service Unavailable: ゲートウェイとのハンドシェイクが失敗しています"};
inline constexpr Translated kThenFailOpen{"{0}; fail-open: web traffic goes out unprotected",
                                          "{0}。フェイルオープン: Web 通信は保護なしで外へ出ます"};
inline constexpr Translated kThenFailClosed{"{0}; fail-closed: no web traffic",
                                            "{0}。フェイルクローズ: Web 通信はできません"};
inline constexpr Translated kAgentSays{"the agent says \"{0}\"",
                                       "エージェントは \"{0}\" と述べています"};

}  // namespace safeconduct::wording
