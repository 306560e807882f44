// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_objects.h"

#include <algorithm>

#include "packet/field.h"

namespace safeconduct::csv {
namespace {

constexpr std::size_t kDeepestGroup = 64;

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

std::string_view cell_at(Row const& row, std::optional<std::size_t> column) {
  return column ? trimmed(row.cells[*column].text) : std::string_view{};
}

}  // namespace

std::vector<std::string_view> entries(std::string_view cell, Dialect const& dialect) {
  std::vector<std::string_view> result;
  for (std::size_t begin = 0; begin <= cell.size();) {
    auto end = cell.size();
    std::size_t skip = 1;
    for (auto const& separator : dialect.separators)
      if (auto const at = cell.find(separator, begin); at < end) {
        end = at;
        skip = separator.size();
      }
    if (auto const entry = trimmed(cell.substr(begin, end - begin)); !entry.empty())
      result.push_back(entry);
    begin = end + skip;
  }
  return result;
}

bool is_any(std::string_view entry, Dialect const& dialect) {
  return std::ranges::find(dialect.any, lower(entry)) != dialect.any.end();
}

Result<Objects::Object> Objects::service(File const& file, Sheet const& sheet,
                                         Row const& row) const {
  auto const& shape = *sheet.objects;
  Object object;
  auto const column = sheet.header.find(shape.protocol);
  auto const word = cell_at(row, column);
  if (word.empty()) return object;
  auto const protocol = parse_l4proto(lower(word));
  if (!protocol) {
    object.values.emplace_back(word);  // resolved, and unknown, where it is used
    return object;
  }
  ServiceTerm term;
  term.protocol = protocol;
  auto const ports = [&](std::string const& header, ValueSet& into) -> Result<void> {
    if (header.empty()) return {};
    auto const at = sheet.header.find(header);
    std::vector<ValueInterval> ranges;
    for (auto rest = cell_at(row, at); !rest.empty();) {
      auto const end = std::min(rest.find_first_of(",; \n"), rest.size());
      if (auto const part = trimmed(rest.substr(0, end)); !part.empty()) {
        auto const range = parse_port_range(part);
        if (!range)
          return file.error(ErrorKind::out_of_range, row.cells[*at].offset,
                            quoted(part) + " is not a port (0-65535), nor a range of ports");
        ranges.push_back(*range);
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    into = ValueSet(std::move(ranges));
    return {};
  };
  SC_CHECK(ports(shape.ports, term.destination_ports));
  SC_CHECK(ports(shape.source_ports, term.source_ports));
  object.terms.push_back(std::move(term));
  return object;
}

Result<void> Objects::read(File const& file, Sheet const& sheet) {
  auto const& shape = *sheet.objects;
  auto& into = shape.services ? services_ : addresses_;
  auto const name_column = sheet.header.find(shape.name);
  auto const members_column =
      shape.members.empty() ? std::nullopt : sheet.header.find(shape.members);
  return each_row(file, sheet, [&](Row const& row, std::size_t filled) -> Result<void> {
    if (filled == 1) return {};  // a title
    auto const name = cell_at(row, name_column);
    if (name.empty()) return file.error(ErrorKind::syntax, row.offset, "an object without a name");
    Object object;
    if (!shape.protocol.empty()) {
      SC_TRY(read, service(file, sheet, row));
      object = std::move(read);
    }
    for (auto const& header : shape.values)
      if (auto const value = cell_at(row, sheet.header.find(header)); !value.empty())
        for (auto const entry : entries(value, dialect_)) object.values.emplace_back(entry);
    for (auto const entry : entries(cell_at(row, members_column), dialect_))
      object.members.emplace_back(entry);
    object.loop = error_at(ErrorKind::conflict, file.name, file.text, row.offset,
                           "group " + quoted(name) + " contains itself",
                           "directly, or through the groups that it names");
    auto const [at, fresh] = into.try_emplace(std::string(name), std::move(object));
    if (!fresh)
      return file.error(ErrorKind::conflict, row.offset,
                        "object " + quoted(name) + " is there twice",
                        "of objects with one name nobody can tell which a rule means");
    return {};
  });
}

Result<void> Objects::check(Named const& objects) {
  enum class Seen : std::uint8_t { begun, done };
  std::map<std::string_view, Seen> seen;
  struct Step {
    Named::const_iterator at;
    std::size_t next = 0;
  };
  for (auto begin = objects.begin(); begin != objects.end(); ++begin) {
    if (seen.contains(begin->first)) continue;
    std::vector<Step> way{{begin}};
    seen[begin->first] = Seen::begun;
    while (!way.empty()) {
      auto& step = way.back();
      auto const& members = step.at->second.members;
      if (step.next == members.size()) {
        seen[step.at->first] = Seen::done;
        way.pop_back();
        continue;
      }
      auto const member = objects.find(members[step.next++]);
      if (member == objects.end()) continue;
      auto const known = seen.find(member->first);
      if (known != seen.end() && known->second == Seen::begun)
        return std::unexpected(member->second.loop);
      if (known != seen.end()) continue;
      seen[member->first] = Seen::begun;
      way.push_back({member});
    }
  }
  return {};
}

Result<void> Objects::check_groups() const {
  SC_CHECK(check(addresses_));
  return check(services_);
}

void Objects::add_addresses(std::string_view entry, AddressList& into) const {
  Visited visited;
  add_addresses(entry, into, visited, 0);
}

void Objects::add_addresses(std::string_view entry, AddressList& into, Visited& visited,
                            std::size_t depth) const {
  if (is_any(entry, dialect_)) {
    into.any = true;
    return;
  }
  auto const found = addresses_.find(entry);
  if (found == addresses_.end()) {
    if (!add_address(entry, into))
      into.unknown.push_back("address " + quoted(entry) + ", which no file given says");
    return;
  }
  if (!visited.insert(found->first).second) return;
  auto const& object = found->second;
  if (depth > kDeepestGroup || (object.values.empty() && object.members.empty())) {
    into.unknown.push_back("address object " + quoted(entry) +
                           (depth > kDeepestGroup ? ", nested too deep" : ", which is empty"));
    return;
  }
  for (auto const& value : object.values)
    if (is_any(value, dialect_)) {
      into.any = true;
    } else if (!add_address(value, into)) {
      into.unknown.push_back("address object " + quoted(entry) + ", which is " + quoted(value));
    }
  for (auto const& member : object.members) add_addresses(member, into, visited, depth + 1);
}

void Objects::add_services(std::string_view entry, ServiceList& into) const {
  Visited visited;
  add_services(entry, into, visited, 0);
}

void Objects::add_services(std::string_view entry, ServiceList& into, Visited& visited,
                           std::size_t depth) const {
  if (is_any(entry, dialect_)) {
    into.any = true;
    return;
  }
  auto const unknown = [&](std::string_view why) {
    into.unknown.push_back("service " + quoted(entry) + std::string(why));
  };
  if (depth > kDeepestGroup) return unknown(", nested too deep");
  if (auto const found = services_.find(entry); found != services_.end()) {
    if (!visited.insert(found->first).second) return;
    auto const& object = found->second;
    if (object.values.empty() && object.members.empty() && object.terms.empty())
      return unknown(", which is empty");
    into.terms.insert(into.terms.end(), object.terms.begin(), object.terms.end());
    for (auto const& value : object.values)
      if (!add_service(value, into)) unknown(", which is " + quoted(value));
    for (auto const& member : object.members) add_services(member, into, visited, depth + 1);
    return;
  }
  if (auto const known = dialect_.services.find(lower(entry)); known != dialect_.services.end()) {
    for (auto const& value : known->second) add_service(value, into);
    return;
  }
  if (!add_service(entry, into)) unknown(", which no file given says");
}

}  // namespace safeconduct::csv
