// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/ranges_diff.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace safeconduct {
namespace {

std::string text_of(std::optional<Date> const& day) { return day ? to_string(*day) : ""; }
std::string text_of(bool flag) { return flag ? "true" : "false"; }

std::string text_of(std::optional<Confidence> const& confidence) {
  return confidence ? std::string(name(*confidence)) : "";
}

std::string text_of(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// A key means what the file says of it, so that is part of the text.
std::string sources_text(IngressRanges const& file, Range const& range) {
  std::string text;
  for (auto const& key : range.sources) {
    text += (text.empty() ? "" : ", ") + key.value;
    auto const source = std::ranges::find(file.sources, key.value, &Source::key);
    if (source == file.sources.end()) continue;
    text += " (" + source->title;
    if (!source->url.empty()) text += ", " + source->url;
    if (source->retrieved) text += ", retrieved " + to_string(*source->retrieved);
    if (!source->sha256.empty()) text += ", sha256 " + source->sha256;
    text += ')';
  }
  return text;
}

void compare(std::vector<FieldChange>& fields, std::string_view field, std::string before,
             std::string after) {
  if (before != after) fields.push_back({std::string(field), std::move(before), std::move(after)});
}

// All that a service still takes clients in at, in the words of the file.
AddressSet addresses_of(IngressRanges const& file, Family family, Feature service) {
  std::vector<AddressInterval> all;
  for (auto const& region : file.regions)
    for (auto const& range : region.ranges)
      if (range.prefix.address.family == family && range.service == service)
        all.push_back(interval(range.prefix));
  return AddressSet(all);
}

auto order_of(Range const& range) { return std::tuple(range.prefix, range.service, range.from); }

bool same_place(Range const& a, Range const& b) {
  return a.prefix == b.prefix && a.service == b.service;
}

class Comparison {
 public:
  Comparison(IngressRanges const& before, IngressRanges const& after)
      : before_(before), after_(after) {}

  RangesDiff run() {
    compare(diff_.file, "complete", text_of(before_.complete), text_of(after_.complete));
    for (auto const& region : after_.regions) {
      auto const old = std::ranges::find(before_.regions, region.id, &Region::id);
      if (old == before_.regions.end()) {
        diff_.regions.push_back({Disposition::added, region.id, {}});
        ranges(region.id, {}, region.ranges);
      } else {
        properties(*old, region);
        ranges(region.id, old->ranges, region.ranges);
      }
    }
    for (auto const& region : before_.regions) {
      auto const kept = std::ranges::find(after_.regions, region.id, &Region::id);
      if (kept != after_.regions.end()) continue;
      diff_.regions.push_back({Disposition::removed, region.id, {}});
      ranges(region.id, region.ranges, {});
    }
    return std::move(diff_);
  }

 private:
  void properties(Region const& before, Region const& after) {
    RegionChange change{Disposition::changed, after.id, {}};
    compare(change.fields, "name", before.name, after.name);
    compare(change.fields, "country", before.country, after.country);
    compare(change.fields, "aliases", text_of(before.aliases), text_of(after.aliases));
    compare(change.fields, "anycast", text_of(before.anycast), text_of(after.anycast));
    if (!change.fields.empty()) diff_.regions.push_back(std::move(change));
  }

  // A range is the same one where prefix and service are; with other days it has changed. Several
  // of one prefix and service (that ended and came back) are paired by their days.
  void ranges(std::string const& region, std::vector<Range> before, std::vector<Range> after) {
    std::ranges::sort(before, {}, order_of);
    std::ranges::sort(after, {}, order_of);
    auto old = before.begin();
    for (auto const& now : after) {
      for (; old != before.end() && precedes(*old, now); ++old) removed(region, *old);
      if (old != before.end() && same_place(*old, now)) {
        changed(region, *old, now);
        ++old;
      } else {
        added(region, now);
      }
    }
    for (; old != before.end(); ++old) removed(region, *old);
  }

  static bool precedes(Range const& a, Range const& b) {
    return !same_place(a, b) && std::pair(a.prefix, a.service) < std::pair(b.prefix, b.service);
  }

  void added(std::string const& region, Range const& range) {
    add({Disposition::added,
         Impact::open,
         range.from,
         region,
         range.prefix,
         range.service,
         std::nullopt,
         range,
         {}});
  }

  void removed(std::string const& region, Range const& range) {
    auto const kept = addresses_of(after_, range.prefix.address.family, range.service);
    bool const still = kept.over(interval(range.prefix)) == Overlap::all;
    std::optional<Date> gone;
    if (range.until) gone = day_after(*range.until);
    add({Disposition::removed,
         still ? Impact::keep : Impact::close,
         gone,
         region,
         range.prefix,
         range.service,
         range,
         std::nullopt,
         {}});
  }

  void changed(std::string const& region, Range const& before, Range const& after) {
    RangeChange change{Disposition::changed, Impact::none, std::nullopt, region, after.prefix,
                       after.service,        before,       after,        {}};
    auto& fields = change.fields;
    compare(fields, "from", text_of(before.from), text_of(after.from));
    compare(fields, "until", text_of(before.until), text_of(after.until));
    compare(fields, "confidence", text_of(before.confidence), text_of(after.confidence));
    compare(fields, "sources", sources_text(before_, before), sources_text(after_, after));
    compare(fields, "note", before.note, after.note);
    if (fields.empty()) return;
    if (before.until != after.until) {
      change.impact = before.until || !after.until ? Impact::reschedule : Impact::close;
      if (after.until) change.effective = day_after(*after.until);
    }
    if (before.from != after.from) {
      change.impact = Impact::reschedule;
      change.effective = after.from;
    }
    add(std::move(change));
  }

  void add(RangeChange change) { diff_.ranges.push_back(std::move(change)); }

  IngressRanges const& before_;
  IngressRanges const& after_;
  RangesDiff diff_;
};

}  // namespace

std::string_view name(Disposition disposition) {
  switch (disposition) {
    case Disposition::added:
      return "added";
    case Disposition::removed:
      return "removed";
    case Disposition::changed:
      return "changed";
  }
  std::abort();  // not a Disposition
}

std::string_view name(Impact impact) {
  switch (impact) {
    case Impact::open:
      return "open";
    case Impact::close:
      return "close";
    case Impact::keep:
      return "keep";
    case Impact::reschedule:
      return "reschedule";
    case Impact::none:
      return "none";
  }
  std::abort();  // not an Impact
}

Result<RangesDiff> diff_ranges(IngressRanges const& before, IngressRanges const& after) {
  if (before.provider != after.provider || before.cloud != after.cloud)
    return std::unexpected(Error{ErrorKind::conflict, after.at,
                                 "these are ranges of " + after.provider + " (" + after.cloud +
                                     "), the others of " + before.provider + " (" + before.cloud +
                                     ')',
                                 "compare two files of one provider and cloud", ""});
  return Comparison(before, after).run();
}

}  // namespace safeconduct
