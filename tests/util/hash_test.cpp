// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/hash.hpp>

TEST_CASE("MD5 gives the values that RFC 1321 lists", "[util]") {
  CHECK(clams::md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(clams::md5_hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(clams::md5_hex("message digest") == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(clams::md5_hex(
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890") ==
        "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_CASE("SHA-256 gives the values that FIPS 180 lists", "[util]") {
  CHECK(clams::sha256_hex("") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(clams::sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(clams::sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(clams::sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("pieces hash as the whole does, wherever it is cut", "[util]") {
  const std::string text(150, 'x');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    clams::Sha256 hash;
    hash.update(text.substr(0, cut));
    hash.update(text.substr(cut));
    CHECK(hash.hex() == clams::sha256_hex(text));
  }
}

TEST_CASE("whole blocks after a begun one hash as the whole does", "[util]") {
  const std::string text(1000, 'y');
  clams::Sha256 hash;
  hash.update(text.substr(0, 10));
  hash.update(text.substr(10, 54 + 128));
  hash.update(text.substr(192));

  CHECK(hash.hex() == clams::sha256_hex(text));
}

TEST_CASE("asking for the hash does not end it", "[util]") {
  clams::Sha256 hash;
  hash.update("ab");
  CHECK(hash.hex() == clams::sha256_hex("ab"));

  hash.update("c");

  CHECK(hash.hex() == clams::sha256_hex("abc"));
}

#ifdef CLAMS_HEADER_ONLY  // elsewhere the parts cannot be reached
TEST_CASE("the processor's own SHA-256 and the portable one agree", "[util]") {
  if (!clams::detail::has_sha256_instructions()) CLAMS_SKIP("this processor has none of its own");
  clams::detail::Sha256State native{1, 2, 3, 4, 5, 6, 7, 0xffffffffU};
  auto portable = native;
  std::array<unsigned char, 128> blocks{};
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] = static_cast<unsigned char>(i * 37);

  clams::detail::sha256_compress_native(native, blocks.data(), 2,
                                        clams::detail::kSha256Constants.data());
  clams::detail::sha256_compress_portable(portable, blocks.data());
  clams::detail::sha256_compress_portable(portable, blocks.data() + 64);

  CHECK(native == portable);
}
#endif
