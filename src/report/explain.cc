// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/explain.h"

#include <boost/json.hpp>

#include "base/codes.h"
#include "report/json_text.h"
#include "report/paper.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

// ---- what stands above and between the parts of a page

constexpr Translated kMeans{"What it means", "意味"};
constexpr Translated kMatters{"Why it matters", "影響"};
constexpr Translated kMend{"How to mend it", "直し方"};
constexpr Translated kSources{"Where it is from", "出典"};
constexpr Translated kExamples{"Rules that cause it, and rules that do not",
                               "原因となるルールと、直したルール"};
constexpr Translated kBad{"bad", "誤"};
constexpr Translated kGood{"good", "正"};
constexpr Translated kProbe{"What proves it on the wire", "回線上で確かめる方法"};
constexpr Translated kNoProbe{
    "Nothing does: it is about what was read or asked, not about what becomes of packets.",
    "ありません。パケットの扱いではなく、読んだものや問いについての注記だからです。"};
constexpr Translated kWaive{"How to waive it, in the site file",
                            "例外(waiver)とする方法(サイトファイル)"};
constexpr Translated kNoWaiver{
    "It cannot be waived: it is a note, and notes do not fail a check.",
    "例外(waiver)にはできません。注記であり、検査を不合格にすることはありません。"};
constexpr Translated kWaiverNoteNoWaiver{
    "It cannot be waived, being about waivers: mend the waiver itself.",
    "例外(waiver)についてのものなので、それ自体を例外にはできません。元の例外を直してください。"};

bool is_about_waivers(Explanation const& one) {
  return one.code == code::kWaiverWithoutUse || one.code == code::kWaiverNotCounted;
}

// ---- JSON

json::object texts_of(Explanation const& one, Language language) {
  return {{"title", one.title.in(language)},
          {"means", one.means.in(language)},
          {"matters", one.matters.in(language)},
          {"mend", one.mend.in(language)}};
}

json::array sources_of(Explanation const& one) {
  json::array sources;
  for (auto const reference : one.sources) {
    if (reference == Reference::none) continue;
    auto const [title, url] = text_of(reference);
    json::object source{{"title", title}};
    if (!url.empty()) source["url"] = url;
    sources.emplace_back(std::move(source));
  }
  return sources;
}

json::array examples_as_json(Explanation const& one) {
  json::array examples;
  for (auto const& each : examples_of(one.code)) {
    json::object example{{"notation", each.notation}};
    if (!each.header.empty()) example["header"] = each.header;
    example["bad"] = each.bad;
    example["good"] = each.good;
    examples.emplace_back(std::move(example));
  }
  return examples;
}

json::value json_of(Explanation const& one) {
  json::object object{{"code", one.code}};
  auto texts = texts_of(one, Language::english);
  object.insert(texts.begin(), texts.end());
  if (auto const rule = mending_rule(one.code, "nft"); !rule.empty()) object["nft"] = rule;
  // Where no rule mends it, what is missing is another export.
  auto rule = mending_rule(one.code, "iptables-save");
  if (rule.empty() && (one.command.starts_with("ip6tables") || one.command.starts_with("ipset")))
    rule = one.command;
  if (!rule.empty()) object["iptables"] = rule;
  if (!one.command.empty()) object["command"] = one.command;
  object["sources"] = sources_of(one);
  object["examples"] = examples_as_json(one);
  if (!one.probe.empty()) object["probe"] = one.probe;
  if (auto const waiver = waiver_of(one); !waiver.empty()) object["waiver"] = waiver;
  object["ja"] = texts_of(one, Language::japanese);
  return object;
}

// ---- text

class Page {
 public:
  Page(Explanation const& one, TextStyle const& style)
      : one_(one), language_(style.language), paper_(style.width, style.colour) {}

  std::string write() && {
    paper_.paragraph(0, {{std::string(one_.code) + ": ", Ink::strong}},
                     {{std::string(one_.title.in(language_)), Ink::strong}});
    put_part(kMeans, one_.means);
    put_part(kMatters, one_.matters);
    put_part(kMend, one_.mend);
    if (!one_.command.empty()) put_lines(4, {}, one_.command);
    put_sources();
    put_examples();
    put_probe();
    put_waiver();
    return std::move(paper_).take();
  }

 private:
  void put_heading(Translated heading) {
    paper_.blank();
    paper_.line(0, {{std::string(heading.in(language_)), Ink::strong}});
  }

  void put_part(Translated heading, Translated text) {
    put_heading(heading);
    paper_.paragraph(2, {{std::string(text.in(language_))}});
  }

  // Not broken: they are there to be copied. 'lead' stands before the first.
  void put_lines(std::size_t indent, Inked lead, std::string_view text) {
    while (!text.empty()) {
      auto const end = std::min(text.find('\n'), text.size());
      paper_.line(indent, {lead, {std::string(text.substr(0, end))}});
      text.remove_prefix(std::min(end + 1, text.size()));
      lead.text.assign(columns(lead.text), ' ');
    }
  }

  void put_sources() {
    put_heading(kSources);
    for (auto const reference : one_.sources) {
      if (reference == Reference::none) continue;
      auto const [title, url] = text_of(reference);
      paper_.paragraph(2, {{std::string(title)}});
      if (!url.empty()) paper_.line(4, {{std::string(url), Ink::faint}});
    }
  }

  void put_examples() {
    auto const examples = examples_of(one_.code);
    if (examples.empty()) return;
    put_heading(kExamples);
    auto const lead = [&](Translated word) {
      std::string text(word.in(language_));
      return text + std::string(6 - columns(text), ' ');
    };
    for (auto const& each : examples) {
      paper_.blank();
      paper_.line(2, {{std::string(each.notation) + ':', Ink::faint}});
      if (!each.header.empty()) put_lines(4, {std::string(6, ' ')}, each.header);
      put_lines(4, {lead(kBad), Ink::bad}, each.bad);
      put_lines(4, {lead(kGood), Ink::good}, each.good);
    }
  }

  void put_probe() {
    put_heading(kProbe);
    if (one_.probe.empty()) {
      paper_.paragraph(2, {{std::string(kNoProbe.in(language_))}});
    } else {
      put_lines(4, {}, one_.probe);
    }
  }

  void put_waiver() {
    put_heading(kWaive);
    auto const waiver = waiver_of(one_);
    auto const none = is_about_waivers(one_) ? kWaiverNoteNoWaiver : kNoWaiver;
    if (waiver.empty()) {
      paper_.paragraph(2, {{std::string(none.in(language_))}});
    } else {
      put_lines(4, {}, waiver);
    }
  }

  Explanation const& one_;
  Language language_;
  Paper paper_;
};

}  // namespace

std::string text_explanation(Explanation const& explanation, TextStyle const& style) {
  return Page(explanation, style).write();
}

std::string text_explanation_list(TextStyle const& style) {
  Paper paper(style.width, style.colour);
  for (auto const& one : explanations())
    paper.paragraph(0, {{std::string(one.code) + "  ", Ink::strong}},
                    {{std::string(one.title.in(style.language))}});
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
