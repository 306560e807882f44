// SPDX-License-Identifier: GPL-3.0-or-later
// A repository that is made up: what git is asked, and what becomes of its answers.
#include "cli/git_tree.h"

#include <doctest/doctest.h>

#include <map>

#include "cli/past_world.h"

namespace safeconduct {
namespace {

using Words = std::vector<std::string>;

// The tree of a revision at /net, with "main" and the commit c0.
struct MadeUp {
  std::map<std::string, std::pair<std::string, std::string>> files;  // path: mode, text
  std::vector<Words> asked;
  bool has_git = true;
  bool is_repository = true;

  std::string listing() const {
    std::string text;
    for (auto const& [path, file] : files)
      text += file.first + (file.first == "160000" ? " commit " : " blob ") + "object-of-" + path +
              '\t' + path + '\0';
    return text;
  }

  Result<ProgramRun> git(Words const& words) {
    asked.push_back(words);
    if (!has_git)
      return std::unexpected(Error{ErrorKind::unreadable, {}, "'git' cannot be run", {}, {}});
    if (words[3] == "rev-parse" && words[4] == "--show-toplevel")
      return is_repository ? ProgramRun{0, "/net\n", ""}
                           : ProgramRun{128, "", "fatal: not a git repository\nmore\n"};
    if (words[3] == "rev-parse") {
      bool const known = words.back() == "main^{commit}";
      return ProgramRun{known ? 0 : 1, known ? "c0\n" : "", ""};
    }
    if (words[3] == "ls-tree") return ProgramRun{0, listing(), ""};
    for (auto const& [path, file] : files)
      if (words.back() == "object-of-" + path) return ProgramRun{0, file.second, ""};
    return ProgramRun{128, "", "fatal: Not a valid object name\n"};
  }

  World world() {
    World result;
    result.run_program = [this](Words const& words) { return git(words); };
    // The current folder is /net/here.
    result.real_path = [](std::string const& path) {
      return path.starts_with('/') ? path : "/net/here/" + path;
    };
    result.is_file = [](std::string const&) { return false; };
    result.is_folder = [](std::string const&) { return false; };
    result.read = [](std::string const& path) -> Result<std::shared_ptr<std::string const>> {
      return std::make_shared<std::string const>("today's " + path);
    };
    return result;
  }

  std::shared_ptr<GitTree> tree() {
    auto tree = GitTree::open(world(), "sites/", "main");
    REQUIRE(tree.has_value());
    return *tree;
  }
};

std::string refusal(MadeUp& made_up, std::string const& revision) {
  auto const tree = GitTree::open(made_up.world(), "sites/", revision);
  REQUIRE_FALSE(tree.has_value());
  return tree.error().text + " (" + tree.error().hint + ')';
}

std::string text_of(GitTree const& tree, std::string const& place) {
  auto const text = tree.read(place);
  return text ? **text : text.error().at.file + ": " + text.error().text;
}

}  // namespace

TEST_CASE("git_tree: git is asked word by word, of the folder that was named") {
  MadeUp made_up{{{"a.nft", {"100644", "rules"}}}, {}};
  auto const tree = made_up.tree();
  CHECK(text_of(*tree, "a.nft") == "rules");
  CHECK(text_of(*tree, "a.nft") == "rules");
  CHECK(
      made_up.asked ==
      std::vector<Words>{{"git", "-C", "sites/", "rev-parse", "--show-toplevel"},
                         {"git", "-C", "/net", "rev-parse", "--verify", "--quiet", "main^{commit}"},
                         {"git", "-C", "/net", "ls-tree", "-r", "-z", "--full-tree", "c0"},
                         {"git", "-C", "/net", "cat-file", "blob", "object-of-a.nft"}});
}

TEST_CASE("git_tree: without git, repository or revision it says which") {
  MadeUp made_up;
  CHECK(refusal(made_up, "mian") ==
        "the repository has no revision 'mian' (a shallow clone lacks the older ones: fetch it "
        "first)");
  made_up.is_repository = false;
  CHECK(refusal(made_up, "main") ==
        "'sites/' is in no working tree of git (git says: fatal: not a git repository)");
  made_up.has_git = false;
  CHECK(refusal(made_up, "main") == "'git' cannot be run ()");
}

TEST_CASE("git_tree: paths are those of the working tree, and none leads out of it") {
  MadeUp made_up;
  auto const tree = made_up.tree();
  CHECK(tree->place_of("a.nft") == "here/a.nft");
  CHECK(tree->place_of("/net/x/../a.nft") == "a.nft");
  CHECK(tree->place_of("/net") == "");
  CHECK(tree->place_of("..") == "");
  CHECK(tree->place_of("/network/a.nft") == std::nullopt);
  CHECK(tree->place_of("../../etc/a.nft") == std::nullopt);
}

TEST_CASE("git_tree: links are followed within the tree, and lead to what it has") {
  MadeUp made_up{{{"conf/web.nft", {"100644", "web"}},
                  {"link", {"120000", "conf"}},
                  {"rules.nft", {"120000", "link/web.nft"}},
                  {"out", {"120000", "../etc/passwd"}},
                  {"root", {"120000", "/etc/passwd"}},
                  {"round", {"120000", "round"}},
                  {"module", {"160000", ""}}},
                 {}};
  auto const tree = made_up.tree();
  CHECK(text_of(*tree, "rules.nft") == "web");
  CHECK(text_of(*tree, "link/web.nft") == "web");
  CHECK(tree->has_folder("link"));
  CHECK_FALSE(tree->has_file("link"));
  for (auto const* none : {"out", "root", "round", "module", "module/x", "conf", "missing"}) {
    CAPTURE(none);
    CHECK_FALSE(tree->has_file(none));
    CHECK(text_of(*tree, none) ==
          "main:" + std::string(none) + ": there is no such file in revision 'main'");
  }
}

TEST_CASE("git_tree: a pattern matches as the shell does") {
  MadeUp made_up{{{"conf/.hidden.nft", {"100644", ""}},
                  {"conf/a.nft", {"100644", ""}},
                  {"conf/b.nft", {"100644", ""}},
                  {"conf/deep/c.nft", {"100644", ""}}},
                 {}};
  auto const tree = made_up.tree();
  CHECK(tree->matching("conf", "*.nft") == Words{"a.nft", "b.nft"});
  CHECK(tree->matching("conf", "*/*.nft") == Words{"deep/c.nft"});
  CHECK(tree->matching("conf", "d*") == Words{"deep"});
  CHECK(tree->matching("none", "*").empty());
  CHECK(tree->names_in("conf") == Words{".hidden.nft", "a.nft", "b.nft", "deep"});
}

TEST_CASE("past_world: what the repository has is as it was, what is outside is refused") {
  MadeUp made_up{{{"here/fw.nft", {"100644", "then"}}, {"here/conf/a.nft", {"100644", "a"}}}, {}};
  auto const now = made_up.world();
  auto const past = past_world(now, made_up.tree(), "");
  CHECK(**past.read("fw.nft") == "then");
  CHECK(past.is_file("fw.nft"));
  CHECK_FALSE(past.is_file("new.nft"));
  CHECK(past.read("new.nft").error().text == "there is no such file in revision 'main'");
  CHECK(*past.matching("conf/*.nft") == Words{"conf/a.nft"});
  CHECK(past.read("/etc/fw.nft").error().text ==
        "is outside of the repository: how it was in 'main' is not known");
  CHECK(past.running_rules("kernel:").error().text == "the running rules are in no revision");
}

}  // namespace safeconduct
