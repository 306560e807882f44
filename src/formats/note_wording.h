// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of rule sets that were read, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- nftables
inline constexpr Translated kHooksIntoDevice{
    "chain '{0}' hooks into {1} of a device and is not modelled: what it drops is not known",
    "チェーン '{0}' "
    "はインターフェースの{1}にあり、モデル化していません。何を破棄するかは分かりません"};
inline constexpr Translated kTableNotFiltering{
    "table '{0}' does not filter routed IP packets, and is left out",
    "テーブル '{0}' は転送される IP パケットを扱わないため、対象から外しました"};
inline constexpr Translated kTableOfBridge{
    "table '{0}' is not read: it filters what stays on a bridge, and what comes in or leaves by "
    "one",
    "テーブル '{0}' "
    "は読んでいません。ブリッジ内のパケットと、ブリッジから入る、またはブリッジへ出るパケットを扱い"
    "ます"};
inline constexpr Translated kOneSet{"set '{0}'", "セット '{0}'"};
inline constexpr Translated kSomeSets{"set '{0}' and {1} more", "セット '{0}' ほか{1}個"};
// {0}: which
inline constexpr Translated kSetTerse{
    "{0} has no elements, nor has any other set: a listing made with 'nft -t' leaves them out, so "
    "that nothing is proven of what is in them; give the output of 'nft list ruleset'",
    "{0}に要素がなく、ほかのセットにもありません。'nft -t' の一覧では省かれるため、その中身について"
    "は何も証明できません。'nft list ruleset' の出力を渡してください"};
inline constexpr Translated kSetsTerse{
    "{0} have no elements, nor has any other set: a listing made with 'nft -t' leaves them out, so "
    "that nothing is proven of what is in them; give the output of 'nft list ruleset'",
    "{0}に要素がなく、ほかのセットにもありません。'nft -t' の一覧では省かれるため、その中身について"
    "は何も証明できません。'nft list ruleset' の出力を渡してください"};
inline constexpr Translated kSetSaidEmpty{
    "{0} has no elements, and is read as empty: the listing is full, as was said (--full-listing, "
    "full-listing)",
    "{0}に要素がなく、指定のとおり(--full-listing、full-listing)一覧がすべてを示すため、空とみなし"
    "ます"};
inline constexpr Translated kSetsSaidEmpty{
    "{0} have no elements, and are read as empty: the listing is full, as was said "
    "(--full-listing, full-listing)",
    "{0}に要素がなく、指定のとおり(--full-listing、full-listing)一覧がすべてを示すため、空とみなし"
    "ます"};
inline constexpr Translated kSetEmptyNow{"{0} has no elements now",
                                         "{0}には現在、要素がありません"};
inline constexpr Translated kSetsEmptyNow{"{0} have no elements now",
                                          "{0}には現在、要素がありません"};
inline constexpr Translated kSetReadAsEmpty{
    "{0} has no elements, and is read as empty: other sets of the listing have elements",
    "{0}に要素がないため、空とみなします。一覧のほかのセットには要素があります"};
inline constexpr Translated kSetsReadAsEmpty{
    "{0} have no elements, and are read as empty: other sets of the listing have elements",
    "{0}に要素がないため、空とみなします。一覧のほかのセットには要素があります"};
inline constexpr Translated kFlowtableBypasses{
    "packets of a connection that is in a flowtable bypass the forward hook",
    "フローテーブル(flowtable)にあるコネクションのパケットは、forward フックを通りません"};
inline constexpr Translated kScriptNotListing{
    "this is a script, not a listing: other rules that are loaded beside these are not in it",
    "一覧ではなくスクリプトです。これとは別に読み込まれるルールは含まれません"};
inline constexpr Translated kNoExtensionHeaders{
    "packets are taken to have no IPv6 extension headers, which a rule asks for",
    "IPv6 の拡張ヘッダーを調べるルールがありますが、パケットには拡張ヘッダーがないものとします"};
inline constexpr Translated kCompatRules{
    "rules of iptables are listed here without what they ask for; give the output of iptables-save "
    "and ip6tables-save of the same host beside",
    "iptables のルールが、条件のない形で一覧にあります。同じホストの iptables-save と "
    "ip6tables-save の出力も渡してください"};
