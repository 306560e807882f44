// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "base/utf16.h"
#include "formats/iptables_family.h"
#include "formats/reader.h"
#include "formats/vendor_csv.h"

namespace safeconduct {
namespace {

constexpr std::size_t kFirstBytes = 65536;  // of UTF-16 text, to tell what is in it

constexpr std::string_view kWanted =
    "give the output of 'nft list ruleset', iptables-save, ip6tables-save or 'ipset save'";

// What stands behind the line's first word.
std::string_view behind_word(std::string_view line) {
  return trimmed(line.substr(std::min(line.find_first_of(" \t"), line.size())));
}

bool is_word_end(std::string_view line, std::size_t at) {
  return at >= line.size() || is_blank(line[at]) || line[at] == ';';
}

bool begins_with_word(std::string_view line, std::string_view word) {
  return line.starts_with(word) && is_word_end(line, word.size());
}

bool begins_with_any(std::string_view line, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return begins_with_word(line, word); });
}

// Faults that show in the bytes, before there are lines; of those that have a place, with it.
struct Fault {
  std::string text;
  std::optional<std::size_t> at = {};  // NOLINT(readability-redundant-member-init)
};
std::optional<Fault> fault_of_bytes(std::string_view text) {
  if (text.starts_with("\x1F\x8B") || text.starts_with("PK\x03\x04") || text.starts_with("BZh") ||
      text.starts_with("\xFD"
                       "7zXZ") ||
      text.starts_with("\x28\xB5\x2F\xFD"))
    return Fault{"the file is compressed: unpack it first"};
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return Fault{"the file is UTF-16 text: save it as UTF-8"};
  auto const nul = text.find('\0');
  if (nul == std::string_view::npos) return std::nullopt;
  bool const wide = text.size() >= 4 && (text[1] == '\0' || text[0] == '\0') && text[2] != text[3];
  if (wide) return Fault{"the file is UTF-16 text: save it as UTF-8"};
  return Fault{"the file is binary: it has NUL bytes", nul};
}

// One statement of an nft script or listing.
bool is_nft(std::string_view line) {
  if (begins_with_any(line, {"table", "define", "redefine", "undefine", "include", "add", "create",
                             "insert", "replace", "delete", "destroy", "flush", "reset"})) {
    auto const rest = behind_word(line);
    if (begins_with_any(line, {"table", "define", "redefine", "undefine", "include"})) return true;
    return begins_with_any(
        rest, {"table", "chain", "rule", "set", "map", "element", "ruleset", "counter", "quota",
               "limit", "flowtable", "secmark", "synproxy", "ct"});
  }
  return begins_with_any(line, {"chain", "set", "map", "flowtable", "rule"}) &&
         line.find_first_of("{;") != std::string_view::npos;
}

bool is_iptables_save(std::string_view line) {
  if (line.front() == '*') return line.size() > 1 && line[1] >= 'a' && line[1] <= 'z';
  if (line.front() == ':') return line.find(' ', 1) > 1 && line.find(' ', 1) < line.size();
  if (line.front() == '[') return line.find("] -A ") != std::string_view::npos;
  return false;
}

// "create NAME hash:ip ...", "add NAME 10.0.0.1", and as ipset before version 5 wrote them.
bool is_ipset_save(std::string_view line) {
  if (begins_with_word(line, "create") || begins_with_word(line, "-N")) {
    auto rest = behind_word(line);
    for (auto const* const option : {"-exist", "-!"})
      if (begins_with_word(rest, option))
        rest = trimmed(rest.substr(std::string_view(option).size()));
    auto const type = behind_word(rest);
    static constexpr std::array<std::string_view, 13> kTypes{
        "hash:",   "bitmap:",  "list:",        "iphash",        "ipmap",   "nethash", "ipporthash",
        "portmap", "macipmap", "ipportiphash", "ipportnethash", "setlist", "iptree"};
    return std::ranges::any_of(kTypes, [&](auto known) { return type.starts_with(known); });
  }
  return begins_with_word(line, "add");
}

// {"nftables": [ ... ]}, on one line or many.
bool is_nft_json(std::string_view text) {
  text = trimmed(text.substr(0, 4096));
  return text.starts_with('{') && text.contains("\"nftables\"");
}

struct Likeness {
  std::string text;
  std::string hint;
};

