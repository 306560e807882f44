// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_chain.h"

#include <charconv>
#include <optional>

#include "formats/nft_define.h"
#include "formats/nft_statement.h"
#include "formats/nft_words.h"
#include "formats/note_wording.h"

namespace safeconduct::nft {
namespace {

constexpr auto kTypes = words<ChainType>(
    {{"filter", ChainType::filter}, {"nat", ChainType::nat}, {"route", ChainType::route}});
constexpr auto kHooks = words<Hook>({
    {"ingress", Hook::ingress},
    {"prerouting", Hook::prerouting},
    {"input", Hook::input},
    {"forward", Hook::forward},
    {"output", Hook::output},
    {"postrouting", Hook::postrouting},
    {"egress", Hook::egress},
});
// nft(8), "CHAINS", of the IP families.
constexpr auto kPriorities = words<std::int32_t>({
    {"raw", -300},
    {"mangle", -150},
    {"dstnat", -100},
    {"filter", 0},
    {"security", 50},
    {"srcnat", 100},
});

enum class Property : std::uint8_t { type, policy, value, comment, definition, include };
constexpr auto kProperties = words<Property>({
    {"type", Property::type},
    {"policy", Property::policy},
    {"flags", Property::value},
    {"comment", Property::value},
    {"device", Property::value},
    {"devices", Property::value},
    {"define", Property::definition},
    {"redefine", Property::definition},
    {"undefine", Property::definition},
    {"include", Property::include},
});

class ChainReader {
 public:
  ChainReader(Source& source, DeclaredTable& table, std::uint32_t table_id, ChainId chain,
              Stretch stretch)
      : source_(source),
        chain_(chain),
        stretch_(stretch),
        lexer_(source.lexer(stretch)),
        writer_(source, table, table_id, chain) {}

  Result<void> read(std::vector<InnerChain>& inner, ChainBody const& body) {
    lexer_.skip_separators();
    while (lexer_.peek().kind != TokenKind::end) {
      SC_TRY(done, body.one_rule ? Result<bool>(false) : property());
      if (!done && body.flushed) {
        lexer_.skip_statement();
      } else if (!done) {
        SC_CHECK(rule(writer_, lexer_, inner));
      }
      if (!lexer_.at_statement_end()) return source_.expected(lexer_, "the end of the line");
      lexer_.skip_separators();
    }
    if (policy_ && !source_.builder.at(chain_).base)
      return source_.fail(ErrorKind::conflict, policy_->at, "a policy, but the chain has no hook",
                          "write 'type filter hook ... priority ...;' first");
    return {};
  }

 private:
  // What stands in a chain and is no rule.
  Result<bool> property() {
    Token const word = lexer_.peek();
    auto const* const known = word.kind == TokenKind::word ? kProperties.find(word.text) : nullptr;
    if (known == nullptr) return false;
    switch (*known) {
      case Property::type:
        lexer_.next();
        SC_CHECK(base(word));
        break;
      case Property::policy:
        lexer_.next();
        SC_CHECK(policy(word));
        break;
      case Property::definition:
        SC_CHECK(define(source_, lexer_, stretch_.end));
        break;
      case Property::include:
        return include(source_, lexer_);
      case Property::value:
      case Property::comment:
        lexer_.next();
        lexer_.take(TokenKind::assign);
        SC_CHECK(skip_value(source_, lexer_));
        break;
    }
    return true;
  }

  template <class T, std::size_t N>
  Result<T> name(WordTable<T, N> const& table, std::string_view what, std::string hint) {
    if (!lexer_.peek().is_text()) return source_.expected(lexer_, what);
    Token const token = lexer_.next();
    if (auto const* const found = table.find(token.text)) return *found;
    return source_.fail(ErrorKind::unknown_name, token,
                        "'" + printable(token.text) + "' is not " + std::string(what),
                        std::move(hint));
  }

