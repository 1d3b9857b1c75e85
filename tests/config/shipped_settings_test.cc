// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "config/annotated.h"
#include "config/loader.h"
#include "config/setting_table.h"

namespace mailtap {
namespace {

std::string shipped() {
  std::ifstream in(MAILTAP_SHIPPED_SETTINGS, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ShippedSettings, StateEveryKeyOfTheTableWithItsDefaultAndNoOther) {
  EXPECT_EQ(shipped(), annotated(Config{}))
      << "write it anew: mailtap check --defaults > configs/mailtap.toml";
}

TEST(ShippedSettings, LoadWithoutAFaultAndChangeNothing) {
  const LoadedConfig loaded = load_config(MAILTAP_SHIPPED_SETTINGS, {});
  EXPECT_TRUE(loaded.ok()) << loaded.faults.front();
  EXPECT_EQ(annotated(loaded.config), annotated(Config{}));
}

TEST(SettingTable, NamesEachSettingOnceAndSaysWhatItMeans) {
  std::set<std::string> keys;
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_FALSE(setting.meaning.empty()) << setting.key;
    EXPECT_NE(setting.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."), 0U) << setting.key;
  }
  EXPECT_GT(keys.size(), 40U);
}

// A default beyond its own bounds could not be written into a settings file.
TEST(SettingTable, HasDefaultsWithinTheirBounds) {
  for (const Setting& setting : all_settings()) {
    const LoadedConfig loaded = load_config("", {setting.key + "=" + setting.show(Config{})});
    EXPECT_TRUE(loaded.ok()) << loaded.faults.front();
  }
}

}  // namespace
}  // namespace mailtap
