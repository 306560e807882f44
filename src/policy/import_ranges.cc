// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/import_ranges.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "policy/import_rows.h"

namespace safeconduct {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEgressWords{
    "outgoing"sv,    "egress"sv,      "geofeed"sv,        "reserved ip"sv, "reserved-ip"sv,
    "outbound ip"sv, "source ip"sv,   "source address"sv, "nat ip"sv,      "exit ip"sv,
    "alpha2code"sv,  "postal code"sv, "postal_code"sv};

// Which words name a service; the first that is found counts, so longer ones stand first.
struct ServiceWord {
  std::string_view word;
  Feature service;
};
constexpr std::array kServiceWords{ServiceWord{"secure web gateway", Feature::swg},
                                   ServiceWord{"swg", Feature::swg},
                                   ServiceWord{"zero trust", Feature::ztna},
                                   ServiceWord{"ztna", Feature::ztna},
                                   ServiceWord{"ipsec", Feature::ipsec},
                                   ServiceWord{"network tunnel", Feature::ipsec},
                                   ServiceWord{"remote access", Feature::vpn},
                                   ServiceWord{"vpn", Feature::vpn},
                                   ServiceWord{"block page", Feature::blockpage},
                                   ServiceWord{"virtual appliance", Feature::va},
                                   ServiceWord{"pac file", Feature::pac},
                                   ServiceWord{"dns", Feature::dns},
                                   ServiceWord{"sync", Feature::sync}};

constexpr std::array kRegionColumns{"region"sv,      "data center"sv, "datacenter"sv, "location"sv,
                                    "data centre"sv, "city"sv,        "site"sv,       "country"sv};
constexpr std::array kServiceColumns{"service"sv, "purpose"sv, "feature"sv, "type"sv, "product"sv};

constexpr std::array kGenericWords{
    "ip"sv,   "ipv4"sv,    "ipv6"sv,  "prefix"sv, "address"sv, "addresse"sv, "addr"sv,
    "cidr"sv, "network"sv, "range"sv, "rang"sv,   "subnet"sv,  "ingress"sv,  "ingr"sv,
    "list"sv, "and"sv,     "the"sv,   "of"sv,     "for"sv,     "result"sv,   "data"sv,
    "item"sv, "value"sv,   "entry"sv, "entri"sv,  "region"sv,  "true"sv,     "fal"sv};

// Addresses that no provider takes clients in at.
constexpr std::array kNotProviders{"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",
                                   "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
                                   "192.168.0.0/16", "224.0.0.0/3",    "::/3",
                                   "4000::/2",       "8000::/1"};
constexpr std::size_t kMostRegions = 2'000;
constexpr unsigned kWidestIp4 = 8;
constexpr unsigned kWidestIp6 = 20;

bool contains_any(std::string const& text, std::span<std::string_view const> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

std::optional<Feature> service_in(std::string_view text) {
  auto const words = folded(text);
  if (auto const exact = parse_feature(words)) return exact;
  for (auto const& one : kServiceWords)
    if (words.contains(one.word)) return one.service;
  return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr auto kBetween = " \t,;()[]\"'|<>"sv;
  std::vector<std::string_view> words;
  while (true) {
    auto const first = text.find_first_not_of(kBetween);
    if (first == std::string_view::npos) return words;
    text.remove_prefix(first);
    auto const end = std::min(text.find_first_of(kBetween), text.size());
    auto word = text.substr(0, end);
    if (word.ends_with('.')) word.remove_suffix(1);  // a sentence ends
    words.push_back(word);
    text.remove_prefix(end);
  }
}

bool looks_like_prefix(std::string_view word) {
  bool const digits = !word.empty() && std::ranges::all_of(word, [](char c) {
    return is_hex_digit(c) || c == '.' || c == ':' || c == '/';
  });
  auto const dots = std::ranges::count(word, '.');
  auto const colons = std::ranges::count(word, ':');
  return digits && (dots == 3 || colons >= 2);
}

// "198.51.100.1-198.51.100.9"
bool looks_like_span(std::string_view word) {
  auto const dash = word.find('-');
  return dash != std::string_view::npos && looks_like_prefix(word.substr(0, dash));
}

// A name as an id: "United Kingdom (London)" is "united-kingdom-london".
std::string id_of(std::string_view name) {
  std::string id;
  for (char const c : folded(name)) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) id += c;
    if (!plain && !id.empty() && id.back() != '-') id += '-';
  }
  if (id.size() > 64) id.resize(64);
  while (id.ends_with('-')) id.pop_back();
  return id;
}

