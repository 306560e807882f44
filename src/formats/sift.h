// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstring>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "formats/reader.h"
#include "rules/sieve.h"

namespace safeconduct {

// An export as it is read where it is known beforehand what will be asked: piece by piece, and
// without the rules that cannot matter. Each of those leaves an empty line, or a gap in its line,
// so that every place stays what it is; only text that the format's reader surely takes as a rule
// of known addresses goes. The chains that lost rules are marked (SourceText::sifted), and the
// engine asks for all the rules where that could tell.
//
// Behind a rule of the forward hook that accepts what is established, it is guessed that no reply
// comes: rules that only replies could meet go as well. The engine sees where that was wrong.
//
// Rules that may be of IPv6 stay, all of them.
//
// 'threads': with two or more, a second one looks at the rules that come next.
//
// nullopt: not an export that can be read so; read it whole. The stream stands anywhere then.
std::optional<SourceText> sift(std::string const& name, std::istream& stream, Sieve const& sieve,
                               unsigned threads = 1);

// Takes an export's rules one after another, and keeps what has to be kept. A rule is a line, or
// what else the notation has for it: the words here are of lines.
class Sifter {
 public:
  explicit Sifter(Sieve const& sieve) : sieve_(sieve) {}
  virtual ~Sifter() = default;
  Sifter(Sifter const&) = delete;
  Sifter& operator=(Sifter const&) = delete;

  // Lines that follow each other, each of which is, by itself, a plain rule of one kind, in one
  // chain, of the same interfaces. What they are in their place is for take().
  struct Run {
    enum class Kind : std::uint8_t {
      stays,
      stays_and_settles,  // accepts what is established (sift)
      goes,               // if its interfaces were mentioned before
      goes_if_settled,    // only replies could meet it
    };
    char const* begin = nullptr;
    char const* second = nullptr;  // behind the first line
    char const* end = nullptr;
    std::uint32_t lines = 0;
    Kind kind = Kind::stays;
    std::string_view chain;                      // where the notation says it on each line
    std::array<std::string_view, 2> interfaces;  // as written; only of those that may go
  };

  // Behind the last rule that is surely whole in these bytes; null: none is.
  virtual char const* behind_whole(char const* begin, char const* end) const {
    auto const* const last =
        static_cast<char const*>(memrchr(begin, '\n', static_cast<std::size_t>(end - begin)));
    return last == nullptr ? nullptr : last + 1;
  }

  // The runs of whole lines, behind whose end some bytes may be looked at. Another thread may ask
  // for those of other lines meanwhile.
  virtual std::vector<Run> glance(char const* begin, char const* end) const = 0;

  // The same lines, with their runs. False: this export has to be read whole.
  virtual bool take(char const* begin, char const* end, std::span<Run const> runs) = 0;

  // What is kept so far. The last line may lack its end: it is kept.
  std::string text;
  // Where in it the chains are declared that rules were left out of; and of these, those that lack
  // rules which only replies could meet, with the place of the first.
  std::vector<std::uint32_t> chains;
  std::vector<SourceText::SiftedReplies> replies;
  // Where rules went without leaving anything; by offset.
  std::vector<LineIndex::Gap> gaps;

 protected:
  // The chain being read: where it is declared, and what it lost.
  struct Losses {
    std::uint32_t declared = 0;
    bool some = false;
    bool of_replies = false;
  };

  void keep(char const* begin, char const* end) { text.append(begin, end); }
  // Rules that go. The reports name the interfaces that rules mention, in their order: the first
  // mention stays.
  void leave_out(Losses& chain, Run run) {
    if (mentions_new(run)) {
      keep(run.begin, run.second);
      run.begin = run.second;
      if (--run.lines == 0) return;
    }
    bool const of_replies = run.kind == Run::Kind::goes_if_settled;
    if (!chain.some) chains.push_back(chain.declared);
    if (of_replies && !chain.of_replies)
      replies.push_back({chain.declared, static_cast<std::uint32_t>(text.size())});
    chain.some = true;
    chain.of_replies = chain.of_replies || of_replies;
    stand_in(run);
  }
  // What stays in the text where these lines go.
  virtual void stand_in(Run const& run) { text.append(run.lines, '\n'); }
  // Adds a line to the runs.
  static void add(std::vector<Run>& runs, Run const& line) {
    if (runs.empty() || runs.back().end != line.begin || runs.back().kind != line.kind ||
        !same(runs.back().chain, line.chain) || runs.back().interfaces != line.interfaces)
      return runs.push_back(line);
    runs.back().end = line.end;
    ++runs.back().lines;
  }
  // Behind the '\n' of the line that begins at 'at'.
  static char const* behind_line(char const* at, char const* end) {
    return static_cast<char const*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))) + 1;
  }
  Sieve const& sieve() const { return sieve_; }

 private:
  // Mostly the very same place.
  static bool same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && (one.data() == other.data() || one == other);
  }
  bool mentions_new(Run const& run) {
    bool some = false;
    for (auto const name : run.interfaces)
      if (!name.empty()) some = interfaces_.emplace(name).second || some;
    return some;
  }

  Sieve const& sieve_;
  std::unordered_set<std::string> interfaces_;
};

std::unique_ptr<Sifter> iptables_sifter(Sieve const& sieve);
std::unique_ptr<Sifter> nft_sifter(Sieve const& sieve);
std::unique_ptr<Sifter> nft_json_sifter(Sieve const& sieve);

}  // namespace safeconduct
