// SPDX-License-Identifier: GPL-3.0-or-later
// write_captures FOLDER: the captures that the tests make up, as files, for tshark_agrees.py. Each
// in every form of capture file, the tech note's inside of a bundle and of tunnels as well.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include "evidence/capture_sample.h"
#include "support/archive_bytes.h"

namespace safeconduct::test {
namespace {

void write(std::filesystem::path const& path, std::string const& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.exceptions(std::ios::failbit | std::ios::badbit);
  out << bytes;
}

std::string text_of(Octets const& bytes) { return {bytes.begin(), bytes.end()}; }

// One of each fault, and what passes beside them.
Film faults() {
  Film film;
  auto const query = udp_packet({kClient, 5000}, {"208.67.222.222", 443}, dns_query(1, kDebug, 16));
  auto const syn = tcp_packet({"10.20.0.98", 5001}, {"146.112.63.4", 443}, {});
  auto const six =
      udp_packet({"2001:db8::9", 5000}, {"2620:119:35::35", 53}, dns_query(2, kDebug, 16));
  film.at(0, query).at(0.002, icmp_error("10.20.0.1", kClient, 3, 13, query, 28));
  film.at(1, syn).at(1.002, icmp_error("10.20.0.1", "10.20.0.98", 3, 13, syn, 28));
  film.at(2, six).at(2.002, icmp_error("2001:db8::1", "2001:db8::9", 1, 1, six));
  // SYNs that nobody answers, each sent again and again.
  for (std::uint16_t port = 5010; port < 5013; ++port)
    for (double const at : {0.0, 1.0, 3.0, 7.0})
      film.at(10 + at, tcp_packet({kClient, port}, {"146.112.63.3", 443}, {0x02, port * 1000U}));
  // One that is answered, one that the target refuses.
  film.at(3, tcp_packet({kClient, 5020}, {"67.215.92.201", 443}, {}));
  film.at(3.02, tcp_packet({"67.215.92.201", 443}, {kClient, 5020}, {kSynAck, 1, 1001, 1}, {}, 50));
  film.at(4, tcp_packet({kClient, 5021}, {"67.215.92.201", 443}, {}));
  film.at(4.02, tcp_packet({"67.215.92.201", 443}, {kClient, 5021}, {kRstAck, 0, 1001, 0}, {}, 50));
  // DNS: answered, and not; each try has its own id.
  film.at(5, udp_packet({kClient, 5030}, {"208.67.220.220", 53}, dns_query(3, kDebug, 16)));
  film.at(5.02, udp_packet({"208.67.220.220", 53}, {kClient, 5030},
                           dns_txt_answer(3, kDebug, {"server m84.lon"})));
  for (std::uint16_t id = 10; id < 15; ++id)
    film.at(20 + id, udp_packet({kClient, static_cast<std::uint16_t>(5100 + id)},
                                {"208.67.222.222", 53}, dns_query(id, kDebug, 16)));
  film.at(90, udp_packet({"10.20.0.1", 53}, {kClient, 5040}, dns_query(2, "a.example", 1)));
  return film;
}

void in_every_form(std::filesystem::path const& folder, std::string const& name, Film const& film) {
  auto const shots = film.shots();
  write(folder / (name + ".pcap"), text_of(pcap(shots)));
  write(folder / (name + ".pcapng"), text_of(pcapng(shots)));
  write(folder / (name + ".pcap.gz"), packed(Packing::gzip, text_of(pcap(shots))));
  CaptureStyle other;
  other.swapped = true;
  other.nanoseconds = true;
  other.resolution = 9;
  write(folder / (name + "-swapped.pcap"), text_of(pcap(shots, other)));
  write(folder / (name + "-swapped.pcapng"), text_of(pcapng(shots, other)));
  auto two = shots;  // interfaces: every other packet from one of raw IP
  for (std::size_t i = 0; i < two.size(); i += 2) {
    two[i].link = 101;
    two[i].frame.erase(two[i].frame.begin(), two[i].frame.begin() + 14);
  }
  write(folder / (name + "-interfaces.pcapng"), text_of(pcapng(two)));
  auto tunnels = shots;  // in GRE and in VXLAN, in turn
  for (std::size_t i = 0; i < tunnels.size(); ++i) {
    auto& frame = tunnels[i].frame;
    Octets inside{0, 0, 8, 0};
    if (i % 2 == 1) inside = {8, 0, 0, 0, 0, 0, 7, 0};
    bool const six = frame[12] == 0x86;
    if (i % 2 == 0 && six) inside = {0, 0, 0x86, 0xDD};
    inside.insert(inside.end(), frame.begin() + (i % 2 == 0 ? 14 : 0), frame.end());
    frame = ethernet(i % 2 == 0 ? ip_packet("192.0.2.10", "192.0.2.20", 47, inside)
                                : udp_packet({"192.0.2.10", 60'000}, {"192.0.2.20", 4789}, inside));
  }
  write(folder / (name + "-tunnels.pcap"), text_of(pcap(tunnels)));
}

void write_all(std::filesystem::path const& folder) {
  in_every_form(folder, "note-dns", dns_of_the_note());
  in_every_form(folder, "note-gateway", gateway_of_the_note());
  in_every_form(folder, "faults", faults());
  write(folder / "note.zip",
        zip_bytes({{"DART/captures/dns.pcap", text_of(pcap(dns_of_the_note().shots()))},
                   {"DART/captures/web.pcapng", text_of(pcapng(gateway_of_the_note().shots()))}}));
}

}  // namespace
}  // namespace safeconduct::test

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: write_captures FOLDER\n", stderr);
    return 2;
  }
  try {
    safeconduct::test::write_all(words[1]);
  } catch (std::exception const& fault) {
    std::fprintf(stderr, "write_captures: %s\n", fault.what());
    return 1;
  }
  return 0;
}
