// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of how a command was called, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- defaults and settings
inline constexpr Translated kProviderTaken{"the provider is not said: taken is '{0}'",
                                           "提供元の指定がないため、'{0}' としました"};
inline constexpr Translated kClientsTaken{
    "the clients are not said: taken are the private ranges, {0}",
    "クライアントの指定がないため、プライベートアドレスとしました"
    "({0})"};
inline constexpr Translated kPolicyTaken{"the policy is not said: taken is '{0}'",
                                         "ポリシーの指定がないため、'{0}' としました"};
inline constexpr Translated kRulesInPlace{
    "The rules named on the command line were checked in place of those that the site names.",
    "拠点が挙げるルールの代わりに、コマンドラインで指定されたルールを検査しました。"};
inline constexpr Translated kSettingNotOfLine{"not by the command line: {0}",
                                              "コマンドライン以外による設定: {0}"};

inline constexpr Translated kFilesMore{"{0} and {1} more", "{0} ほか{1}件"};

// ---- waivers and files of an earlier revision
inline constexpr Translated kNoSiteThen{"there is no {0} in {1}: no waiver counts",
                                        "{1}に{0}がないため、例外(waiver)は一つも数えません"};
inline constexpr Translated kWaiverIsNew{
    "the waiver of {0} is new since {1}: it counts once it is merged",
    "{0}の例外(waiver)は{1}より後に加わったもので、マージされた後に有効になります"};
inline constexpr Translated kWaiverWasChanged{
    "the waiver of {0} was changed since {1}: as it is there, until {2}, it counts until the "
    "change "
    "is merged",
    "{0}の例外(waiver)は{1}より後に変更されています。変更がマージされるまでは、元の内容({2}まで)が"
    "有効です"};
inline constexpr Translated kWaiverIsGone{
    "the waiver of {0} is gone since {1}: it counts until that is merged",
    "{0}の例外(waiver)は{1}より後に削除されています。それがマージされるまでは有効です"};
inline constexpr Translated kFileIsNew{
    "there is no {0} in {1}: all that is found counts as of this change",
    "{1}に{0}がないため、見つかったものはすべてこの変更によるものとします"};

// ---- probes
inline constexpr Translated kNoRouteOfFamily{
    "this host has no route for {0}: those addresses are not probed",
    "このホストには{0}の経路がないため、そのアドレスはプローブしません"};
inline constexpr Translated kMadeUpClient{
    "sent by a made-up client through this host's forward chains; rules that ask for the interface "
    "see one of its own (--in says another)",
    "仮のクライアントから、このホストの forward "
    "チェーンを通して送信しました。インターフェースを調べ"
    "るルールからは専用のものに見えます(--in で別のものを指定)"};
inline constexpr Translated kMadeUpClientBy{
    "sent by a made-up client through this host's forward chains, as if by {0}; answers leave by "
    "an "
    "interface of its own",
    "仮のクライアントから、{0}から入ったものとして、このホストの forward チェーンを通して送信しまし"
    "た。応答は専用のインターフェースから出ます"};
inline constexpr Translated kHostForwards{
    "this host forwards packets: what it sends itself walks its output chains, and tests nothing "
    "of "
    "its forward chains, which are those for its clients",
    "このホストはパケットを転送します。自身が送るものは output "
    "チェーンを通り、クライアントのための "
    "forward チェーンは調べられません"};
inline constexpr Translated kHostsOwnChains{
    "what this host sends itself walks its own output chains; the rules that a gateway has for "
    "other clients may differ",
    "このホスト自身が送るものは、自身の output チェーンを通ります。ゲートウェイがほかのクライアント"
    "に適用するルールとは異なることがあります"};
inline constexpr Translated kRuleOfSomeClients{
    "{0}: {1}, for some of the clients only: a probe meets it where its sender is one of them",
    "{0}: {1}は一部のクライアントにだけ適用されます。プローブは、送信元がその一つである場合に当たり"
    "ます"};

}  // namespace safeconduct::wording
