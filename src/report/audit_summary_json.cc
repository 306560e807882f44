// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "report/audit_writers.h"
#include "report/json_text.h"
#include "report/json_values.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::object by_readiness(std::array<std::size_t, 4> const& sites, bool broken) {
  json::object object{{"ready", sites[0]}, {"not_ready", sites[1]}, {"undecided", sites[2]}};
  if (broken) object["broken"] = sites[3];
  return object;
}

json::array ids_with(FleetRollup const& rollup, FleetRow const& row, Mark mark) {
  json::array ids;
  for (std::size_t i = 0; i < row.marks.size(); ++i)
    if (row.marks[i] == mark) ids.emplace_back(json_safe(rollup.columns[i].id));
  return ids;
}

json::object row_object(FleetRollup const& rollup, FleetRow const& row) {
  json::object object{{"site", json_safe(row.site)},
                      {"file", json_safe(row.file)},
                      {"readiness", name(row.readiness)}};
  if (row.fault) {
    json::object error;
    put_place(error, row.fault->at);
    error["message"] = json_safe(row.fault->text);
    object["error"] = std::move(error);
    return object;
  }
  object["verdict"] = name(row.verdict);
  object["fails"] = row.fails;
  object["dns_text"] = row.dns;
  object["web_text"] = row.web;
  object["fail_open"] = row.fail_open ? json::value(*row.fail_open) : json::value(nullptr);
  if (!row.breaks_on.empty()) object["breaks_on"] = row.breaks_on;
  for (auto const mark : {Mark::fails, Mark::undecided, Mark::waived})
    if (auto ids = ids_with(rollup, row, mark); !ids.empty()) {
      auto const key = mark == Mark::fails ? "failing" : name(mark);
      object[key] = std::move(ids);
    }
  json::array known;
  for (auto const& one : row.failures)
    if (!one.known.empty()) known.emplace_back(json_safe(rollup.columns[one.column].id));
  if (!known.empty()) object["known"] = std::move(known);
  return object;
}

json::array requirements(FleetRollup const& rollup) {
  json::array all;
  for (auto const& column : rollup.columns) {
    json::object object{{"policy", json_safe(column.policy)},
                        {"id", json_safe(column.id)},
                        {"title", json_safe(column.title)},
                        {"level", column.level}};
    for (auto const mark : {Mark::holds, Mark::fails, Mark::undecided, Mark::waived})
      object[name(mark)] = column.sites[static_cast<std::size_t>(mark)];
    if (!rollup.header.baseline.empty()) object["known"] = column.known;
    all.emplace_back(std::move(object));
  }
  return all;
}

}  // namespace

std::string json_fleet(FleetRollup const& rollup) {
  auto const& header = rollup.header;
  json::object object{
      {"schema", "safeconduct.audit.summary/1"},
      {"tool", json::object{{"name", header.tool}, {"version", header.version}}},
      {"as_of", header.as_of},
      {"fleet", json::object{{"sha256", header.fleet}, {"sites", header.in_all}}},
      {"shards",
       json::object{
           {"of", header.shards},
           {"covered", json::array(header.covered.begin(), header.covered.end())},
           {"missing", json::array(rollup.missing_shards.begin(), rollup.missing_shards.end())}}}};
  object["summary"] = by_readiness(rollup.sites, true);
  if (auto const known = known_by_baseline(rollup); !header.baseline.empty())
    object["baseline"] = json::object{{"sha256", header.baseline},
                                      {"known", known.known},
                                      {"gone", known.gone},
                                      {"grew", known.grew}};
  object["missing"] = json_strings(rollup.missing);
  object["missing_unnamed"] = rollup.unnamed;
  object["requirements"] = requirements(rollup);
  json::array regions;
  for (auto const& region : rollup.regions) {
    auto one = by_readiness(region.sites, false);
    json::object each{{"provider", json_safe(region.provider)}, {"id", json_safe(region.id)}};
    for (auto const& pair : one) each.insert(pair);
    regions.emplace_back(std::move(each));
  }
  object["regions"] = std::move(regions);
  json::array sites;
  for (auto const& row : rollup.rows) sites.emplace_back(row_object(rollup, row));
  object["sites"] = std::move(sites);
  return pretty(json::value(std::move(object)));
}

}  // namespace safeconduct
