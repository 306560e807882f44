// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What 'nft list ruleset' shows otherwise than it was loaded. Such words are undecided.

#include "formats/nft_match.h"

namespace safeconduct::nft {

// Of several fields, one of them a plain number (a TTL, a length, "ip id"), nft 1.0.6 lists an
// interval as 0, and what follows it shifted: "ip ttl . meta l4proto { 1-10 . udp }" as "{ 0 .
// 1-10 }". The elements of such a set or map without a name may then be any.
void doubt_garbled(Source const& source, Elements& elements);

// nft 1.0.6 lists a part of a byte in a concatenation with the shift that it loads it with:
// "ip dscp >> 2 . udp dport". The values beside it are shifted for some fields, and not for others.
// People write "ip saddr & 0.0.0.255 . udp dport". Goes over what stands behind the last of the
// keys, which is not modelled then.
void take_arithmetic(Source& source, Lexer& lexer, Selectors& keys);

// "ip6 dscp" lies across two bytes. Where nft 1.0.6 shifts it (for named sets and maps, several
// fields, masks), it does so in the host's order of bytes, and compares something else; later
// versions compare what is written. Goes over no words; the key is not modelled then.
void doubt_shifted(Source& source, Lexer const& after, Selectors& keys);

// Bits of a part of a byte: "ip dscp & 0x30 == 0x20" as "(@nh,8,8 & 0xfc) >> 2 & 0x30 == 0x20".
// Reads what stands in the parentheses, as an expression that is not modelled.
Result<void> parenthesized(Source& source, Lexer& lexer, Selector& out);

// Of what iptables-nft loaded, nft lists "--ctstate NEW,DNAT" and "! --ctstate DNAT" as "ct status
// dnat", "--mark 1/0" as "meta mark 0x1/0", "--src-type UNICAST --dst-type LOCAL" as "fib saddr
// type unicast", "! --ecn-tcp-ece" as "tcp flags != ecn" ...
bool is_listed_loosely(RuleWriter const& writer, Selector const& key, ValueInterval value,
                       bool negated);
// ... "--ctstatus NONE" as "ct status" with nothing behind it but the next match, or the rule's
// counter ...
bool is_status_of_none(RuleWriter const& writer, Lexer const& lexer, Selector const& key);
// ... in any table, "ip daddr & MASK == A" as "ip daddr A/LENGTH", also where A has bits outside of
// the mask, so that the rule never holds. In a script A/LENGTH is the network.
bool may_be_masked(RuleWriter const& writer, Selector const& key, Value const& value);
// ... "ct state == established|new", which asks for a state that never is, as "ct state established
// | new". In a script those words ask for any of the bits.
bool may_be_exact(RuleWriter const& writer, Lexer const& lexer, Selector const& key);
// ... "multiport --ports 20:60" as if it were 20,60, without a negation ...
bool is_of_multiport(RuleWriter const& writer, Selectors const& keys);
// ... "--src-type UNICAST,LOCAL --dst-type BROADCAST" as "fib saddr type { unicast, local }", and a
// list of ip6tables, which asks for all of its types at once, as one that asks for any ...
bool is_of_addrtype(RuleWriter const& writer, Selectors const& keys);
// ... "-m ecn" of ip6tables as "ip ecn", and "-j TOS" of iptables as "ip6 dscp set".
bool is_of_other_family(RuleWriter const& writer, Selector const& key);
// ... a target of an extension (DNAT, MASQUERADE, TPROXY ...) as nothing, where rules of the other
// family have it too and are listed first. A blank is left of it behind the counter.
bool lacks_its_target(RuleWriter const& writer, Lexer const& lexer, Token const& last);

}  // namespace safeconduct::nft
