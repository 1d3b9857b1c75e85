// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_format.h"

#include <gtest/gtest.h>

#include <string>

#include "pcap_bytes.h"

namespace mailtap {
namespace {

std::string refusal(const std::string& content) {
  const auto format = read_pcap_header(as_bytes(content));
  return format.ok() ? "read" : format.reason();
}

TEST(PcapFormat, NamesTheFormatsThatAreNotRead) {
  EXPECT_EQ(refusal("\x28\xb5\x2f\xfd etc"), "offset 0: zstd is not read, only gzip");
  EXPECT_EQ(refusal("\x04\x22\x4d\x18 etc"), "offset 0: lz4 is not read, only gzip");
  EXPECT_EQ(refusal("\xfd"
                    "7zXZ etc"),
            "offset 0: xz is not read, only gzip");
  EXPECT_EQ(refusal("snoop etc"), "offset 0: snoop is not read, only pcap and pcapng");
}

TEST(PcapFormat, NamesALinkTypeItDoesNotKnow) {
  EXPECT_EQ(refusal(PcapBytes{}.header(147).content), "offset 20: unknown link type 147 (USER0)");
  EXPECT_EQ(refusal(PcapBytes{true, true}.header(253).content), "offset 20: unknown link type 253 (NETLINK)");
  EXPECT_EQ(refusal(PcapBytes{}.header(9999).content), "offset 20: unknown link type 9999");
}

TEST(PcapFormat, TakesTheLinkTypeFromItsLowBits) {
  EXPECT_EQ(refusal(PcapBytes{}.header(0x14000001).content), "read");
}

TEST(PcapFormat, RefusesAVersionItDoesNotKnow) {
  EXPECT_EQ(refusal(PcapBytes{}.header(1, 3).content), "offset 4: unknown pcap version 3");
  EXPECT_EQ(refusal(PcapBytes{true}.header(1, 512).content), "offset 4: unknown pcap version 512");
}

}  // namespace
}  // namespace mailtap
