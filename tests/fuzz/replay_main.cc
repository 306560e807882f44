// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for libFuzzer's main: gives every file of the named folders to the fuzz target once, so
// that each seed is a regression test in every build. A folder without files fails: nothing ran.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_under(std::filesystem::path const& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file()) files.push_back(it->path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const folders(argv + 1, argv + argc);
  if (folders.empty()) {
    std::cerr << "usage: fuzz_<name>_replay <folder of seeds>...\n";
    return 2;
  }
  for (auto const& folder : folders) {
    auto const files = files_under(folder);
    if (files.empty()) {
      std::cerr << folder << ": no seeds here, nothing was replayed\n";
      return 1;
    }
    for (auto const& file : files) {
      // Named before it runs: after a crash the last line says which seed it was.
      std::cout << file.filename().string() << '\n' << std::flush;
      std::ifstream in(file, std::ios::binary);
      std::vector<char> const bytes{std::istreambuf_iterator<char>(in), {}};
      if (!in.is_open()) {
        std::cerr << file.string() << ": cannot be read\n";
        return 1;
      }
      std::vector<std::uint8_t> const data(bytes.begin(), bytes.end());
      LLVMFuzzerTestOneInput(data.data(), data.size());
    }
    std::cout << files.size() << " seeds replayed\n";
  }
}
