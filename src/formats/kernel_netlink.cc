// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the kernel, and hands on plain values. Only GET messages are sent: nothing is changed.
#include "formats/kernel_netlink.h"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/flowtable.h>
#include <libnftnl/gen.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <memory>
#include <system_error>
#include <vector>

#include "formats/kernel_expression.h"

namespace safeconduct::kernel {

std::unexpected<Error> fail(std::string const& name, std::string text, std::string hint) {
  return std::unexpected(
      Error{ErrorKind::unreadable, {name, 0, 0}, std::move(text), std::move(hint), {}});
}

namespace {

std::string reason(int number) { return std::generic_category().message(number); }

std::unexpected<Error> refused(std::string const& name, int number) {
  if (number == EPERM || number == EACCES)
    return fail(name, "reading the running rules needs the privilege CAP_NET_ADMIN",
                std::string(kInstead));
  if (number == EPROTONOSUPPORT || number == EINVAL || number == EOPNOTSUPP || number == ENOENT)
    return fail(name, "this kernel has no nf_tables",
                "where iptables-legacy is in use, give the output of iptables-save");
  return fail(name, "the kernel does not give its rules: " + reason(number),
              "give the output of 'nft list ruleset' as a file");
}

struct CloseSocket {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

template <class T, void (*free)(T const*)>
struct Free {
  void operator()(T* it) const { free(it); }
};
template <class T, void (*free)(T const*)>
using Owned = std::unique_ptr<T, Free<T, free>>;

std::string text(char const* found) { return found == nullptr ? std::string() : found; }

// ---- one message of each kind

using Take = std::function<bool(nlmsghdr const*)>;  // false: not understood

bool take_table(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_table, nftnl_table_free> const it(nftnl_table_alloc());
  if (nftnl_table_nlmsg_parse(message, it.get()) < 0) return false;
  dump.tables.push_back({nftnl_table_get_u32(it.get(), NFTNL_TABLE_FAMILY),
                         text(nftnl_table_get_str(it.get(), NFTNL_TABLE_NAME)),
                         nftnl_table_get_u32(it.get(), NFTNL_TABLE_FLAGS),
                         nftnl_table_get_u64(it.get(), NFTNL_TABLE_HANDLE)});
  return true;
}

std::vector<std::string> devices_of(nftnl_chain const* chain) {
  std::vector<std::string> devices;
  if (nftnl_chain_is_set(chain, NFTNL_CHAIN_DEV))
    devices.push_back(text(nftnl_chain_get_str(chain, NFTNL_CHAIN_DEV)));
  if (!nftnl_chain_is_set(chain, NFTNL_CHAIN_DEVICES)) return devices;
  auto const* const* several =
      static_cast<char const* const*>(nftnl_chain_get(chain, NFTNL_CHAIN_DEVICES));
  for (; several != nullptr && *several != nullptr; ++several) devices.emplace_back(*several);
  return devices;
}

bool take_chain(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_chain, nftnl_chain_free> const it(nftnl_chain_alloc());
  auto* const chain = it.get();
  if (nftnl_chain_nlmsg_parse(message, chain) < 0) return false;
  Chain made;
  made.family = nftnl_chain_get_u32(chain, NFTNL_CHAIN_FAMILY);
  made.table = text(nftnl_chain_get_str(chain, NFTNL_CHAIN_TABLE));
  made.name = text(nftnl_chain_get_str(chain, NFTNL_CHAIN_NAME));
  made.handle = nftnl_chain_get_u64(chain, NFTNL_CHAIN_HANDLE);
  if (nftnl_chain_is_set(chain, NFTNL_CHAIN_HOOKNUM)) {
    BaseHook base;
    base.type = text(nftnl_chain_get_str(chain, NFTNL_CHAIN_TYPE));
    base.hook = nftnl_chain_get_u32(chain, NFTNL_CHAIN_HOOKNUM);
    base.priority = nftnl_chain_get_s32(chain, NFTNL_CHAIN_PRIO);
    base.policy = nftnl_chain_get_u32(chain, NFTNL_CHAIN_POLICY);
    base.devices = devices_of(chain);
    made.base = std::move(base);
  }
  dump.chains.push_back(std::move(made));
  return true;
}

int add_expression(nftnl_expr* e, void* into) {
  static_cast<std::vector<Expression>*>(into)->push_back(expression_of(e));
  return 0;
}

// ---- a rule that libnftnl cannot parse, because a newer kernel has other expressions: their names

int name_expression(nlattr const* part, void* into) {
  if (mnl_attr_get_type(part) == NFTA_EXPR_NAME && mnl_attr_validate(part, MNL_TYPE_STRING) >= 0)
    static_cast<Rule*>(into)->expressions.push_back(
        {std::string("expression ") + mnl_attr_get_str(part), Unknown{}});
  return MNL_CB_OK;
}

int name_each(nlattr const* element, void* into) {
  return mnl_attr_parse_nested(element, name_expression, into);
}

int take_part_of_rule(nlattr const* part, void* into) {
  auto& rule = *static_cast<Rule*>(into);
  switch (mnl_attr_get_type(part)) {
    case NFTA_RULE_TABLE:
      rule.table = mnl_attr_get_str(part);
      break;
    case NFTA_RULE_CHAIN:
      rule.chain = mnl_attr_get_str(part);
      break;
    case NFTA_RULE_HANDLE:
      rule.handle = be64toh(mnl_attr_get_u64(part));
      break;
    case NFTA_RULE_EXPRESSIONS:
      return mnl_attr_parse_nested(part, name_each, into);
    default:
      break;
  }
  return MNL_CB_OK;
}

bool take_unparsed_rule(Dump& dump, nlmsghdr const* message) {
  Rule made;
  made.family = static_cast<nfgenmsg const*>(mnl_nlmsg_get_payload(message))->nfgen_family;
  if (mnl_attr_parse(message, sizeof(nfgenmsg), take_part_of_rule, &made) < 0) return false;
  if (made.expressions.empty()) made.expressions.push_back({"a rule of a newer kernel", Unknown{}});
  dump.rules.push_back(std::move(made));
  return true;
}

int take_comment(nftnl_udata const* attribute, void* into) {
  if (nftnl_udata_type(attribute) != NFTNL_UDATA_RULE_COMMENT) return MNL_CB_OK;
  std::string_view const value(static_cast<char const*>(nftnl_udata_get(attribute)),
                               nftnl_udata_len(attribute));
  *static_cast<std::string*>(into) = value.substr(0, value.find('\0'));
  return MNL_CB_OK;
}

// What nft(8) keeps with a rule.
std::string comment_of(nftnl_rule const* rule) {
  std::string comment;
  std::uint32_t size = 0;
  auto const* const kept =
      nftnl_rule_is_set(rule, NFTNL_RULE_USERDATA)
          ? static_cast<char const*>(nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &size))
          : nullptr;
  if (kept != nullptr && size > 0) nftnl_udata_parse(kept, size, take_comment, &comment);
  return comment;
}

bool take_rule(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_rule, nftnl_rule_free> const it(nftnl_rule_alloc());
  auto* const rule = it.get();
  if (nftnl_rule_nlmsg_parse(message, rule) < 0) return take_unparsed_rule(dump, message);
  Rule made;
  made.family = nftnl_rule_get_u32(rule, NFTNL_RULE_FAMILY);
  made.table = text(nftnl_rule_get_str(rule, NFTNL_RULE_TABLE));
  made.chain = text(nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));
  made.handle = nftnl_rule_get_u64(rule, NFTNL_RULE_HANDLE);
  nftnl_expr_foreach(rule, add_expression, &made.expressions);
  made.comment = comment_of(rule);
  dump.rules.push_back(std::move(made));
  return true;
}

bool take_set(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_set, nftnl_set_free> const it(nftnl_set_alloc());
  auto* const set = it.get();
  if (nftnl_set_nlmsg_parse(message, set) < 0) return false;
  Set made;
  made.family = nftnl_set_get_u32(set, NFTNL_SET_FAMILY);
  made.table = text(nftnl_set_get_str(set, NFTNL_SET_TABLE));
  made.name = text(nftnl_set_get_str(set, NFTNL_SET_NAME));
  made.flags = nftnl_set_get_u32(set, NFTNL_SET_FLAGS);
  made.key_type = nftnl_set_get_u32(set, NFTNL_SET_KEY_TYPE);
  made.key_length = nftnl_set_get_u32(set, NFTNL_SET_KEY_LEN);
  made.data_type = nftnl_set_get_u32(set, NFTNL_SET_DATA_TYPE);
  made.data_length = nftnl_set_get_u32(set, NFTNL_SET_DATA_LEN);
  made.object_type = nftnl_set_get_u32(set, NFTNL_SET_OBJ_TYPE);
  made.timeout = nftnl_set_get_u64(set, NFTNL_SET_TIMEOUT);
  nftnl_set_expr_foreach(set, add_expression, &made.expressions);
  dump.sets.push_back(std::move(made));
  return true;
}

Bytes bytes_of(nftnl_set_elem* element, std::uint16_t attribute) {
  std::uint32_t size = 0;
  if (!nftnl_set_elem_is_set(element, attribute)) return {};
  auto const* const data =
      static_cast<std::uint8_t const*>(nftnl_set_elem_get(element, attribute, &size));
  if (data == nullptr) return {};
  return {data, data + size};
}

int add_element(nftnl_set_elem* element, void* into) {
  Element made;
  std::uint32_t const flags = nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_FLAGS)
                                  ? nftnl_set_elem_get_u32(element, NFTNL_SET_ELEM_FLAGS)
                                  : std::uint32_t{0};
  made.interval_end = (flags & NFT_SET_ELEM_INTERVAL_END) != 0;
  made.catch_all = (flags & NFT_SET_ELEM_CATCHALL) != 0;
  made.key = bytes_of(element, NFTNL_SET_ELEM_KEY);
  made.key_end = bytes_of(element, NFTNL_SET_ELEM_KEY_END);
  made.data = bytes_of(element, NFTNL_SET_ELEM_DATA);
  if (nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_VERDICT)) {
    made.verdict = Verdict{
        static_cast<std::int32_t>(nftnl_set_elem_get_u32(element, NFTNL_SET_ELEM_VERDICT)), {}};
    if (nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_CHAIN))
      made.verdict->chain = text(nftnl_set_elem_get_str(element, NFTNL_SET_ELEM_CHAIN));
  }
  if (nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_OBJREF))
    made.object = text(nftnl_set_elem_get_str(element, NFTNL_SET_ELEM_OBJREF));
  if (nftnl_set_elem_is_set(element, NFTNL_SET_ELEM_TIMEOUT))
    made.timeout = nftnl_set_elem_get_u64(element, NFTNL_SET_ELEM_TIMEOUT);
  nftnl_set_elem_expr_foreach(element, add_expression, &made.expressions);
  static_cast<Set*>(into)->elements.push_back(std::move(made));
  return 0;
}

