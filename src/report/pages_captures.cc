// SPDX-License-Identifier: GPL-3.0-or-later
// SC95x: packet captures.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kCaptureCut,
        .title = {"a packet capture ends early or is damaged",
                  "キャプチャが途中で終わっているか、壊れています"},
        .means = {"The file stops within a packet, or gives lengths that cannot be.",
                  "ファイルがパケットの途中で終わっているか、ありえない長さを示しています。"},
        .matters = {"What stands before that place was read; what came after it is not known. A "
                    "question that was not answered by then does not count as unanswered.",
                    "その位置より前は読みましたが、後は分かりません。それまでに応答のなかった問い合"
                    "わせを、応答なしとは数えません。"},
        .mend = {"Copy the file again, or capture anew.",
                 "ファイルをコピーし直すか、キャプチャを取り直します。"},
        .sources = {Reference::pcap_savefile, Reference::pcapng},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kCaptureUnread,
        .title = {"packets of a capture were not read",
                  "キャプチャに読まなかったパケットがあります"},
        .means = {"They come from a kind of interface that this version does not read, or are in a "
                  "tunnel of such a kind, which is named, with its first packet.",
                  "この版が読まない種類のインターフェースのものか、そのような種類のトンネルの中にあ"
                  "ります。トンネルは、最初のパケットとともに示されます。"},
        .matters = {"Nothing is said of what they held.", "その中身については何も言えません。"},
        .mend = {"Capture on an Ethernet, Wi-Fi, loopback or tunnel interface, or where the tunnel "
                 "has ended.",
                 "Ethernet、Wi-"
                 "Fi、ループバックまたはトンネルのインターフェース、あるいはトンネルの終端の先でキ"
                 "ャプチャします。"},
        .sources = {Reference::pcap_savefile, Reference::pcapng},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kCaptureFull,
        .title = {"a capture holds more than is followed", "キャプチャに追いきれない量があります"},
        .means = {"It has more connections at one time, more addresses of one requirement, or more "
                  "DNS questions than are told apart.",
                  "同時のコネクション、一つの要件のアドレス、または DNS "
                  "の問い合わせが、区別できる数を超えています。"},
        .matters = {"The rest is counted and not judged.", "残りは数えるだけで、判定しません。"},
        .mend = {"Cut the capture to one client or to a shorter time.",
                 "キャプチャを一つのクライアント、または短い時間に絞ります。"},
        .sources = {Reference::own_bounds},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kCaptureSight,
        .title = {"where a capture stands limits what it shows",
                  "キャプチャの場所のために見える範囲が限られています"},
        .means = {"It shows packets in one direction only, or from addresses that are none of the "
                  "site's clients (behind NAT).",
                  "片方向のパケットしかないか、拠点のクライアントではないアドレス(NAT "
                  "の外側)からのものです。"},
        .matters = {"An answer that is not in the capture may have arrived all the same.",
                    "キャプチャにない応答も、実際には届いているかもしれません。"},
        .mend = {"Capture on the client itself, or where both directions pass.",
                 "クライアント自身か、両方向が通る場所でキャプチャします。"},
        .sources = {Reference::cisco_roaming},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kReadBeforeLogs,
        .title = {"a capture was read before the log that tells where the gateway is",
                  "ゲートウェイの場所を示すログより先にキャプチャを読みました"},
        .means = {"A client's log names the address that its web gateway had, one that is in none "
                  "of the ranges. Captures are searched for it as well, and this one came from "
                  "standard input, or a pipe, before the log did.",
                  "クライアントのログは、Web "
                  "ゲートウェイのアドレスを示していますが、どのアドレス範囲にもありません。キャプチ"
                  "ャの中でもそのアドレスを探しますが、このキャプチャは標準入力またはパイプから、ロ"
                  "グより先に来ました。"},
        .matters = {"Packets to that address may be in the capture, and are not judged.",
                    "そのアドレスへのパケットがキャプチャにあっても、判定されません。"},
        .mend = {"Give it as a file: files are read twice, logs first. Or put the log before it.",
                 "ファイルとして渡します。ファイルは二度読まれ、ログが先になります。または、ログを"
                 "先に指定します。"},
        .command = "safeconduct diagnose Umbrella.txt capture.pcapng",
        .sources = {Reference::cisco_roaming},
        .probe = "safeconduct probe --site site.yaml",
    },
});

}  // namespace

std::span<Explanation const> pages_of_captures() { return kPages; }

}  // namespace safeconduct