std::optional<Likeness> other_format(std::string_view line) {
  auto const begin = lower(line.substr(0, 64));
  if (begin.starts_with("<!doctype html") || begin.starts_with("<html"))
    return Likeness{"this is a web page (HTML), not a rule set", std::string(kWanted)};
  if (begins_with_any(begin,
                      {": saved", "asa version", "building configuration", "<config", "<config>",
                       "config system", "set deviceconfig", "set security", "/interface"}))
    return Likeness{"this is the configuration of a firewall, not a list of its rules",
                    "export its policy as CSV: see 'Vendors' firewalls' in the README"};
  if (begin.starts_with("<iptables-rules") || (begin.starts_with("<?xml")))
    return Likeness{"this is XML, such as iptables-xml writes",
                    "give the output of iptables-save itself; a firewall's policy, as CSV"};
  if (begin.starts_with("schema: site/"))
    return Likeness{"this is a site file, which names the files of the rules",
                    "give it as --site FILE"};
  if (begin.starts_with("schema: policy/"))
    return Likeness{"this is a policy, and no rules", "give it as --policy FILE"};
  if (begin.starts_with("schema: fleet/"))
    return Likeness{"this is a fleet, and no rules", "safeconduct audit FILE"};
  if (line.starts_with('{') || line.starts_with("[{"))
    return Likeness{
        "this looks like JSON, but not of 'nft -j list ruleset': that begins with "
        "{\"nftables\": [",
        std::string(kWanted)};
  if (line.starts_with("Chain ") && line.find('(') != std::string_view::npos)
    return Likeness{"this is a listing ('iptables -L'), which leaves conditions out",
                    "give the output of iptables-save"};
  if (begins_with_any(line, {"-P", "-A", "-N"}))
    return Likeness{
        "rules without a table: this looks like 'iptables -S', or a part of iptables-save",
        "give the whole output of iptables-save"};
  if (line.starts_with("Name: "))
    return Likeness{"this is a listing ('ipset list')", "give the output of 'ipset save'"};
  if (begins_with_any(line,
                      {"iptables", "ip6tables", "sudo", "/sbin/iptables", "/usr/sbin/iptables"}) ||
      line.starts_with("#!"))
    return Likeness{"this is a script, not a rule set",
                    "run it, then give the output of iptables-save"};
  return std::nullopt;
}

}  // namespace

std::string_view name(Format format) {
  switch (format) {
    case Format::nft:
      return "nft";
    case Format::iptables_save:
      return "iptables-save";
    case Format::ipset_save:
      return "ipset-save";
    case Format::csv:
      return "csv";
    case Format::nft_json:
      return "nft-json";
  }
  std::abort();  // not a Format
}

Result<Format> detect(SourceText const& source) {
  std::string_view const text = *source.text;
  auto const whole = [&](std::string message) {
    return std::unexpected(Error{
        ErrorKind::syntax, {source.name, 0, 0}, std::move(message), std::string(kWanted), ""});
  };
  if (auto const decoded = utf8_of_utf16(text.substr(0, kFirstBytes));
      decoded && looks_like_csv(*decoded))
    return Format::csv;
  if (text.empty())  // so is what iptables-nft-save writes where it has no table
    return std::unexpected(
        Error{ErrorKind::syntax,
              {source.name, 0, 0},
              "the file is empty",
              "where iptables-save or ip6tables-save has nothing to write, there "
              "are no such tables: leave the file out",
              ""});
  if (auto const fault = fault_of_bytes(text)) {
    if (!fault->at) return whole(fault->text);
    return std::unexpected(error_at(ErrorKind::syntax, source.name, text, *fault->at, fault->text,
                                    std::string(kWanted)));
  }
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  bool comments = false;
  bool tells_of_others = false;
  for (std::size_t end = at; at < text.size(); at = end + 1) {
    end = std::min(text.find('\n', at), text.size());
    auto const line = trimmed(text.substr(at, end - at));
    if (line.empty()) continue;
    if (line.starts_with("#!") && line.find("nft") != std::string_view::npos) return Format::nft;
    if (line.starts_with('#') && !line.starts_with("#!")) {
      comments = true;
      tells_of_others = tells_of_others || iptables::beside(line) != iptables::Beside::nothing;
      continue;
    }
    if (is_nft_json(text.substr(at))) return Format::nft_json;
    if (is_iptables_save(line)) return Format::iptables_save;
    if (is_nft(line)) return Format::nft;
    if (is_ipset_save(line)) return Format::ipset_save;
    auto const offset = static_cast<std::size_t>(line.data() - text.data());
    if (auto other = other_format(line))
      return std::unexpected(error_at(ErrorKind::syntax, source.name, text, offset,
                                      std::move(other->text), std::move(other->hint)));
    if (looks_like_csv(text)) return Format::csv;
    return std::unexpected(error_at(ErrorKind::syntax, source.name, text, offset,
                                    "this is no rule set that we know", std::string(kWanted)));
  }
  if (tells_of_others) return Format::iptables_save;
  return whole(comments ? "the file has comments and nothing else" : "the file is empty");
}

}  // namespace safeconduct
