// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes become a rule set and packets; walk and decide must say the same of each packet. At most 30
// rules: with more, the bytes would draw chance, not structure.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "../support/random_rules.h"

namespace {

using namespace safeconduct;
using namespace safeconduct::test;

// Draws lots from the bytes; zeroes after the last.
class ByteLots {
 public:
  ByteLots(std::uint8_t const* data, std::size_t size) : data_(data), size_(size) {}
  Dice dice() {
    return [this](std::uint32_t n) {
      std::uint32_t value = next();
      if (n > 0x100) value = value << 8 | next();
      if (n > 0x10000) value = value << 16 | next() << 8 | next();
      return value % n;
    };
  }
  bool used_up() const { return at_ >= size_; }

 private:
  std::uint32_t next() { return at_ < size_ ? data_[at_++] : 0U; }

  std::uint8_t const* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  ByteLots lots(data, size);
  auto const drawn = RandomRules(lots.dice(), 30).draw();
  auto const region =
      region_like(drawn.rules, drawn.like, drawn.connection, drawn.travel, drawn.asked);
  auto const decision = decide(drawn.rules, region, Budget{200'000, 5'000});
  for (auto const& piece : decision.pieces)
    if (piece.fate == Fate::budget) return 0;
  for (int n = 0; n < 20; ++n) {
    auto const packet = RandomRules::draw_packet(drawn, lots.dice());
    auto const walked = walks(drawn.rules, drawn.travel, packet, drawn.connection, 256);
    auto const wrong = difference(drawn.rules, walked, decision, packet);
    if (!wrong.empty()) {
      std::fputs(story(drawn.rules, packet, wrong).c_str(), stderr);
      std::abort();
    }
    if (lots.used_up()) break;
  }
  return 0;
}
