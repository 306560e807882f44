// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/status_json.h"

#include <boost/json.hpp>

namespace safeconduct {

namespace json = boost::json;

json::object status_object(ClientStatus const& status) {
  json::object object{{"dns", name(status.dns)},
                      {"dns_text", status.dns_text},
                      {"web", name(status.web)},
                      {"web_text", status.web_text}};
  object["fail_open"] = status.fail_open ? json::value(*status.fail_open) : json::value(nullptr);
  if (!status.dns_by_family.empty()) {
    json::object families;
    for (auto const& [family, state] : status.dns_by_family) families[name(family)] = name(state);
    object["dns_by_family"] = std::move(families);
  }
  return object;
}

}  // namespace safeconduct
