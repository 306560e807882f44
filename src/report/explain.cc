// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/explain.h"

#include <algorithm>
#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/paper.h"

namespace safeconduct {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_code(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, upper, upper);
}

boost::json::value json_of(Explanation const& one) {
  boost::json::object object{{"code", one.code},
                             {"title", one.title},
                             {"means", one.means},
                             {"matters", one.matters},
                             {"mend", one.mend}};
  if (!one.nft.empty()) object["nft"] = one.nft;
  if (!one.iptables.empty()) object["iptables"] = one.iptables;
  return object;
}

void put_part(Paper& paper, std::string_view heading, std::string_view text) {
  if (text.empty()) return;
  paper.blank();
  paper.line(0, {{std::string(heading), Ink::strong}});
  paper.paragraph(2, {{std::string(text)}});
}

void put_example(Paper& paper, std::string_view syntax, std::string_view rule) {
  if (rule.empty()) return;
  paper.blank();
  paper.line(2, {{"in " + std::string(syntax) + ':', Ink::faint}});
  paper.line(4, {{std::string(rule)}});
}

}  // namespace

Explanation const* find_explanation(std::string_view code) {
  auto const all = explanations();
  auto const found =
      std::ranges::find_if(all, [&](Explanation const& one) { return same_code(one.code, code); });
  return found == all.end() ? nullptr : &*found;
}

std::string text_explanation(Explanation const& explanation, TextStyle const& style) {
  Paper paper(style.width, style.colour);
  paper.paragraph(0, {{std::string(explanation.code) + ": ", Ink::strong}},
                  {{std::string(explanation.title), Ink::strong}});
  put_part(paper, "What it means", explanation.means);
  put_part(paper, "Why it matters", explanation.matters);
  put_part(paper, "How to mend it", explanation.mend);
  put_example(paper, "nft", explanation.nft);
  put_example(paper, "iptables", explanation.iptables);
  return std::move(paper).take();
}

std::string text_explanation_list(TextStyle const& style) {
  Paper paper(style.width, style.colour);
  for (auto const& one : explanations())
    paper.paragraph(0, {{std::string(one.code) + "  ", Ink::strong}}, {{std::string(one.title)}});
  return std::move(paper).take();
}

std::string json_explanation(Explanation const& explanation) {
  return pretty(json_of(explanation));
}

std::string jsonl_explanations() {
  std::string lines;
  for (auto const& one : explanations()) lines += compact(json_of(one));
  return lines;
}

}  // namespace safeconduct
