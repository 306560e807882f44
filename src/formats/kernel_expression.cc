// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_expression.h"

#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <linux/netfilter/nf_tables.h>

#include <array>
#include <string_view>

namespace safeconduct::kernel {
namespace {

using Expr = nftnl_expr const*;

std::uint32_t u32(Expr e, std::uint16_t attribute) { return nftnl_expr_get_u32(e, attribute); }

std::optional<Register> reg(Expr e, std::uint16_t attribute) {
  if (!nftnl_expr_is_set(e, attribute)) return std::nullopt;
  return u32(e, attribute);
}

Bytes bytes(Expr e, std::uint16_t attribute) {
  std::uint32_t size = 0;
  if (!nftnl_expr_is_set(e, attribute)) return {};
  auto const* const data = static_cast<std::uint8_t const*>(nftnl_expr_get(e, attribute, &size));
  if (data == nullptr) return {};
  return {data, data + size};
}

std::string text(Expr e, std::uint16_t attribute) {
  char const* const found =
      nftnl_expr_is_set(e, attribute) ? nftnl_expr_get_str(e, attribute) : nullptr;
  return found == nullptr ? std::string() : std::string(found);
}

using Does = decltype(Expression::does);

Does payload(Expr e) {
  auto const base = u32(e, NFTNL_EXPR_PAYLOAD_BASE);
  auto const offset = u32(e, NFTNL_EXPR_PAYLOAD_OFFSET);
  auto const length = u32(e, NFTNL_EXPR_PAYLOAD_LEN);
  if (auto const from = reg(e, NFTNL_EXPR_PAYLOAD_SREG))
    return PayloadWrite{base, offset, length, *from};
  return PayloadLoad{base, offset, length, u32(e, NFTNL_EXPR_PAYLOAD_DREG)};
}

Does meta(Expr e) {
  auto const key = u32(e, NFTNL_EXPR_META_KEY);
  if (auto const from = reg(e, NFTNL_EXPR_META_SREG)) return MetaSet{key, *from};
  return MetaLoad{key, u32(e, NFTNL_EXPR_META_DREG)};
}

Does ct(Expr e) {
  auto const key = u32(e, NFTNL_EXPR_CT_KEY);
  std::optional<std::uint8_t> direction;
  if (nftnl_expr_is_set(e, NFTNL_EXPR_CT_DIR)) direction = nftnl_expr_get_u8(e, NFTNL_EXPR_CT_DIR);
  if (auto const from = reg(e, NFTNL_EXPR_CT_SREG)) return CtSet{key, direction, *from};
  return CtLoad{key, direction, u32(e, NFTNL_EXPR_CT_DREG)};
}

Does fib(Expr e) {
  return FibLoad{u32(e, NFTNL_EXPR_FIB_FLAGS), u32(e, NFTNL_EXPR_FIB_RESULT),
                 u32(e, NFTNL_EXPR_FIB_DREG)};
}

Does exthdr(Expr e) {
  std::uint32_t const op = nftnl_expr_is_set(e, NFTNL_EXPR_EXTHDR_OP)
                               ? u32(e, NFTNL_EXPR_EXTHDR_OP)
                               : std::uint32_t{NFT_EXTHDR_OP_IPV6};
  std::uint32_t const type = nftnl_expr_get_u8(e, NFTNL_EXPR_EXTHDR_TYPE);
  auto const offset = u32(e, NFTNL_EXPR_EXTHDR_OFFSET);
  auto const length = u32(e, NFTNL_EXPR_EXTHDR_LEN);
  if (auto const to = reg(e, NFTNL_EXPR_EXTHDR_DREG)) {
    bool const present = (u32(e, NFTNL_EXPR_EXTHDR_FLAGS) & NFT_EXTHDR_F_PRESENT) != 0;
    return ExthdrLoad{op, type, offset, length, present, *to};
  }
  return ExthdrWrite{op, type, offset, length, reg(e, NFTNL_EXPR_EXTHDR_SREG)};
}

Does immediate(Expr e) {
  auto const to = u32(e, NFTNL_EXPR_IMM_DREG);
  if (to != NFT_REG_VERDICT) return Immediate{bytes(e, NFTNL_EXPR_IMM_DATA), to};
  return Decide{
      {static_cast<std::int32_t>(u32(e, NFTNL_EXPR_IMM_VERDICT)), text(e, NFTNL_EXPR_IMM_CHAIN)}};
}

Does bitwise(Expr e) {
  Bitwise made;
  made.op = nftnl_expr_is_set(e, NFTNL_EXPR_BITWISE_OP) ? u32(e, NFTNL_EXPR_BITWISE_OP)
                                                        : std::uint32_t{0};
  made.length = u32(e, NFTNL_EXPR_BITWISE_LEN);
  made.from = u32(e, NFTNL_EXPR_BITWISE_SREG);
  made.to = u32(e, NFTNL_EXPR_BITWISE_DREG);
  made.mask = bytes(e, NFTNL_EXPR_BITWISE_MASK);
  made.flip = bytes(e, NFTNL_EXPR_BITWISE_XOR);
  auto const shift = bytes(e, NFTNL_EXPR_BITWISE_DATA);
  if (shift.size() == sizeof(std::uint32_t))
    made.shift = u32(e, NFTNL_EXPR_BITWISE_DATA);
  else if (made.op != 0)
    return Unknown{};
  return made;
}

Does byteorder(Expr e) {
  return Byteorder{u32(e, NFTNL_EXPR_BYTEORDER_OP), u32(e, NFTNL_EXPR_BYTEORDER_LEN),
                   u32(e, NFTNL_EXPR_BYTEORDER_SIZE), u32(e, NFTNL_EXPR_BYTEORDER_SREG),
                   u32(e, NFTNL_EXPR_BYTEORDER_DREG)};
}

Does compare(Expr e) {
  return Compare{u32(e, NFTNL_EXPR_CMP_OP), bytes(e, NFTNL_EXPR_CMP_DATA),
                 u32(e, NFTNL_EXPR_CMP_SREG)};
}

Does range(Expr e) {
  return Range{u32(e, NFTNL_EXPR_RANGE_OP), bytes(e, NFTNL_EXPR_RANGE_FROM_DATA),
               bytes(e, NFTNL_EXPR_RANGE_TO_DATA), u32(e, NFTNL_EXPR_RANGE_SREG)};
}

Does lookup(Expr e) {
  std::uint32_t const flags = nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_FLAGS)
                                  ? u32(e, NFTNL_EXPR_LOOKUP_FLAGS)
                                  : std::uint32_t{0};
  return Lookup{text(e, NFTNL_EXPR_LOOKUP_SET), (flags & NFT_LOOKUP_F_INV) != 0,
                u32(e, NFTNL_EXPR_LOOKUP_SREG), reg(e, NFTNL_EXPR_LOOKUP_DREG)};
}

Does nat(Expr e) {
  Nat made;
  made.kind =
      u32(e, NFTNL_EXPR_NAT_TYPE) == NFT_NAT_DNAT ? Nat::Kind::destination : Nat::Kind::source;
  made.family = u32(e, NFTNL_EXPR_NAT_FAMILY);
  made.flags = u32(e, NFTNL_EXPR_NAT_FLAGS);
  made.address = reg(e, NFTNL_EXPR_NAT_REG_ADDR_MIN);
  made.last_address = reg(e, NFTNL_EXPR_NAT_REG_ADDR_MAX);
  made.port = reg(e, NFTNL_EXPR_NAT_REG_PROTO_MIN);
  made.last_port = reg(e, NFTNL_EXPR_NAT_REG_PROTO_MAX);
  return made;
}

Does masquerade(Expr e) {
  Nat made;
  made.kind = Nat::Kind::masquerade;
  made.flags = u32(e, NFTNL_EXPR_MASQ_FLAGS);
  made.port = reg(e, NFTNL_EXPR_MASQ_REG_PROTO_MIN);
  made.last_port = reg(e, NFTNL_EXPR_MASQ_REG_PROTO_MAX);
  return made;
}

Does redirect(Expr e) {
  Nat made;
  made.kind = Nat::Kind::redirect;
  made.flags = u32(e, NFTNL_EXPR_REDIR_FLAGS);
  made.port = reg(e, NFTNL_EXPR_REDIR_REG_PROTO_MIN);
  made.last_port = reg(e, NFTNL_EXPR_REDIR_REG_PROTO_MAX);
  return made;
}

Does tproxy(Expr e) {
  return Tproxy{u32(e, NFTNL_EXPR_TPROXY_FAMILY), reg(e, NFTNL_EXPR_TPROXY_REG_ADDR),
                reg(e, NFTNL_EXPR_TPROXY_REG_PORT)};
}

Does reject(Expr e) {
  return Reject{u32(e, NFTNL_EXPR_REJECT_TYPE), nftnl_expr_get_u8(e, NFTNL_EXPR_REJECT_CODE)};
}

Does queue(Expr e) {
  Queue made;
  made.number = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_NUM);
  made.total = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_TOTAL);
  made.flags = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_FLAGS);
  made.from = reg(e, NFTNL_EXPR_QUEUE_SREG_QNUM);
  return made;
}