bool take_elements(Set& set, nlmsghdr const* message) {
  Owned<nftnl_set, nftnl_set_free> const it(nftnl_set_alloc());
  if (nftnl_set_elems_nlmsg_parse(message, it.get()) < 0) {
    set.unread = "its elements are such that only a newer program can read them";
    return true;
  }
  nftnl_set_elem_foreach(it.get(), add_element, &set);
  return true;
}

std::string_view object_kind(std::uint32_t type) {
  switch (type) {
    case NFT_OBJECT_COUNTER:
      return "counter";
    case NFT_OBJECT_QUOTA:
      return "quota";
    case NFT_OBJECT_LIMIT:
      return "limit";
    case NFT_OBJECT_SECMARK:
      return "secmark";
    case NFT_OBJECT_SYNPROXY:
      return "synproxy";
    case NFT_OBJECT_CT_HELPER:
      return "ct helper";
    case NFT_OBJECT_CT_TIMEOUT:
      return "ct timeout";
    case NFT_OBJECT_CT_EXPECT:
      return "ct expectation";
    default:
      return "ct object";
  }
}

bool take_object(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_obj, nftnl_obj_free> const it(nftnl_obj_alloc());
  if (nftnl_obj_nlmsg_parse(message, it.get()) < 0) return false;
  dump.objects.push_back({nftnl_obj_get_u32(it.get(), NFTNL_OBJ_FAMILY),
                          text(nftnl_obj_get_str(it.get(), NFTNL_OBJ_TABLE)),
                          text(nftnl_obj_get_str(it.get(), NFTNL_OBJ_NAME)),
                          std::string(object_kind(nftnl_obj_get_u32(it.get(), NFTNL_OBJ_TYPE)))});
  return true;
}

