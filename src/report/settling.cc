// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/settling.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace safeconduct {
namespace {

struct Known {
  std::string_view words;  // separated by '|': one of them stands in the text, as a word
  Translated answer;
};

// The first that fits counts.
constexpr std::array kKnown = std::to_array<Known>({
    {"which export is right",
     {"which of the two is right: iptables-save and nft's listing say different things of this "
      "rule. Where nft itself put it there, the listing is; look at 'nft --debug=netlink list "
      "chain'.",
      "どちらが正しいかです。iptables-save と nft の一覧で、このルールの内容が異なります。nft "
      "自身が入れたルールであれば一覧が正しく、'nft --debug=netlink list chain' "
      "で確かめられます。"}},
    {"iptables-legacy|ip6tables-legacy",
     {"the rules of iptables-legacy, which are in force beside: give the output of "
      "iptables-legacy-save (ip6tables-legacy-save), too.",
      "iptables-legacy "
      "のルールです。並行して有効なので、iptables-legacy-save(ip6tables-legacy-save)"
      "の出力も渡してください。"}},
    {"rules were given",
     {"the rules of that family: give the output of 'nft list ruleset', or of both iptables-save "
      "and ip6tables-save.",
      "そのファミリーのルールです。'nft list ruleset'、または iptables-save と ip6tables-save "
      "の両方の出力を渡してください。"}},
    {"cannot show",
     {"the rules of nft that are in force beside: give the output of 'nft list ruleset', too.",
      "並行して有効な nft のルールです。'nft list ruleset' の出力も渡してください。"}},
    {"connection tracking has seen",
     {"packets of one connection of which some are tracked and some are not: let connection "
      "tracking see both directions, or neither (notrack).",
      "一つのコネクションに、追跡されるパケットとされないパケットがあります。両方向を追跡させるか、"
      "両方向とも除外(notrack)してください。"}},
    {"several matches of conntrack",
     {"each '-m conntrack' asks for itself: write one with all its options, or two rules.",
      "'-m conntrack' はそれぞれ別に判定されます。一つにまとめるか、ルールを分けてください。"}},
    {"of several destinations",
     {"which of several addresses or ports a translation chooses for a connection: no file can "
      "decide it. Write a single one, or let a rule before this one decide these packets.",
      "アドレス変換が、複数のアドレスやポートのうちどれを選ぶかです。ファイルからは決まりません。一"
      "つだけを書くか、このルールより前に、これらのパケットの扱いを決めるルールを置いてください"
      "。"}},
    {"the analysis ran",
     {"a smaller question: fewer clients, regions or policies at a time.",
      "より小さい問いです。一度に検査するクライアント、リージョン、ポリシーを減らしてください。"}},
    {"the order of",
     {"which chain was registered first, which no export tells: give one of them another priority.",
      "どちらのチェーンが先に登録されたかです。どの書き出しにも現れないため、片方の優先度を変えてく"
      "ださい。"}},
    {"which no file given says",
     {"the export of objects that names it: give it beside the rules (addresses, groups, "
      "services).",
      "その名前を定義するオブジェクトの書き出しです。ルールとともに渡してください("
      "アドレス、グループ、サービス)。"}},
    {"that the cell leaves out",
     {"the cell is empty, which this vendor does not write for 'any': look at the rule on the "
      "device.",
      "セルが空です。このベンダーは 'any' を空では書きません。機器でルールを確かめてください。"}},
    {"which the export lacks",
     {"the column itself: show it on the device, and export again.",
      "列そのものです。機器で表示させ、もう一度書き出してください。"}},
    {"which the export does not tell",
     {"the ports of the rule: look at it on the device; as objects they would be in the export.",
      "ルールのポートです。機器で確かめてください。オブジェクトであれば書き出しに含まれます。"}},
    {"which may be of IPv4 alone",
     {"which family's 'all' it is: the device shows both where both are meant, and so does an "
      "export.",
      "どちらのファミリーの 'all' かです。両方を意味する場合、機器も書き出しも両方を示します。"}},
    {"beside a service",
     {"which of the two counts: leave the cells of protocol and ports empty, or that of the "
      "service.",
      "どちらが優先されるかです。プロトコルとポートのセル、またはサービスのセルを空にしてください"
      "。"}},
    {"translates its source",
     {"the address that the device gives its clients, which the export does not tell: look at its "
      "interface or pool, and at the rules of the next device for that address.",
      "機器がクライアントに与えるアドレスです。書き出しには現れないため、インターフェースまたはプー"
      "ルと、そのアドレスについての次の機器のルールを確かめてください。"}},
    {"column",
     {"a column that the dialect does not know: add it to the dialect's 'conditions' or 'ignored' "
      "(--dialect).",
      "方言(dialect)の知らない列です。方言の 'conditions' または 'ignored' "
      "に加えてください(--dialect)。"}},
    {"default ports of",
     {"the ports that the vendor gives the application: add it to the dialect's 'applications' "
      "(--dialect), or write the ports into the rule.",
      "ベンダーがそのアプリケーションに割り当てるポートです。方言(dialect)の 'applications' "
      "に加える(--dialect)か、ルールにポートを書いてください。"}},
    {"xt",
     {"what the nft listing cannot show: give the rules as iptables-save (ip6tables-save) prints "
      "them.",
      "nft "
      "の一覧では示せないものです。iptables-save(ip6tables-save)の出力でルールを渡してください。"}},
    {"match-set|its contents are not given",
     {"the contents of an ipset: give its dump too, from 'ipset save'.",
      "ipset の中身です。'ipset save' の出力も渡してください。"}},
    {"this listing has no words for",
     {"the rules as they run: 'kernel:' on the firewall itself, or the script that loads them.",
      "実際に動いているルールです。機器上の 'kernel:' か、ルールを読み込むスクリプトで示せます。"}},
    {"as 'nft -t' lists them",
     {"the elements of the set: export with them ('nft list ruleset' without --terse); if it was, "
      "say so with --full-listing, or in the site file ('full-listing').",
      "セットの要素です。要素を含めて書き出してください('nft list ruleset'、--terse なし)。"
      "すでにそうなら、--full-listing またはサイトファイルの 'full-listing' で指定してください。"}},
    {"expire|while packets pass|change its elements|limited in rate or number",
     {"the contents of a set that changes while packets pass: an export shows one moment of it. "
      "Let a rule before this one decide these packets.",
      "パケットが通る間に変わるセットの中身です。書き出しが示すのは一時点だけです。このルールより前"
      "に、これらのパケットの扱いを決めるルールを置いてください。"}},
    {"nomatch|mixes sets|of set|it contains itself|is not in the file",
     {"the contents of a set of a kind that this program does not model: match these packets by "
      "themselves, before this rule.",
      "このプログラムがモデル化していない種類のセットの中身です。このルールより前で、これらのパケッ"
      "トを直接指定してください。"}},
    {"hashlimit|limit",
     {"a rate: whether packets pass depends on the load; no file can decide it. Let a rule before "
      "this one decide these packets, without a rate; a probe shows it for one load.",
      "レートです。通るかどうかは負荷によるため、ファイルからは決まりません。このルールより前に、こ"
      "れらのパケットの扱いをレートなしで決めるルールを置いてください。プローブは、ある負荷での結果"
      "を示します。"}},
    {"connlimit|ct count",
     {"a number of connections: it depends on the load; no file can decide it. Let a rule before "
      "this one decide these packets.",
      "コネクションの数です。負荷によるため、ファイルからは決まりません。このルールより前に、これら"
      "のパケットの扱いを決めるルールを置いてください。"}},
    {"quota|connbytes|ct bytes|ct packets|ct avgpkt|rateest",
     {"a quota or count: it depends on what was sent before; no file can decide it. Let a rule "
      "before this one decide these packets.",
      "割り当て量またはカウンターです。それまでの通信量によるため、ファイルからは決まりません。この"
      "ルールより前に、これらのパケットの扱いを決めるルールを置いてください。"}},
    {"recent",
     {"a list of addresses that rules fill: 'cat /proc/net/xt_recent/*' shows it as it is now. Let "
      "a rule before this one decide these packets.",
      "ルールが書き込むアドレスの一覧です。現在の中身は 'cat /proc/net/xt_recent/*' "
      "で分かります。このルールより前に、これらのパケットの扱いを決めるルールを置いてください。"}},
    {"statistic|numgen|jhash|symhash|random",
     {"a lot that is drawn for packets; no file can decide it. Let a rule before this one decide "
      "these packets.",
      "パケットごとの抽選です。ファイルからは決まりません。このルールより前に、これらのパケットの扱"
      "いを決めるルールを置いてください。"}},
    {"time|hour|day|datestart|weekdays",
     {"the time of day: no single answer holds. Let a rule before this one decide these packets.",
      "時刻です。一つの答えはありません。このルールより前に、これらのパケットの扱いを決めるルールを"
      "置いてください。"}},
    {"iifgroup|oifgroup|devgroup",
     {"the group of an interface: 'ip -details link' shows it; write the interface's name instead, "
      "and say --in and --out.",
      "インターフェースのグループです。'ip -details link' "
      "で分かります。代わりにインターフェース名を書き、--in と --out を指定してください。"}},
    {"fib saddr type|ct status",
     {"in a table of iptables, what nft leaves out of this: give the output of iptables-save and "
      "ip6tables-save beside. Elsewhere, what connection tracking knows of the connection.",
      "iptables のテーブルでは、nft の一覧が省いた条件です。iptables-save と ip6tables-save "
      "の出力も渡してください。それ以外では、コネクション追跡が持つ情報です。"}},
    {"packets of a bridge",
     {"whether packets come in or leave by a bridge ('ip -details link show type bridge' lists "
      "them), whose chains they meet then, too: if not, say so with --plain-interfaces, or in the "
      "site file ('plain-interfaces').",
      "パケットがブリッジから入るか、ブリッジへ出るかです(その場合、ブリッジのチェーンも通ります。'"
      "ip "
      "-details link show type bridge' で分かります)。そうでなければ、--plain-interfaces、または"
      "サイトファイルの plain-interfaces で指定してください。"}},
    {"packets of another interface",
     {"whether the interface is a VLAN, a bridge or a bond upon that device, whose chain its "
      "packets meet then, too ('ip -details link' shows it): if none is, say so with "
      "--plain-interfaces, or in the site file ('plain-interfaces').",
      "インターフェースが、そのデバイスの上の "
      "VLAN、ブリッジ、ボンドかどうかです(その場合、デバイスのチェーンも通ります。'ip -details "
      "link' で分かります)。そうでなければ、--plain-interfaces、またはサイトファイルの "
      "plain-interfaces で指定してください。"}},
    {"finding neighbours",
     {"whether anybody asks for neighbours on that link: if so, let ICMPv6 types 133 to 136 pass "
      "on input and output; if not (PPP, a tunnel, neighbours entered by hand), say so with "
      "--known-neighbours, or in the site file ('known-neighbours').",
      "その回線で近隣探索が使われるかどうかです。使われるのであれば、input と output で ICMPv6 "
      "タイプ 133 から 136 "
      "を許可してください。使われないのであれば(PPP、トンネル、手で登録した近隣)、--known-"
      "neighbours、またはサイトファイルの known-neighbours で指定してください。"}},
    {"may list a mask",
     {"what was loaded: of 'ip daddr & MASK == A' with bits of A outside of the mask, which never "
      "holds, nft lists 'ip daddr A/LENGTH'. Look at 'nft --debug=netlink list ruleset', or check "
      "'kernel:' on the device.",
      "読み込まれたルールです。A にマスクの外のビットがある 'ip daddr & MASK == A' "
      "は決して成り立ちませんが、nft は 'ip daddr A/LENGTH' と表示します。'nft --debug=netlink "
      "list ruleset'、または機器上の 'kernel:' で確かめてください。"}},
    {"may stop ARP",
     {"whether hosts on the links find each other's hardware addresses, which the rules of that "
      "table decide; they are not read. Where they do, or are known without (PPP, a tunnel, "
      "neighbours entered by hand), say so with --known-neighbours, or in the site file "
      "('known-neighbours').",
      "回線上の機器が互いのハードウェアアドレスを見つけられるかどうかです。そのテーブルのルールによ"
      "りますが、読み取りの対象外です。見つけられる場合、または不要な場合("
      "PPP、トンネル、手で登録した近隣)は、--known-neighbours、またはサイトファイルの "
      "known-neighbours で指定してください。"}},
    {"rpfilter|fib saddr",
     {"whether the way back is the one that packets came by: if answers leave by the interface "
      "that packets come in by, say so with --symmetric-routes, or in the site file "
      "('symmetric-routes').",
      "応答の経路が、パケットの来た経路と同じかどうかです。応答がパケットの来たインターフェースから"
      "出ていくのであれば、--symmetric-routes、またはサイトファイルの symmetric-routes "
      "で指定してください。"}},
    {"fib|addrtype|src_type|dst_type|rpfilter|rt|rtclassid|realm",
     {"a look-up in the routing table, which the export does not contain: 'ip route get' to the "
      "address shows it.",
      "経路表の参照です。書き出しには含まれません。'ip route get' "
      "にアドレスを与えると分かります。"}},
    {"iiftype|oiftype",
     {"the kind of an interface's link: 'ip -details link' shows it; write the interface's name "
      "instead.",
      "インターフェースのリンクの種類です。'ip -details link' "
      "で分かります。代わりにインターフェース名を書いてください。"}},
    {"iif|iifname",
     {"the interface: say which one client traffic comes in by, with --in (a site file: enter).",
      "インターフェースです。クライアントの通信が入るものを --in(サイトファイルでは "
      "enter)で指定してください。"}},
    {"oif|oifname",
     {"the interface: say which one traffic to the service leaves by, with --out (a site file: "
      "leave).",
      "インターフェースです。サービスへの通信が出るものを --out(サイトファイルでは "
      "leave)で指定してください。"}},
    {"physdev|ibrname|obrname|physdev-in|physdev-out|nfbridge",
     {"the port of a bridge, which the export does not tell: 'bridge link' shows the ports.",
      "ブリッジのポートです。書き出しには現れません。'bridge link' で分かります。"}},
    {"owner|skuid|skgid|socket|cgroup|uid-owner|gid-owner",
     {"the program that sends the packet or waits for it, which no rule set tells; forwarded "
      "packets have none.",
      "パケットを送るか待っているプログラムです。ルールセットからは分かりません。転送されるパケット"
      "にはありません。"}},
    {"ct mark|connmark|mark|nfmark",
     {"a packet mark of unknown origin: find what sets it, or let a rule before this one decide "
      "these packets.",
      "出所の分からないパケットマークです。マークを付けるものを探すか、このルールより前に、これらの"
      "パケットの扱いを決めるルールを置いてください。"}},
    {"policy|ipsec|esp|ah",
     {"whether packets come or go by IPsec: 'ip xfrm policy' shows it.",
      "パケットが IPsec で出入りするかどうかです。'ip xfrm policy' で分かります。"}},
    {"mac|ether|mac-source|eui64|vlan|macaddr",
     {"hardware addresses or VLANs of the clients, which are not asked about: match addresses "
      "instead.",
      "クライアントのハードウェアアドレスまたは VLAN "
      "です。検査の対象ではないため、代わりにアドレスを指定してください。"}},
    {"geoip|asn|country",
     {"a database of addresses on the device, which the export does not contain.",
      "機器にあるアドレスのデータベースです。書き出しには含まれません。"}},
    {"osf|genre",
     {"a guess at the operating system of the sender, by its packets.",
      "パケットから推測した、送信元のオペレーティングシステムです。"}},
    {"string|u32|bpf|l7proto|ndpi|tls|algo|@ll|@nh|@th|@ih|tcp option|sctp chunk|chunk-types",
     {"the contents of packets, which no rule set decides. Let a rule before this one decide these "
      "packets.",
      "パケットの中身です。ルールセットからは決まりません。このルールより前に、これらのパケットの扱"
      "いを決めるルールを置いてください。"}},
    {"cpu",
     {"the processor that takes the packet, which no rule set tells.",
      "パケットを処理するプロセッサーです。ルールセットからは分かりません。"}},
    {"ttl|hl|hoplimit|length|dscp|tos|tcpmss|ecn|flowlabel|pkttype",
     {"a property of the packet that differs among clients: 'trace' with --ttl, --dscp or --length "
      "tells it for one packet.",
      "クライアントごとに異なるパケットの性質です。'trace' に --ttl、--dscp、--length "
      "を与えると、一つのパケットについて分かります。"}},
    {"ct original|ct reply|ct_original_saddr|ct_original_daddr|ct_original_sport|ct_original_dport",
     {"what connection tracking knows of the connection: 'conntrack -L' shows it as it is now.",
      "コネクション追跡が持つ情報です。現在の状態は 'conntrack -L' で分かります。"}},
    {"exthdr|hbh|dst|srh|frag|mh|rt0|rt2|rt4|ipv6header",
     {"IPv6 extension headers or fragments, which ordinary clients do not send.",
      "IPv6 の拡張ヘッダーまたはフラグメントです。通常のクライアントは送りません。"}},
    {"ct|conntrack|helper|connlabel|ctstatus|ctexpire",
     {"what connection tracking knows of the connection: 'conntrack -L' shows it as it is now.",
      "コネクション追跡が持つ情報です。現在の状態は 'conntrack -L' で分かります。"}},
    {"application|applications|user|url|url category|hip profile|source device|destination "
     "device|target device|schedule|vpn|content|install on|vlan tag",
     {"who or what is meant beside addresses and ports, which the device alone decides: let a rule "
      "before this one, which does not ask for it, decide these packets.",
      "アドレスとポート以外の対象(誰が、何を)"
      "です。機器だけが判断するため、このルールより前に、それを条件とせずにこれらのパケットの扱いを"
      "決めるルールを置いてください。"}},
    {"ingress or egress",
     {"a chain at a device (netdev) that asks for interfaces, names no device (as in the JSON of "
      "nft 1.0.6: give the text) or may stop ARP. Else look at it by itself.",
      "機器のインターフェースのチェーン(netdev)"
      "です。ほかのすべてより先にパケットを扱います。それ自体を確かめてください。"}},
    {"nfacct|cluster|condition|led",
     {"a switch or counter of the running system: 'ls /proc/net/nf_condition' and the like show it "
      "as it is now.",
      "動作中のシステムのスイッチまたはカウンターです。現在の状態は 'ls /proc/net/nf_condition' "
      "などで分かります。"}},
});

// As a word of its own; "-" may stand before or after it: "--mark", "limit-burst".
bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto const end = at + word.size();
    bool const begins = at == 0 || !is_of_word(text[at - 1]) || !is_of_word(word.front());
    bool const ends = end == text.size() || !is_of_word(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

bool has_one_of(std::string_view text, std::string_view words) {
  while (!words.empty()) {
    auto const bar = std::min(words.find('|'), words.size());
    if (has_word(text, words.substr(0, bar))) return true;
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return false;
}

constexpr Translated kSetContents{
    "the contents of a set that the export does not fix: export with its elements ('nft list "
    "ruleset' without --terse), or let a rule before this one decide these packets.",
    "書き出しでは決まらないセットの中身です。要素を含めて書き出す('nft list ruleset'、--terse "
    "なし)か、このルールより前に、これらのパケットの扱いを決めるルールを置いてください。"};
constexpr Translated kTranslatedAddress{
    "an address that a translation gives, which the rules do not tell. Of masquerade: say it with "
    "--masquerade-as, or in the site file ('masquerade-as').",
    "アドレス変換が与えるアドレスです。ルールからは分かりません。masquerade の場合は "
    "--masquerade-as、またはサイトファイルの masquerade-as で指定してください。"};
constexpr Translated kHostOfManyNetworks{
    "one host of each of very many networks: ask about fewer clients at a time, such as one /64.",
    "非常に多くのネットワークのそれぞれにある一つのホストです。一つの /64 "
    "など、より少ないクライアン"
    "トについて検査してください。"};
constexpr Translated kUnknownPort{
    "a port that is not known: a translation chooses it, or the packet that was asked about names "
    "none. Let a rule before this one decide all ports, or name the port.",
    "分からないポートです。アドレス変換が選ぶか、指定されたパケットにポートがありません。このルール"
    "より前に、すべてのポートの扱いを決めるルールを置くか、ポートを指定してください。"};
constexpr Translated kHostName{
    "the addresses of a host name: export what is loaded, with iptables-save.",
    "ホスト名のアドレスです。読み込まれているものを iptables-save で書き出してください。"};
constexpr Translated kNotModelled{
    "words that this program does not model: read the rule, and let one before it decide these "
    "packets to be sure.",
    "このプログラムがモデル化していない語句です。ルールを確かめ、念のため、それより前に、これらのパ"
    "ケットの扱いを決めるルールを置いてください。"};

constexpr Translated kInterfaceNumber{
    "an interface by its number: 'ip link' on the device shows which one has it.",
    "番号で指定されたインターフェースです。機器で 'ip link' を実行すると分かります。"};
constexpr Translated kIcmpType{
    "the type of ICMP, which the packet that was asked about does not say: 'trace' with --icmp "
    "tells it.",
    "ICMP のタイプです。指定されたパケットにはありません。'trace' に --icmp "
    "を与えると分かります。"};

// "iif 2", "oif { 2, 3 }"
bool names_interface_by_number(std::string_view words) {
  for (std::string_view const option : {"iif ", "oif "})
    if (words.starts_with(option)) {
      auto const value = words.find_first_not_of("!={ ", option.size());
      return value != std::string_view::npos && is_digit(words[value]);
    }
  return false;
}

Translated answer_to(std::string const& words) {
  if (names_interface_by_number(words)) return kInterfaceNumber;
  if (words.starts_with("icmp_type ") || words.starts_with("icmp_code ")) return kIcmpType;
  for (auto const& known : kKnown)
    if (has_one_of(words, known.words)) return known.answer;
  if (words.contains('@')) return kSetContents;
  if (words.starts_with("saddr ") || words.starts_with("daddr ")) {
    bool const ip6_mask = words.substr(5).starts_with(" & ") && words.contains("::");
    return ip6_mask ? kHostOfManyNetworks : kTranslatedAddress;
  }
  if (words.starts_with("sport ") || words.starts_with("dport ")) return kUnknownPort;
  bool const host = words.starts_with("-s ") || words.starts_with("-d ") ||
                    words.starts_with("source ") || words.starts_with("destination ");
  return host ? kHostName : kNotModelled;
}

}  // namespace

std::string settled_by(std::string const& words, Language language) {
  return std::string(answer_to(words).in(language));
}

std::vector<std::string> settled_by(std::vector<std::string> const& words, Language language) {
  std::vector<std::string> answers;
  for (auto const& one : words) answers.push_back(settled_by(one, language));
  return answers;
}

}  // namespace safeconduct
