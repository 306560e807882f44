// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/packet_text.h"

#include <algorithm>

#include "cli/packet_draft.h"

namespace safeconduct {
namespace {

constexpr std::string_view kForm = "PROTO SRC[:PORT] > DST[:PORT]";

// Reads "--packet" left to right. A failed step leaves its message.
class PacketReader {
 public:
  explicit PacketReader(std::string_view text) : text_(text) {}

  Result<PacketDraft> read() {
    PacketDraft draft;
    auto const protocol = word();
    draft.protocol = parse_l4proto(protocol);
    if (!draft.protocol) return fail("'" + std::string(protocol) + "' is not a protocol");
    SC_CHECK(endpoint(draft.src, draft.sport));
    if (word() != ">") return fail("'>' is missing between source and destination");
    SC_CHECK(endpoint(draft.dst, draft.dport));
    if (auto const rest = word(); !rest.empty())
      return fail("'" + std::string(rest) + "' is one word too many");
    return draft;
  }

 private:
  std::string_view word() {
    at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
    start_ = at_;
    if (at_ < text_.size() && text_[at_] == '>') return text_.substr(at_++, 1);
    at_ = std::min(text_.find_first_of(" >", at_), text_.size());
    return text_.substr(start_, at_ - start_);
  }

  // "10.1.2.3", "10.1.2.3:53", "2001:db8::1", "[2001:db8::1]:53".
  Result<void> endpoint(std::optional<Address>& address, std::optional<std::uint32_t>& port) {
    auto const text = word();
    if (text.empty() || text == ">") return fail("an address is missing");
    auto address_text = text;
    std::string_view port_text;
    bool const bracketed = text.starts_with('[');
    auto const colon = bracketed ? text.find("]:") : text.rfind(':');
    bool const has_port =
        colon != std::string_view::npos && (bracketed || std::ranges::count(text, ':') == 1);
    if (has_port) {
      port_text = text.substr(colon + (bracketed ? 2 : 1));
      address_text = text.substr(0, colon + (bracketed ? 1 : 0));
    }
    if (bracketed && address_text.ends_with(']'))
      address_text = address_text.substr(1, address_text.size() - 2);
    address = parse_address(address_text);
    bool const of_ip6 = !bracketed && std::ranges::count(text, ':') > 1;
    if (!address)
      return fail("'" + std::string(address_text) + "' is not an address" +
                  (of_ip6 ? "; IPv6 with a port stands in brackets: [2001:db8::1]:53" : ""));
    if (!has_port) return {};
    port = parse_number(port_text, 65535);
    if (!port) return fail("'" + std::string(port_text) + "' is not a port (0-65535)");
    return {};
  }

  std::unexpected<Error> fail(std::string message) const {
    return std::unexpected(error_at(ErrorKind::usage, "--packet", text_, start_, std::move(message),
                                    "a packet is '" + std::string(kForm) + "'"));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
};

}  // namespace

Result<TraceQuestion> parse_packet(std::string_view text, PacketOptions const& said) {
  SC_TRY(draft, PacketReader(text).read());
  draft.said = said;
  auto question = to_question(draft);
  if (!question)
    return std::unexpected(
        Error{ErrorKind::usage, {"--packet", 0, 0}, std::move(question).error(), {}, {}});
  return *std::move(question);
}

}  // namespace safeconduct