bool take_flowtable(Dump& dump, nlmsghdr const* message) {
  Owned<nftnl_flowtable, nftnl_flowtable_free> const it(nftnl_flowtable_alloc());
  if (nftnl_flowtable_nlmsg_parse(message, it.get()) < 0) return false;
  dump.objects.push_back({nftnl_flowtable_get_u32(it.get(), NFTNL_FLOWTABLE_FAMILY),
                          text(nftnl_flowtable_get_str(it.get(), NFTNL_FLOWTABLE_TABLE)),
                          text(nftnl_flowtable_get_str(it.get(), NFTNL_FLOWTABLE_NAME)),
                          "flowtable"});
  return true;
}

// ---- asking

struct Taking {
  Take const* take = nullptr;
  bool understood = true;
};

int receive(nlmsghdr const* message, void* into) {
  auto& taking = *static_cast<Taking*>(into);
  taking.understood = taking.understood && (*taking.take)(message);
  return MNL_CB_OK;
}

constexpr std::size_t kRequest = 8192;  // bytes; a table's and a set's name and little more

class Conversation {
 public:
  Conversation(std::string const& name, mnl_socket* socket)
      : name_(name), socket_(socket), buffer_(std::size_t{1} << 17U) {}

  // Sends one request and takes each answer. False: the rules changed while the answer was given.
  Result<bool> ask(std::uint16_t type, std::uint16_t flags, Take const& take,
                   Set const* elements_of = nullptr) {
    std::vector<char> request(kRequest);
    auto const family =
        elements_of == nullptr ? std::uint32_t{NFPROTO_UNSPEC} : elements_of->family;
    auto* const header = nftnl_nlmsg_build_hdr(
        request.data(), type, static_cast<std::uint16_t>(family), flags, ++sequence_);
    if (elements_of != nullptr) {
      Owned<nftnl_set, nftnl_set_free> const it(nftnl_set_alloc());
      nftnl_set_set_str(it.get(), NFTNL_SET_TABLE, elements_of->table.c_str());
      nftnl_set_set_str(it.get(), NFTNL_SET_NAME, elements_of->name.c_str());
      nftnl_set_elems_nlmsg_build_payload(header, it.get());
    }
    if (mnl_socket_sendto(socket_, header, header->nlmsg_len) < 0) return refused(name_, errno);
    return answers(take);
  }

