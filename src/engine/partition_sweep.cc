// SPDX-License-Identifier: GPL-3.0-or-later
// Where the rules that touch a piece are open in one dimension alone: a blocklist, mostly.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/effects.h"
#include "engine/partition.h"
#include "engine/reach.h"

namespace safeconduct {
namespace {

// Deeper than this, along chains that call chains, pieces are cut in two.
constexpr std::size_t kMostSweeps = 8;

// A rule of the list that takes some of the values.
struct Taker {
  std::uint32_t number = 0;  // in its chain
  bool ends = false;         // no rule behind it is asked
};
// Some values that it takes; by its place among these rules.
struct Taken {
  ValueInterval values;
  std::uint32_t place = 0;
};

// Neighbouring values that the same rules take, up to the first that ends it.
struct Stretch {
  ValueInterval values;
  std::vector<std::uint32_t> places;
};

// The values in one sweep, from the first to the last.
class Sweep {
 public:
  // What one rule takes lies apart.
  Sweep(ValueInterval values, std::vector<Taker> const& rules, std::vector<Taken> const& taken)
      : values_(values), rules_(rules), taken_(taken) {
    for (auto const& one : taken) {
      opens_.push_back(&one);
      closes_.push_back(&one);
    }
    std::ranges::sort(opens_, {}, [](Taken const* one) { return one->values.first; });
    std::ranges::sort(closes_, {}, [](Taken const* one) { return one->values.last; });
  }

  // nullopt: many rules lie over one another, and the stretches would not be short.
  std::optional<std::vector<Stretch>> run() {
    std::size_t const most = 4 * taken_.size() + 64;
    auto from = values_.first;
    auto open = opens_.begin();
    for (auto close = closes_.begin(); close != closes_.end() && named_ <= most;) {
      if (open != opens_.end() && (*open)->values.first <= (*close)->values.last) {
        auto const at = (*open)->values.first;
        if (at > from) add({from, at - 1});
        for (; open != opens_.end() && (*open)->values.first == at; ++open)
          active_.insert((*open)->place);
        from = at;
      } else {
        auto const at = (*close)->values.last;
        add({from, at});
        for (; close != closes_.end() && (*close)->values.last == at; ++close)
          active_.erase((*close)->place);
        if (at == values_.last) return std::move(stretches_);
        from = at + 1;
      }
    }
    if (named_ > most) return std::nullopt;
    add({from, values_.last});
    return std::move(stretches_);
  }

 private:
  void add(ValueInterval values) {
    Stretch next{values, {}};
    for (auto const place : active_) {
      next.places.push_back(place);
      if (rules_[place].ends) break;
    }
    if (!stretches_.empty() && stretches_.back().places == next.places) {
      stretches_.back().values.last = values.last;
      return;
    }
    named_ += next.places.size();
    stretches_.push_back(std::move(next));
  }

  ValueInterval values_;
  std::vector<Taker> const& rules_;
  std::vector<Taken> const& taken_;
  std::vector<Taken const*> opens_;
  std::vector<Taken const*> closes_;
  std::set<std::uint32_t> active_;
  std::vector<Stretch> stretches_;
  std::size_t named_ = 0;  // places in them
};

}  // namespace

bool Partition::sweep(Traveller const& t, CutAt const& where) {
  if (sweeps_ == kMostSweeps) return false;
  auto const& frame = t.frames.back();
  auto const& chain = rules_.chains[frame.chain].rules;
  auto const written = marks_written(frame.chain);
  std::vector<Taker> takers;
  std::vector<Taken> taken;
  for (std::size_t i = frame.at; i < frame.list->size(); ++i) {
    auto const number = (*frame.list)[i];
    auto const& rule = chain[number];
    auto const along = along_field(rules_, rule, t.ground, where.field, written);
    count_visit(along.rows);
    visits_ +=
        std::max<std::size_t>(1, along.values.intervals().size()) - 1;  // each is put in order
    if (along.kind == Along::Kind::other || gives_up()) return false;
    if (along.kind == Along::Kind::none) continue;  // the list is of a larger piece
    for (auto const& values : along.values.intervals())
      taken.push_back({values, static_cast<std::uint32_t>(takers.size())});
    takers.push_back({number, !along.open && ends_chain(rule.action)});
  }
  auto const stretches = Sweep(values_of(t.ground, where.field), takers, taken).run();
  if (!stretches) return false;
  ++sweeps_;
  for (auto const& stretch : *stretches) {
    if (seeks_ != Seeks::all && !decision_.pieces.empty()) break;
    auto list = std::make_shared<std::vector<std::uint32_t>>();
    for (auto const place : stretch.places) list->push_back(takers[place].number);
    Traveller part = t;
    auto& values = part.ground.asked.at(t.ground.view[index(where.field)].of);
    values = stretch.values;
    bool const is_rest = gives_up();
    if (is_rest) values.last = stretches->back().values.last;
    part.frames.back().list = std::move(list);
    part.frames.back().at = 0;
    auto const others = waiting_.size();
    advance(part);
    while (waiting_.size() > others) follow_next();
    if (is_rest) break;
  }
  --sweeps_;
  return true;
}

}  // namespace safeconduct
