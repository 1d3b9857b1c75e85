// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "app/human.h"
#include "app/memory_sum.h"
#include "app/out_folder.h"
#include "app/progress.h"

namespace mailtap {
namespace {

TEST(Progress, SaysBytesShareRateAndTimeLeft) {
  SourceCounters counters;
  counters.frames = 3'000'000;
  counters.bytes_read = std::uint64_t{1} << 29;
  counters.bytes_total = std::uint64_t{1} << 30;
  const std::string line = progress_line(counters, std::chrono::duration<double>(2));
  EXPECT_EQ(line, "[############............]  50 %  512.0 MiB of 1.0 GiB  2 s left  1.5 M packets/s");
}

TEST(Progress, DoesWithoutTheShareOfAPipe) {
  SourceCounters counters;
  counters.frames = 10;
  counters.bytes_read = 2048;
  EXPECT_EQ(progress_line(counters, std::chrono::duration<double>(1)), "2.0 KiB  10 packets/s");
}

TEST(MemorySum, GrowsByWhatASettingAdds) {
  Config config;
  const auto total = [&config] {
    std::uint64_t sum = 0;
    for (const MemoryTerm& term : worker_memory(config, 1)) sum += term.total();
    return sum;
  };
  const std::uint64_t before = total();
  config.pipeline.held_pages += 1000;
  EXPECT_EQ(total() - before, 1000 * std::uint64_t{config.pipeline.held_page_bytes});
  config.flow.flows_max *= 2;
  EXPECT_GE(total() - before, config.flow.flows_max / 2 * std::uint64_t{64});
}

TEST(MemorySum, CountsRingsOnlyWhereThereAreSeveralWorkers) {
  EXPECT_EQ(worker_memory(Config{}, 2).size(), worker_memory(Config{}, 1).size() + 1);
}

TEST(OutFolder, IsMadeAndIsNobodyElsesWhileItIsOpen) {
  std::string root = (std::filesystem::temp_directory_path() / "mailtap-out-XXXXXX").string();
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  const std::string path = root + "/a/b";
  {
    const Result<OutFolder> first = OutFolder::open(path);
    ASSERT_TRUE(first.ok());
    const Result<OutFolder> second = OutFolder::open(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.reason(), path + ": is in use by another mailtap");
  }
  EXPECT_TRUE(OutFolder::open(path).ok());
  EXPECT_FALSE(OutFolder::open(path + "/.mailtap.lock").ok());
  std::filesystem::remove_all(root);
}

TEST(Human, ScalesNumbers) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(2'400'000), "2.4 M");
}

}  // namespace
}  // namespace mailtap
