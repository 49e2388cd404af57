// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

#include <utility>
#include <vector>

using clams::normalize_url;

TEST_CASE("a URI is split at its delimiters and not decoded", "[util]") {
  const auto parts = clams::split_uri("HTTPS://u@Host:80/a%20b;c?x=1?y#z?#");

  CHECK(parts.scheme == "https");
  CHECK(parts.netloc == "u@Host:80");
  CHECK(parts.path == "/a%20b;c");
  CHECK(parts.query == "x=1?y");
  CHECK(parts.fragment == "z?#");
}

TEST_CASE("text without a scheme is all path", "[util]") {
  CHECK(clams::split_uri("/a/b").path == "/a/b");
  CHECK(clams::split_uri("1ab:z").path == "1ab:z");
  CHECK(clams::split_uri("x y:z").scheme.empty());
  CHECK(clams::split_uri("").path.empty());
  CHECK(clams::split_uri("mailto:x").path == "x");
}

TEST_CASE("percent-encoding there and back gives the same bytes", "[util]") {
  const std::string text = "/a b/\u00fc%\n~+";

  CHECK(clams::percent_encode(text) == "/a%20b/%C3%BC%25%0A~%2B");
  CHECK(clams::percent_decode(clams::percent_encode(text)) == text);
}

TEST_CASE("broken escapes stay as they are written", "[util]") {
  CHECK(clams::percent_decode("%zz%4") == "%zz%4");
  CHECK(clams::percent_decode("100%") == "100%");
  CHECK(clams::percent_decode("%41%6a") == "Aj");
}

TEST_CASE("URLs are normalized as browsers do", "[util]") {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"http://u.v", "http://u.v/"},
      {"HTTP://EXaMple.com:80/A b/\u00e9?x y'<>\"#f g`",
       "http://example.com/A%20b/%C3%A9?x%20y%27%3C%3E%22#f%20g%60"},
      {"https://h:443", "https://h/"},
      {"http://h:8080", "http://h:8080/"},
      {"http://a\\b\\c", "http://a/b/c"},
      {"http://h/a/../b/./c/", "http://h/b/c/"},
      {"  http://h  ", "http://h/"},
      {"http://h/\tx", "http://h/x"},
      {"http://us er:p@h/", "http://us%20er:p@h/"},
      {"http://h/%zz%41{}|^`", "http://h/%zz%41%7B%7D|^%60"},
      {"http://h?q", "http://h/?q"},
      {"http://h#f", "http://h/#f"},
      {"http://[::1]:80/", "http://[::1]/"},
      {"http://h%41/", "http://ha/"},
      {"http://h/a%2e%2e/b", "http://h/a%2e%2e/b"},
      {"http://h/%2e%2e/b", "http://h/b"},
      {"http://u:@h/", "http://u@h/"},
      {"http://@h/", "http://h/"},
      {"http://h/a//b", "http://h/a//b"},
      {"http://h/x?{}|^`#{}|^`", "http://h/x?{}|^`#{}|^%60"},
      {"http://h/a/..", "http://h/"}};
  for (const auto& [written, normal] : cases) {
    INFO(written);
    CHECK(normalize_url(written) == normal);
    CHECK(normalize_url(normal) == normal);
  }
}

TEST_CASE("what is no http URL is refused with the reason", "[util]") {
  using clams::testing::contains_text;
  CHECK_THROWS_WITH(normalize_url("ftp://h"), contains_text("must start with http"));
  CHECK_THROWS_WITH(normalize_url("h/x"), contains_text("\"h/x\" is not a URL"));
  CHECK_THROWS_WITH(normalize_url(""), contains_text("must start with http"));
  CHECK_THROWS_WITH(normalize_url("http://"), contains_text("no host"));
  CHECK_THROWS_WITH(normalize_url("http://h:99999"), contains_text("above 65535"));
  CHECK_THROWS_WITH(normalize_url("http://h:x"), contains_text("not a number"));
  CHECK_THROWS_WITH(normalize_url("http://a b/"), contains_text("host holds"));
  CHECK_THROWS_WITH(normalize_url("http://\u00e9.com"), contains_text("in ASCII"));
}
