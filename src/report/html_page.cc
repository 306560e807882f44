// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html_page.h"

#include "base/sha256.h"
#include "report/markup.h"

namespace safeconduct {
namespace {

// Filters without a script: what is shown follows the button that is pressed.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#59636e;--paper:#fff;--line:#d1d9e0;--soft:#f6f8fa;--good:#116329;--bad:#a40e26;--doubt:#7d4e00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--paper:#0d1117;--line:#3d444d;--soft:#151b23;--good:#57d364;--bad:#ff938a;--doubt:#e3b341}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}th{font-weight:600;background:var(--soft)}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.6rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}code{overflow-wrap:anywhere}
.faint{color:var(--faint)}.good{color:var(--good)}.bad{color:var(--bad)}.doubt{color:var(--doubt)}.word{font-weight:600}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.2rem .8rem}summary{cursor:pointer;padding:.3rem 0}
.rule{border-left:4px solid var(--line);padding-left:.8rem;margin:.8rem 0}.rule.bad{border-color:var(--bad);color:inherit}.rule.doubt{border-color:var(--doubt);color:inherit}.rule.good{border-color:var(--good);color:inherit}
.filter label{margin:0 1rem 0 .2rem}
#only-failing:checked~table tr.holds,#only-undecided:checked~table tr:not(.head):not(.undecided){display:none}
@media screen and (max-width:45rem){table{display:block;overflow-x:auto}}
@media print{body{max-width:none;margin:0}details{break-inside:avoid}.filter input,.filter label{display:none}details::details-content{content-visibility:visible;display:block}}
)";

std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto const nibble = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (char const c : hex) {
    bits = bits << 4U | nibble(c);
    have += 4;
    if (have < 6) continue;
    have -= 6;
    out += kLetters[bits >> static_cast<unsigned>(have) & 0x3FU];
  }
  if (have > 0) out += kLetters[bits << static_cast<unsigned>(6 - have) & 0x3FU];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

}  // namespace

std::string html_element(std::string_view tag, std::string_view text, std::string_view of_class) {
  std::string out = '<' + std::string(tag);
  if (!of_class.empty()) out += " class=\"" + std::string(of_class) + '"';
  return out + '>' + markup_text(text) + "</" + std::string(tag) + '>';
}

std::string html_head(Language language, std::string_view title, std::string_view style,
                      std::string_view script) {
  auto const all_style = std::string(kStyle) + std::string(style);
  std::string allowed = "style-src 'sha256-" + base64_of_hex(sha256(all_style)) + "'";
  if (!script.empty()) allowed += "; script-src 'sha256-" + base64_of_hex(sha256(script)) + "'";
  return "<!doctype html>\n<html lang=\"" + std::string(language_tag(language)) +
         "\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; " +
         allowed +
         "; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         html_element("title", title) + "\n<style>" + all_style + "</style></head>\n<body><main>\n";
}

}  // namespace safeconduct
