// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_sheet.h"
#include "formats/csv_values.h"

// The objects that the cells of a policy name: addresses, services, and groups of them, from
// exports beside the rules, and the services that the vendor predefines.
namespace safeconduct::csv {

// The entries of a list in a cell; brackets that name a group around them, "[Web=TCP/80, TCP/443]",
// are taken off.
std::vector<std::string_view> entries(std::string_view cell, Dialect const& dialect);
// The same, but for what stands between blanks: "10.0.0.0 255.0.0.0", "All branches" and "tcp 443"
// are one, even where a dialect lists by blanks.
std::vector<std::string_view> parts(std::string_view cell, Dialect const& dialect);
bool is_any(std::string_view entry, Dialect const& dialect);

class Objects {
 public:
  explicit Objects(Dialect const& dialect) : dialect_(dialect) {}

  // An object export of the dialect.
  Result<void> read(File const& file, Sheet const& sheet);

  // Once all are read. Groups that contain themselves are refused, with the place of one of them.
  Result<void> check_groups();

  // Is an object called as an address is written?
  bool any_like_address() const;

  // What a part of a cell stands for, groups resolved. What nobody knows is 'unknown'.
  void add_addresses(std::string_view entry, AddressList& into) const;
  void add_services(std::string_view entry, ServiceList& into) const;

 private:
  struct Object {
    std::vector<std::string> values;  // addresses, "tcp/443"
    std::vector<std::string> members;
    std::vector<ServiceTerm> terms;
    Error loop;  // should it contain itself
  };
  using Named = std::map<std::string, Object, std::less<>>;

  Result<Object> service(File const& file, Sheet const& sheet, Row const& row) const;
  void part_members(Named& objects) const;
  static Result<void> check(Named const& objects);
  using Visited = std::set<std::string_view>;  // each object once: groups may share members
  void add_addresses(std::string_view entry, AddressList& into, Visited& visited,
                     std::size_t depth) const;
  void add_services(std::string_view entry, ServiceList& into, Visited& visited,
                    std::size_t depth) const;
  bool lists_by_blanks(std::string_view part) const;

  Dialect const& dialect_;
  Named addresses_;
  Named services_;
};

}  // namespace safeconduct::csv
