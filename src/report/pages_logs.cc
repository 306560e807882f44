// SPDX-License-Identifier: GPL-3.0-or-later
// SC96x: client logs, bundles, and what was given as evidence.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kMemberRefused,
        .title = {"a member of an archive was not read",
                  "アーカイブに読まなかったメンバーがあります"},
        .means = {"Its name is an absolute path, climbs out of the archive, begins with a drive or "
                  "has a NUL in it; or it is a link, a device, or encrypted; or members share "
                  "bytes of the file.",
                  "名前が絶対パスであるか、アーカイブの外へ出るか、ドライブ名で始まるか、NUL "
                  "を含みます。または、リンク、デバイス、暗号化されたものであるか、複数のメンバーが"
                  "ファイルの同じ部分を共有しています。"},
        .matters =
            {"No bundle that a client writes has such members. Nothing is ever unpacked to disk, "
             "so they do no harm; but what stands in them is not part of the diagnosis.",
             "クライアントの作るバンドルに、このようなメンバーはありません。ディスクに展開すること"
             "はないため害はありませんが、その中身は診断に含まれません。"},
        .mend = {"Ask for the bundle again. Where a member is wanted all the same, unpack it by "
                 "hand and name it.",
                 "バンドルをもう一度求めてください。それでも必要なメンバーは、手作業で展開して指定"
                 "します。"},
        .sources = {Reference::zip_format, Reference::overlapping_zip},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kArchiveLimit,
        .title = {"an archive is larger than is read", "アーカイブが読み取りの上限を超えています"},
        .means = {"It has too many members, unpacks to too much, or to too many times its own "
                  "size, or holds archives within archives.",
                  "メンバーが多すぎるか、展開後の大きさ、または元に対する倍率が大きすぎるか、アーカ"
                  "イブの中にアーカイブがあります。"},
        .matters =
            {"What follows was not read and is not part of the diagnosis. Bundles of a client are "
             "far smaller; archives that are made to fill memory and disks look like this.",
             "以降は読まれておらず、診断に含まれません。クライアントのバンドルはずっと小さいもので"
             "す。メモリーやディスクを埋めるために作られたアーカイブは、このような形をしています"
             "。"},
        .mend = {"Unpack what is wanted by hand, and name the logs and captures themselves.",
                 "必要なものを手作業で展開し、ログやキャプチャ自体を指定します。"},
        .sources = {Reference::own_bounds, Reference::zip_format},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kCutShort,
        .title = {"a file was read as far as it goes", "ファイルを読める所まで読みました"},
        .means =
            {"It is damaged, or cut off: by a transfer that broke off, or a disk that was full.",
             "壊れているか、転送の中断やディスクの空き不足で途中までになっています。"},
        .matters = {"What stood behind the place is not part of the diagnosis.",
                    "その位置より後にあったものは、診断に含まれません。"},
        .mend = {"Fetch the file again, and compare its size.",
                 "ファイルを取得し直し、大きさを比べます。"},
        .sources = {Reference::zip_format},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kUnknownFile,
        .title = {"a file is no evidence that is known",
                  "証拠として知られていないファイルがあります"},
        .means = {"It is neither a client's log, nor a capture, nor an archive of them, by its "
                  "name and by its first lines.",
                  "名前と最初の数行から見て、クライアントのログでも、キャプチャでも、それらのアーカ"
                  "イブでもありません。"},
        .matters = {"Nothing of it is part of the diagnosis.", "その内容は診断に含まれません。"},
        .mend = {"Give the diagnostic bundle (DART), cscumbrellaplugin.txt, Umbrella.txt, or a "
                 "capture (pcap, pcapng).",
                 "診断バンドル(DART)、cscumbrellaplugin.txt、Umbrella.txt、またはキャプチャ("
                 "pcap、pcapng)を渡します。"},
        .command = "safeconduct diagnose bundle.zip",
        .sources = {Reference::cisco_roaming},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kLogClock,
        .title = {"days of a log may be read the wrong way round",
                  "ログの日付の月と日を取り違えているかもしれません"},
        .means = {"The event log writes days as the country does, and these fit two ways. Month "
                  "before day is taken.",
                  "イベントログの日付は国ごとの書き方で、このログでは二通りに読めます。月、日の順と"
                  "みなしました。"},
        .matters =
            {"Times of the web gateway's states may be wrong, and with them what is compared with "
             "a capture.",
             "Web ゲートウェイの状態の時刻が誤っているかもしれず、キャプチャとの比較も同様です。"},
        .mend = {"Compare with the days of the other log in the same bundle.",
                 "同じバンドルにあるもう一方のログの日付と比べてください。"},
        .sources = {Reference::cisco_roaming},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kLogCut,
        .title = {"lines of a log are cut", "ログの行が途中で切れています"},
        .means = {"They end before the port that they are about. The client asks at port 443 first "
                  "and at port 53 five seconds later, and that order tells which it is.",
                  "対象のポートの手前で行が終わっています。クライアントは先に 443 番、五秒後に 53 "
                  "番に問い合わせるため、その順序からどちらかを判断します。"},
        .matters = {"Where lines are missing, the port may be the other one.",
                    "行が抜けている場合、もう一方のポートかもしれません。"},
        .mend =
            {"Take the log from the bundle itself, not from a window or a table that cuts lines.",
             "行を切り詰める画面や表からではなく、バンドル自体からログを取り出します。"},
        .sources = {Reference::cisco_roaming},
        .probe = "safeconduct probe --site site.yaml --as-client",
    },
    {
        .code = code::kOutsideRanges,
        .title = {"the client was sent outside of the ranges that are known",
                  "クライアントが既知の範囲の外へ案内されました"},
        .means = {"The name of the service led it to an address that no range of the file covers.",
                  "サービスの名前の解決先が、ファイルのどのアドレス範囲にもないアドレスでした。"},
        .matters = {"Rules that are made from the ranges do not let it pass: the gateway looks "
                    "unavailable though every rule is there.",
                    "アドレス範囲から作ったルールは、そのアドレスへの通信を許可しません。ルールがす"
                    "べて揃っていても、ゲートウェイは利用できないように見えます。"},
        .mend = {"Add the range (safeconduct ranges import), or let the client resolve to a region "
                 "that is known. 'safeconduct ranges resolve' shows where the name leads.",
                 "範囲を加える(safeconduct ranges "
                 "import)か、クライアントの名前解決が既知のリージョンになるようにします。'"
                 "safeconduct ranges resolve' で解決先を確かめられます。"},
        .command =
            "safeconduct ranges resolve --policy secure-client-roaming --resolver 208.67.222.222",
        .sources = {Reference::cisco_gateway, Reference::ranges_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kNotInEvidence,
        .title = {"the evidence is silent about a requirement", "証拠に現れない要件があります"},
        .means = {"No log and no capture that was given shows an attempt to reach it.",
                  "渡されたログにもキャプチャにも、そこへの接続の試みがありません。"},
        .matters = {"Nothing is said of it, and so the whole is not called fine.",
                    "それについては何も言えないため、全体を正常とはしません。"},
        .mend = {"Capture while the client starts, or ask the wire.",
                 "クライアントの起動中にキャプチャするか、回線上で確かめます。"},
        .sources = {Reference::policy_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kGivenTwice,
        .title = {"the same evidence was given twice", "同じ証拠が二度渡されました"},
        .means =
            {"Two of the files that were given, or members of their archives, hold the same bytes.",
             "渡されたファイル、またはそのアーカイブのメンバーのうち、二つの中身が同じです。"},
        .matters = {"It counts once: the numbers of tries are those of one of them.",
                    "一度だけ数えます。試行の回数は、そのうちの一つのものです。"},
        .mend = {"Nothing has to be done. Where another capture or log was meant, name that one.",
                 "対処は不要です。別のキャプチャやログのつもりであれば、それを指定します。"},
        .sources = {Reference::own_bounds},
    },
});

}  // namespace

std::span<Explanation const> pages_of_logs() { return kPages; }

}  // namespace safeconduct
