// SPDX-License-Identifier: GPL-3.0-or-later
#include <ostream>

#include "base/sha256.h"
#include "cli/commands.h"
#include "cli/data.h"
#include "policy/import_ranges.h"
#include "policy/ingress_write.h"
#include "policy/ranges_diff.h"
#include "policy/read.h"
#include "report/ranges_diff_report.h"

namespace safeconduct {
namespace {

ImportQuestion question_of(RangesOptions const& options, std::string_view text, Date today) {
  ImportQuestion question;
  question.file_name = options.names.front();
  question.source.title = options.title;
  question.source.url = options.url;
  question.source.retrieved = options.retrieved.value_or(today);
  question.source.sha256 = sha256(text);
  question.confidence = parse_confidence(options.confidence).value_or(Confidence::third_party);
  if (!options.regions.empty()) question.region = options.regions.front();
  if (!options.service.empty()) question.service = parse_feature(options.service);
  return question;
}

// "2026112500": the day, and that it is its first version.
std::string version_of(Date day, std::string const& old) {
  auto text = to_string(day);
  std::erase(text, '-');
  for (int n = 0; n < 100; ++n) {
    auto const version = text + (n < 10 ? "0" : "") + std::to_string(n);
    if (version > old) return version;
  }
  return old;
}

std::string output_of(RangesDiff const& diff, ComparedRanges const& files,
                      CommonOptions const& common, World const& world) {
  switch (common.format) {
    case OutputFormat::json:
      return json_ranges_diff(diff, files);
    case OutputFormat::jsonl:
      return jsonl_ranges_diff(diff, files);
    case OutputFormat::text:
      break;
  }
  return text_ranges_diff(diff, files, text_style(common, world));
}

}  // namespace

Result<int> ranges_import_command(RangesOptions const& options, World const& world) {
  auto const& name = options.provider;
  SC_TRY(file, find_named(world, options.common.data, "ingress-ranges",
                          {name, {"--provider", 0, 0}}, ""));
  SC_TRY(old_text, world.read(file.path));
  SC_TRY(before, read_ingress_ranges(file.shown, *old_text));
  SC_TRY(text, world.read(options.names.front()));
  auto const question = question_of(options, *text, world.today);
  SC_TRY(imported, import_ranges(before, question, *text));
  auto& after = imported.ranges;
  after.version = version_of(*question.source.retrieved, before.version);
  auto const written = write_ingress_ranges(after);
  // What is written is what will be read: overlaps and all are checked by the reader.
  SC_CHECK(read_ingress_ranges(options.write.empty() ? "the new file" : options.write, written));
  SC_TRY(diff, diff_ranges(before, after));
  ComparedRanges const files{file.shown, &before,
                             options.write.empty() ? options.names.front() : options.write, &after};
  if (!options.write.empty()) SC_CHECK(world.write(options.write, written));
  SC_CHECK(emit(output_of(diff, files, options.common, world), options.common, world));
  *world.err << options.names.front() << ": " << imported.found << " prefixes, sha256 "
             << question.source.sha256 << '\n';
  for (auto const& note : imported.notes)
    *world.err << to_string(note.at) << ": " << printable(note.message.english()) << '\n';
  *world.err << (options.write.empty() ? std::string("nothing is written without --write FILE")
                                       : "written: " + options.write)
             << '\n';
  return diff.empty() || !options.write.empty() ? kHolds : kFindings;
}

}  // namespace safeconduct
