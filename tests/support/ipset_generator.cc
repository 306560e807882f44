// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ipset_generator.h"

#include <algorithm>
#include <iterator>

namespace safeconduct::testing {
namespace {

enum class Shape : std::uint8_t { ip, net, ip_port, net_port, net_net, port, mark };

struct ShapeName {
  Shape shape;
  char const* type;
  std::size_t dimensions;
};
constexpr ShapeName kShapes[] = {
    {Shape::ip, "hash:ip", 1},           {Shape::net, "hash:net", 1},
    {Shape::ip_port, "hash:ip,port", 2}, {Shape::net_port, "hash:net,port", 2},
    {Shape::net_net, "hash:net,net", 2}, {Shape::port, "bitmap:port", 1},
    {Shape::mark, "hash:ip,mark", 2},
};

class Elements {
 public:
  Elements(Dice& dice, Family family, Edges& edges) : dice_(dice), family_(family), edges_(edges) {}

  // The text of one element; aims 'shot' at it.
  std::string element(Shape shape, Shot& shot) {
    auto& packet = shot.packet;
    switch (shape) {
      case Shape::ip:
        return plain(packet.source);
      case Shape::net:
        return prefix(packet.destination);
      case Shape::ip_port: {
        auto const first = plain(packet.source);
        return first + ',' + port(packet);
      }
      case Shape::net_port: {
        auto const first = prefix(packet.destination);
        return first + ',' + port(packet);
      }
      case Shape::net_net: {
        auto const first = prefix(packet.source);
        return first + ',' + prefix(packet.destination);
      }
      case Shape::port: {
        packet.protocol = dice_.percent(50) ? protocol::kTcp : protocol::kUdp;
        packet.destination_port = universe::port(dice_);
        edges_.note(packet.destination_port, packet.destination_port);
        return std::to_string(packet.destination_port);
      }
      case Shape::mark: {
        auto const first = plain(packet.source);
        return first + ",0x0000000" + std::to_string(dice_.number(0, 3));
      }
    }
    return {};
  }

 private:
  std::string plain(Address& into) {
    into = universe::address(dice_, family_);
    edges_.note(into, into);
    return to_string(into);
  }

  std::string prefix(Address& into) {
    into = universe::address(dice_, family_);
    auto const length = family_ == Family::ip4 ? dice_.pick({8, 16, 24, 30, 32})
                                               : dice_.pick({16, 32, 48, 64, 112, 128});
    auto const net = without_host_bits({into, static_cast<std::uint8_t>(length)});
    edges_.note({family_, interval(net).first}, {family_, interval(net).last});
    // As 'ipset save' has it: a full prefix is written without its length.
    if (length == static_cast<int>(address_bits(family_))) return to_string(net.address);
    return to_string(net.address) + '/' + std::to_string(length);
  }

  std::string port(WirePacket& packet) {
    packet.protocol = dice_.percent(50) ? protocol::kTcp : protocol::kUdp;
    packet.destination_port = universe::port(dice_);
    edges_.note(packet.destination_port, packet.destination_port);
    return (packet.protocol == protocol::kTcp ? "tcp:" : "udp:") +
           std::to_string(packet.destination_port);
  }

  Dice& dice_;
  Family family_;
  Edges& edges_;
};

}  // namespace

std::vector<std::string> ipset_types() {
  std::vector<std::string> types;
  for (auto const& shape : kShapes) types.emplace_back(shape.type);
  return types;
}

std::string create_ipset(std::string const& name, std::string const& type, Family family) {
  std::string const head = "create " + name + ' ' + type;
  if (type == "bitmap:port") return head + " range 0-65535";
  return head + " family " + (family == Family::ip4 ? "inet" : "inet6") +
         (type == "hash:ip,mark" ? " markmask 0xffffffff" : "") + " hashsize 1024 maxelem 65536";
}

Ipset generate_ipset(Dice& dice, Family family, std::string const& name, KernelLimits const& limits,
                     GeneratedRules& rules) {
  std::vector<ShapeName> shapes;
  std::ranges::copy_if(kShapes, std::back_inserter(shapes), [&](ShapeName const& shape) {
    return std::ranges::find(limits.missing_set_types, shape.type) ==
           limits.missing_set_types.end();
  });
  auto const& shape = dice.pick(shapes);
  Ipset set{name, shape.dimensions, {}};
  rules.sets.push_back({create_ipset(name, shape.type, family), 0, false});
  Elements elements(dice, family, rules.edges);
  std::vector<std::string> written;
  for (auto n = dice.below(6); n > 0; --n) {
    auto shot = universe::shot(dice, family);
    auto const text = elements.element(shape.shape, shot);
    if (std::find(written.begin(), written.end(), text) != written.end()) continue;
    written.push_back(text);
    bool const nets = shape.shape == Shape::net || shape.shape == Shape::net_port;
    bool const hole = nets && dice.percent(20);
    rules.sets.push_back({"add " + name + ' ' + text + (hole ? " nomatch" : ""), 0, true});
    set.aims.push_back(shot);
  }
  return set;
}

}  // namespace safeconduct::testing