 private:
  Result<bool> answers(Take const& take) {
    Taking taking{&take, true};
    auto const port = mnl_socket_get_portid(socket_);
    bool changed = false;
    while (true) {
      auto const got = mnl_socket_recvfrom(socket_, buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return refused(name_, errno);
      auto const state = mnl_cb_run(buffer_.data(), static_cast<std::size_t>(got), sequence_, port,
                                    receive, &taking);
      if (state < 0 && errno == EINTR) {
        changed = true;  // NLM_F_DUMP_INTR; the rest of the answer is left in the socket
        break;
      }
      if (state < 0) return refused(name_, errno);
      if (state == 0) break;
    }
    if (!taking.understood)
      return fail(name_, "the kernel says of its rules what this program cannot read",
                  "give the output of 'nft list ruleset' as a file");
    return !changed;
  }

  std::string const& name_;
  mnl_socket* socket_;
  std::vector<char> buffer_;
  std::uint32_t sequence_ = 0;
};

using Socket = std::unique_ptr<mnl_socket, CloseSocket>;

// A socket of its own for each dump, so that nothing of an answer cut short is left in it.
Result<Socket> open_socket(std::string const& name) {
  Socket socket(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    return refused(name, errno);
  return socket;
}

std::vector<Interface> interfaces() {
  std::vector<Interface> made;
  auto* const all = if_nameindex();
  for (auto const* it = all; it != nullptr && it->if_name != nullptr; ++it)
    made.push_back({it->if_index, it->if_name});
  if (all != nullptr) if_freenameindex(all);
  return made;
}

// Of this thread's namespace: "/proc/net" would be that of the process.
void add_legacy(Dump& dump, bool ip6) {
  std::ifstream names(ip6 ? "/proc/thread-self/net/ip6_tables_names"
                          : "/proc/thread-self/net/ip_tables_names");
  for (std::string line; std::getline(names, line);)
    if (!line.empty()) dump.legacy.push_back({ip6, line});
}

}  // namespace

Result<std::uint32_t> generation(std::string const& name) {
  SC_TRY(socket, open_socket(name));
  Conversation conversation(name, socket.get());
  std::optional<std::uint32_t> found;
  SC_TRY(done, conversation.ask(NFT_MSG_GETGEN, NLM_F_ACK, [&](nlmsghdr const* message) {
    Owned<nftnl_gen, nftnl_gen_free> const it(nftnl_gen_alloc());
    if (nftnl_gen_nlmsg_parse(message, it.get()) < 0) return false;
    found = nftnl_gen_get_u32(it.get(), NFTNL_GEN_ID);
    return true;
  }));
  if (!done || !found) return refused(name, EINVAL);
  return *found;
}

Result<std::optional<Dump>> dump_all(std::string const& name) {
  struct Question {
    std::uint16_t type;
    bool (*take)(Dump&, nlmsghdr const*);
  };
  static constexpr Question kQuestions[] = {
      {NFT_MSG_GETTABLE, take_table}, {NFT_MSG_GETCHAIN, take_chain},
      {NFT_MSG_GETRULE, take_rule},   {NFT_MSG_GETSET, take_set},
      {NFT_MSG_GETOBJ, take_object},  {NFT_MSG_GETFLOWTABLE, take_flowtable},
  };
  SC_TRY(socket, open_socket(name));
  Conversation conversation(name, socket.get());
  Dump dump;
  for (auto const& question : kQuestions) {
    SC_TRY(whole, conversation.ask(question.type, NLM_F_DUMP, [&](nlmsghdr const* message) {
      return question.take(dump, message);
    }));
    if (!whole) return std::nullopt;
  }
  for (auto& set : dump.sets) {
    SC_TRY(whole, conversation.ask(
                      NFT_MSG_GETSETELEM, NLM_F_DUMP,
                      [&](nlmsghdr const* message) { return take_elements(set, message); }, &set));
    if (!whole) return std::nullopt;
  }
  dump.interfaces = interfaces();
  add_legacy(dump, false);
  add_legacy(dump, true);
  return dump;
}

}  // namespace safeconduct::kernel
