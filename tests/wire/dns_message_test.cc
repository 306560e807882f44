// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/dns_message.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace safeconduct::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

void add(Bytes& bytes, std::initializer_list<int> values) {
  for (int const value : values) bytes.push_back(static_cast<std::uint8_t>(value));
}
void add(Bytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

// A response with one question, a.example A, and the records that follow it.
Bytes response(int answers, Bytes const& records, int flags = 0x81) {
  Bytes bytes;
  add(bytes, {0x12, 0x34, flags, 0x80, 0, 1, 0, answers, 0, 0, 0, 0});
  add(bytes, {1});
  add(bytes, "a");
  add(bytes, {7});
  add(bytes, "example");
  add(bytes, {0, 0, 1, 0, 1});
  bytes.insert(bytes.end(), records.begin(), records.end());
  return bytes;
}

// The name by a pointer to the question; type, class IN, ttl 60.
Bytes record(int type, std::initializer_list<int> data, int name_at = 12) {
  Bytes bytes;
  add(bytes, {0xC0, name_at, 0, type, 0, 1, 0, 0, 0, 60, 0, static_cast<int>(data.size())});
  add(bytes, data);
  return bytes;
}

Bytes operator+(Bytes a, Bytes const& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string fault(Bytes const& bytes) {
  auto const message = decode_message(bytes);
  return message ? "none" : message.error();
}

}  // namespace

TEST_CASE("dns_message: a query is one question of class IN, and says how long an answer may be") {
  auto const bytes = encode_query(0x1234, {"a.example", 1});
  REQUIRE(bytes);
  Bytes wanted;
  add(wanted, {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1});
  add(wanted, "a");
  add(wanted, {7});
  add(wanted, "example");
  add(wanted, {0, 0, 1, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0});
  CHECK(*bytes == wanted);
}

TEST_CASE("dns_message: what cannot be a name is not asked for") {
  CHECK_FALSE(encode_query(1, {"", 1}));
  CHECK_FALSE(encode_query(1, {"a..b", 1}));
  CHECK_FALSE(encode_query(1, {std::string(64, 'a') + ".example", 1}));
  std::string long_name;
  for (int i = 0; i < 64; ++i) long_name += "aaa.";
  CHECK_FALSE(encode_query(1, {long_name + "example", 1}));
  CHECK(encode_query(1, {"a.example.", 1}) == encode_query(1, {"a.example", 1}));
}

TEST_CASE("dns_message: addresses are found along the chain of names, each once, in order") {
  Bytes alias = record(5, {1, 'b', 0xC0, 14});  // a.example is b.example
  auto const b_at = 12 + 11 + 4 + 12;           // where "b" is written: header, question, record
  auto const message = decode_message(response(4, alias + record(1, {192, 0, 2, 9}, b_at) +
                                                      record(1, {192, 0, 2, 1}, b_at) +
                                                      record(1, {192, 0, 2, 9}, b_at)));
  REQUIRE(message);
  auto const found = addresses_in(*message);
  CHECK((found.chain == std::vector<std::string>{"b.example"}));
  REQUIRE(found.addresses.size() == 2);
  CHECK(to_string(found.addresses[0]) == "192.0.2.1");
  CHECK(to_string(found.addresses[1]) == "192.0.2.9");
  CHECK(found.ttl == 60);
}

TEST_CASE("dns_message: an address of another name is none of the name asked for") {
  Bytes other;
  add(other, {1, 'x', 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1});
  auto const message = decode_message(response(1, other));
  REQUIRE(message);
  CHECK(message->answers.size() == 1);
  CHECK(addresses_in(*message).addresses.empty());
}

TEST_CASE("dns_message: names that lead in a circle come to an end") {
  auto const message = decode_message(response(1, record(5, {0xC0, 12})));
  REQUIRE(message);
  CHECK(addresses_in(*message).addresses.empty());
}

TEST_CASE("dns_message: an answer is told from one to another question, or of another id") {
  auto const message = decode_message(response(0, {}));
  REQUIRE(message);
  CHECK(answers(*message, 0x1234, {"A.Example.", 1}));
  CHECK_FALSE(answers(*message, 0x1235, {"a.example", 1}));
  CHECK_FALSE(answers(*message, 0x1234, {"a.example", 28}));
  CHECK_FALSE(answers(*message, 0x1234, {"b.example", 1}));
  auto const query = decode_message(response(0, {}, 0x01));
  REQUIRE(query);
  CHECK_FALSE(answers(*query, 0x1234, {"a.example", 1}));
}

TEST_CASE("dns_message: TXT strings are kept apart, as bytes") {
  auto const message = decode_message(response(1, record(16, {3, 'a', 0, 'b', 0, 1, 'c'})));
  REQUIRE(message);
  REQUIRE(message->answers.size() == 1);
  CHECK((message->answers[0].strings == std::vector<std::string>{std::string("a\0b", 3), "", "c"}));
}

TEST_CASE("dns_message: a label with odd bytes stays one harmless word") {
  Bytes bytes;
  add(bytes, {0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 'A', '.', 27, 0xFF, 0, 0, 1, 0, 1});
  auto const message = decode_message(bytes);
  REQUIRE(message);
  CHECK(message->questions[0].name == "a\\046\\027\\255");
}

TEST_CASE("dns_message: each fault of a message is named") {
  CHECK(fault({}) == "shorter than a header");
  auto whole = response(1, record(1, {192, 0, 2, 1}));
  CHECK(fault(whole) == "none");
  whole.pop_back();
  CHECK(fault(whole) == "cut short");
  CHECK(fault(response(2, record(1, {192, 0, 2, 1}))) == "a name is cut short");
  CHECK(fault(response(1, record(1, {192, 0, 2}))) == "an A record is not 4 bytes long");
  CHECK(fault(response(1, record(28, {192, 0, 2, 1}))) == "an AAAA record is not 16 bytes long");
  CHECK(fault(response(1, record(16, {4, 'a', 'b'}))) == "a string is longer than its TXT record");
  CHECK(fault(response(1, record(5, {0xC0, 12, 0}))) ==
        "a CNAME record is not as long as its name");
  CHECK(fault(response(1, record(1, {192, 0, 2, 1}, 0xFF))) == "a name points forward");
  CHECK(fault(response(1, record(5, {0x80, 12}))) == "a label of an unknown kind");
}

TEST_CASE("dns_message: a message of every length of a whole one is a fault, never more") {
  auto const whole = response(2, record(5, {1, 'b', 0xC0, 14}) + record(1, {192, 0, 2, 1}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_message(std::span(whole).first(size)));
  }
  CHECK(decode_message(whole));
}

}  // namespace safeconduct::test
