// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_objects.h"

#include <algorithm>

#include "base/text.h"
#include "packet/field.h"

namespace safeconduct::csv {
namespace {

constexpr std::size_t kDeepestGroup = 64;

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

std::string_view cell_at(Row const& row, std::optional<std::size_t> column) {
  return column ? trimmed(row.cells[*column].text) : std::string_view{};
}

// "[Web=TCP/80" and "TCP/443]", of a list that is taken apart.
std::string_view without_brackets(std::string_view entry) {
  if (entry.starts_with('[') && entry.contains('='))
    entry = trimmed(entry.substr(entry.find('=') + 1));
  if (entry.ends_with(']') && !entry.contains('['))
    entry = trimmed(entry.substr(0, entry.size() - 1));
  return entry;
}

// Ones and then zeros, or the other way round, or with holes: "255.0.255.0".
bool is_mask(std::string_view word) {
  auto const bits = parse_ip4(word);
  if (!bits) return false;
  return (~*bits & (~*bits + 1)) == 0 || (*bits & (*bits + 1)) == 0 || *bits >> 24U == 255;
}

// A list, and not an address with its mask.
bool are_addresses(std::vector<std::string_view> const& words) {
  AddressList ignored;
  return std::ranges::all_of(
      words, [&](auto word) { return !is_mask(word) && add_address(word, ignored); });
}

std::vector<std::string_view> split(std::string_view cell, Dialect const& dialect, bool by_blanks) {
  std::vector<std::string_view> result;
  for (std::size_t begin = 0; begin <= cell.size();) {
    auto end = cell.size();
    std::size_t skip = 1;
    for (auto const& separator : dialect.separators) {
      if (separator == " " && !by_blanks) continue;
      if (auto const at = cell.find(separator, begin); at < end) {
        end = at;
        skip = separator.size();
      }
    }
    if (auto const entry = without_brackets(trimmed(cell.substr(begin, end - begin)));
        !entry.empty())
      result.push_back(entry);
    begin = end + skip;
  }
  return result;
}

}  // namespace

std::vector<std::string_view> entries(std::string_view cell, Dialect const& dialect) {
  return split(cell, dialect, true);
}

std::vector<std::string_view> parts(std::string_view cell, Dialect const& dialect) {
  return split(cell, dialect, false);
}

bool is_any(std::string_view entry, Dialect const& dialect) {
  return std::ranges::find(dialect.any, folded(entry)) != dialect.any.end();
}

Result<Objects::Object> Objects::service(File const& file, Sheet const& sheet,
                                         Row const& row) const {
  auto const& shape = *sheet.objects;
  Object object;
  auto const column = sheet.header.find(shape.protocol);
  auto const word = cell_at(row, column);
  if (word.empty()) return object;
  auto const name = folded(word);
  auto const protocol = parse_l4proto(name);
  bool const any_protocol = is_any_protocol(name);
  auto const port_cell =
      shape.ports.empty() ? std::string_view{} : cell_at(row, sheet.header.find(shape.ports));
  // What is not understood is resolved, and unknown, where it is used.
  if (any_protocol && (port_cell.empty() || port_cell == "0")) {
    object.values.emplace_back(word);
    return object;
  }
  bool const all_ports = protocol && has_ports(*protocol) && port_cell.empty();
  if (!protocol || any_protocol || (all_ports && !shape.ports.empty())) {
    object.values.emplace_back(std::string(word) + (port_cell.empty() ? " without ports" : " of ") +
                               std::string(port_cell));
    return object;
  }
  ServiceTerm term;
  term.protocol = protocol;
  std::vector<ServiceTerm> of_own_sources;
  auto const ports = [&](std::string const& header, ValueSet& into) -> Result<void> {
    if (header.empty()) return {};
    auto const at = sheet.header.find(header);
    std::vector<ValueInterval> ranges;
    for (auto rest = cell_at(row, at); !rest.empty();) {
      auto const end = std::min(rest.find_first_of(",; \n"), rest.size());
      if (auto part = trimmed(rest.substr(0, end)); !part.empty()) {
        // Fortinet: the destination's ports, then the source's, of this entry alone.
        std::optional<ValueInterval> from;
        if (auto const colon = part.find(':'); colon != std::string_view::npos)
          from = parse_port_range(part.substr(colon + 1));
        if (from) part = part.substr(0, part.find(':'));
        auto const range = parse_port_range(part);
        if (!range)
          return file.error(ErrorKind::out_of_range, row.cells[*at].offset,
                            quoted(part) + " is not a port (0-65535), nor a range of ports");
        if (from) {
          of_own_sources.push_back(term);
          of_own_sources.back().destination_ports = ValueSet(*range);
          of_own_sources.back().source_ports = ValueSet(*from);
        } else {
          ranges.push_back(*range);
        }
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    into = ValueSet(ranges);
    return {};
  };
  SC_CHECK(ports(shape.ports, term.destination_ports));
  SC_CHECK(ports(shape.source_ports, term.source_ports));
  if (of_own_sources.empty() || !term.destination_ports.empty())
    object.terms.push_back(std::move(term));
  std::ranges::move(of_own_sources, std::back_inserter(object.terms));
  return object;
}

Result<void> Objects::read(File const& file, Sheet const& sheet) {
  auto const& shape = *sheet.objects;
  auto& into = shape.services ? services_ : addresses_;
  auto const name_column = sheet.header.find(shape.name);
  auto const members_column =
      shape.members.empty() ? std::nullopt : sheet.header.find(shape.members);
  auto const mask_column = shape.mask.empty() ? std::nullopt : sheet.header.find(shape.mask);
  auto const unread = unread_object_columns(sheet);
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
        for (auto const part : parts(value, dialect_)) object.values.emplace_back(part);
    for (auto const part : parts(cell_at(row, members_column), dialect_))
      object.members.emplace_back(part);
    if (auto const mask = cell_at(row, mask_column); !mask.empty() && !object.values.empty())
      object.values.front() += "/" + std::string(mask);
    // What stands there may take addresses away, or say them in another way.
    for (auto const column : unread)
      if (auto const value = trimmed(row.cells[column].text); !value.empty())
        object = {{"column " + column_name(sheet, column) + " with " + quoted(value)}, {}, {}, {}};
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

bool Objects::lists_by_blanks(std::string_view part) const {
  return part.contains(' ') &&
         std::ranges::find(dialect_.separators, " ") != dialect_.separators.end();
}

// "web db" is two members, unless an object is called so.
void Objects::part_members(Named& objects) const {
  for (auto& [name, object] : objects) {
    std::vector<std::string> members;
    for (auto const& member : object.members) {
      if (!lists_by_blanks(member) || objects.contains(member)) {
        members.push_back(member);
        continue;
      }
      for (auto const entry : entries(member, dialect_)) members.emplace_back(entry);
    }
    object.members = std::move(members);
  }
}

Result<void> Objects::check_groups() {
  part_members(addresses_);
  part_members(services_);
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
    auto const& of_family = dialect_.any_of_family;
    bool const once = std::ranges::find(of_family, folded(entry)) != of_family.end();
    into.only_ip4 = once && !into.any;
    into.any = true;
    return;
  }
  auto const found = addresses_.find(entry);
  if (found == addresses_.end()) {
    auto const words =
        lists_by_blanks(entry) ? entries(entry, dialect_) : std::vector<std::string_view>{};
    bool const several = !words.empty() && are_addresses(words);
    if (!several && add_address(entry, into)) return;
    // An address that is only half understood is not a list of its halves.
    bool const address_like = entry.find_first_of("0123456789") == 0;
    if (several || (!words.empty() && !address_like)) {
      for (auto const word : words) add_addresses(word, into, visited, depth + 1);
      return;
    }
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

bool Objects::any_like_address() const {
  return std::ranges::any_of(
      addresses_, [](auto const& named) { return parse_prefix(named.first).has_value(); });
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
  if (auto const known = dialect_.services.find(folded(entry)); known != dialect_.services.end()) {
    for (auto const& value : known->second) add_service(value, into);
    return;
  }
  // A number alone may be a port or a protocol; "tcp 443" is one service, "http dns" are two.
  bool const number = entry.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number && add_service(entry, into)) return;
  auto const words =
      lists_by_blanks(entry) ? entries(entry, dialect_) : std::vector<std::string_view>{};
  if (words.empty() || parse_l4proto(folded(words.front())))
    return unknown(number ? ", which may be a port or a protocol" : ", which no file given says");
  for (auto const word : words) add_services(word, into, visited, depth + 1);
}

}  // namespace safeconduct::csv
