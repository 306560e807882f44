// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/path.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "packet/field.h"
#include "probe/classify.h"

namespace safeconduct {
namespace {

// Few at a time: the first hop's ICMP errors are limited, and the target sees every packet beyond
// its distance.
constexpr unsigned kBatch = 4;

Hop hop_of(unsigned ttl, Heard const& heard) {
  Hop hop;
  hop.ttl = ttl;
  switch (heard.end) {
    case Heard::End::silent:
      break;
    case Heard::End::answered:
    case Heard::End::closed:
    case Heard::End::garbled:
    case Heard::End::cut:
      hop.what = Hop::What::answered;
      break;
    case Heard::End::reset:
      hop.what = Hop::What::reset;
      break;
    case Heard::End::icmp:
      hop.what = is_time_exceeded(*heard.icmp) ? Hop::What::expired : Hop::What::unreachable;
      hop.by = heard.icmp->by;
      hop.type = heard.icmp->type;
      hop.code = heard.icmp->code;
      break;
    case Heard::End::local_error:
      hop.what = Hop::What::failed;
      break;
  }
  return hop;
}

// Lives until its last packet has come to an end.
class Search : public std::enable_shared_from_this<Search> {
 public:
  Search(boost::asio::io_context& io, PathAsk ask, std::function<void(std::vector<Hop>)> done)
      : io_(io), ask_(std::move(ask)), done_(std::move(done)) {}

  void next_batch() {
    auto const begun = hops_.size();
    auto const ttl = ask_.first + static_cast<unsigned>(begun);
    auto const count = std::min(kBatch, ask_.most - (ttl - 1));
    hops_.resize(begun + count);
    left_ = count;
    batch_ = count;
    for (unsigned i = 0; i < count; ++i) send(ttl + i);
  }

 private:
  void send(unsigned ttl) {
    auto options = ask_.options;
    options.ttl = static_cast<std::uint8_t>(ttl);
    auto const take = [self = shared_from_this(), ttl](Heard const& heard) {
      self->take(ttl, heard);
    };
    if (ask_.protocol == l4::udp) {
      exchange_udp(
          io_, ask_.target,
          {ask_.question, true, {std::chrono::milliseconds(0)}, ask_.patience, ask_.payload},
          options, take);
    } else {
      StreamAsk stream;
      stream.connect = ask_.patience;
      exchange_stream(io_, ask_.target, stream, options, take);
    }
  }

  void take(unsigned ttl, Heard const& heard) {
    hops_[ttl - ask_.first] = hop_of(ttl, heard);
    if (--left_ > 0) return;
    bool const silent = std::all_of(
        hops_.end() - static_cast<std::ptrdiff_t>(batch_), hops_.end(), [](Hop const& hop) {
          return hop.what == Hop::What::silent || hop.what == Hop::What::failed;
        });
    bool const last = ask_.first + hops_.size() > ask_.most;
    if (silent || last || end_of_path(hops_)) return finish();
    next_batch();
  }

  // Nothing behind the first end, and no silence at the tail, is worth keeping.
  void finish() {
    if (auto const end = end_of_path(hops_)) hops_.resize(*end - ask_.first + 1);
    while (hops_.size() > 1 && hops_.back().what == Hop::What::silent &&
           hops_[hops_.size() - 2].what == Hop::What::silent)
      hops_.pop_back();
    done_(std::move(hops_));
  }

  boost::asio::io_context& io_;
  PathAsk ask_;
  std::function<void(std::vector<Hop>)> done_;
  std::vector<Hop> hops_;
  unsigned batch_ = 0;  // packets of the last batch
  unsigned left_ = 0;   // of them without an end yet
};

}  // namespace

void find_path(boost::asio::io_context& io, PathAsk ask,
               std::function<void(std::vector<Hop>)> done) {
  std::make_shared<Search>(io, std::move(ask), std::move(done))->next_batch();
}

std::optional<unsigned> end_of_path(std::vector<Hop> const& path) {
  for (auto const& hop : path)
    if (hop.what == Hop::What::answered || hop.what == Hop::What::reset ||
        hop.what == Hop::What::unreachable)
      return hop.ttl;
  return std::nullopt;
}

unsigned known_hops(std::vector<Hop> const& path, std::optional<Address> const& target) {
  unsigned known = 0;
  for (auto const& hop : path)
    if (hop.what == Hop::What::expired && (!target || hop.by != target))
      known = std::max(known, hop.ttl);
  return known;
}

std::optional<unsigned> translated_at(std::vector<Hop> const& path, Address const& target) {
  for (auto const& hop : path)
    if (hop.what == Hop::What::expired && hop.by == target) return hop.ttl;
  return std::nullopt;
}

std::optional<Address> router_at(std::vector<Hop> const& path, unsigned ttl) {
  for (auto const& hop : path)
    if (hop.ttl == ttl && hop.what == Hop::What::expired) return hop.by;
  return std::nullopt;
}

std::string path_text(std::vector<Hop> const& path) {
  std::string text;
  for (auto const& hop : path) {
    text += (text.empty() ? "" : ", ") + std::to_string(hop.ttl) + ' ';
    if (hop.what == Hop::What::expired && hop.by) {
      text += to_string(*hop.by);
    } else {
      text += name(hop.what);
      if (hop.by) text += " by " + to_string(*hop.by);
    }
  }
  return text;
}

}  // namespace safeconduct
