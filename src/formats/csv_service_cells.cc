// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_service_cells.h"

#include <algorithm>

#include "base/text.h"
#include "packet/field.h"

namespace safeconduct::csv {
namespace {

// What a side asks for, of one protocol or (nothing) of both that have ports.
struct Side {
  std::optional<std::uint32_t> protocol;
  ValueSet ports;  // empty: any
};

// The sides that ports alone and ports with a protocol of their own come to; none: nothing is
// asked.
std::vector<Side> sides(std::vector<ValueInterval> ranges, ServiceList const& own) {
  std::vector<Side> all;
  for (auto const& term : own.terms) all.push_back({term.protocol, term.destination_ports});
  if (!ranges.empty()) all.push_back({std::nullopt, ValueSet(ranges)});
  return all;
}

std::vector<Side> of_protocols(std::vector<Side> const& all,
                               std::vector<std::uint32_t> const& protocols) {
  std::vector<Side> result;
  for (auto const& side : all) {
    if (protocols.empty() && (side.protocol || side.ports.empty())) {
      result.push_back(side);
      continue;
    }
    auto const possible =
        protocols.empty() ? std::vector<std::uint32_t>{l4::tcp, l4::udp} : protocols;
    for (auto const protocol : possible)
      if (!side.protocol || *side.protocol == protocol) result.push_back({protocol, side.ports});
  }
  return result;
}

}  // namespace

ServiceCells::ServiceCells(RowCells const& cells, Sheet const& sheet, Objects const& objects)
    : cells_(cells),
      dialect_(*sheet.dialect),
      objects_(objects),
      applications_(sheet.header.find(sheet.dialect->application_headers)) {}

Result<ServiceList> ServiceCells::read() const {
  if (cells_.has(CsvColumn::service)) {
    if (!cells_.text(CsvColumn::service).empty()) return of_services();
    if (!cells_.has(CsvColumn::protocol)) {
      ServiceList list;
      if (is_any("", dialect_)) {
        list.any = true;
      } else {
        list.unknown.emplace_back("a service that the cell leaves out");
      }
      return list;
    }
  }
  return of_ports();
}

bool ServiceCells::says_both() const {
  if (cells_.text(CsvColumn::service).empty()) return false;
  return asks(CsvColumn::protocol) || asks(CsvColumn::source_port) ||
         asks(CsvColumn::destination_port);
}

bool ServiceCells::asks(CsvColumn column) const {
  auto const words = entries(cells_.text(column), dialect_);
  return !std::ranges::all_of(words, [&](auto word) { return is_any(word, dialect_); });
}

ServiceList ServiceCells::of_services() const {
  ServiceList list;
  for (auto const part : parts(cells_.text(CsvColumn::service), dialect_))
    if (!dialect_.application_default.empty() && folded(part) == dialect_.application_default) {
      default_ports(list);
    } else {
      objects_.add_services(part, list);
    }
  return list;
}

// The ports that the rule's applications have by default.
void ServiceCells::default_ports(ServiceList& into) const {
  auto const words = applications_ ? entries(cells_.row().cells[*applications_].text, dialect_)
                                   : std::vector<std::string_view>{};
  for (auto const word : words) {
    auto const known = dialect_.applications.find(folded(word));
    if (known == dialect_.applications.end()) {
      into.unknown.push_back("the default ports of application '" + printable(word) + "'");
      continue;
    }
    for (auto const& value : known->second) add_service(value, into);
  }
  if (words.empty()) into.unknown.emplace_back("the default ports of applications");
}

Result<std::vector<std::uint32_t>> ServiceCells::protocols() const {
  std::vector<std::uint32_t> all;
  for (auto const word : entries(cells_.text(CsvColumn::protocol), dialect_)) {
    auto const name = folded(word);
    if (is_any(word, dialect_) || is_any_protocol(name)) return std::vector<std::uint32_t>{};
    if (name == "tcp/udp" || name == "tcp_udp") {
      all.insert(all.end(), {l4::tcp, l4::udp});
      continue;
    }
    auto const protocol = parse_l4proto(name);
    if (!protocol)
      return cells_.error(CsvColumn::protocol, ErrorKind::unknown_name,
                          "'" + printable(word) + "' is not a protocol",
                          "such as tcp, udp, icmp or 50");
    all.push_back(*protocol);
  }
  return all;
}

Result<void> ServiceCells::ports(CsvColumn column, std::vector<ValueInterval>& ranges,
                                 ServiceList& own) const {
  for (auto const word : entries(cells_.text(column), dialect_)) {
    if (is_any(word, dialect_)) {
      // Beside others it says nothing that they do not.
      if (parts(cells_.text(column), dialect_).size() == 1) return {};
      own.unknown.push_back("'" + printable(cells_.text(column)) + "' says more than any port");
      continue;
    }
    if (auto const range = parse_port_range(word)) {
      ranges.push_back(*range);
    } else if (auto const port = parse_port(folded(word))) {
      ranges.push_back({*port, *port});
    } else if (word[0] < '0' || word[0] > '9') {
      objects_.add_services(word, own);
    } else {
      return cells_.error(
          column, ErrorKind::out_of_range,
          "'" + printable(word) + "' is not a port (0-65535), nor a range of ports");
    }
  }
  return {};
}

Result<ServiceList> ServiceCells::of_ports() const {
  SC_TRY(wanted, protocols());
  std::vector<ValueInterval> source_ranges;
  std::vector<ValueInterval> destination_ranges;
  ServiceList own_source;
  ServiceList own;  // "TCP:443", with a protocol of its own
  SC_CHECK(ports(CsvColumn::source_port, source_ranges, own_source));
  SC_CHECK(ports(CsvColumn::destination_port, destination_ranges, own));
  ServiceList list;
  for (auto const* some : {&own_source.unknown, &own.unknown})
    list.unknown.insert(list.unknown.end(), some->begin(), some->end());
  bool const asks_source = !source_ranges.empty() || !own_source.terms.empty();
  auto destinations = sides(std::move(destination_ranges), own);
  if (destinations.empty() && !own.unknown.empty() && own.terms.empty()) return list;
  if (destinations.empty()) {
    if (!asks_source && wanted.empty() && list.unknown.empty()) {
      list.any = true;
      return list;
    }
    destinations.push_back({});
  }
  auto sources = sides(std::move(source_ranges), own_source);
  if (sources.empty()) sources.push_back({});
  for (auto const& to : of_protocols(destinations, wanted))
    for (auto const& from : of_protocols(sources, wanted)) {
      bool const fits = !to.protocol || !from.protocol || *to.protocol == *from.protocol;
      if (fits)
        list.terms.push_back({to.protocol ? to.protocol : from.protocol, from.ports, to.ports, {}});
    }
  if (list.terms.empty() && list.unknown.empty())
    list.unknown.emplace_back("protocols and ports that do not go together");
  return list;
}

}  // namespace safeconduct::csv
