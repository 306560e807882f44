// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a line of evidence is about. The kinds are the words of the JSON report, in English.

#include <array>
#include <string_view>

#include "base/language.h"

namespace safeconduct::wording {

inline constexpr std::array<Translated, 35> kEvidenceKinds{{
    {"addresses", "アドレスの数"},
    {"asked-again", "再試行"},
    {"capture", "キャプチャ"},
    {"certificate", "証明書"},
    {"chain", "証明書チェーン"},
    {"clients", "クライアント"},
    {"control", "対照"},
    {"dnat", "宛先変換"},
    {"filter", "フィルター"},
    {"first-bytes", "先頭のバイト列"},
    {"handshake", "ハンドシェイク"},
    {"handshake-only", "ハンドシェイクのみ"},
    {"issuer", "発行者"},
    {"issuer-expected", "期待する発行者"},
    {"key-sha256", "公開鍵の SHA-256"},
    {"location", "リダイレクト先"},
    {"log", "ログ"},
    {"loopback", "ループバック"},
    {"lost", "応答のなかったもの"},
    {"name-matches", "名前の一致"},
    {"near", "距離"},
    {"packet", "パケット"},
    {"path", "経路"},
    {"path-control", "対照の経路"},
    {"ranges", "アドレス範囲"},
    {"resolved", "名前解決"},
    {"resolvers", "リゾルバー"},
    {"rtt", "往復時間"},
    {"rtt-control", "対照の往復時間"},
    {"rule-trace", "ルールの追跡"},
    {"server", "サーバー"},
    {"sight", "観測の範囲"},
    {"source", "送信元"},
    {"truncated", "切り詰め"},
    {"trusted", "信頼"},
}};

}  // namespace safeconduct::wording
