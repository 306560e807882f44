// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/device.h"

#include <algorithm>
#include <istream>

#include "cli/data.h"
#include "formats/kernel.h"
#include "formats/sift.h"
#include "formats/vendor_csv.h"

namespace safeconduct {
namespace {

Result<void> refuse(std::vector<std::string> const& files) {
  for (auto const& file : files) {
    if (std::ranges::count(files, file) > 1)
      return std::unexpected(
          Error{ErrorKind::usage, {file, 0, 0}, "the file is named twice", {}, {}});
  }
  return {};
}

Result<SourceText> read_source(World const& world, std::string const& file) {
  if (is_kernel_name(file)) return world.running_rules(file);
  SC_TRY(text, world.read(file));
  return SourceText{file, text};
}

// A pipe gives its text once, and the kernel another one each time.
bool can_be_read_again(World const& world, std::string const& file) {
  return file != "-" && !is_kernel_name(file) && world.is_file(file);
}

// Below, all rules are read: it takes no time, and what else can be said of them is said.
constexpr std::size_t kWorthSifting = std::size_t{128} << 10U;  // bytes

bool is_large(std::istream& stream) {
  stream.seekg(0, std::ios::end);
  auto const size = stream.tellg();
  stream.seekg(0);
  return stream.good() && size >= static_cast<std::streamoff>(kWorthSifting);
}
bool are_large(std::vector<SourceText> const& sources) {
  return std::ranges::any_of(
      sources, [](SourceText const& source) { return source.text->size() >= kWorthSifting; });
}

std::optional<SourceText> sifted_file(World const& world, std::string const& file,
                                      Sieve const& sieve, unsigned threads) {
  auto const stream = world.open(file);
  if (!stream || !is_large(**stream)) return std::nullopt;
  return sift(file, **stream, sieve, threads);
}

// All of them; of a mixture, read_device says what is wrong.
bool are_csv(std::vector<SourceText> const& sources, std::optional<Format> format) {
  if (format) return *format == Format::csv;
  return !sources.empty() && std::ranges::all_of(sources, [](SourceText const& source) {
    auto const detected = source.running ? Result<Format>(Format::nft) : detect(source);
    return detected && *detected == Format::csv;
  });
}

// The one that is asked for, or all that are known.
Result<std::vector<Dialect>> dialects_for(World const& world, DeviceFilesWanted const& wanted) {
  if (wanted.dialect.value.empty()) return load_dialects(world, wanted.data);
  SC_TRY(dialects, load_dialect(world, wanted.data, wanted.dialect, wanted.folder));
  return dialects;
}

}  // namespace

Result<std::vector<SourceText>> read_sources(World const& world,
                                             std::vector<std::string> const& files) {
  SC_CHECK(refuse(files));
  std::vector<SourceText> sources;
  for (auto const& file : files) {
    SC_TRY(source, read_source(world, file));
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<DeviceRules> link_device(World const& world, std::vector<SourceText> sources,
                                DeviceFilesWanted const& wanted, std::optional<Format> format,
                                std::shared_ptr<Sieve const> const& sieve) {
  for (auto& source : sources) {
    source.lasting = wanted.lasting;
    source.full_listing = wanted.facts.full_listing;
  }
  std::vector<std::string> interfaces;
  for (auto const& name : {wanted.enter, wanted.leave})
    if (!name.empty() && std::ranges::find(interfaces, name) == interfaces.end())
      interfaces.push_back(name);
  if (are_csv(sources, format)) {
    SC_TRY(dialects, dialects_for(world, wanted));
    SC_TRY(rules,
           read_csv_device(sources, interfaces, dialects, are_large(sources) ? sieve : nullptr));
    take_facts(rules, wanted.facts);
    return DeviceRules{wanted.name, wanted.enter, wanted.leave, std::move(rules)};
  }
  // Of another device of the site, maybe; but one that there is.
  if (!wanted.dialect.value.empty()) SC_CHECK(dialects_for(world, wanted));
  FileAccess const files{world.read, world.is_file, world.matching};
  SC_TRY(rules,
         read_device(sources, interfaces, format,
                     world.matching != nullptr && world.is_file != nullptr ? &files : nullptr));
  take_facts(rules, wanted.facts);
  return DeviceRules{wanted.name, wanted.enter, wanted.leave, std::move(rules)};
}

Result<DeviceRules> load_device(World const& world, DeviceFilesWanted const& wanted,
                                std::optional<Format> format,
                                std::shared_ptr<Sieve const> const& sieve, unsigned threads) {
  bool sifted = false;
  std::vector<SourceText> sources;
  bool const again = std::ranges::all_of(
      wanted.files, [&](auto const& file) { return can_be_read_again(world, file); });
  if (sieve != nullptr && !format && again) {
    SC_CHECK(refuse(wanted.files));
    for (auto const& file : wanted.files) {
      auto some = sifted_file(world, file, *sieve, threads);
      sifted = sifted || some.has_value();
      if (!some) {
        SC_TRY(source, read_source(world, file));
        some = std::move(source);
      }
      sources.push_back(std::move(*some));
    }
  } else {
    SC_TRY(read, read_sources(world, wanted.files));
    sources = std::move(read);
  }
  auto device = link_device(world, sources, wanted, format, again ? sieve : nullptr);
  // Read whole for an error: it shows the line that it is in, without gaps.
  bool const has_gaps =
      std::ranges::any_of(sources, [](auto const& source) { return !source.gaps.empty(); });
  // ... and where what was left out may tell whether connections are tracked, or which of two
  // exports is right.
  bool const asks_for_all =
      sifted && device && (device->rules.nat_in_doubt || device->rules.needs_all);
  if ((!device && has_gaps) || asks_for_all)
    return load_device(world, wanted, format, nullptr, threads);
  if (device && sifted) device->rules.sieve = sieve;
  return device;
}

}  // namespace safeconduct