struct Found {
  Prefix prefix;
  std::optional<Date> from;
  std::optional<Date> until;
  Location at;
};

class Import {
 public:
  Import(IngressRanges const& into, ImportQuestion const& question)
      : question_(question), result_{into, 0, {}} {
    for (auto const& region : result_.ranges.regions) know(region);
  }

  Result<Imported> run(std::string_view text) {
    SC_TRY(table, read_import_rows(question_.file_name, text));
    SC_CHECK(refuse_egress(text));
    add_source();
    for (auto const& row : table.rows) SC_CHECK(add_row(row));
    if (result_.found == 0)
      return std::unexpected(Error{ErrorKind::syntax,
                                   {question_.file_name, 0, 0},
                                   "there is no address or prefix in this text",
                                   "",
                                   ""});
    return std::move(result_);
  }

 private:
  void know(Region const& region) {
    by_word_[folded(region.id)] = region.id;
    for (auto const& alias : region.aliases) by_word_.emplace(folded(alias), region.id);
    if (!region.name.empty()) by_word_.emplace(folded(region.name), region.id);
  }

  std::unexpected<Error> fail(ErrorKind kind, Location at, std::string text,
                              std::string hint = {}) const {
    return std::unexpected(Error{kind, std::move(at), std::move(text), std::move(hint), ""});
  }

