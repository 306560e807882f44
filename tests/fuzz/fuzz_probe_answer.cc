// SPDX-License-Identifier: GPL-3.0-or-later
// What a peer answers is judged, whatever it is: nothing but a certificate of the provider's key
// makes an answer verified, and what is kept of it is printable.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "packet/field.h"
#include "probe/classify.h"
#include "wire/dnscrypt.h"

namespace sc = safeconduct;

namespace {

// Published for 2.dnscrypt-cert.opendns.com. Not any bytes: under a key of small order (all zero is
// one) a signature of zeros is good for one text in four.
constexpr sc::ProviderKey kKey{0xB7, 0x35, 0x11, 0x40, 0x20, 0x6F, 0x22, 0x5D, 0x3E, 0x2B, 0xD8,
                               0x22, 0xD7, 0xFD, 0x69, 0x1E, 0xA1, 0xC3, 0x3C, 0xC8, 0xD6, 0x66,
                               0x8D, 0x0C, 0xBE, 0x04, 0xBF, 0xAB, 0xCA, 0x43, 0xFB, 0x79};

bool printable(std::string const& text) {
  return std::ranges::none_of(text, [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

void judge(sc::ProbeTask const& task, sc::Heard const& heard, sc::Heard const* certificate) {
  auto const o = sc::classify(task, heard, certificate, 1600000000);
  if (o.verified || o.cause.empty() || !printable(o.detail.english())) std::abort();
  for (auto const& one : o.evidence)
    if (!printable(one.text.english())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  sc::Heard heard;
  heard.end = sc::Heard::End::answered;
  heard.answer.assign(data, data + size);
  sc::ProbeTask task;
  task.dst = sc::Address{sc::Family::ip4, 1};
  task.name = "debug.opendns.com";
  task.protocol = sc::l4::udp;
  task.dns.server_line = true;
  task.dns.public_key = kKey;
  judge(task, heard, &heard);
  task.dns.server_line = false;
  judge(task, heard, &heard);
  task.kind = sc::ProbeKind::http_get;
  judge(task, heard, nullptr);
  task.kind = sc::ProbeKind::tls;
  heard.end = sc::Heard::End::garbled;
  judge(task, heard, nullptr);
  return 0;
}
