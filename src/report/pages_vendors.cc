// SPDX-License-Identifier: GPL-3.0-or-later
// SC93x: vendors' exports.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kVendorExport,
        .title = {"a vendor's policy was read from CSV", "ベンダーのポリシーを CSV から読みました"},
        .means =
            {"The header of the export tells the vendor; the rules were read by its dialect.",
             "書き出しの見出し行からベンダーが分かり、その方言(dialect)でルールを読みました。"},
        .matters = {"Such an export has the policy alone: address translation, routes and "
                    "inspection are not in it and were taken to be none. Answers follow the "
                    "sessions that the rules let in.",
                    "このような書き出しにはポリシーしかありません。アドレス変換、経路、検査機能は含"
                    "まれず、ないものとしました。応答は、ルールが許可したセッションに従います。"},
        .mend = {"If the device rewrites destinations, check that by hand; --dialect says another "
                 "dialect.",
                 "機器が宛先を書き換える場合は、手作業で確かめてください。別の方言は --dialect "
                 "で指定します。"},
        .sources = {Reference::panos_export, Reference::fmc_export, Reference::rfc4180},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kVendorUnverified,
        .title = {"the dialect was never held against a real export",
                  "この方言(dialect)は実際の書き出しで確かめられていません"},
        .means = {"Its columns and words come from documentation or source code.",
                  "列と語句は、文書またはソースコードに基づきます。"},
        .matters =
            {"A real export may write something in another way, and a rule may be read wrongly.",
             "実際の書き出しの表記が異なり、ルールが誤って読まれることがあります。"},
        .mend = {"Compare some rules with what the device shows; correct the dialect "
                 "(policies/dialects) and give it as a file.",
                 "いくつかのルールを機器の表示と比べてください。方言(policies/"
                 "dialects)を直し、ファイルとして渡せます。"},
        .command = "safeconduct check rules.csv --dialect mine.yaml",
        .sources = {Reference::opnsense_source, Reference::dialect_schema},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kColumnsUnread,
        .title = {"columns of an export that the dialect does not know",
                  "方言(dialect)の知らない列が書き出しにあります"},
        .means = {"The dialect gives these columns no meaning, nor does it call them irrelevant.",
                  "方言はこれらの列に意味を与えておらず、無関係とも述べていません。"},
        .matters = {"A column may narrow its rules (a device, an owner, a time), so a rule with "
                    "something in it may be for some of its traffic only: it is undecided.",
                    "列はルールの対象を狭めることがあります(機器、所有者、時刻など)"
                    "。値のあるルールは通信の一部だけを対象とするかもしれず、判定不能になります。"},
        .mend = {"Look what the columns say. Add them to the dialect, under 'conditions' or "
                 "'ignored', and give it as a file (--dialect mine.yaml).",
                 "列の内容を確かめ、方言の 'conditions' または 'ignored' "
                 "に加えて、ファイルとして渡します(--dialect mine.yaml)。"},
        .command = "safeconduct check rules.csv --dialect mine.yaml",
        .sources = {Reference::dialect_schema, Reference::rfc4180},
        .probe = "safeconduct probe --site site.yaml",
    },
    {
        .code = code::kZoneUnnamed,
        .title = {"no rule names a zone or interface that packets cross",
                  "パケットの通るゾーンやインターフェースを挙げるルールがありません"},
        .means = {"--in, --out or the site file name an interface that does not occur in the "
                  "rules, though they tell others apart. Only rules for any zone or interface are "
                  "for these packets.",
                  "--in、--out "
                  "またはサイトファイルのインターフェースが、ルールに現れません。これらのパケットに"
                  "当てはまるのは、ゾーンやインターフェースを問わないルールだけです。"},
        .matters = {"Where the name is written otherwise on the device, the verdict is of packets "
                    "that are not there.",
                    "機器での名前の書き方が異なる場合、判定は存在しないパケットについてのものになり"
                    "ます。"},
        .mend = {"Compare the name with those in the export.",
                 "名前を、書き出しにあるものと比べてください。"},
        .sources = {Reference::site_schema, Reference::panos_export},
    },
});

}  // namespace

std::span<Explanation const> pages_of_vendors() { return kPages; }

}  // namespace safeconduct
