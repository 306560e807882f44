// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "base/codes.h"
#include "evidence/note_wording.h"

namespace safeconduct {
namespace {

enum class Kind { none, capture, plugin_log, swg_log, org_info, system_info };

Kind kind_by_name(std::string_view base) {
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kNames{
      {{"cscumbrellaplugin.txt", Kind::plugin_log},
       {"umbrella.txt", Kind::swg_log},
       {"orginfo.json", Kind::org_info},
       {"systeminfo.txt", Kind::system_info}}};
  auto const* const found =
      std::ranges::find(kNames, base, &std::pair<std::string_view, Kind>::first);
  return found == kNames.end() ? Kind::none : found->second;
}

// Of a file under another name, by one of its first lines.
Kind kind_by_content(std::string_view head) {
  TextLines lines(pieces_of(head));
  for (int i = 0; i < 8; ++i) {
    auto const line = lines.next();
    if (!line) break;
    if (is_plugin_log(*line)) return Kind::plugin_log;
    if (is_swg_log(*line)) return Kind::swg_log;
  }
  return Kind::none;
}

std::span<std::uint8_t const> bytes_of_head(std::string_view head) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return {reinterpret_cast<std::uint8_t const*>(head.data()), head.size()};
}

Kind kind_of(ArchiveMember const& member) {
  if (is_capture(bytes_of_head(member.head))) return Kind::capture;
  auto const kind = kind_by_name(member.base);
  return kind == Kind::none && member.given ? kind_by_content(member.head) : kind;
}

Said capture_words(CaptureAccount const& account) {
  Said const text(account.packets == 1 ? wording::kOnePacketOfCapture : wording::kPacketsOfCapture,
                  {account.format, std::to_string(account.packets)});
  if (account.unread == 0) return text;
  return {wording::kSomeNotRead, {text, std::to_string(account.unread)}};
}

class Reading {
 public:
  Reading(Wanted const& wanted, Bundle& bundle) : wanted_(wanted), bundle_(bundle) {}

  void member(ArchiveMember const& member, Pieces const& pieces) {
    marker_ = {};
    Pieces const marked = [this, &pieces] {
      auto const piece = pieces();
      marker_.add(piece);
      return piece;
    };
    switch (kind_of(member)) {
      case Kind::capture:
        capture(member, marked);
        break;
      case Kind::plugin_log:
        plugin_log(read_plugin_log(TextLines(marked), member.name), marked);
        break;
      case Kind::swg_log:
        swg_log(read_swg_log(TextLines(marked), member.name), marked);
        break;
      case Kind::org_info:
        read_org_info(TextLines(pieces), bundle_.client);
        bundle_.read.push_back({member.name, "client", wording::kRegistration});
        break;
      case Kind::system_info:
        read_system_info(TextLines(pieces), bundle_.client);
        bundle_.read.push_back({member.name, "client", bundle_.client.system});
        break;
      case Kind::none:
        other(member);
        break;
    }
  }

 private:
  // Has it been read before, as the same kind? Said, where it has. As another kind it may have told
  // nothing: a log under the name of another.
  bool given_twice(std::string const& kind, std::string const& name, Pieces const& marked) {
    while (!marked().empty()) {
    }  // what its reader left
    auto const [first, is_new] = bundle_.marks.try_emplace({kind, marker_.mark()}, name);
    if (is_new || marker_.mark().size == 0) return false;
    bundle_.notes.push_back({std::string(code::kGivenTwice),
                             {wording::kSameBytes, {printable(first->second)}},
                             {printable(name), 0, 0}});
    return true;
  }

  void plugin_log(PluginLog log, Pieces const& marked) {
    if (given_twice("dns-log", log.file, marked)) return;
    bundle_.read.push_back({log.file,
                            "dns-log",
                            {log.lines == 1 ? wording::kOneLineKnown : wording::kLinesKnown,
                             {std::to_string(log.lines), std::to_string(log.lines - log.others)}}});
    full(log.full, log.file);
    bundle_.plugin_logs.push_back(std::move(log));
  }

  void swg_log(SwgLog log, Pieces const& marked) {
    if (given_twice("gateway-log", log.file, marked)) return;
    add_told(log, wanted_, bundle_.gateways);
    bundle_.read.push_back({log.file,
                            "gateway-log",
                            {log.entries == 1 ? wording::kOneEntryKnown : wording::kEntriesKnown,
                             {std::to_string(log.entries), std::to_string(log.steps.size())}}});
    full(log.full, log.file);
    bundle_.swg_logs.push_back(std::move(log));
  }

  void capture(ArchiveMember const& member, Pieces const& marked) {
    CaptureOptions options;
    options.gateways = bundle_.gateways;
    auto account = read_capture(byte_source(marked), member.name, wanted_, options);
    if (!account) {
      bundle_.incomplete = true;
      bundle_.notes.push_back({std::string(code::kCutShort),
                               printable(account.error().text),
                               {printable(member.name), 0, 0}});
      return;
    }
    if (given_twice("capture", account->file, marked)) return;
    bundle_.read.push_back({account->file, "capture", capture_words(*account)});
    // Where it stands limits what it shows; it was read all the same.
    bool const all_read = std::ranges::all_of(
        account->notes, [](Note const& note) { return note.code == code::kCaptureSight; });
    if (!all_read || account->cut || account->unread > 0) bundle_.incomplete = true;
    bundle_.notes.insert(bundle_.notes.end(), account->notes.begin(), account->notes.end());
    bundle_.captures.push_back(std::move(*account));
  }

  void full(bool is, std::string const& file) {
    if (!is) return;
    bundle_.incomplete = true;
    bundle_.notes.push_back({std::string(code::kArchiveLimit),
                             {wording::kTooManySteps, {std::to_string(kMostSteps)}},
                             {printable(file), 0, 0}});
  }

  void other(ArchiveMember const& member) {
    if (!member.given) {
      ++bundle_.passed_over;
      return;
    }
    bundle_.incomplete = true;
    bundle_.notes.push_back(
        {std::string(code::kUnknownFile), wording::kNoEvidence, {printable(member.name), 0, 0}});
  }

  Wanted const& wanted_;
  Bundle& bundle_;
  ContentMarker marker_;  // of the member at hand
};

}  // namespace

void read_evidence(std::string const& name, std::istream& in, Wanted const& wanted,
                   ArchiveLimits const& limits, Bundle& bundle) {
  Reading reading(wanted, bundle);
  auto notes = read_members(
      name, in, limits,
      [&](ArchiveMember const& member, Pieces const& pieces) { reading.member(member, pieces); });
  if (!notes.empty()) bundle.incomplete = true;
  bundle.notes.insert(bundle.notes.end(), std::make_move_iterator(notes.begin()),
                      std::make_move_iterator(notes.end()));
}

void look_for_gateways(std::string const& name, std::istream& in, Wanted const& wanted,
                       ArchiveLimits const& limits, std::vector<GatewayTold>& gateways) {
  read_members(name, in, limits, [&](ArchiveMember const& member, Pieces const& pieces) {
    if (kind_of(member) == Kind::swg_log)
      add_told(read_swg_log(TextLines(pieces), member.name), wanted, gateways);
  });
}

void note_read_before_logs(Bundle& bundle) {
  for (auto const& capture : bundle.captures) {
    if (capture.gateways >= bundle.gateways.size()) continue;
    bundle.incomplete = true;
    bundle.notes.push_back(
        {std::string(code::kReadBeforeLogs),
         {wording::kBeforeTheLog, {to_string(bundle.gateways[capture.gateways].address)}},
         {printable(capture.file), 0, 0}});
  }
}

}  // namespace safeconduct