  Result<void> word(std::string_view expected) {
    if (!lexer_.take(expected)) return source_.expected(lexer_, "'" + std::string(expected) + "'");
    return {};
  }

  // "type filter hook forward priority filter"
  Result<void> base(Token const& at) {
    if (has_base_)
      return source_.fail(ErrorKind::conflict, at, "this chain has a type and a hook already");
    has_base_ = true;
    BaseChain read;
    SC_TRY(type, name(kTypes, "a type of chain", "known are filter, nat, route"));
    read.type = type;
    SC_CHECK(word("hook"));
    Token const hook_word = lexer_.peek();
    SC_TRY(hook, name(kHooks, "a hook",
                      "known are prerouting, input, forward, output, postrouting, ingress"));
    read.hook = hook;
    SC_CHECK(check_hook(hook_word, read));
    std::vector<InterfacePattern> devices;
    if (lexer_.peek().is("device") || lexer_.peek().is("devices")) {
      lexer_.next();
      lexer_.take(TokenKind::assign);
      devices = device_names(lexer_);
      SC_CHECK(skip_value(source_, lexer_));
    }
    SC_CHECK(word("priority"));
    SC_TRY(number, priority());
    read.priority = number;
    read.policy_span = source_.builder.at(chain_).span;
    if (read.hook == Hook::ingress || read.hook == Hook::egress)
      source_.device_chains.push_back({chain_, read.hook, std::move(devices), at.begin, at.end});
    auto& known = source_.builder.at(chain_).base;
    if (!known) {
      known = read;
    } else if (known->type != read.type || known->hook != read.hook ||
               known->priority != read.priority) {  // once more the same: the policy stays
      return source_.fail(ErrorKind::conflict, at,
                          "this chain has another type, hook or priority already",
                          "the kernel refuses such a file");
    }
    if (policy_) set_policy();
    return {};
  }

  // "eth0", "{ eth0, eth1 }"; empty where it is something else: "lan*" too, which older versions of
  // nft load as a name, and newer ones as all names that begin so.
  static std::vector<InterfacePattern> device_names(Lexer ahead) {
    std::vector<InterfacePattern> names;
    bool const several = ahead.take(TokenKind::left_brace);
    do {
      if (several) ahead.skip_newlines();
      if (several && !names.empty() && ahead.peek().kind == TokenKind::right_brace) break;
      if (!ahead.peek().is_text()) return {};
      auto const name = ahead.next().text;
      if (name.ends_with('*')) return {};
      names.push_back({std::string(name), false, {}});
      if (several) ahead.skip_newlines();
    } while (several && ahead.take(TokenKind::comma));
    if (several && ahead.peek().kind != TokenKind::right_brace) return {};
    return names;
  }

  Result<void> check_hook(Token const& at, BaseChain const& read) {
    bool const fits = read.type == ChainType::filter ||
                      (read.type == ChainType::route && read.hook == Hook::output) ||
                      (read.type == ChainType::nat &&
                       (read.hook == Hook::prerouting || read.hook == Hook::input ||
                        read.hook == Hook::output || read.hook == Hook::postrouting));
    if (fits) return {};
    return source_.fail(ErrorKind::conflict, at,
                        "a chain of this type has no hook '" + printable(at.text) + "'");
  }

