// SPDX-License-Identifier: GPL-3.0-or-later
// SC901-910: the rules and ranges that were read.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kIncompleteRanges,
        .title = {"the ingress ranges are not complete", "アドレス範囲の一覧が完全ではありません"},
        .means = {"The range file says of itself that the provider has ranges that are not in it "
                  "('complete: false').",
                  "アドレス範囲のファイル自身が、載っていない範囲が提供元にあると述べています('"
                  "complete: false')。"},
        .matters = {"A check against it proves what it lists, and nothing about the rest: clients "
                    "may be sent to addresses that were not checked.",
                    "このファイルによる検査が証明するのは、載っている範囲だけです。クライアントは、"
                    "検査されていないアドレスへ案内されることがあります。"},
        .mend = {"Take the provider's own list for your regions and extend the file, or write one "
                 "of your own and name it with --provider.",
                 "利用するリージョンについて提供元の一覧を入手し、ファイルを補うか、自分のファイル"
                 "を書いて --provider で指定します。"},
        .command = "safeconduct ranges import page.txt --provider mine.yaml --title November "
                   " --write mine.yaml",
        .sources = {Reference::ranges_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kFamilyGuessed,
        .title = {"the address family was told from the content",
                  "アドレスファミリーを内容から推定しました"},
        .means = {"An iptables-save file does not say whether it is of iptables or ip6tables; the "
                  "words in it decided.",
                  "iptables-save のファイルには、iptables と ip6tables "
                  "のどちらのものかが書かれていません。中の語句から決めました。"},
        .matters = {"If the guess is wrong, the verdict is about the wrong packets.",
                    "推定が誤っていれば、判定は別のパケットについてのものになります。"},
        .mend = {"Look at the family that the note names; name the files so that it is plain, and "
                 "give both.",
                 "注記に示されたファミリーを確かめてください。ファイル名で分かるようにし、両方のフ"
                 "ァイルを渡します。"},
        .sources = {Reference::iptables_save},
    },
    {
        .code = code::kTableLeftOut,
        .title = {"a table was left out", "対象外としたテーブルがあります"},
        .means =
            {"The table does not filter IP packets that are routed (that of ARP, for instance), so "
             "it "
             "is not part of the check. That of a bridge filters those that come in or leave by a "
             "bridge, too: where it may stop them, they are undecided. Or a chain at a device "
             "(ingress, egress) names none, asks for interfaces or may stop ARP: it is not "
             "followed, and what it drops is undecided.",
             "このテーブルは、ルーティングされる IP "
             "パケットをフィルタリングしません(arp "
             "のテーブルなど)。そのため検査の対象外です。bridge "
             "のテーブルは、ブリッジから入る、またはブリッジへ出るパケットも扱います。止めうる場合"
             "、"
             "それらは判定不能になります。または、インターフェースのチェーン("
             "ingress、"
             "egress)がデバイスを示さない、インターフェースを条件とする、あるいは ARP を止めうる"
             "ものです。追跡しないため、そこで破棄されるものは判定不能になります。"},
        .matters =
            {"Should client traffic stay on a bridge of this host, that table may stop packets "
             "too.",
             "クライアントの通信がこのホストのブリッジ内にとどまる場合は、そのテーブルもパケットを"
             "止めることがあります。"},
        .mend =
            {"Check such devices by their own export. Of a chain at a device give nft's "
             "listing as text (the JSON of nft 1.0.6 names no device), or look at it by "
             "itself.",
             "そのような機器は、それ自身の書き出しで確認します。インターフェースのチェーンは、nft "
             "の一覧をテキストで渡す(nft 1.0.6 の JSON にはデバイスがありません)か、"
             "それ自体を確かめます。"},
        .sources = {Reference::nft},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kSetWithoutElements,
        .title = {"a set's contents are not in the export", "セットの中身が書き出されていません"},
        .means = {"A rule asks for a set whose elements the file does not list.",
                  "要素がファイルに載っていないセットを、ルールが参照しています。"},
        .matters =
            {"What hangs on it is undecided, or the set is read as empty; the note says which.",
             "それに左右されるものは判定不能になるか、セットは空として読まれます。どちらかは注記が"
             "示します。"},
        .mend = {"Export with the elements ('nft list ruleset' without --terse), or give the ipset "
                 "dump with the other files.",
                 "要素を含めて書き出す('nft list ruleset'、--terse なし)か、ipset "
                 "の書き出しをほかのファイルとともに渡します。"},
        .command = "ipset save > gateway.ipset",
        .sources = {Reference::nft, Reference::ipset},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kFlowtable,
        .title = {"a flowtable takes packets past the rules",
                  "flowtable がパケットをルールの外に通します"},
        .means =
            {"Packets of connections in the flowtable are forwarded without passing the chains.",
             "flowtable にあるコネクションのパケットは、チェーンを通らずに転送されます。"},
        .matters =
            {"The first packets of every connection do pass them, so a connection is still "
             "permitted or blocked by the rules; what they say about later packets may not hold.",
             "どのコネクションも最初のパケットはチェーンを通るため、許可するか遮断するかは引き続き"
             "ルールが決めます。以降のパケットについては、ルールの通りにならないことがあります。"},
        .mend = {"Nothing to mend; keep it in mind when later packets are concerned.",
                 "直すものはありません。以降のパケットが問題になるときに思い出してください。"},
        .sources = {Reference::nft, Reference::kernel_flowtable},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kScript,
        .title = {"the file is a script, not a listing", "ファイルは一覧ではなくスクリプトです"},
        .means = {"The file builds rules and does not say that it replaces all others; 'nft list "
                  "ruleset' would print everything that is loaded.",
                  "ファイルはルールを組み立てますが、ほかのすべてを置き換えるとは書かれていません。"
                  "'nft list ruleset' は、読み込まれているものをすべて表示します。"},
        .matters =
            {"Rules that were loaded before, by other scripts or programs, are not in it and were "
             "not checked.",
             "ほかのスクリプトやプログラムが先に読み込んだルールは含まれず、検査されていません。"},
        .mend = {"Check what is loaded.", "読み込まれているルールを検査します。"},
        .command = "nft list ruleset > fw.nft",
        .sources = {Reference::nft},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kExtensionHeaders,
        .title = {"packets are taken to have no IPv6 extension headers",
                  "IPv6 拡張ヘッダーのないパケットを前提としました"},
        .means = {"A rule asks for IPv6 extension headers. Ordinary DNS and web traffic has none, "
                  "and that is what was assumed.",
                  "IPv6 の拡張ヘッダーを調べるルールがあります。通常の DNS や Web "
                  "の通信には付かないため、付かないものとしました。"},
        .matters = {"Packets with such headers may be treated otherwise.",
                    "拡張ヘッダーの付いたパケットは、別の扱いを受けることがあります。"},
        .mend = {"Nothing to mend for the traffic that is checked here.",
                 "ここで検査する通信については、直すものはありません。"},
        .sources = {Reference::nft, Reference::rfc8200},
        .probe = "safeconduct probe --site site.yaml --family 6",
    },
    {
        .code = code::kOtherExport,
        .title = {"part of the rules is in another export", "ルールの一部が別の書き出しにあります"},
        .means =
            {"The host has rules that this file does not show, or shows without what they ask for: "
             "iptables rules beside nft ones, or the other way round, or the two iptables "
             "backends.",
             "このファイルに現れないルール、または条件が示されないルールがホストにあります。nft "
             "のルールと並ぶ iptables のルール、その逆、iptables の二つのバックエンドなどです。"},
        .matters = {"The rules that are missing may block the traffic.",
                    "欠けているルールが通信を遮断することがあります。"},
        .mend =
            {"Give all exports of the host together: nft list ruleset, iptables-save, "
             "ip6tables-save, and iptables-legacy-save where that is in use.",
             "ホストの書き出しをすべてまとめて渡します。nft list "
             "ruleset、iptables-save、ip6tables-save、使われていれば iptables-legacy-save です。"},
        .command = "iptables-legacy-save > gateway.legacy.iptables",
        .sources = {Reference::nft, Reference::iptables_save},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kMatchesNothing,
        .title = {"a rule asks for a value that no packet has",
                  "どのパケットも持たない値をルールが求めています"},
        .means = {"The value is valid to the tool that wrote it, and no packet matches it.",
                  "値は書き出したツールにとっては正しいものですが、一致するパケットがありません。"},
        .matters = {"The rule has no effect, which was hardly intended.",
                    "ルールには効果がなく、意図されたものとは考えにくいです。"},
        .mend = {"Look at the rule that the note names.",
                 "注記に示されたルールを確かめてください。"},
        .sources = {Reference::iptables_extensions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kPolicyNotGiven,
        .title = {"a chain's policy is not in the file",
                  "チェーンのポリシーがファイルにありません"},
        .means = {"The file has rules of a built-in chain, but not the line that gives its policy; "
                  "ACCEPT was taken, as a fresh kernel has it.",
                  "組み込みチェーンのルールはありますが、そのポリシーを示す行がありません。起動直後"
                  "のカーネルと同じ ACCEPT とみなしました。"},
        .matters = {"If the policy is DROP, packets that were called allowed are lost.",
                    "ポリシーが DROP であれば、許可と判定したパケットが失われます。"},
        .mend = {"Export with iptables-save, which prints the policies.",
                 "ポリシーも表示する iptables-save で書き出します。"},
        .command = "iptables-save > gateway.v4.iptables",
        .sources = {Reference::iptables_save, Reference::iptables},
        .probe = "safeconduct probe --site site.yaml",
    },
});

}  // namespace

std::span<Explanation const> pages_of_reading() { return kPages; }

}  // namespace safeconduct