inline constexpr Translated kTakenFromBoth{
    "table '{0}' is also in {1}: of each rule counts the one of both that says more",
    "テーブル '{0}' は{1}にもあります。ルールごとに、より詳しい方を採ります"};
inline constexpr Translated kLegacyInForce{
    "rules of iptables-legacy are in force, too, and are not among those of nf_tables: {0}; give "
    "the output of iptables-legacy-save and ip6tables-legacy-save beside",
    "iptables-legacy のルールも有効ですが、nf_tables のルールには含まれません({0})。"
    "iptables-legacy-save と ip6tables-legacy-save の出力も渡してください"};

inline constexpr Translated kRuleWithoutWords{
    "a rule of the listing has no statements: nft has no words for it (ct label in a set or map), "
    "and what it does is not known; 'kernel:' reads it, or give the script that loads the rules",
    "ステートメントのないルールがあります。nft が書き表せないルール(セットやマップの ct label)で、"
    "何をするかは分かりません。'kernel:' "
    "で読むか、ルールを読み込むスクリプトを渡してください"};
inline constexpr Translated kRuleNotListed{
    "a line of the listing is empty where a rule stands: nft has no words for it (ct label in a "
    "set or map), and what it does is not known; 'kernel:' reads it, or give the script that loads "
    "the rules (if this is one, take the tabs out of that line)",
    "ルールがあるはずの行が空です。nft が書き表せないルール(セットやマップの ct label)で、何をす"
    "るかは分かりません。'kernel:' "
    "で読むか、ルールを読み込むスクリプトを渡してください(これがスクリ"
    "プトなら、その行のタブを取り除いてください)"};

// ---- iptables-save
inline constexpr Translated kFamilyNotTold{
    "nothing in the file says whether it is of iptables-save or ip6tables-save; taken as IPv4 "
    "(give "
    "IPv6 files a name with \"ip6\" or \"v6\")",
    "iptables-save と ip6tables-save のどちらの出力か、ファイルからは分からないため、IPv4 "
    "とみなしまし"
    "た(IPv6 のファイルの名前には \"ip6\" または \"v6\" を含めてください)"};
inline constexpr Translated kOthersInForce{
    "rules are in force that this export does not have: add the output of {0}",
    "この書き出しに含まれない有効なルールがあります。{0}の出力も渡してください"};
inline constexpr Translated kPortsBackwards{
    "{0} is a port range that runs backwards: it matches nothing",
    "{0}はポートの範囲が逆順のため、何にも一致しません"};
inline constexpr Translated kAddressesBackwards{
    "{0} is an address range that runs backwards: it matches nothing",
    "{0}はアドレスの範囲が逆順のため、何にも一致しません"};
inline constexpr Translated kPolicyTakenAsAccept{
    "the policy of chain {0} of table {1} is not in the file; taken as ACCEPT",
    "テーブル{1}のチェーン{0}のポリシーがファイルにないため、ACCEPT とみなしました"};

// ---- vendors' exports
inline constexpr Translated kReadAsExport{
    "read as an export of {0} ({1}); address translation is not in it, and is taken to be none",
    "{0}({1})の書き出しとして読みました。アドレス変換は含まれないため、行われないものとします"};
inline constexpr Translated kReadAsExportTranslating{
    "read as an export of {0} ({1}); the rules that translate sources do not say to which address",
    "{0}({1})の書き出しとして読みました。送信元を変換するルールに、変換後のアドレスの記載がありませ"
    "ん"};
inline constexpr Translated kZoneWithoutRule{
    "no rule names the zone '{0}', by which the packets come or go: only rules for any zone are "
    "for "
    "them",
    "パケットが出入りするゾーン '{0}' "
    "を指定したルールがありません。すべてのゾーンを対象とするルール"
    "だけが適用されます"};
inline constexpr Translated kDialectUnverified{
    "the dialect {0} was never held against a real export: {1}",
    "方言(dialect){0}は、実際の書き出しで検証されていません: {1}"};
inline constexpr Translated kColumnsNotKnown{
    "dialect {0} does not know these columns: {1}; a rule with something in them is undecided",
    "方言(dialect){0}の知らない列があります: {1}。そこに値のあるルールは判定不能です"};

}  // namespace safeconduct::wording