Does limit(Expr e) {
  Limit made;
  made.rate = nftnl_expr_get_u64(e, NFTNL_EXPR_LIMIT_RATE);
  made.unit = nftnl_expr_get_u64(e, NFTNL_EXPR_LIMIT_UNIT);
  made.burst = u32(e, NFTNL_EXPR_LIMIT_BURST);
  made.bytes = u32(e, NFTNL_EXPR_LIMIT_TYPE) == NFT_LIMIT_PKT_BYTES;
  made.over = (u32(e, NFTNL_EXPR_LIMIT_FLAGS) & NFT_LIMIT_F_INV) != 0;
  return made;
}

Does quota(Expr e) {
  return Quota{nftnl_expr_get_u64(e, NFTNL_EXPR_QUOTA_BYTES),
               (u32(e, NFTNL_EXPR_QUOTA_FLAGS) & NFT_QUOTA_F_INV) != 0};
}

Does connection_limit(Expr e) {
  return ConnectionLimit{u32(e, NFTNL_EXPR_CONNLIMIT_COUNT),
                         (u32(e, NFTNL_EXPR_CONNLIMIT_FLAGS) & NFT_CONNLIMIT_F_INV) != 0};
}

Does object(Expr e) {
  if (auto const from = reg(e, NFTNL_EXPR_OBJREF_SET_SREG))
    return ObjectMap{text(e, NFTNL_EXPR_OBJREF_SET_NAME), *from};
  return Object{u32(e, NFTNL_EXPR_OBJREF_IMM_TYPE), text(e, NFTNL_EXPR_OBJREF_IMM_NAME)};
}

