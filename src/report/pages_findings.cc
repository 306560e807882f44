// SPDX-License-Identifier: GPL-3.0-or-later
// SC1xx: why a requirement does not hold.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kBlocked,
        .title = {"required traffic is blocked", "必要な通信が遮断されています"},
        .means =
            {"Packets that the service needs are dropped or refused on their way from the clients. "
             "The verdict says how much: 'blocked' is all of a requirement, 'partial' a part of "
             "it; each part names the rule or the chain policy that loses it, and a packet to try.",
             "サービスに必要なパケットが、クライアントからの途中で破棄または拒否されています。どれ"
             "だけかは判定が示します。'blocked' は要件のすべて、'partial' "
             "はその一部です。それぞれの部分について、遮断するルールまたはチェーンのポリシーと、試"
             "すためのパケットが示されます。"},
        .matters = {"Each requirement says what its loss breaks. A silent drop makes clients wait "
                    "for time-outs; a refusal makes them give up at once. A client that cannot "
                    "reach the DNS resolvers falls back to the network's own DNS; one that cannot "
                    "reach the web gateway browses without it, if direct web access is permitted.",
                    "失われると何が起きるかは、各要件に書かれています。黙って破棄されると、クライア"
                    "ントはタイムアウトまで待ちます。拒否されると、すぐに諦めます。DNS "
                    "リゾルバーに届かないクライアントはネットワーク自身の DNS に戻り、Web "
                    "ゲートウェイに届かないクライアントは、直接の Web "
                    "アクセスが許可されていればゲートウェイなしで閲覧を続けます。"},
        .mend = {"Let the packets pass before the rule that stops them, as narrowly as the report "
                 "lists them. Then check again: a later chain may stop them too.",
                 "遮断するルールより前で、レポートに挙げられた範囲に限ってパケットを許可します。そ"
                 "の後でもう一度検査してください。後のチェーンでも止められることがあります。"},
        .sources = {Reference::cisco_unprotected, Reference::cisco_roaming, Reference::nft},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kReplyLost,
        .title = {"answers are blocked", "応答が遮断されています"},
        .means = {"The client's packets pass, the answers to them do not.",
                  "クライアントのパケットは通りますが、その応答が通りません。"},
        .matters =
            {"For the client it is as if the request had been dropped: it waits, retries and gives "
             "up. The rule that permits the service looks right, which makes this one hard to see.",
             "クライアントにとっては、要求が破棄されたのと同じです。待ち、再試行し、諦めます。サー"
             "ビスを許可するルールは正しく見えるため、気付きにくい誤りです。"},
        .mend = {"Accept packets of known connections in the same chain, before anything that "
                 "drops; and look for 'notrack' rules, which make answers 'untracked' so that no "
                 "such rule fits them.",
                 "同じチェーンで、破棄するものより前に、既知のコネクションのパケットを許可します。'"
                 "notrack' のルールも確認してください。応答が 'untracked' "
                 "となり、そのようなルールに一致しなくなります。"},
        .sources = {Reference::nft, Reference::iptables_extensions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kLaterLost,
        .title = {"a connection is cut after its first packet",
                  "コネクションが最初のパケットの後で切られます"},
        .means =
            {"The first packet of the conversation passes, further packets of the client do not.",
             "やり取りの最初のパケットは通りますが、クライアントの以降のパケットが通りません。"},
        .matters = {"A TCP handshake does not complete, or a connection opens and then hangs; DNS "
                    "over UDP, which is one packet each way, may go on working meanwhile.",
                    "TCP "
                    "のハンドシェイクが完了しないか、コネクションが開いた後で止まります。往復一つず"
                    "つのパケットで済む UDP の DNS は、その間も動き続けることがあります。"},
        .mend =
            {"Rules that accept only 'new' packets need a companion for established connections.",
             "'new' "
             "のパケットだけを許可するルールには、確立済みのコネクションを許可するルールを添えます"
             "。"},
        .sources = {Reference::nft, Reference::iptables_extensions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kIntercepted,
        .title = {"required traffic is diverted", "必要な通信が別の宛先へ向けられています"},
        .means = {"Packets pass, but to another destination: a redirect, a destination NAT or a "
                  "transparent proxy rewrites them, or they are handed to a program in user space.",
                  "パケットは通りますが、別の宛先に届きます。リダイレクト、宛先 "
                  "NAT、透過プロキシーが書き換えるか、ユーザー空間のプログラムに渡されます。"},
        .matters = {"The service is never reached, though no rule blocks it. Redirected DNS is the "
                    "usual case: the client checks the answers, takes those of another resolver as "
                    "none, and shows itself unprotected.",
                    "遮断するルールがないのに、サービスには届きません。よくあるのは DNS "
                    "のリダイレクトです。クライアントは応答を検証し、別のリゾルバーの応答をないもの"
                    "として扱い、保護されていないと表示します。"},
        .mend = {"Exempt the service's addresses from the rule that diverts.",
                 "宛先を変えるルールの対象から、サービスのアドレスを除外します。"},
        .sources = {Reference::cisco_unprotected, Reference::nft, Reference::iptables_extensions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kUndecided,
        .title = {"it cannot be decided whether the traffic passes",
                  "通信が通るかどうかを判定できません"},
        .means =
            {"The verdict hangs on words that the file does not decide: a rate limit, the time of "
             "day, an interface that was not named, a set whose contents are not in the export, an "
             "extension that is not modelled. The report names the words and their line.",
             "ファイルだけでは決まらない語句に判定が左右されます。レート制限、時刻、指定されていな"
             "いインターフェース、中身が書き出されていないセット、モデル化されていない拡張などです"
             "。レポートは、その語句と行を示します。"},
        .matters = {"Nothing is proven either way, so it counts as a finding. Rate limits on DNS "
                    "in particular show up as clients that lose protection now and then.",
                    "どちらとも証明されていないため、不合格として数えます。特に DNS "
                    "のレート制限は、クライアントの保護がときどき失われるという形で現れます。"},
        .mend = {"Give what is missing (--in and --out, the ipset dump, an export with all set "
                 "elements), or let the required packets pass by a rule without such words, before "
                 "this one.",
                 "足りないもの(--in と --out、ipset "
                 "の書き出し、セットの要素をすべて含む書き出し)"
                 "を与えるか、このルールより前で、そのような語句を含まないルールによって必要なパケ"
                 "ットを許可します。"},
        .sources = {Reference::nft, Reference::iptables_extensions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kUnresolved,
        .title = {"a destination has no known address", "アドレスの分からない宛先があります"},
        .means = {"The requirement names a host, or a service of a region, for which no address is "
                  "given; rules judge addresses, so there is nothing to check.",
                  "要件はホスト名、またはリージョンのサービスを挙げていますが、そのアドレスが与えら"
                  "れていません。ルールはアドレスで判断するため、検査する対象がありません。"},
        .matters = {"The traffic may be blocked and this report cannot tell.",
                    "通信が遮断されていても、このレポートでは分かりません。"},
        .mend = {"Add the addresses to the policy or the range file ('ranges validate' checks it), "
                 "or compare with what the name resolves to at the site.",
                 "アドレスをポリシーまたはアドレス範囲のファイルに加える('ranges validate' "
                 "で確認できます)か、拠点で名前解決した結果と比べます。"},
        .command =
            "safeconduct ranges resolve --policy secure-client-roaming --resolver 208.67.222.222",
        .sources = {Reference::policy_schema, Reference::ranges_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kNotDenied,
        .title = {"traffic passes that must not", "通ってはならない通信が通ります"},
        .means = {"The policy expects these packets to be stopped ('expect: deny'), and some pass.",
                  "ポリシーはこれらのパケットが止められることを求めています('expect: "
                  "deny')が、一部またはすべてが通ります。"},
        .matters =
            {"Each such requirement guards a way around the service: clients that ask another DNS "
             "resolver, for instance, are not covered by its policy.",
             "このような要件は、サービスの迂回路を塞ぐためのものです。たとえば別の DNS "
             "リゾルバーに問い合わせるクライアントには、サービスのポリシーが適用されません。"},
        .mend = {"Stop what the report lists, after the rules that permit the service itself.",
                 "レポートに挙げられたものを、サービス自体を許可するルールより後で遮断します。"},
        .sources = {Reference::umbrella_circumvention, Reference::policy_schema},
        .probe = "safeconduct probe --site site.yaml --policy dns-enforcement",
    },
    {
        .code = code::kTooComplex,
        .title = {"the analysis reached its limit", "解析が上限に達しました"},
        .means = {"The rules cut the required packets into more pieces than this program follows.",
                  "ルールが必要なパケットを、このプログラムが追える数を超える断片に分けています。"},
        .matters = {"What is left over is not proven, so it counts as a finding.",
                    "残りは証明されていないため、不合格として数えます。"},
        .mend = {"Check fewer clients or regions at a time; if the rule set is not extraordinary, "
                 "please report it.",
                 "一度に検査するクライアントやリージョンを減らします。特別なルールセットでなければ"
                 "、報告してください。"},
        .command = "safeconduct check fw.nft --region eu-west-2 --clients 10.20.0.0/16",
        .sources = {Reference::own_bounds},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kBreaksLater,
        .title = {"a range that takes effect later is not let through",
                  "後日有効になるアドレス範囲が許可されていません"},
        .means =
            {"The range file has addresses that take effect after the day asked about, and the "
             "rules do not let the required packets to them pass. The report names the day.",
             "アドレス範囲のファイルには、検査の対象日より後に有効になるアドレスがあり、そこへの必"
             "要なパケットをルールが通しません。レポートはその日を示します。"},
        .matters = {"Today's verdict does not depend on it. From that day on clients are sent to "
                    "those addresses, and what the requirement says of its loss happens then. It "
                    "counts for the exit status at the level of its requirement; --upcoming report "
                    "leaves it out of that.",
                    "今日の判定には影響しません。その日からクライアントはそのアドレスへ案内され、要"
                    "件に書かれた支障が起きます。終了ステータスには要件のレベルで反映されます。--"
                    "upcoming report を指定すると反映されません。"},
        .mend = {"Let the packets pass before that day, and check again; with --as-of and the day "
                 "the verdict is that of the day.",
                 "その日までにパケットを許可し、もう一度検査します。--as-of "
                 "でその日を指定すると、その日の判定になります。"},
        .sources = {Reference::ranges_schema},
        .probe = "safeconduct probe --site site.yaml --as-of 2026-12-15",
    },
    {
        .code = code::kElementsExpire,
        .title = {"what is permitted rests on elements that expire",
                  "許可が、期限切れになるセットの要素に頼っています"},
        .means = {"The day to check for was said (--as-of), and sets of the rules have elements "
                  "with a timeout that live beyond it: they count as there. Without them the "
                  "requirement is open. The report names the day on which the first of them may be "
                  "gone; exports do not say when they were written, so it is taken to be today.",
                  "検査の対象日が指定され(--as-of)"
                  "、ルールのセットには、その日より後まで残るタイムアウト付きの要素があります。これ"
                  "らは存在するものとして扱われます。要素がなくなると、要件は満たされるとは限りませ"
                  "ん。レポートは、最初の要素がなくなりうる日を示します。書き出した日はファイルに書"
                  "かれていないため、今日とみなします。"},
        .matters = {"From that day on the packets may be stopped, or let through, and no rule has "
                    "changed. It counts for the exit status at the level of its requirement; "
                    "--upcoming report leaves it out of that.",
                    "その日からは、ルールが変わらなくても、パケットが止められたり通されたりすること"
                    "があります。終了ステータスには要件のレベルで反映されます。--upcoming report "
                    "を指定すると反映されません。"},
        .mend =
            {"Put what the service needs into the set for good, without a timeout, or into a rule.",
             "サービスに必要なものを、タイムアウトなしで恒久的にセットに入れるか、ルールに書きます"
             "。"},
        .sources = {Reference::nft, Reference::ipset},
        .probe = "safeconduct probe --site site.yaml",
    },
});

}  // namespace

std::span<Explanation const> pages_of_findings() { return kPages; }

}  // namespace safeconduct
