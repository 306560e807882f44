// SPDX-License-Identifier: GPL-3.0-or-later
// SC94x: probes.
#include "base/codes.h"
#include "report/pages.h"

namespace safeconduct {
namespace {

constexpr auto kPages = std::to_array<Explanation>({
    {
        .code = code::kNotProbed,
        .title = {"something was not probed", "プローブしなかったものがあります"},
        .means = {"A requirement has no probe, or one that this version does not speak; or a part "
                  "of it cannot be asked address by address.",
                  "要件にプローブがないか、この版が対応していないプローブか、アドレスごとには尋ねら"
                  "れない部分があります。"},
        .matters = {"Nothing is said of it: neither that it passes nor that it does not.",
                    "それについては、通るとも通らないとも言えません。"},
        .mend = {"Check it with the rules (safeconduct check), or give the policy a probe for it.",
                 "ルールで検査する(safeconduct check)か、ポリシーにプローブを加えます。"},
        .command = "safeconduct check --site site.yaml",
        .sources = {Reference::policy_schema},
        .probe = "safeconduct probe --site site.yaml --dry-run",
    },
    {
        .code = code::kProbesOutput,
        .title = {"the probe does not go the way of the clients",
                  "プローブがクライアントと同じ経路を通りません"},
        .means = {"What a host sends itself passes its output chains. Only what it receives from "
                  "elsewhere and passes on goes through its forward chains.",
                  "ホスト自身が送るものは output のチェーンを通ります。forward "
                  "のチェーンを通るのは、ほかから受け取って転送するものだけです。"},
        .matters =
            {"Made on a gateway, a probe tests the gateway's own access and the devices beyond it, "
             "and nothing of the rules for its clients: it succeeds where clients are blocked.",
             "ゲートウェイ上でのプローブが試すのは、ゲートウェイ自身の接続とその先の機器であり、ク"
             "ライアント向けのルールではありません。クライアントが遮断されていても成功します。"},
        .mend =
            {"Probe from a client behind the gateway; and check the gateway's rules.",
             "ゲートウェイの内側のクライアントからプローブし、ゲートウェイのルールも検査します。"},
        .sources = {Reference::nft, Reference::iptables},
        .probe = "safeconduct probe --site site.yaml --through-forward 10.20.0.250",
    },
    {
        .code = code::kNoRoute,
        .title = {"this host has no route for an address family",
                  "このホストには、あるアドレスファミリーの経路がありません"},
        .means = {"The requirement's addresses of that family cannot be reached from here, "
                  "whatever the firewall does.",
                  "要件のうちそのファミリーのアドレスには、ファイアウォールにかかわらず、ここからは"
                  "届きません。"},
        .matters = {"Nothing was sent to them, and nothing is said of them.",
                    "何も送信しておらず、それについては何も言えません。"},
        .mend = {"Probe from a host that has such addresses. --family 6 (or 4) probes them all the "
                 "same, and shows the local error.",
                 "そのようなアドレスを持つホストからプローブします。--family 6(または "
                 "4)を指定すると、それでもプローブし、ローカルのエラーを示します。"},
        .sources = {Reference::site_schema},
        .probe = "safeconduct probe --site site.yaml --family 6",
    },
    {
        .code = code::kThroughForward,
        .title = {"the probe was sent by a client that was made up",
                  "仮のクライアントからプローブしました"},
        .means = {"A network namespace on the gateway stood in for a client; its packets went "
                  "through the forward chains, from the address that was given.",
                  "ゲートウェイ上のネットワーク名前空間がクライアントの代わりになりました。そのパケ"
                  "ットは、指定されたアドレスから forward のチェーンを通りました。"},
        .matters = {"What rules say of the link layer, or of the interface that answers leave by, "
                    "may differ for real clients.",
                    "リンク層や、応答の出るインターフェースを調べるルールの結果は、実際のクライアン"
                    "トでは異なることがあります。"},
        .mend = {"Nothing to mend. The namespace and all in it are gone.",
                 "直すものはありません。名前空間とその中のものは、すでに取り除かれています。"},
        .sources = {Reference::ip_netns},
        .probe = "safeconduct probe --site site.yaml --through-forward 10.20.0.250",
    },
});

}  // namespace

std::span<Explanation const> pages_of_probes() { return kPages; }

}  // namespace safeconduct