  // Wherever it stands: a page that speaks of both has to be cut to the part that is meant.
  Result<void> refuse_egress(std::string_view text) const {
    for (auto const& said : {question_.source.title, question_.source.url})
      if (auto const words = egress_words(said); !words.empty())
        return fail(ErrorKind::conflict, {question_.file_name, 0, 0},
                    "the source '" + said + "' speaks of '" + std::string(words) +
                        "': addresses that a service sends from",
                    "clients never connect to those; ranges here are what clients connect to");
    std::uint32_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
      auto const end = std::min(text.find('\n', at), text.size());
      auto const words = egress_words(text.substr(at, end - at));
      if (!words.empty())
        return fail(ErrorKind::conflict, {question_.file_name, line, 1},
                    "the text speaks of '" + std::string(words) +
                        "': addresses that a service sends from, not ones that clients connect to",
                    "if the prefixes are not meant by it, cut that part out");
      at = end + 1;
    }
    return {};
  }

  void add_source() {
    auto source = question_.source;
    auto const day = source.retrieved ? "-" + to_string(*source.retrieved) : std::string();
    source.key = "import" + day;
    auto const taken = [&](std::string const& key) {
      return std::ranges::find(result_.ranges.sources, key, &Source::key) !=
             result_.ranges.sources.end();
    };
    for (unsigned n = 2; taken(source.key); ++n)
      source.key = "import" + day + '-' + std::to_string(n);
    key_ = source.key;
    if (source.title.empty()) source.title = source.url;
    result_.ranges.sources.push_back(std::move(source));
  }

  Result<void> add_row(ImportRow const& row) {
    std::vector<Found> found;
    for (auto const& cell : row.cells)
      for (auto const word : words_of(cell.text)) {
        if (looks_like_span(word))
          return fail(ErrorKind::out_of_range, row.at,
                      "'" + std::string(word.substr(0, 64)) + "' is a span, not a prefix",
                      "write it as prefixes, like 198.51.100.0/25");
        SC_CHECK(refuse_half_prefix(word, row.at));
        if (!looks_like_prefix(word)) continue;
        SC_TRY(prefix, read_prefix(word, row.at));
        found.push_back({prefix, std::nullopt, std::nullopt, row.at});
      }
    if (found.empty()) return {};
    result_.found += found.size();
    if (result_.found > kMostImported)
      return fail(ErrorKind::limit, row.at,
                  "more than " + std::to_string(kMostImported) + " prefixes");
    SC_CHECK(refuse_retired(row));
    SC_TRY(region, region_of(row));
    SC_TRY(service, service_of(row));
    SC_TRY(from, day_in(row, {"from", "effective", "since", "start"}));
    SC_TRY(until, day_in(row, {"until", "retire", "end"}));
    for (auto& one : found) {
      one.from = from;
      one.until = until;
      SC_CHECK(add_range(region, service, one));
    }
    return {};
  }

  // "198.51.100.0/24*", and the "/24" of "198.51.100.0 /24": what is meant is not guessed.
  Result<void> refuse_half_prefix(std::string_view word, Location const& at) const {
    auto const end = std::min(word.find_first_not_of("0123456789abcdefABCDEF.:/"), word.size());
    bool const marked = end < word.size() && looks_like_prefix(word.substr(0, end));
    bool const length = word.size() > 1 && word.size() <= 4 && word.starts_with('/') &&
                        word.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!marked && !length) return {};
    return fail(ErrorKind::out_of_range, at,
                "'" + printable(word.substr(0, 64)) + "' is not all of a prefix",
                "write it as 198.51.100.0/24, without marks; what they say goes beside it");
  }

  Result<void> refuse_retired(ImportRow const& row) const {
    constexpr std::array kGone{"retired"sv, "not used"sv, "decommission"sv, "deprecated"sv,
                               "no longer"sv};
    std::vector<std::string_view> said(row.context.begin(), row.context.end());
    for (auto const& cell : row.cells) said.emplace_back(cell.text);
    for (auto const text : said)
      if (contains_any(folded(text), kGone))
        return fail(
            ErrorKind::conflict, row.at,
            "'" + printable(text.substr(0, 64)) + "' speaks of ranges that are no longer in use",
            "cut them out, or give them a last day in a column 'until'");
    return {};
  }

  Result<Prefix> read_prefix(std::string_view word, Location const& at) const {
    auto const prefix = parse_prefix(word);
    auto const quoted = "'" + std::string(word.substr(0, 64)) + "'";
    if (!prefix) return fail(ErrorKind::out_of_range, at, quoted + " is not an address or prefix");
    if (has_host_bits(*prefix))
      return fail(ErrorKind::out_of_range, at, quoted + " has bits set after its length",
                  "the network is " + to_string(without_host_bits(*prefix)));
    bool const ip4 = prefix->address.family == Family::ip4;
    if (prefix->length < (ip4 ? kWidestIp4 : kWidestIp6))
      return fail(ErrorKind::out_of_range, at, quoted + " is too wide for a provider's range");
    for (auto const* text : kNotProviders) {
      auto const other = *parse_prefix(text);
      if (other.address.family == prefix->address.family &&
          interval(other).overlaps(interval(*prefix)))
        return fail(ErrorKind::out_of_range, at,
                    quoted + " is no address of the public internet (" + text + ')');
    }
    return *prefix;
  }

  // The region that the row's cells name, or what stands above; a region that is not known yet only
  // from a column or key that says "region", or a heading right above.
  Result<std::string> region_of(ImportRow const& row) {
    std::vector<std::string> near;
    for (auto const& cell : row.cells)
      if (!holds_prefix(cell.text)) near.push_back(cell.text);
    for (auto const& cell : row.cells)
      if (holds_prefix(cell.text)) near.push_back(without_prefixes(cell.text));
    near.insert(near.end(), row.context.rbegin(), row.context.rend());
    for (auto const& text : near)
      if (auto const known = by_word_.find(folded(text)); known != by_word_.end())
        return known->second;
    for (auto const column : kRegionColumns)
      for (auto const& cell : row.cells)
        if (cell.column.contains(column) && is_name(cell.text))
          return new_region(cell.text, row.at);
    if (!question_.region.empty()) return new_region(question_.region, row.at);
    for (auto const& text : near)
      if (is_name(text) && !service_in(text)) return new_region(text, row.at);
    return fail(ErrorKind::unknown_name, row.at, "no region is told for this prefix",
                "say it with --region, or put a line with the region's name above");
  }

  static bool holds_prefix(std::string_view text) {
    return std::ranges::any_of(words_of(text), looks_like_prefix);
  }

  static std::string without_prefixes(std::string_view text) {
    std::string rest;
    for (auto const word : words_of(text))
      if (!looks_like_prefix(word)) rest += (rest.empty() ? "" : " ") + std::string(word);
    return rest;
  }

  // "IP ranges", "ingress addresses": what a table or a key calls its content.
  static bool is_generic(std::string_view text) {
    return std::ranges::all_of(words_of(text), [](std::string_view word) {
      auto plain = folded(word);
      if (plain.ends_with("es"))
        plain.resize(plain.size() - 2);
      else if (plain.ends_with('s'))
        plain.pop_back();
      return std::ranges::find(kGenericWords, plain) != kGenericWords.end();
    });
  }

  static bool is_name(std::string_view text) {
    auto const id = id_of(text);
    bool const letters = std::ranges::any_of(id, [](char c) { return c >= 'a' && c <= 'z'; });
    return letters && text.size() <= kLongestImportHeading && !text.contains('.') &&
           !text.contains(':') && !is_generic(text);
  }

  Result<std::string> new_region(std::string_view name, Location const& at) {
    if (auto const known = by_word_.find(folded(name)); known != by_word_.end())
      return known->second;
    auto const id = id_of(name);
    if (auto const known = by_word_.find(id); known != by_word_.end()) return known->second;
    if (result_.ranges.regions.size() == kMostRegions)
      return fail(ErrorKind::limit, at, "more than " + std::to_string(kMostRegions) + " regions");
    if (id.empty())
      return fail(ErrorKind::out_of_range, at,
                  "'" + std::string(name) + "' cannot be the name of a region");
    Region region;
    region.id = id;
    if (id != name) region.name = printable(trimmed(name));
    region.at = at;
    know(region);
    result_.notes.push_back({"", "region '" + id + "' is new", at});
    result_.ranges.regions.push_back(std::move(region));
    return id;
  }

  Result<Feature> service_of(ImportRow const& row) const {
    for (auto const& cell : row.cells)
      if (contains_any(cell.column, kServiceColumns))
        if (auto const service = service_in(cell.text)) return *service;
    for (auto const& cell : row.cells)
      if (auto const service =
              service_in(holds_prefix(cell.text) ? cell.column + ' ' + without_prefixes(cell.text)
                                                 : cell.text))
        return *service;
    for (auto at = row.context.rbegin(); at != row.context.rend(); ++at)
      if (auto const service = service_in(*at)) return *service;
    if (question_.service) return *question_.service;
    return fail(ErrorKind::unknown_name, row.at, "no service is told for this prefix",
                "say it with --service: swg, ipsec, vpn, ...");
  }

  Result<std::optional<Date>> day_in(ImportRow const& row,
                                     std::initializer_list<std::string_view> columns) const {
    for (auto const& cell : row.cells) {
      bool const meant = std::ranges::any_of(columns, [&](std::string_view word) {
        return std::ranges::any_of(words_of(cell.column),
                                   [&](std::string_view part) { return part.starts_with(word); });
      });
      if (!meant || cell.text.empty()) continue;
      if (auto const day = parse_date(cell.text)) return std::optional<Date>(*day);
      return fail(ErrorKind::out_of_range, row.at,
                  "'" + cell.text.substr(0, 64) + "' (" + cell.column + ") is not a day",
                  "a day is written 2026-11-23");
    }
    return std::optional<Date>();
  }

  Result<void> add_range(std::string const& id, Feature service, Found const& found) {
    if (found.from && found.until && *found.until < *found.from)
      return fail(ErrorKind::out_of_range, found.at, "the range ends before it begins");
    auto& region = *std::ranges::find(result_.ranges.regions, id, &Region::id);
    for (auto& range : region.ranges) {
      if (range.service != service || !interval(range.prefix).overlaps(interval(found.prefix)))
        continue;
      bool const same_days = (!found.from || range.from == found.from || !range.from) &&
                             (!found.until || range.until == found.until || !range.until);
      if (range.prefix == found.prefix && same_days) {
        if (found.from) range.from = found.from;
        if (found.until) range.until = found.until;
        add_key(range);
        return {};
      }
      bool const apart = (range.until && found.from && *range.until < *found.from) ||
                         (found.until && range.from && *found.until < *range.from);
      if (!apart)
        return fail(ErrorKind::conflict, found.at,
                    to_string(found.prefix) + " (" + std::string(name(service)) + ") overlaps " +
                        to_string(range.prefix) + " of region " + id + ", or has other days",
                    "give the old range a day to end on ('until'), or take it out of the file");
    }
    Range range;
    range.prefix = found.prefix;
    range.service = service;
    range.from = found.from;
    range.until = found.until;
    range.confidence = question_.confidence;
    range.at = found.at;
    add_key(range);
    region.ranges.push_back(std::move(range));
    return {};
  }

  void add_key(Range& range) const {
    if (std::ranges::find(range.sources, key_, &Placed<std::string>::value) == range.sources.end())
      range.sources.push_back({key_, {}});
  }

  ImportQuestion const& question_;
  Imported result_;
  std::string key_;
  std::map<std::string, std::string> by_word_;  // names in lower case, to ids
};

}  // namespace

std::string_view egress_words(std::string_view text) {
  auto const small = folded(text);
  for (auto const words : kEgressWords)
    if (small.contains(words)) return words;
  return {};
}

Result<Imported> import_ranges(IngressRanges const& into, ImportQuestion const& question,
                               std::string_view text) {
  return Import(into, question).run(text);
}

}  // namespace safeconduct
