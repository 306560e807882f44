// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "formats/vendor_csv.h"
#include "policy/read.h"
#include "rules/text.h"

// Cells of exports that say less, or something else, than a glad reader takes from them. Each was
// once read as a rule for more traffic than the device lets through.
namespace safeconduct {
namespace {

using Files = std::vector<std::string>;

Result<Ruleset> read(std::string const& dialect, Files const& texts,
                     std::vector<std::string> const& crossed = {}) {
  auto const path = std::filesystem::path(SC_TEST_SOURCE_DIR) / "policies/dialects" / dialect;
  std::ifstream in(path.string() + ".yaml", std::ios::binary);
  auto const one = read_dialect(dialect, std::string{std::istreambuf_iterator<char>(in), {}});
  REQUIRE(one.has_value());
  std::vector<SourceText> sources;
  for (auto const& text : texts)
    sources.push_back({"file" + std::to_string(sources.size() + 1) + ".csv",
                       std::make_shared<std::string const>(text)});
  return read_csv_device(sources, crossed, std::span(&*one, 1));
}

// The chain of the rules alone.
std::string rules_of(std::string const& dialect, Files const& texts) {
  auto const rules = read(dialect, texts);
  if (!rules) return to_message(rules.error());
  auto const text = to_text(*rules);
  auto const begin = text.find("chain rules\n") + 12;
  return text.substr(begin, text.find("chain ", begin) - begin);
}

bool has_note(Ruleset const& rules, std::string_view code) {
  return std::ranges::any_of(rules.notes, [&](Note const& note) { return note.code == code; });
}

std::string const kFmc =
    "Policy,Rule Name,Enabled,Action,Source Zones,Source Networks,Source Networks (Values),"
    "Source Ports,Destination Zones,Destination Networks,Destination Networks (Values),"
    "Destination Ports\n";
std::string const kFortigate = "Name,From,To,Source,Destination,Service,Action,Status,NAT\n";
std::string const kCheckpoint =
    "No.,Type,Name,Source,Destination,VPN,Services & Applications,Action\n";
std::string const kGeneric = "name,source,destination,protocol,port,action\n";

}  // namespace

TEST_CASE("csv: source ports beside a port with its protocol do not open all destination ports") {
  auto const text =
      rules_of("cisco-fmc", {kFmc + "P,web,True,Allow,in,any,,1024-65535,out,any,,TCP:443\n"});
  CHECK(text == "  2: iif in, oif out, l4proto tcp, sport 1024-65535, dport 443 -> accept\n");
}

TEST_CASE("csv: source ports may have their protocol, and groups stand in brackets") {
  auto const text = rules_of(
      "cisco-fmc",
      {kFmc + "P,web,True,Allow,in,any,,TCP/1024-65535,out,any,,\"[Web=TCP/80, TCP/443]\"\n"});
  CHECK(text ==
        "  2: iif in, oif out, l4proto tcp, sport 1024-65535, dport 80 -> accept\n"
        "  2: iif in, oif out, l4proto tcp, sport 1024-65535, dport 443 -> accept\n");
}

TEST_CASE("csv: where the values of a name are left out, the name counts, and nobody knows it") {
  auto const text =
      rules_of("cisco-fmc", {kFmc + "P,web,True,Allow,in,any,,,out,partner-fqdn,,TCP:443\n"});
  CHECK(text.contains("?destination address 'partner-fqdn', which no file given says"));
}

TEST_CASE("csv: any port of FMC's script may be ports that it leaves out") {
  auto const text = rules_of("cisco-fmc", {kFmc + "P,web,True,Allow,in,any,,,out,any,,any\n"});
  CHECK(text ==
        "  2: iif in, oif out, ?ports typed into the rule, which the export does not tell -> "
        "accept\n");
}

TEST_CASE("csv: rules of two policies in one file are refused") {
  auto const text = rules_of("cisco-fmc", {kFmc + "P,a,True,Allow,in,any,,,out,any,,TCP:443\n"
                                                  "Q,b,True,Block,in,any,,,out,any,,TCP:443\n"});
  CHECK(text.contains("file1.csv:3:1: rules of 'P' and of 'Q' in one file"));
}

TEST_CASE(
    "csv: an address and its mask with a blank between are one, where blanks make lists, too") {
  auto const denies = [](std::string const& source) {
    return rules_of("generic", {kGeneric + "a," + source + ",any,udp,53,deny\n"});
  };
  CHECK(denies("10.20.0.0 255.255.0.0").contains("saddr 10.20.0.0/16,"));
  CHECK(denies("10.20.0.1 10.20.0.2").contains("saddr {10.20.0.1, 10.20.0.2},"));
  CHECK(denies("10.20.0.1 - 10.20.0.9").contains("saddr 10.20.0.1-10.20.0.9,"));
  CHECK(denies("all branches").contains("?source"));
  CHECK(denies("any except 10.20.0.0/16").contains("?source 'any except 10.20.0.0/16'"));
}

TEST_CASE("csv: objects with blanks in their name are found, and one after the other where not") {
  std::string const rules =
      "policyid,srcintf,dstintf,srcaddr,dstaddr,service,schedule,action\n"
      "1,lan,wan,all branches,web db,ALL,always,deny\n";
  std::string const objects =
      "name,subnet\nall branches,10.99.0.0 255.255.0.0\nweb,192.0.2.1/32\ndb,192.0.2.2/32\n";
  CHECK(rules_of("fortimanager", {rules, objects})
            .contains("saddr 10.99.0.0/16, daddr {192.0.2.1, 192.0.2.2}"));
}

TEST_CASE("csv: a service and a port in one cell are one service, a number alone is none") {
  auto const accepts = [](std::string const& service) {
    return rules_of("generic",
                    {"name,source,destination,service,action\na,any,any," + service + ",accept\n"});
  };
  CHECK(accepts("tcp 443") == "  2: l4proto tcp, dport 443 -> accept\n");
  CHECK(accepts("tcp 443 8080").contains("?service 'tcp 443 8080'"));
  CHECK(accepts("http dns").contains("dport {53, 80}"));
  CHECK(accepts("53").contains("?service '53', which may be a port or a protocol"));
}

TEST_CASE("csv: what stands beside 'all' narrows it, and so may a name among sources") {
  auto const accepts = [](std::string const& source) {
    return rules_of("fortigate", {kFortigate + "a,lan,wan,\"" + source +
                                  "\",\"all, all\",HTTPS,ACCEPT,Enabled,Disabled\n"});
  };
  CHECK(accepts("all, VPN-Users").contains("source 'all, VPN-Users'"));
  CHECK_FALSE(
      accepts("10.20.0.0/16, sales-group").contains("/16, l4proto tcp, dport 443 -> accept"));
  CHECK(accepts("10.20.0.0/16, 10.21.0.0/16").contains("dport 443 -> accept"));
}

TEST_CASE("csv: a schedule of several words is no 'all'") {
  auto const text = rules_of("generic", {"name,source,destination,action,schedule\n"
                                         "a,any,any,accept,all weekdays 9-17\n"});
  CHECK(text.contains("?schedule all, weekdays, 9-17"));
}

TEST_CASE("csv: one 'all' of FortiOS is of IPv4 alone, two are of both families") {
  std::string const end = "HTTPS,ACCEPT,Enabled,Disabled\n";
  auto const one = rules_of("fortigate", {kFortigate + "a,lan,wan,all,all," + end});
  CHECK(one.contains("nfproto ipv4, l4proto tcp, dport 443 -> accept"));
  CHECK(one.contains("nfproto ipv6, l4proto tcp, dport 443, ?source 'all', which may be of IPv4"));
  auto const two =
      rules_of("fortigate", {kFortigate + "a,lan,wan,\"all, all\",\"all, all\"," + end});
  CHECK(two == "  2: iif lan, oif wan, l4proto tcp, dport 443 -> accept\n");
}

TEST_CASE("csv: a rule that translates its source leaves the next device an unknown one") {
  std::string const row = "a,lan,wan,all,all,HTTPS,ACCEPT,Enabled,";
  auto const with = read("fortigate", {kFortigate + row + "Enabled\n"});
  REQUIRE(with.has_value());
  CHECK(to_text(*with).contains(
      "?the rule that lets the packet through translates its source -> masquerade"));
  auto const without = read("fortigate", {kFortigate + row + "Disabled\n"});
  REQUIRE(without.has_value());
  CHECK_FALSE(to_text(*without).contains("masquerade"));
}

TEST_CASE("csv: the rules of an inner layer decide only what came to it, and that is undecided") {
  auto const text =
      rules_of("checkpoint", {kCheckpoint + "1,Rule,Guests,Any,Any,Any,Any,Inner Layer\n"
                                            "1.1,Rule,Out,Any,Any,Any,Any,Accept\n"
                                            "1.2,Rule,Last,Any,Any,Any,Any,Accept\n"
                                            "2,Rule,Block,Any,Any,Any,Any,Drop\n"});
  CHECK(text == "  2: any -> ?action inner layer\n  5: any -> drop\n");
}

TEST_CASE(
    "csv: the inner layer of a rule that is disabled, or not there, is no part of the policy") {
  auto const disabled =
      rules_of("checkpoint", {kCheckpoint + "1,Disabled,Guests,Any,Any,Any,Any,Inner Layer\n"
                                            "1.1,Rule,Out,Any,Any,Any,Any,Accept\n"
                                            "2,Rule,Block,Any,Any,Any,Any,Drop\n"});
  CHECK(disabled == "  4: any -> drop\n");
  auto const alone =
      rules_of("checkpoint", {kCheckpoint + "1.1,Rule,Out,Any,Any,Any,Any,Accept\n"});
  CHECK(alone.contains("file1.csv:2:1: rule 1.1 is of an inner layer, and rule 1, which calls it"));
}

TEST_CASE("csv: a type that nobody knows may say that the rule is disabled") {
  auto const of_type = [](std::string const& type) {
    return rules_of("checkpoint", {kCheckpoint + "1," + type + ",a,Any,Any,Any,Any,Accept\n"});
  };
  CHECK(of_type("Rule").contains("accept"));
  for (auto const* type : {"Disabled", "Rule (Disabled)", "Disabled Rule"})
    CHECK_FALSE(of_type(type).contains("accept"));
  CHECK(of_type("Rule (expired)").contains("'Rule (expired)' is not a type of rules"));
}

TEST_CASE("csv: networks of Meraki have rules of their own") {
  auto const text = rules_of(
      "meraki",
      {"OrgID,NetID,PolicyID,Comment,Policy,Protocol,Source Port,Source CIDR,Destination Port,"
       "Destination CIDR,Syslog Enabled ?\n"
       "1,N_1,1,Default,allow,Any,Any,Any,Any,Any,False\n"
       "1,N_2,1,no dns,deny,udp,Any,Any,53,Any,False\n"});
  CHECK(text.contains("rules of 'N_1' and of 'N_2' in one file"));
}

TEST_CASE("csv: protocol 'ip' is any protocol, in rules and in objects") {
  CHECK(rules_of("generic", {kGeneric + "a,any,any,ip,any,deny\n"}) == "  2: any -> drop\n");
  for (auto const* ports : {"", "0"}) {
    auto const text =
        rules_of("fortigate", {kFortigate + "a,lan,wan,\"all, all\",\"all, all\",blockall,"
                                            "DENY,Enabled,Disabled\n",
                               std::string("Name,Protocol,Ports\nblockall,IP,") + ports + "\n"});
    CHECK(text == "  2: iif lan, oif wan -> drop\n");
  }
}

TEST_CASE("csv: ports of Fortinet's services name the source's behind a colon") {
  auto const text = rules_of("fortigate", {kFortigate + "a,lan,wan,\"all, all\",\"all, all\",svc,"
                                                        "ACCEPT,Enabled,Disabled\n",
                                           "Name,Protocol,Ports\nsvc,TCP,443:1024\n"});
  CHECK(text.contains("sport 1024, dport 443 -> accept"));
}

TEST_CASE("csv: a column of objects that nobody reads leaves the object unknown") {
  std::string const rule = "1,Rule,a,net,Any,Any,Any,Drop\n";
  auto const masked = rules_of(
      "checkpoint", {kCheckpoint + rule, "Name,IPv4 address,Mask\nnet,10.20.0.0,255.255.0.0\n"});
  CHECK(masked.contains("saddr 10.20.0.0/16"));
  auto const except =
      rules_of("fortigate", {kFortigate + "a,lan,wan,g,\"all, all\",ALL,DENY,Enabled,"
                                          "Disabled\n",
                             "Name,Subnet,Members,Exclude Members\n"
                             "b,10.20.0.0/16,,\ng,10.0.0.0/8,,b\n"});
  CHECK(
      except.contains("?source address object 'g', which is 'column 'exclude members' with 'b''"));
}

TEST_CASE("csv: an export without a column that rules need leaves them undecided") {
  auto const text = rules_of("panos", {"Name,Application,Service,Action\na,any,any,Allow\n"});
  CHECK(text.contains("column 'Source Address', which the export lacks"));
  // A rule may be disabled where no column tells.
  auto const status = rules_of("fortigate", {"Name,From,To,Source,Destination,Service,Action\n"
                                             "a,lan,wan,all,all,HTTPS,ACCEPT\n"});
  CHECK(status.contains("?column 'Status', which the export lacks"));
}

TEST_CASE("csv: ports beside a service are a condition") {
  auto const text = rules_of("generic", {"name,source,destination,service,protocol,port,action\n"
                                         "a,any,any,any,tcp,80,accept\n"
                                         "b,any,any,https,any,,accept\n"});
  CHECK(text ==
        "  2: ?protocols or ports beside a service -> accept\n"
        "  3: l4proto tcp, dport 443 -> accept\n");
}

TEST_CASE(
    "csv: a zone that packets cross and no rule names is said, in another case it is an error") {
  Files const files{
      "Name,Source Zone,Destination Zone,Source Address,Destination Address,"
      "Application,Service,Action\na,Trust,Untrust,any,any,any,any,Allow\n"};
  auto const other = read("panos", files, {"dmz", "Untrust"});
  REQUIRE(other.has_value());
  CHECK(has_note(*other, "SC934"));
  auto const right = read("panos", files, {"Trust", "Untrust"});
  REQUIRE(right.has_value());
  CHECK_FALSE(has_note(*right, "SC934"));
  auto const wrong = read("panos", files, {"trust", "Untrust"});
  REQUIRE_FALSE(wrong.has_value());
  CHECK(to_message(wrong.error()).contains("no zone 'trust', but 'Trust'"));
}

TEST_CASE("csv: a wildcard mask of zeros is one host, a netmask of zeros all: nobody knows which") {
  auto const text = rules_of("generic", {kGeneric + "a,10.20.0.5/0.0.0.0,any,any,any,accept\n"});
  CHECK(text.contains("?source address '10.20.0.5/0.0.0.0'"));
}

TEST_CASE("csv: marks of disabled rules count in any case") {
  std::string const header =
      "Name,Source Zone,Destination Zone,Source Address,Destination Address,"
      "Application,Service,Action\n";
  CHECK_FALSE(rules_of("panos", {header + "[disabled] a,any,any,any,any,any,any,Allow\n"})
                  .contains("accept"));
}

TEST_CASE("csv: floating rules of pf come before those of one interface, whatever their number") {
  auto const text =
      read("opnsense",
           {"enabled,sequence,action,quick,interface,direction,ipprotocol,protocol,source_net,"
            "destination_net,destination_port\n"
            "1,100,pass,1,lan,in,inet,any,any,any,\n1,200,block,1,\"lan,opt1\",in,inet,UDP,any,any,"
            "53\n"});
  REQUIRE(text.has_value());
  auto const rules = to_text(*text);
  CHECK(rules.find("-> drop") < rules.find("-> accept\n"));
  CHECK(rules.contains("?action of rules that are not in this export"));
}

TEST_CASE("csv: however many unknowns a rule has, they are one condition") {
  auto const text = rules_of(
      "panos", {"Name,Source Zone,Destination Zone,Source Address,Destination Address,Application,"
                "Service,Action\n"
                "a,any,any,any,x;y;z,odd-app,application-default,Allow\n"});
  CHECK(std::ranges::count(text, '?') == 2);  // of each family one
}

}  // namespace safeconduct
