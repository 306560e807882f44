// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <istream>
#include <optional>
#include <string>

#include "formats/reader.h"
#include "rules/sieve.h"

namespace safeconduct {

// An export as it is read where it is known beforehand what will be asked: piece by piece, and
// without the rules that cannot matter. Each of those leaves an empty line, so that every place
// stays what it is; only lines that the format's reader surely takes as a rule of known addresses
// go. The chains that lost rules are marked (SourceText::sifted), and the engine asks for all the
// rules where that could tell.
//
// Behind a rule of the forward hook that accepts what is established, it is guessed that no reply
// comes: rules that only replies could meet go as well. The engine sees where that was wrong.
//
// nullopt: not an export that can be read so; read it whole. The stream stands anywhere then.
std::optional<SourceText> sift(std::string const& name, std::istream& stream, Sieve const& sieve);

// Takes an export's lines one after another, and keeps what has to be kept.
class Sifter {
 public:
  explicit Sifter(Sieve const& sieve) : sieve_(sieve) {}
  virtual ~Sifter() = default;
  Sifter(Sifter const&) = delete;
  Sifter& operator=(Sifter const&) = delete;

  // Whole lines: up to 'end', before which '\n' stands, and behind which some bytes may be looked
  // at. False: this export has to be read whole.
  virtual bool take(char const* begin, char const* end) = 0;

  // What is kept so far. The last line may lack its end: it is kept.
  std::string text;
  // Where in it the chains are declared that rules were left out of; and of these, those that lack
  // rules which only replies could meet.
  std::vector<std::uint32_t> chains;
  std::vector<std::uint32_t> for_requests;

 protected:
  // The chain being read: where it is declared, and what it lost.
  struct Losses {
    std::uint32_t declared = 0;
    bool some = false;
    bool of_replies = false;
  };

  void keep(char const* begin, char const* end) { text.append(begin, end); }
  // Instead of a rule that goes.
  void leave_out(Losses& chain, bool of_replies) {
    if (!chain.some) chains.push_back(chain.declared);
    if (of_replies && !chain.of_replies) for_requests.push_back(chain.declared);
    chain.some = true;
    chain.of_replies = chain.of_replies || of_replies;
    text += '\n';
  }
  Sieve const& sieve() const { return sieve_; }

 private:
  Sieve const& sieve_;
};

std::unique_ptr<Sifter> iptables_sifter(Sieve const& sieve);
std::unique_ptr<Sifter> nft_sifter(Sieve const& sieve);

}  // namespace safeconduct
