// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_values.h"

#include <boost/json.hpp>

#include "base/diagnostic.h"
#include "base/overloaded.h"

namespace safeconduct {

namespace json = boost::json;

std::string json_safe(std::string_view text) { return printable(text); }

json::array json_strings(std::vector<Said> const& all) {
  json::array array;
  for (auto const& one : all) array.emplace_back(json_safe(one.english()));
  return array;
}

json::array json_strings(std::vector<std::string> const& texts) {
  json::array array;
  for (auto const& one : texts) array.emplace_back(json_safe(one));
  return array;
}

void put_place(json::object& into, Location const& at) {
  if (!at.file.empty()) into["file"] = json_safe(at.file);
  if (at.line != 0) into["line"] = at.line;
  if (at.column != 0) into["column"] = at.column;
}

json::object json_rule(RuleRef const& rule) {
  json::object object;
  if (!rule.device.empty()) object["device"] = json_safe(rule.device);
  put_place(object, rule.at);
  if (rule.nothing) {
    object["nothing"] = true;
    return object;
  }
  object["table"] = json_safe(rule.table);
  object["chain"] = json_safe(rule.chain);
  object["text"] = json_safe(rule.text);
  if (rule.handle) object["handle"] = *rule.handle;
  if (!rule.number.empty()) object["number"] = json_safe(rule.number);
  if (!rule.name.empty()) object["name"] = json_safe(rule.name);
  if (rule.policy) object["policy"] = true;
  return object;
}

void put_how(json::object& into, How const& how) {
  if (how.kind == How::Kind::passes) return;
  into["how"] = name(how.kind);
  if (how.kind == How::Kind::reject) into["with"] = name(how.with);
}

json::object json_packet(PacketFields const& fields) {
  json::object object;
  for (auto const& [key, value] : fields) {
    object[key] = std::visit(
        Overloaded{
            [](std::uint32_t number) { return json::value(number); },
            [](std::string const& text) { return json::value(json_safe(text)); },
            [](std::vector<std::string> const& texts) { return json::value(json_strings(texts)); },
        },
        value);
  }
  return object;
}

}  // namespace safeconduct
