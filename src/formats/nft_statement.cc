// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_statement.h"

#include "base/codes.h"
#include "base/text.h"
#include "formats/nft_assign.h"
#include "formats/nft_expression.h"
#include "formats/nft_listed.h"
#include "formats/nft_match.h"
#include "formats/nft_nat.h"
#include "formats/nft_reject.h"
#include "formats/nft_verdict_map.h"
#include "formats/nft_words.h"
#include "formats/note_wording.h"

namespace safeconduct::nft {
namespace {

using Statement = Result<void> (*)(RuleWriter&, Lexer&, Token const& word);

Result<void> skip_text(Source& source, Lexer& lexer) {
  if (!lexer.peek().is_text()) return source.expected(lexer, "a value");
  lexer.next();
  return {};
}

// Behind "name": an object, or an expression that picks one.
Result<void> object(RuleWriter& writer, Lexer& lexer) {
  if (begins_selector(lexer.peek())) return expression(writer, lexer);
  return skip_text(writer.source(), lexer);
}

// "5/second", "1 mbytes / second", "burst 5 packets", "over 25 mbytes used 3 bytes": what the rate
// counts, and what its burst, are the same.
Result<void> amounts(Source& source, Lexer& lexer) {
  enum class Unit : std::uint8_t { packets, bytes, other };
  static constexpr auto kUnits = words<Unit>({
      {"rate", Unit::other},
      {"over", Unit::other},
      {"until", Unit::other},
      {"burst", Unit::other},
      {"used", Unit::other},
      {"packets", Unit::packets},
      {"bytes", Unit::bytes},
      {"kbytes", Unit::bytes},
      {"mbytes", Unit::bytes},
      {"/", Unit::other},
      {"second", Unit::other},
      {"minute", Unit::other},
      {"hour", Unit::other},
      {"day", Unit::other},
      {"week", Unit::other},
  });
  bool burst = false;
  bool bytes = false;
  while (lexer.peek().kind == TokenKind::word) {
    Token const token = lexer.peek();
    bool const number = begins_with_digit(token.text);
    auto const unit = token.text.substr(0, token.text.find('/', 1));
    auto const* const known = kUnits.find(number ? token.text : unit);
    if (!number && known == nullptr) return {};
    lexer.next();
    if (number) continue;
    if (token.text == "burst") burst = true;
    if (!burst) bytes = bytes || *known == Unit::bytes;
    if (burst && *known != Unit::other && (*known == Unit::bytes) != bytes)
      return source.fail(ErrorKind::conflict, token,
                         bytes ? "the rate counts bytes, its burst packets"
                               : "the rate counts packets, its burst bytes");
  }
  return {};
}

// A rate or an amount: whether it is used up, the file does not say.
Result<void> condition(RuleWriter& writer, Lexer& lexer, Token const& word) {
  if (lexer.take("name")) {
    SC_CHECK(object(writer, lexer));
  } else {
    if (!lexer.peek().is_text()) return writer.source().expected(lexer, "a rate or an amount");
    SC_CHECK(amounts(writer.source(), lexer));
  }
  writer.unmodelled(word.begin, lexer.last_end(), word.text, Lasting::once);
  return {};
}

Result<void> counter(RuleWriter& writer, Lexer& lexer, Token const&) {
  if (lexer.take("name")) return object(writer, lexer);
  writer.mark_listed(&Listed::counted);
  if (lexer.peek().kind == TokenKind::quoted) lexer.next();
  while (lexer.take("packets") || lexer.take("bytes")) SC_CHECK(skip_text(writer.source(), lexer));
  return {};
}

Result<void> last(RuleWriter& writer, Lexer& lexer, Token const&) {
  if (!lexer.take("used")) {
    lexer.take("never");
    return {};
  }
  auto const& token = lexer.peek();
  bool const time = token.is_text() && begins_with_digit(token.text);
  if (!time && !token.is("never")) return writer.source().expected(lexer, "a time, or 'never'");
  lexer.next();
  return {};
}

Result<void> comment(RuleWriter& writer, Lexer& lexer, Token const&) {
  return skip_text(writer.source(), lexer);
}

Result<void> log_flags(Source& source, Lexer& lexer) {
  if (lexer.take("tcp") || lexer.take("ip")) {
    do SC_CHECK(skip_text(source, lexer));
    while (lexer.take(TokenKind::comma));
    return {};
  }
  return skip_text(source, lexer);
}

// A log goes to user space ("group") or to the kernel's ("level", "flags"); to the audit daemon
// nothing more is said.
Result<void> log(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  bool group = false;
  bool to_kernel = false;
  bool audit = false;
  std::size_t options = 0;
  for (bool more = true; more; options += more ? 1 : 0) {
    if (lexer.take("flags")) {
      to_kernel = true;
      SC_CHECK(log_flags(source, lexer));
    } else if (lexer.take("level")) {
      to_kernel = true;
      audit = lexer.peek().is("audit");
      SC_CHECK(skip_text(source, lexer));
    } else if (lexer.peek().is("group")) {
      group = true;
      lexer.next();
      SC_CHECK(skip_text(source, lexer));
    } else if (lexer.take("prefix") || lexer.take("snaplen") || lexer.take("queue-threshold")) {
      SC_CHECK(skip_text(source, lexer));
    } else {
      more = false;
    }
  }
  if ((group && to_kernel) || (audit && options > 1))
    return source.fail(ErrorKind::conflict, word,
                       audit ? "'level audit' goes without other options"
                             : "'group' goes without 'level' and 'flags'",
                       "the kernel refuses such a rule");
  return {};
}

// "queue flags bypass,fanout to 1-3", "queue num 2-3 bypass"
Result<void> queue(RuleWriter& writer, Lexer& lexer, Token const&) {
  auto& source = writer.source();
  Queue action;
  auto const flag = [&] {
    bool const bypass = lexer.peek().is("bypass");
    if (!bypass && !lexer.peek().is("fanout")) return false;
    action.bypass = action.bypass || bypass;
    lexer.next();
    lexer.take(TokenKind::comma);
    return true;
  };
  while (true) {
    if (lexer.take("flags") || flag()) continue;
    if (lexer.take("num")) {
      SC_CHECK(value(source, lexer, ValueType::half));
    } else if (lexer.take("to")) {
      if (lexer.peek().kind == TokenKind::word &&
          (lexer.peek().text == "oif" || lexer.peek().text == "iif"))
        return source.expected(lexer, "the number of a queue");
      SC_CHECK(expression(writer, lexer));
    } else {
      break;
    }
  }
  writer.end(action);
  return {};
}

Result<void> notrack(RuleWriter& writer, Lexer&, Token const&) {
  writer.act(Notrack{});
  writer.forget(Field::ct_state);
  return {};
}

// "dup to 192.168.2.1 device eth0": a copy goes elsewhere, the packet goes on.
Result<void> dup(RuleWriter& writer, Lexer& lexer, Token const&) {
  auto& source = writer.source();
  if (!lexer.take("to")) return source.expected(lexer, "'to'");
  SC_CHECK(expression(writer, lexer));
  if (lexer.take("device")) SC_CHECK(expression(writer, lexer));
  return {};
}

Result<void> fwd(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  if (lexer.peek().is("ip") || lexer.peek().is("ip6")) lexer.next();
  if (!lexer.take("to")) return source.expected(lexer, "'to'");
  SC_CHECK(expression(writer, lexer));
  if (lexer.take("device")) SC_CHECK(expression(writer, lexer));
  writer.end(UnmodelledAction{
      source.builder.atom(source.words(word.begin, lexer.last_end()), word.text, Lasting::once)});
  return {};
}

// "flow add @ft"
Result<void> flow(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  if (!lexer.take("add") && !lexer.take("offload")) return source.expected(lexer, "'add'");
  SC_CHECK(source.expect(lexer, TokenKind::at, "'@' and the name of a flowtable"));
  SC_CHECK(skip_text(source, lexer));
  if (!source.flowtable) source.flowtable = word.begin;
  writer.may_stop(word, lexer.last_end());  // a packet that does not fit ends the rule
  return {};
}

Result<void> synproxy(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  while (true) {
    if (lexer.take("name")) {
      SC_CHECK(object(writer, lexer));
    } else if (lexer.take("mss") || lexer.take("wscale")) {
      SC_CHECK(skip_text(source, lexer));
    } else if (!lexer.take("timestamp") && !lexer.take("sack-perm")) {
      break;
    }
  }
  writer.act(UnmodelledAction{
      source.builder.atom(source.words(word.begin, lexer.last_end()), word.text, Lasting::once)});
  return {};
}

// "{ ip saddr . tcp dport timeout 1m limit rate 5/second : meta mark }": what a rule adds to a set.
// What its key requires becomes clauses; not where the key may be another one.
Result<void> set_element(RuleWriter& writer, Lexer& lexer, bool sure = true) {
  auto& source = writer.source();
  Token const open = lexer.peek();
  SC_CHECK(source.expect(lexer, TokenKind::left_brace, "'{'"));
  while (!lexer.take(TokenKind::right_brace)) {
    auto const& token = lexer.peek();
    if (token.kind == TokenKind::end || token.kind == TokenKind::bad) return source.unclosed(open);
    if (!begins_selector(token)) {
      lexer.next();
      continue;
    }
    Selector key;
    SC_CHECK(selector(source, lexer, key));
    if (sure) writer.require(key);
  }
  return {};
}

// "update @set { ip saddr timeout 1m limit rate 5/second }": what is in the set, time decides. The
// rule ends here (NFT_BREAK) where the set is full, where a limit says so, that of the element or
// one in the set's definition, and where the packet has no value for the key.
Result<void> change_set(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  SC_CHECK(source.expect(lexer, TokenKind::at, "'@' and the name of a set"));
  if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a set");
  Token const name = lexer.next();
  auto* const set = writer.table().sets.find(name.text);
  if (set != nullptr) {
    if (set->spelled_out && set->elements.undecided.empty())
      return source.fail(ErrorKind::conflict, name,
                         "set '" + printable(name.text) +
                             "' is changed here, but an earlier rule takes it as fixed",
                         "write 'flags dynamic' where the set is defined");
    set->elements.undecided = kChanges;
  }
  // So nft lists "-m connlimit" of iptables, that of ip6tables as "ip saddr", too.
  bool const of_iptables = set == nullptr && writer.table().of_iptables;
  SC_CHECK(set_element(writer, lexer, !of_iptables));
  writer.may_stop(word, lexer.last_end());
  return {};
}

// "meter name { ip saddr limit rate 5/second }"
Result<void> meter(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  SC_CHECK(skip_text(source, lexer));
  if (lexer.take("size")) SC_CHECK(skip_text(source, lexer));
  SC_CHECK(set_element(writer, lexer));
  writer.may_stop(word, lexer.last_end());
  return {};
}

// "xt match "set"": rules of iptables-nft. What they ask or do, this listing does not say.
Result<void> xt(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  if (!source.compat) source.compat = word.begin;
  writer.mark_listed(&Listed::as_shell);
  bool const match = lexer.peek().is("match");
  SC_CHECK(skip_text(source, lexer));
  SC_CHECK(skip_text(source, lexer));
  if (match) {
    writer.unmodelled(word.begin, lexer.last_end(), word.text, Lasting::once);
  } else {
    writer.act(UnmodelledAction{
        source.builder.atom(source.words(word.begin, lexer.last_end()), word.text, Lasting::once)});
  }
  return {};
}

// 'undecided "[ ... ]"', of our own listings of the running rules: bytecode that is not understood,
// and either holds or ends the rule.
Result<void> undecided(RuleWriter& writer, Lexer& lexer, Token const& word) {
  SC_CHECK(skip_text(writer.source(), lexer));
  writer.unmodelled(word.begin, lexer.last_end(), word.text, Lasting::once);
  return {};
}

// 'unlisted "..."', of our own reading of JSON: a rule whose statements nft did not list.
Result<void> unlisted(RuleWriter& writer, Lexer& lexer, Token const& word) {
  auto& source = writer.source();
  SC_CHECK(skip_text(source, lexer));
  source.note(code::kOtherExport, wording::kRuleWithoutWords, word.begin);
  writer.end(UnmodelledAction{
      source.builder.atom(source.words(word.begin, lexer.last_end()), word.text, Lasting::once)});
  return {};
}

// "reset tcp option mptcp": takes an option away.
Result<void> reset(RuleWriter& writer, Lexer& lexer, Token const&) {
  if (!begins_selector(lexer.peek())) return writer.source().expected(lexer, "a TCP option");
  Selector option;
  SC_CHECK(selector(writer.source(), lexer, option));
  writer.require(option);
  return {};
}

constexpr auto kStatements = words<Statement>({
    {"counter", counter},
    {"last", last},
    {"comment", comment},
    {"log", log},
    {"limit", condition},
    {"quota", condition},
    {"reject", [](RuleWriter& w, Lexer& l, Token const&) { return reject(w, l); }},
    {"queue", queue},
    {"snat", [](RuleWriter& w, Lexer& l, Token const&) { return snat(w, l); }},
    {"dnat", [](RuleWriter& w, Lexer& l, Token const&) { return dnat(w, l); }},
    {"masquerade", [](RuleWriter& w, Lexer& l, Token const&) { return masquerade(w, l); }},
    {"redirect", [](RuleWriter& w, Lexer& l, Token const&) { return redirect(w, l); }},
    {"tproxy", [](RuleWriter& w, Lexer& l, Token const&) { return tproxy(w, l); }},
    {"notrack", notrack},
    {"dup", dup},
    {"fwd", fwd},
    {"flow", flow},
    {"synproxy", synproxy},
    {"add", change_set},
    {"update", change_set},
    {"delete", change_set},
    {"meter", meter},
    {"xt", xt},
    {"undecided", undecided},
    {"unlisted", unlisted},
    {"reset", reset},
});

// "jump { ... }": a chain that stands in the rule itself.
Result<Action> inner_chain(RuleWriter& writer, Lexer& lexer, bool jump,
                           std::vector<InnerChain>& inner) {
  auto& source = writer.source();
  Token const open = lexer.peek();
  auto const block = lexer.skip_block();
  if (!block) return source.unclosed(open);
  auto& builder = source.builder;
  std::string const name = builder.at(writer.chain()).name + "{" + std::to_string(open.begin) + "}";
  auto const chain = builder.chain(writer.table_id(), name, source.span(open.begin, open.end));
  builder.at(chain).defined = true;
  inner.push_back({chain, *block});
  if (jump) return Jump{chain};
  return Goto{chain};
}

Result<void> verdict_statement(RuleWriter& writer, Lexer& lexer, std::vector<InnerChain>& inner) {
  Token const word = lexer.peek();
  if (word.text == "jump" || word.text == "goto") {
    Lexer ahead = lexer;
    ahead.next();
    if (ahead.peek().kind == TokenKind::left_brace) {
      lexer.next();
      SC_TRY(action, inner_chain(writer, lexer, word.text == "jump", inner));
      writer.end(action);
      return {};
    }
  }
  SC_TRY(read, verdict(writer.source(), lexer));
  if (auto const action = to_action(writer, read)) writer.end(*action);
  return {};
}

// Words that we do not know, up to the end of the rule: they may do anything.
Result<void> unknown(RuleWriter& writer, Lexer& lexer) {
  auto& source = writer.source();
  Token const first = lexer.peek();
  while (!lexer.at_statement_end()) {
    if (lexer.peek().kind == TokenKind::left_brace) {
      SC_CHECK(skip_braces(source, lexer));
    } else if (lexer.peek().kind == TokenKind::bad || lexer.peek().kind == TokenKind::right_brace) {
      return source.expected(lexer, "a statement");
    } else {
      lexer.next();
    }
  }
  auto const text = source.words(first.begin, lexer.last_end());
  writer.end(UnmodelledAction{source.builder.atom(text, first.text, Lasting::once)});
  return {};
}

Result<void> statement(RuleWriter& writer, Lexer& lexer, std::vector<InnerChain>& inner) {
  Token const word = lexer.peek();
  if (writer.translated() && !word.is("comment"))
    return writer.source().fail(ErrorKind::conflict, word,
                                "a translation ends the rule, and this stands behind it",
                                "the kernel refuses such a rule");
  if (begins_selector(word) || word.kind == TokenKind::left_paren) {
    auto& keys = writer.keys();
    SC_CHECK(selectors(writer.source(), lexer, keys));
    if (lexer.peek().is("set") && keys.size() == 1) return assign(writer, lexer, keys.front());
    return match(writer, lexer, keys);
  }
  if (word.kind != TokenKind::word)
    return writer.source().expected(lexer, "a match or a statement");
  if (is_verdict(word)) return verdict_statement(writer, lexer, inner);
  auto const* const known = kStatements.find(word.text);
  if (known == nullptr) return unknown(writer, lexer);
  lexer.next();
  return (*known)(writer, lexer, word);
}

}  // namespace

Result<void> rule(RuleWriter& writer, Lexer& lexer, std::vector<InnerChain>& inner) {
  writer.begin(lexer.peek().begin);
  Token last;  // statement, by its first word
  do {
    last = lexer.peek();
    auto const done = statement(writer, lexer, inner);
    if (!done) {
      writer.abandon();
      return done;
    }
  } while (!lexer.at_statement_end());
  if (lacks_its_target(writer, lexer, last)) {
    auto& source = writer.source();
    if (!source.compat) source.compat = lexer.last_end() - 1;
    writer.mark_listed(&Listed::as_shell);
    writer.end(UnmodelledAction{
        source.builder.atom("a target that nft does not list", "xt", Lasting::once)});
  }
  writer.finish(lexer.last_end());
  return {};
}

}  // namespace safeconduct::nft
