// SPDX-License-Identifier: GPL-3.0-or-later
// SC92x: what the check assumed, and what it says beside its question.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kDefaultTaken,
        .title = {"a default was taken", "既定値を使いました"},
        .means = {"Something was not said on the command line or in the site file; the note names "
                  "what was assumed.",
                  "コマンドラインにもサイトファイルにも指定のないものがあります。何を仮定したかは注"
                  "記が示します。"},
        .matters = {"The verdict holds for the assumption.",
                    "判定は、その仮定のもとで成り立ちます。"},
        .mend = {"Say it: --policy, --provider, --region, --clients, or a site file.",
                 "--policy、--provider、--region、--clients、またはサイトファイルで指定します。"},
        .command = "safeconduct check fw.nft --policy secure-client-roaming --clients 10.20.0.0/16 "
                   "--region eu-west-2",
        .sources = {Reference::site_schema},
    },
    {
        .code = code::kInterfacesUnknown,
        .title = {"the interfaces are not known", "インターフェースが分かりません"},
        .means = {"Rules ask for interfaces, and it was not said by which ones client traffic "
                  "comes and goes.",
                  "ルールはインターフェースを調べますが、クライアントの通信がどれから入りどれから出"
                  "るかの指定がありません。"},
        .matters = {"What hangs on an interface is undecided.",
                    "インターフェースに左右されるものは判定不能になります。"},
        .mend = {"Say --in and --out (a site file: enter, leave).",
                 "--in と --out(サイトファイルでは enter と leave)を指定します。"},
        .command = "safeconduct check fw.nft --in lan0 --out wan0",
        .sources = {Reference::nft, Reference::iptables},
    },
    {
        .code = code::kNothingFilters,
        .title = {"no chain filters the packets",
                  "パケットをフィルタリングするチェーンがありません"},
        .means =
            {"The rules that were read have no chain that filters packets of that family at the "
             "hook that was asked about. What nothing stops passes.",
             "読み込んだルールには、そのファミリーのパケットを、調べているフックで"
             "フィルタリングするチェーンがありません。止めるものがなければ通ります。"},
        .matters =
            {"That may be so. But an export of a table of nat alone, of a bridge alone or of "
             "nothing looks the same, whatever the device stops.",
             "実際にそうかもしれません。しかし、nat のテーブルだけ、ブリッジだけ、"
             "または空の書き出しでも、機器が何を止めていても、同じに見えます。"},
        .mend =
            {"Give the whole: 'nft list ruleset', as root, or iptables-save and ip6tables-save.",
             "全体を渡します。root で実行した 'nft list ruleset'、または iptables-save と "
             "ip6tables-save です。"},
        .command = "nft list ruleset > gateway.nft",
        .sources = {Reference::nft, Reference::iptables_save},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kLowPorts,
        .title = {"packets from low source ports do not pass",
                  "小さい番号の送信元ポートからのパケットが通りません"},
        .means = {"Packets of the required flows are lost where they come from a source port below "
                  "1024.",
                  "必要な通信のうち、1024 未満の送信元ポートからのパケットが失われます。"},
        .matters = {"Clients send from 1024 and above (RFC 6056), so this does not count against "
                    "the verdict.",
                    "クライアントは 1024 以上から送信する(RFC 6056)ため、判定には影響しません。"},
        .mend = {"Nothing to mend, unless something of yours does send from such ports.",
                 "そのようなポートから送信するものがなければ、直すものはありません。"},
        .sources = {Reference::rfc6056},
    },
    {
        .code = code::kHostPathDiffers,
        .title = {"the device's own packets end otherwise than those of its clients",
                  "機器自身のパケットとクライアントのパケットで結果が異なります"},
        .means =
            {"Packets that a host sends itself pass its output chains, those that it forwards its "
             "forward chains; some required flow is stopped on the one way and not on the other.",
             "ホスト自身が送るパケットは output のチェーンを、転送するパケットは forward "
             "のチェーンを通ります。必要な通信の中に、片方だけで止められるものがあります。"},
        .matters = {"A test from the device (dig, curl, a probe) then shows the other way's "
                    "outcome: it succeeds where clients are blocked, or fails where they are not.",
                    "機器からの試験(dig、curl、probe)"
                    "では、もう片方の経路の結果が得られます。クライアントが遮断されていても成功し、"
                    "遮断されていなくても失敗します。"},
        .mend = {"Nothing to mend by itself. Test from a client, or let both chains say the same.",
                 "それ自体に直すものはありません。クライアントから試すか、両方のチェーンを同じにし"
                 "ます。"},
        .sources = {Reference::nft, Reference::iptables},
        .probe = "safeconduct probe --site site.yaml --through-forward 10.20.0.250",
    },
    {
        .code = code::kPathMtu,
        .title = {"messages on the size of packets do not get back to the clients",
                  "パケットの大きさについての通知がクライアントに戻りません"},
        .means = {"A router that cannot pass a packet on for its size tells the sender (ICMPv6 "
                  "packet-too-big, ICMP fragmentation-needed). The rules drop these messages.",
                  "パケットが大きすぎて転送できないルーターは、送信元に知らせます(ICMPv6 "
                  "packet-too-big、ICMP fragmentation-needed)。ルールはこの通知を破棄します。"},
        .matters = {"Where a link on the way takes smaller packets, as tunnels do, connections "
                    "open and then stall: the handshake passes, large packets do not (RFC 2923, "
                    "section 2.1; RFC 4890 asks for packet-too-big to be let through).",
                    "トンネルのように小さいパケットしか通さない区間が途中にあると、コネクションは開"
                    "いた後で止まります。ハンドシェイクは通りますが、大きいパケットは通りません("
                    "RFC 2923 の 2.1 節。RFC 4890 は packet-too-big を通すよう求めています)。"},
        .mend =
            {"Accept what belongs to known connections (ct state established,related; in iptables "
             "--ctstate RELATED,ESTABLISHED), which these messages do; or accept the types by "
             "name. Clamping the segment size of TCP helps with the device's own links only.",
             "既知のコネクションに属するもの(ct state established,related、iptables では --ctstate "
             "RELATED,ESTABLISHED)"
             "を許可します。この通知も含まれます。または、種別を指定して許可します。TCP "
             "のセグメントサイズの調整は、機器自身のリンクにしか効きません。"},
        .sources = {Reference::rfc2923, Reference::rfc4890, Reference::nft},
        .probe = "safeconduct probe --site site.yaml --path",
    },
    {
        .code = code::kSettingTaken,
        .title = {"a setting was not said by the command line",
                  "コマンドライン以外から取られた設定があります"},
        .means = {"It comes from the environment (SAFECONDUCT_...) or from a file of settings "
                  "(.safeconduct.yaml); the note names the variable, or the file and line.",
                  "環境変数(SAFECONDUCT_...)または設定ファイル(.safeconduct.yaml)"
                  "から取られました。注記が、その変数、またはファイルと行を示します。"},
        .matters = {"It changes what is asked, or what counts as a failure: the verdict holds for "
                    "that question.",
                    "何を検査するか、または何を不合格とするかが変わります。判定はその問いについての"
                    "ものです。"},
        .mend = {"Look at all of them with 'safeconduct config COMMAND'. An option on the command "
                 "line goes first; SAFECONDUCT_CONFIG= (empty) leaves files out.",
                 "'safeconduct config COMMAND' "
                 "ですべてを確かめられます。コマンドラインのオプションが優先されます。SAFECONDUCT_"
                 "CONFIG= (空)を指定すると、ファイルは使われません。"},
        .command = "safeconduct config check",
        .sources = {Reference::settings_schema},
    },
    {
        .code = code::kNeighbours,
        .title = {"IPv6 hosts on a link do not find each other",
                  "回線上の IPv6 の機器が互いを見つけられません"},
        .means =
            {"The rules for the device's own packets (input, output) drop ICMPv6 neighbour "
             "solicitations or advertisements. For IPv6 they are what ARP is for IPv4: without "
             "them nobody learns the hardware address to send to.",
             "機器自身のパケットについてのルール(input、output)が、ICMPv6 "
             "の近隣要請または近隣広告を破棄します。IPv6 では、これが IPv4 の ARP "
             "にあたり、なければ送り先のハードウェアアドレスが分かりません。"},
        .matters =
            {"IPv6 packets that the rules let pass never leave: clients fall back to IPv4, or "
             "have nothing (RFC 4890, section 4.4.1 asks not to drop these messages). What the "
             "rules let pass is undecided. Links to one other host alone, as PPP and most tunnels "
             "are, do without.",
             "ルールが通す IPv6 のパケットも送り出されません。クライアントは IPv4 "
             "に切り替えるか、何も使えません(RFC 4890 の 4.4.1 "
             "節は破棄しないよう求めています)。ルールが通すものは保留と判定します。PPP "
             "や多くのトンネルのような一対一の回線では不要です。"},
        .mend =
            {"Accept ICMPv6 types 133 to 136 on input and output, before rules that drop. Where "
             "the links need none of it (PPP, tunnels, neighbours entered by hand), say so: "
             "--known-neighbours, or 'known-neighbours' in the site file.",
             "破棄するルールより前で、input と output の ICMPv6 タイプ 133 から 136 "
             "を許可します。必要としない回線(PPP、トンネル、手で登録した近隣)であれば、"
             "--known-neighbours、またはサイトファイルの known-neighbours で指定します。"},
        .sources = {Reference::rfc4861, Reference::rfc4890, Reference::nft},
        .probe = "safeconduct probe --site site.yaml --path",
    },
    {
        .code = code::kTold,
        .title = {"what was said of the device is taken at its word",
                  "機器について指定されたことを、そのまま前提としています"},
        .means =
            {"No export tells which address masquerade puts in, by which interface answers "
             "leave, which interface is a VLAN, a bridge or a bond upon another, or how hosts on a "
             "link find each other. What the note names was said, with --masquerade-as, "
             "--symmetric-routes, --plain-interfaces or --known-neighbours or in the site file, "
             "and rules ask for it.",
             "masquerade が書き換えるアドレス、応答が出ていくインターフェース、"
             "インターフェースの重なり(VLAN、ブリッジ、ボンド)、回線上の近隣の見つけ方は、"
             "書き出しには現れません。注記にあるものは、--masquerade-as、--symmetric-routes、"
             "--plain-interfaces、--known-neighbours "
             "またはサイトファイルで指定され、ルールがそれを条件としています。"},
        .matters =
            {"Without that the verdict would be undecided. Where it is not so, the verdict "
             "may be wrong.",
             "指定がなければ、判定は保留になります。事実と異なる場合、判定は誤りになりえます。"},
        .mend =
            {"Compare with the device: 'ip address show' of the outer interface, 'ip route get' "
             "to a client and to the service, 'ip -details link' of the interfaces.",
             "機器で確かめます。外側のインターフェースの 'ip address show'、クライアントと"
             "サービスへの 'ip route get'、インターフェースの 'ip -details link' です。"},
        .command = "safeconduct check fw.nft --in lan0 --out wan0 --masquerade-as 203.0.113.5",
        .sources = {Reference::nft, Reference::iptables_extensions, Reference::site_schema},
    },
});

}  // namespace

std::span<Explanation const> pages_of_asking() { return kPages; }

}  // namespace safeconduct
