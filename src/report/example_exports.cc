// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of vendors' CSV for the catalogue, by the dialects of policies/dialects. A test reads each
// of them and holds what a check says of it against the code. Columns that say nothing here are
// left out: exports go by the names of their columns.
#include "base/codes.h"
#include "report/explain.h"

namespace safeconduct {
namespace {

// ---- what a vendor's tools call the columns
constexpr std::string_view kPanos =
    "Name,Source Zone,Source Address,Destination Zone,Destination "
    "Address,Application,Service,Action";
constexpr std::string_view kFortigate =
    "Policy,From,To,Source,Destination,Schedule,Service,Action,Status";
constexpr std::string_view kFortimanager =
    "policyid,name,srcintf,dstintf,srcaddr,dstaddr,service,schedule,action,status";
constexpr std::string_view kCheckpoint =
    "No.,Type,Name,Source,Destination,Services & Applications,Action,Time";
constexpr std::string_view kFmc =
    "Policy,Rule ID,Rule Name,Enabled,Action,Source Zones,Source Networks,Source Ports,Destination "
    "Zones,Destination Networks,Destination Ports,Protocol,Applications";
constexpr std::string_view kPrefilter =
    "Policy,Rule ID,Rule Name,Enabled,Action,Source Zones,Source Networks,Source Ports,Destination "
    "Zones,Destination Networks,Destination Ports,Protocol,VLAN Tags";
constexpr std::string_view kMeraki =
    "PolicyID,Comment,Policy,Protocol,Source Port,Source CIDR,Destination Port,Destination CIDR";
constexpr std::string_view kOpnsense =
    "enabled,sequence,action,quick,interface,direction,ipprotocol,protocol,source_net,source_port,"
    "destination_net,destination_port,gateway,description";
constexpr std::string_view kGeneric =
    "name,from,to,source,destination,protocol,source port,destination port,schedule,action";

constexpr auto kExamples = std::to_array<RuleExample>({
    // ---- required traffic is blocked
    {code::kBlocked, "panos", "No QUIC,lan,any,wan,any,any,udp/443,Deny",
     "Resolvers,lan,any,wan,208.67.222.222;208.67.220.220,any,udp/443,Allow\n"
     "No QUIC,lan,any,wan,any,any,udp/443,Deny",
     kPanos},
    {code::kBlocked, "fortigate", "No QUIC (1),lan,wan,all,all,always,udp/443,DENY,Enabled",
     "Resolvers (1),lan,wan,all,\"208.67.222.222, 208.67.220.220\",always,udp/443,ACCEPT,Enabled\n"
     "No QUIC (2),lan,wan,all,all,always,udp/443,DENY,Enabled",
     kFortigate},
    {code::kBlocked, "fortimanager", "1,No QUIC,lan,wan,all,all,udp/443,always,deny,enable",
     "1,Resolvers,lan,wan,all,208.67.222.222 208.67.220.220,udp/443,always,accept,enable\n"
     "2,No QUIC,lan,wan,all,all,udp/443,always,deny,enable",
     kFortimanager},
    {code::kBlocked, "checkpoint", "1,Rule,No QUIC,Any,Any,udp/443,Drop,Any",
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,udp/443,Accept,Any\n"
     "2,Rule,No QUIC,Any,Any,udp/443,Drop,Any",
     kCheckpoint},
    {code::kBlocked, "cisco-fmc", "ACP,1,No QUIC,True,Block,lan,,,wan,,UDP:443,,",
     "ACP,1,Resolvers,True,Allow,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,\n"
     "ACP,2,No QUIC,True,Block,lan,,,wan,,UDP:443,,",
     kFmc},
    {code::kBlocked, "cisco-fmc-prefilter", "PF,1,No QUIC,True,Block,lan,,,wan,,UDP:443,,",
     "PF,1,Resolvers,True,Fastpath,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,\n"
     "PF,2,No QUIC,True,Block,lan,,,wan,,UDP:443,,",
     kPrefilter},
    {code::kBlocked, "meraki", "1,No QUIC,deny,udp,Any,Any,443,Any",
     "1,Resolvers,allow,udp,Any,Any,443,\"208.67.222.222/32,208.67.220.220/32\"\n"
     "2,No QUIC,deny,udp,Any,Any,443,Any",
     kMeraki},
    {code::kBlocked, "opnsense", "1,100,block,1,lan,in,inet,UDP,any,,any,443,,No QUIC",
     "1,100,pass,1,lan,in,inet,UDP,any,,\"208.67.222.222,208.67.220.220\",443,,Resolvers\n"
     "1,200,block,1,lan,in,inet,UDP,any,,any,443,,No QUIC",
     kOpnsense},
    {code::kBlocked, "generic", "No QUIC,lan,wan,any,any,udp,any,443,always,deny",
     "Resolvers,lan,wan,any,208.67.222.222 208.67.220.220,udp,any,443,always,allow\n"
     "No QUIC,lan,wan,any,any,udp,any,443,always,deny",
     kGeneric},
    // ---- it hangs on what the export does not tell
    {code::kUndecided, "panos",
     "Resolvers,lan,any,wan,208.67.222.222;208.67.220.220,opendns,udp/443,Allow",
     "Resolvers,lan,any,wan,208.67.222.222;208.67.220.220,any,udp/443,Allow", kPanos},
    {code::kUndecided, "fortigate",
     "Resolvers (1),lan,wan,all,\"208.67.222.222, 208.67.220.220\",office-hours,udp/443,ACCEPT,"
     "Enabled",
     "Resolvers (1),lan,wan,all,\"208.67.222.222, 208.67.220.220\",always,udp/443,ACCEPT,Enabled",
     kFortigate},
    {code::kUndecided, "fortimanager",
     "1,Resolvers,lan,wan,all,208.67.222.222 208.67.220.220,udp/443,office-hours,accept,enable",
     "1,Resolvers,lan,wan,all,208.67.222.222 208.67.220.220,udp/443,always,accept,enable",
     kFortimanager},
    {code::kUndecided, "checkpoint",
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,udp/443,Accept,Office_Hours",
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,udp/443,Accept,Any", kCheckpoint},
    {code::kUndecided, "cisco-fmc",
     "ACP,1,Resolvers,True,Allow,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,OpenDNS",
     "ACP,1,Resolvers,True,Allow,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,", kFmc},
    {code::kUndecided, "cisco-fmc-prefilter",
     "PF,1,Resolvers,True,Fastpath,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,20",
     "PF,1,Resolvers,True,Fastpath,lan,,,wan,208.67.222.222;208.67.220.220,UDP:443,,", kPrefilter},
    {code::kUndecided, "meraki", "1,No tunnels,deny,udp,Any,Any,443,vpn.example.com",
     "1,Resolvers,allow,udp,Any,Any,443,\"208.67.222.222/32,208.67.220.220/32\"\n"
     "2,No tunnels,deny,udp,Any,Any,443,vpn.example.com",
     kMeraki},
    {code::kUndecided, "opnsense",
     "1,100,pass,1,lan,in,inet,UDP,any,,\"208.67.222.222,208.67.220.220\",443,WAN2_GW,Resolvers",
     "1,100,pass,1,lan,in,inet,UDP,any,,\"208.67.222.222,208.67.220.220\",443,,Resolvers",
     kOpnsense},
    {code::kUndecided, "generic",
     "Resolvers,lan,wan,any,208.67.222.222 208.67.220.220,udp,any,443,office hours,allow",
     "Resolvers,lan,wan,any,208.67.222.222 208.67.220.220,udp,any,443,always,allow", kGeneric},
    // ---- traffic passes that must not
    {code::kNotDenied, "panos", "DNS,lan,any,wan,any,any,udp/53;tcp/53,Allow",
     "Resolvers,lan,any,wan,208.67.222.222;208.67.220.220,any,udp/53;tcp/53,Allow\n"
     "No other DNS,lan,any,wan,any,any,udp/53;tcp/53,Deny",
     kPanos},
    {code::kNotDenied, "fortigate", "DNS (1),lan,wan,all,all,always,DNS,ACCEPT,Enabled",
     "Resolvers (1),lan,wan,all,\"208.67.222.222, 208.67.220.220\",always,DNS,ACCEPT,Enabled\n"
     "No other DNS (2),lan,wan,all,all,always,DNS,DENY,Enabled",
     kFortigate},
    {code::kNotDenied, "fortimanager", "1,DNS,lan,wan,all,all,DNS,always,accept,enable",
     "1,Resolvers,lan,wan,all,208.67.222.222 208.67.220.220,DNS,always,accept,enable\n"
     "2,No other DNS,lan,wan,all,all,DNS,always,deny,enable",
     kFortimanager},
    {code::kNotDenied, "checkpoint", "1,Rule,DNS,Any,Any,dns,Accept,Any",
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,dns,Accept,Any\n"
     "2,Rule,No other DNS,Any,Any,dns,Drop,Any",
     kCheckpoint},
    {code::kNotDenied, "cisco-fmc", "ACP,1,DNS,True,Allow,lan,,,wan,,UDP:53;TCP:53,,",
     "ACP,1,Resolvers,True,Allow,lan,,,wan,208.67.222.222;208.67.220.220,UDP:53;TCP:53,,\n"
     "ACP,2,No other DNS,True,Block,lan,,,wan,,UDP:53;TCP:53,,",
     kFmc},
    {code::kNotDenied, "cisco-fmc-prefilter", "PF,1,DNS,True,Fastpath,lan,,,wan,,UDP:53;TCP:53,,",
     "PF,1,Resolvers,True,Fastpath,lan,,,wan,208.67.222.222;208.67.220.220,UDP:53;TCP:53,,\n"
     "PF,2,No other DNS,True,Block,lan,,,wan,,UDP:53;TCP:53,,",
     kPrefilter},
    {code::kNotDenied, "meraki", "1,DNS,allow,any,Any,Any,53,Any",
     "1,Resolvers,allow,any,Any,Any,53,\"208.67.222.222/32,208.67.220.220/32\"\n"
     "2,No other DNS,deny,any,Any,Any,53,Any",
     kMeraki},
    {code::kNotDenied, "opnsense", "1,100,pass,1,lan,in,inet,TCP/UDP,any,,any,53,,DNS",
     "1,100,pass,1,lan,in,inet,TCP/UDP,any,,\"208.67.222.222,208.67.220.220\",53,,Resolvers\n"
     "1,200,block,1,lan,in,inet,TCP/UDP,any,,any,53,,No other DNS",
     kOpnsense},
    {code::kNotDenied, "generic", "DNS,lan,wan,any,any,tcp udp,any,53,always,allow",
     "Resolvers,lan,wan,any,208.67.222.222 208.67.220.220,tcp udp,any,53,always,allow\n"
     "No other DNS,lan,wan,any,any,tcp udp,any,53,always,deny",
     kGeneric},
    // ---- packets from low source ports
    {code::kLowPorts, "cisco-fmc",
     "ACP,1,No low ports,True,Block,lan,,UDP:1-1023,wan,,UDP:443,,\n"
     "ACP,2,Out,True,Allow,lan,,,wan,,UDP:443,,",
     "ACP,1,Out,True,Allow,lan,,,wan,,UDP:443,,", kFmc},
    {code::kLowPorts, "meraki", "1,No low ports,deny,udp,1-1023,Any,Any,Any",
     "1,Resolvers,allow,udp,Any,Any,443,\"208.67.222.222/32,208.67.220.220/32\"\n"
     "2,No low ports,deny,udp,1-1023,Any,Any,Any",
     kMeraki},
    {code::kLowPorts, "opnsense",
     "1,100,block,1,lan,in,inet,UDP,any,1:1023,any,,,No low ports\n"
     "1,200,pass,1,lan,in,inet,UDP,any,,any,443,,Out",
     "1,100,pass,1,lan,in,inet,UDP,any,,any,443,,Out", kOpnsense},
    {code::kLowPorts, "generic",
     "No low ports,lan,wan,any,any,udp,1-1023,any,always,deny\n"
     "Out,lan,wan,any,any,udp,any,443,always,allow",
     "Out,lan,wan,any,any,udp,any,443,always,allow", kGeneric},
    // ---- columns that the dialect does not know
    {code::kColumnsUnread, "generic",
     "Name,Source,Destination,Protocol,Port,Action,Valid On\n"
     "Resolvers,any,208.67.222.222 208.67.220.220,udp,443,allow,",
     "Name,Source,Destination,Protocol,Port,Action,Remark\n"
     "Resolvers,any,208.67.222.222 208.67.220.220,udp,443,allow,"},
    {code::kColumnsUnread, "checkpoint",
     "No.,Type,Name,Source,Destination,Services & Applications,Action,Data Center\n"
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,udp/443,Accept,",
     "No.,Type,Name,Source,Destination,Services & Applications,Action,Comments\n"
     "1,Rule,Resolvers,Any,208.67.222.222;208.67.220.220,udp/443,Accept,"},
    // ---- zones; the packets come from 'lan' and go to 'wan'
    {code::kZoneUnnamed, "panos",
     "No telnet,inside,any,outside,any,any,tcp/23,Deny\n"
     "Out,any,any,any,any,any,any,Allow",
     "No telnet,lan,any,wan,any,any,tcp/23,Deny\n"
     "Out,any,any,any,any,any,any,Allow",
     kPanos},
    {code::kZoneUnnamed, "fortigate",
     "No telnet (1),inside,outside,all,all,always,tcp/23,DENY,Enabled\n"
     "Out (2),any,any,all,all,always,ALL,ACCEPT,Enabled",
     "No telnet (1),lan,wan,all,all,always,tcp/23,DENY,Enabled\n"
     "Out (2),any,any,all,all,always,ALL,ACCEPT,Enabled",
     kFortigate},
    {code::kZoneUnnamed, "fortimanager",
     "1,No telnet,inside,outside,all,all,tcp/23,always,deny,enable\n"
     "2,Out,any,any,all,all,ALL,always,accept,enable",
     "1,No telnet,lan,wan,all,all,tcp/23,always,deny,enable\n"
     "2,Out,any,any,all,all,ALL,always,accept,enable",
     kFortimanager},
    {code::kZoneUnnamed, "cisco-fmc",
     "ACP,1,No telnet,True,Block,inside,,,outside,,TCP:23,,\n"
     "ACP,2,Out,True,Allow,,,,,,UDP:443,,",
     "ACP,1,No telnet,True,Block,lan,,,wan,,TCP:23,,\n"
     "ACP,2,Out,True,Allow,,,,,,UDP:443,,",
     kFmc},
    {code::kZoneUnnamed, "generic",
     "No telnet,inside,outside,any,any,tcp,any,23,always,deny\n"
     "Out,any,any,any,any,any,any,any,always,allow",
     "No telnet,lan,wan,any,any,tcp,any,23,always,deny\n"
     "Out,any,any,any,any,any,any,any,always,allow",
     kGeneric},
});

}  // namespace

std::span<RuleExample const> export_examples() { return kExamples; }

}  // namespace safeconduct