  // "-150", "mangle", "mangle - 5", "filter + 10"
  Result<std::int32_t> priority() {
    if (!lexer_.peek().is_text()) return source_.expected(lexer_, "a priority");
    Token const first = lexer_.next();
    auto text = first.text;
    std::int64_t sum = 0;
    if (auto const* const named = kPriorities.find(text.substr(0, text.find('+')))) {
      sum = *named;
      text.remove_prefix(std::min(text.find('+'), text.size()));
      if (!text.empty()) {  // "filter+10"
        SC_TRY(more, offset(first, text.substr(1)));
        sum += more;
      } else if (lexer_.peek().is("+") || lexer_.peek().is("-")) {
        bool const minus = lexer_.next().text == "-";
        if (!lexer_.peek().is_text()) return source_.expected(lexer_, "a number");
        Token const number = lexer_.next();
        SC_TRY(more, offset(number, number.text));
        sum += minus ? -more : more;
      } else if (lexer_.peek().kind == TokenKind::word &&
                 (lexer_.peek().text[0] == '-' || lexer_.peek().text[0] == '+')) {  // "filter -5"
        Token const number = lexer_.next();
        SC_TRY(more, offset(number, number.text.substr(1)));
        sum += number.text[0] == '-' ? -more : more;
      }
    } else {
      bool const minus = text.starts_with('-');
      if (minus || text.starts_with('+')) text.remove_prefix(1);
      if (text.empty() && lexer_.peek().is_text()) text = lexer_.next().text;  // "- 5"
      SC_TRY(number, offset(first, text));
      sum = minus ? -number : number;
    }
    if (sum < -2147483648LL || sum > 2147483647LL)
      return source_.fail(ErrorKind::out_of_range, first, "this priority is out of range");
    return static_cast<std::int32_t>(sum);
  }

  Result<std::int64_t> offset(Token const& token, std::string_view digits) {
    // As nft's scanner reads numbers: hexadecimal behind "0x", octal behind "0".
    int base = 10;
    if (digits.starts_with("0x")) {
      base = 16;
      digits.remove_prefix(2);
    } else if (digits.starts_with('0')) {
      base = 8;
    }
    std::int64_t number = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stop, error] = std::from_chars(digits.data(), end, number, base);
    if (digits.empty() || digits[0] == '-' || error != std::errc{} || stop != end)
      return source_.fail(ErrorKind::unknown_name, token,
                          "'" + printable(token.text) + "' is not a priority",
                          "a number, or raw, mangle, dstnat, filter, security, srcnat, also with "
                          "'+ 10' or '- 10'");
    return number;
  }

  Result<void> policy(Token const& at) {
    static constexpr auto kPolicies =
        words<ChainPolicy>({{"accept", ChainPolicy::accept}, {"drop", ChainPolicy::drop}});
    SC_TRY(read, name(kPolicies, "a policy", "known are accept and drop"));
    if (policy_) return source_.fail(ErrorKind::conflict, at, "this chain has a policy already");
    policy_ = Policy{at, read, source_.span(at.begin, lexer_.last_end())};
    if (source_.builder.at(chain_).base) set_policy();
    return {};
  }
  void set_policy() {
    auto& base = source_.builder.at(chain_).base;
    base->policy = policy_->policy;
    base->policy_span = policy_->span;
  }

  Source& source_;
  ChainId chain_;
  Stretch stretch_;
  Lexer lexer_;
  RuleWriter writer_;
  bool has_base_ = false;
  // The block's; it may stand before the hook.
  struct Policy {
    Token at;
    ChainPolicy policy = ChainPolicy::accept;
    Span span;
  };
  std::optional<Policy> policy_;
};

}  // namespace

bool is_chain_property(Token const& token) {
  return token.kind == TokenKind::word && kProperties.contains(token.text);
}

Result<void> read_chain(Source& source, DeclaredTable& table, std::uint32_t table_id, ChainId chain,
                        ChainBody const& body) {
  std::vector<InnerChain> open;
  SC_CHECK(ChainReader(source, table, table_id, chain, body.stretch).read(open, body));
  // Chains inside of chains, level by level.
  for (std::size_t depth = 1; !open.empty(); ++depth) {
    if (depth > kDeepestNesting)
      return source.fail_at(ErrorKind::limit, open.front().stretch.begin,
                            "nested deeper than 64 levels");
    std::vector<InnerChain> deeper;
    for (auto const& each : open)
      SC_CHECK(ChainReader(source, table, table_id, each.chain, each.stretch)
                   .read(deeper, {each.stretch, true, false}));
    open = std::move(deeper);
  }
  return {};
}

}  // namespace safeconduct::nft