Does log(Expr e) {
  auto const prefix = text(e, NFTNL_EXPR_LOG_PREFIX);
  return Harmless{"log", prefix};
}

int collect(nftnl_expr* e, void* into) {
  static_cast<std::vector<Expression>*>(into)->push_back(expression_of(e));
  return 0;
}

Does dynamic_set(Expr e) {
  DynamicSet made;
  made.op = u32(e, NFTNL_EXPR_DYNSET_OP);
  made.set = text(e, NFTNL_EXPR_DYNSET_SET_NAME);
  made.key = u32(e, NFTNL_EXPR_DYNSET_SREG_KEY);
  nftnl_expr_expr_foreach(e, collect, &made.expressions);
  return made;
}

template <std::uint16_t attribute>
Does other(Expr e) {
  auto const to = reg(e, attribute);
  if (!to) return Unknown{};
  return OtherLoad{*to};
}

struct Reader {
  std::string_view name;
  Does (*read)(Expr);
};

constexpr auto kReaders = std::to_array<Reader>({
    {"payload", payload},
    {"meta", meta},
    {"ct", ct},
    {"fib", fib},
    {"exthdr", exthdr},
    {"immediate", immediate},
    {"bitwise", bitwise},
    {"byteorder", byteorder},
    {"cmp", compare},
    {"range", range},
    {"lookup", lookup},
    {"nat", nat},
    {"masq", masquerade},
    {"redir", redirect},
    {"tproxy", tproxy},
    {"reject", reject},
    {"queue", queue},
    {"notrack", [](Expr) -> Does { return Notrack{}; }},
    {"limit", limit},
    {"quota", quota},
    {"connlimit", connection_limit},
    {"objref", object},
    {"dynset", dynamic_set},
    {"dup", [](Expr) -> Does { return Duplicate{}; }},
    {"flow_offload",
     [](Expr e) -> Does { return FlowOffload{text(e, NFTNL_EXPR_FLOW_TABLE_NAME)}; }},
    {"synproxy", [](Expr) -> Does { return Synproxy{}; }},
    {"match", [](Expr e) -> Does { return Xtables{text(e, NFTNL_EXPR_MT_NAME), false}; }},
    {"target", [](Expr e) -> Does { return Xtables{text(e, NFTNL_EXPR_TG_NAME), true}; }},
    {"counter", [](Expr) -> Does { return Harmless{"counter"}; }},
    {"last", [](Expr) -> Does { return Harmless{"last"}; }},
    {"log", log},
    {"rt", other<NFTNL_EXPR_RT_DREG>},
    {"socket", other<NFTNL_EXPR_SOCKET_DREG>},
    {"osf", other<NFTNL_EXPR_OSF_DREG>},
    {"tunnel", other<NFTNL_EXPR_TUNNEL_DREG>},
    {"xfrm", other<NFTNL_EXPR_XFRM_DREG>},
    {"numgen", other<NFTNL_EXPR_NG_DREG>},
    {"hash", other<NFTNL_EXPR_HASH_DREG>},
});

}  // namespace

Expression expression_of(nftnl_expr const* e) {
  Expression made;
  std::array<char, 512> words{};
  nftnl_expr_snprintf(words.data(), words.size(), e, NFTNL_OUTPUT_DEFAULT, 0);
  std::string const name = text(e, NFTNL_EXPR_NAME);
  made.text = name + " " + words.data();
  while (made.text.ends_with(' ')) made.text.pop_back();
  for (auto const& reader : kReaders)
    if (reader.name == name) made.does = reader.read(e);
  return made;
}

}  // namespace safeconduct::kernel
