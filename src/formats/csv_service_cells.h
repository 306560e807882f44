// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "formats/csv_cells.h"
#include "formats/csv_objects.h"

namespace safeconduct::csv {

// What a row's cells of services, protocols and ports come to.
class ServiceCells {
 public:
  ServiceCells(RowCells const& cells, Sheet const& sheet, Objects const& objects);

  Result<ServiceList> read() const;
  // Protocols or ports beside a service: which of them hold is not told.
  bool says_both() const;

 private:
  ServiceList of_services() const;
  Result<ServiceList> of_ports() const;
  Result<std::vector<std::uint32_t>> protocols() const;  // empty: any
  // Ports alone into 'ranges'; those with a protocol of their own, and names, into 'own'.
  Result<void> ports(CsvColumn column, std::vector<ValueInterval>& ranges, ServiceList& own) const;
  void default_ports(ServiceList& into) const;
  bool asks(CsvColumn column) const;

  RowCells const& cells_;
  Dialect const& dialect_;
  Objects const& objects_;
  std::optional<std::size_t> applications_;
};

}  // namespace safeconduct::csv
