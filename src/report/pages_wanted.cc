// SPDX-License-Identifier: GPL-3.0-or-later
// SC911-919: what was wanted, and what of it was left out.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kFamilyLeftOut,
        .title = {"destinations of one address family were left out",
                  "片方のアドレスファミリーの宛先を対象外としました"},
        .means = {"The clients of the site have no address of this family, so destinations of that "
                  "family were not checked.",
                  "拠点のクライアントはこのファミリーのアドレスを持たないため、その宛先は検査してい"
                  "ません。"},
        .matters = {"If clients do get such addresses (IPv6 by router advertisement, say), their "
                    "traffic was not checked.",
                    "クライアントが実際にはそのようなアドレスを得る場合(ルーター広告による IPv6 "
                    "など)、その通信は検査されていません。"},
        .mend = {"List the clients' prefixes of both families.",
                 "クライアントのプレフィックスを両方のファミリーについて挙げます。"},
        .sources = {Reference::site_schema},
        .probe = "safeconduct probe --site site.yaml --family 6",
    },
    {
        .code = code::kFeatureLeftOut,
        .title = {"a conditional requirement was left out", "条件付きの要件を対象外としました"},
        .means = {"The requirement counts only where the site uses the feature, and the site does "
                  "not list it.",
                  "この要件は拠点がその機能を使う場合にだけ数えられますが、拠点の一覧にその機能があ"
                  "りません。"},
        .matters = {"A feature that is used and not listed is not checked.",
                    "使っているのに挙げられていない機能は検査されません。"},
        .mend = {"List the features that the site uses: 'features: [ztna, ipsec]'.",
                 "拠点が使う機能を挙げます。'features: [ztna, ipsec]' のように書きます。"},
        .sources = {Reference::site_schema, Reference::policy_schema},
    },
    {
        .code = code::kRangeNotInEffect,
        .title = {"a range is not in effect on that day",
                  "その日に有効でないアドレス範囲があります"},
        .means =
            {"The range file gives days for this range, and the day asked about is not among them.",
             "アドレス範囲のファイルはこの範囲の期間を定めており、検査の対象日はその中にありません"
             "。"},
        .matters =
            {"Rules for it may be needed soon, or are needed no more: what the rules do not let "
             "through by then is reported as SC109, what they still let through as SC917.",
             "この範囲へのルールは間もなく必要になるか、もう不要です。その日までに許可されないもの"
             "は SC109、まだ許可されているものは SC917 として報告されます。"},
        .mend = {"Ask about another day with --as-of.", "--as-of で別の日を指定します。"},
        .command = "safeconduct check --site site.yaml --as-of 2026-12-15",
        .sources = {Reference::ranges_schema},
    },
    {
        .code = code::kAddressesForNames,
        .title = {"addresses were checked in place of names",
                  "名前の代わりにアドレスを検査しました"},
        .means = {"The requirement gives names and addresses; the addresses were checked, the "
                  "names were not resolved.",
                  "要件には名前とアドレスがあります。アドレスを検査し、名前解決はしていません。"},
        .matters = {"If a name resolves to something else at the site, that was not checked.",
                    "拠点での名前解決の結果が異なる場合、それは検査されていません。"},
        .mend = {"Compare with what the names resolve to at the site.",
                 "拠点で名前解決した結果と比べます。"},
        .command =
            "safeconduct ranges resolve --policy secure-client-roaming --resolver 208.67.222.222",
        .sources = {Reference::policy_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kEveryRegion,
        .title = {"every known region was checked", "既知のリージョンをすべて検査しました"},
        .means = {"No region was named, so the ranges of all were checked.",
                  "リージョンの指定がないため、すべてのアドレス範囲を検査しました。"},
        .matters = {"Regions that no client uses may add findings that do not matter here.",
                    "どのクライアントも使わないリージョンについて、ここでは関係のない指摘が加わるこ"
                    "とがあります。"},
        .mend =
            {"Name the regions: --region eu-west-2, or 'regions:' in the site file.",
             "--region eu-west-2、またはサイトファイルの 'regions:' でリージョンを指定します。"},
        .command = "safeconduct check fw.nft --region eu-west-2",
        .sources = {Reference::ranges_schema, Reference::site_schema},
    },
    {
        .code = code::kWaiverWithoutUse,
        .title = {"a waiver has no effect", "効果のない例外(waiver)があります"},
        .means =
            {"Its last day has passed, and the finding counts again; or it covers nothing that "
             "fails, or only a part of it; or it names a requirement that is not checked here.",
             "期限が過ぎて指摘が再び数えられているか、不合格のものを何も、または一部しか覆っていな"
             "いか、ここで検査されない要件を挙げています。"},
        .matters = {"A stale waiver hides the next finding of that requirement, or pretends that "
                    "one is accepted. With --fail-on recommended it fails the check.",
                    "古い例外は、その要件の次の指摘を隠すか、承認されているかのように見せます。--"
                    "fail-on recommended では検査が不合格になります。"},
        .mend = {"Remove it, or have its owner renew it with a new day.",
                 "削除するか、所有者に新しい期限で更新してもらいます。"},
        .sources = {Reference::site_schema},
    },
    {
        .code = code::kRetiredOpen,
        .title = {"a range that has ended is still open",
                  "終了したアドレス範囲がまだ許可されています"},
        .means = {"The range file says that the provider no longer uses the range, and the rules "
                  "still let packets to it pass.",
                  "アドレス範囲のファイルによれば提供元はこの範囲をもう使っていませんが、ルールはそ"
                  "こへのパケットをまだ通します。"},
        .matters = {"No client needs it, and the addresses may be somebody else's by now.",
                    "必要とするクライアントはなく、アドレスはすでに他者のものかもしれません。"},
        .mend = {"Take the range out of the rules, unless something else needs it.",
                 "ほかに必要とするものがなければ、ルールからこの範囲を取り除きます。"},
        .sources = {Reference::ranges_schema},
    },
    {
        .code = code::kUnverified,
        .title = {"what is known of a requirement is not verified",
                  "要件について知られていることが検証されていません"},
        .means =
            {"The site uses the feature, but the facts about it come from public code or documents "
             "of others, or were concluded from such. It counts as recommended, not as required.",
             "拠点はこの機能を使いますが、その情報は第三者の公開コードや文書に基づくか、そこから推"
             "定したものです。必須ではなく、推奨として数えます。"},
        .matters =
            {"The list may be wrong or not whole; a pass proves no more than what is listed.",
             "一覧は誤っているか、完全でないかもしれません。合格が証明するのは、載っているものだけ"
             "です。"},
        .mend = {"Ask the vendor for its own list, and write a policy with it.",
                 "ベンダー自身の一覧を求め、それに基づいてポリシーを書きます。"},
        .sources = {Reference::policy_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kWaiverNotCounted,
        .title = {"a waiver does not count as it stands in the site file",
                  "サイトファイルの例外(waiver)がそのままでは数えられません"},
        .means = {"With --waivers-from the waivers of an earlier revision count, and this one is "
                  "new, changed or gone since.",
                  "--waivers-from "
                  "では以前のリビジョンの例外が数えられます。この例外はその後に追加、変更または削除"
                  "されました。"},
        .matters = {"A change cannot excuse what it breaks itself: somebody else agrees to the "
                    "waiver first.",
                    "変更が、自分で壊したものを自分で免除することはできません。先に別の人が例外を承"
                    "認します。"},
        .mend =
            {"Have the waiver merged by itself, then the change; or mend what the change breaks.",
             "例外だけを先にマージし、その後で変更をマージします。または、変更が壊すものを直します"
             "。"},
        .sources = {Reference::git_revisions, Reference::site_schema},
    },
});

}  // namespace

std::span<Explanation const> pages_of_wanted() { return kPages; }

}  // namespace safeconduct
