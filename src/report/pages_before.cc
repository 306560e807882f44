// SPDX-License-Identifier: GPL-3.0-or-later
// SC97x: what was there before: baselines, revisions.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kBaselineGone,
        .title = {"what the baseline knows is no longer there",
                  "ベースラインにある指摘がもう見つかりません"},
        .means = {"A finding of the baseline does not occur any more: its rule was mended, moved "
                  "or reworded.",
                  "ベースラインの指摘が現れなくなりました。ルールが直されたか、移されたか、書き換え"
                  "られました。"},
        .matters = {"Were it to come back, the baseline would let it pass.",
                    "再び現れても、ベースラインがそれを見逃してしまいます。"},
        .mend = {"Write the baseline anew; what is still there keeps its day.",
                 "ベースラインを書き直します。残っているものの日付は保たれます。"},
        .command = "safeconduct baseline write baseline.json --site site.yaml",
        .sources = {Reference::baseline_schema},
    },
    {
        .code = code::kKnownGrew,
        .title = {"more is lost than was known before", "以前より多くのパケットが失われています"},
        .means = {"The same rule stops the same requirement as the baseline, or the earlier "
                  "revision, has it; but more packets than then.",
                  "ベースラインまたは以前のリビジョンと同じルールが同じ要件を止めていますが、対象の"
                  "パケットが当時より多くなっています。"},
        .matters = {"The further packets were let through before: somebody loses them anew. The "
                    "finding counts.",
                    "増えた分のパケットは以前は許可されていたもので、新たに失われています。この指摘"
                    "は数えられます。"},
        .mend = {"Mend what has changed; only what was accepted then should stay.",
                 "変わった部分を直します。残してよいのは、当時認められていたものだけです。"},
        .sources = {Reference::baseline_schema, Reference::git_revisions},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kNotInRevision,
        .title = {"a file is new since the revision", "リビジョンより新しいファイルがあります"},
        .means = {"What --changed-since compares with does not have a file that is named on the "
                  "command line.",
                  "コマンドラインで指定したファイルが、--changed-since の比較先にありません。"},
        .matters =
            {"There is no earlier state: all that is found counts as of this change.",
             "以前の状態がないため、見つかったものはすべてこの変更によるものとして数えます。"},
        .mend =
            {"Nothing has to be done; where the file was renamed, compare under the old name once.",
             "対処は不要です。ファイルの名前を変えた場合は、一度だけ古い名前で比べます。"},
        .sources = {Reference::git_revisions},
    },
});

}  // namespace

std::span<Explanation const> pages_of_before() { return kPages; }

}  // namespace safeconduct
