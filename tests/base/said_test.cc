// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/said.h"

#include <doctest/doctest.h>

using namespace safeconduct;

TEST_CASE("language: words stand where the language has them, and are not looked into") {
  constexpr Translated kText{"{0} of {1} hold", "{1}件中{0}件"};
  CHECK(Speaker(Language::english).say(kText, {"2", "7"}) == "2 of 7 hold");
  CHECK(Speaker(Language::japanese).say(kText, {"2", "7"}) == "7 件中 2 件");
  CHECK(Speaker(Language::japanese).say(kText, {"それら", "次のもの"}) == "次のもの件中それら件");
  CHECK(Speaker(Language::english).say(kText, {"{1}", "}{"}) == "{1} of }{ hold");
}

TEST_CASE("said: each word of a sentence is in the sentence's language") {
  constexpr Translated kPort{"{0} port {1}", "{0} のポート{1}"};
  constexpr Translated kDropped{"dropped: {0}", "破棄: {0}"};
  Said const said(kDropped, {Said(kPort, {"udp 192.0.2.1", "53"})});
  CHECK(said.in(Language::english) == "dropped: udp 192.0.2.1 port 53");
  CHECK(said.in(Language::japanese) == "破棄: udp 192.0.2.1 のポート 53");
  CHECK(said.translated());
}

TEST_CASE("said: what is quoted is the same in every language") {
  Said const quoted("tcp dport 443 drop");
  CHECK(quoted.in(Language::japanese) == quoted.english());
  CHECK_FALSE(quoted.translated());
  CHECK(quoted == "tcp dport 443 drop");
}

TEST_CASE("said: what is made of the words is made of each language's") {
  constexpr Translated kBy{"by {0}", "{0}による"};
  Said said(kBy, {"10.0.0.1"});
  said.change([](std::string const& text) { return text + " [gw]"; });
  CHECK(said.english() == "by 10.0.0.1 [gw]");
  CHECK(said.in(Language::japanese) == "10.0.0.1 による [gw]");
  CHECK((Said("a: ") + said).english() == "a: by 10.0.0.1 [gw]");
  CHECK(said != Said("by 10.0.0.1 [gw]"));  // that one says it in English alone
}
