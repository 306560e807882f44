// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/http_page.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace safeconduct {
namespace {

constexpr std::size_t kChunkFrame = 32;  // bytes: two sizes with their line ends, and white space

std::string_view first_line_at(std::string_view text, std::size_t at) {
  auto const end = std::min(text.find_first_of("\r\n", at), text.size());
  return text.substr(at, end - at);
}

}  // namespace

bool HttpPage::says(std::string_view text) const {
  return body.contains(text) && body.size() <= text.size() + kChunkFrame;
}

HttpPage read_http(std::string_view text) {
  HttpPage page;
  page.first = first_line_at(text, 0);
  auto const blank = page.first.find(' ');
  if (page.first.starts_with("HTTP/") && blank != std::string::npos)
    std::from_chars(page.first.data() + blank + 1, page.first.data() + page.first.size(),
                    page.status);
  auto const head_end = text.find("\r\n\r\n");
  auto const head = text.substr(0, head_end);
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 2)) {
    auto const line = first_line_at(head, at + 2);
    if (!lower(line.substr(0, 9)).starts_with("location:")) continue;
    auto const value = line.find_first_not_of(' ', 9);
    if (value != std::string_view::npos) page.location = line.substr(value);
  }
  if (head_end != std::string_view::npos) page.body = text.substr(head_end + 4);
  return page;
}

}  // namespace safeconduct
