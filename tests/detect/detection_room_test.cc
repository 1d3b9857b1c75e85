// SPDX-License-Identifier: Apache-2.0
#include "detect/detection_room.h"

#include <gtest/gtest.h>

#include <set>

#include "detect/detector_list.h"
#include "scene.h"

namespace mailtap {
namespace {

TEST(DetectorList, NamesEachDetectorOnceAndDeclaresSettingsWithinTheirBounds) {
  std::set<std::string_view> names;
  for (const DetectorInfo* info : all_detectors()) {
    EXPECT_TRUE(names.insert(info->name).second) << info->name;
    EXPECT_FALSE(info->signature.empty());
    EXPECT_FALSE(info->category.empty());
    std::set<std::string_view> keys;
    for (const Knob& knob : info->knobs) {
      EXPECT_TRUE(keys.insert(knob.key).second) << info->name << "." << knob.key;
      EXPECT_LE(knob.min, knob.preset) << info->name << "." << knob.key;
      EXPECT_LE(knob.preset, knob.max) << info->name << "." << knob.key;
      EXPECT_GE(knob.min, 1U) << info->name << "." << knob.key;  // no window and no threshold of nothing
    }
    if (info->telling == Telling::kPeriodic) {
      ASSERT_FALSE(info->knobs.empty());
      EXPECT_EQ(info->knobs[0].key, "period_s");
    }
  }
  for (const SessionDetector* detector : session_detectors()) {
    EXPECT_EQ(detector->info.telling, Telling::kPeriodic) << detector->info.name;
  }
}

TEST(DetectSettings, HoldTheDefaultsOfEveryDetector) {
  DetectSettings settings;
  ASSERT_NE(settings.find("address_probing"), nullptr);
  EXPECT_EQ(settings.find("address_probing")->knobs, (std::vector<std::uint64_t>{5, 60}));
  EXPECT_EQ(settings.find("no_such_detector"), nullptr);
  EXPECT_TRUE(any_contains(settings.local_networks, ip("192.168.4.4")));
  EXPECT_TRUE(any_contains(settings.local_networks, ip("fd00::1")));
  EXPECT_FALSE(any_contains(settings.local_networks, ip("8.8.8.8")));
}

TEST(DetectionRoom, TellsAnAccountOnceAnHour) {
  Scene scene;
  for (int n = 0; n < 100; ++n) scene.finding(n * 36, "bob", severity::kHigh);
  scene.finding(100, "eve", severity::kHigh);
  EXPECT_EQ(scene.caught.alerts.size(), 2U);
  scene.finding(3600, "bob", severity::kHigh);
  ASSERT_EQ(scene.caught.alerts.size(), 3U);
  EXPECT_EQ(scene.caught.alerts[2].subject, (Subject{SubjectType::kAccount, "bob"}));
  EXPECT_TRUE(scene.caught.alerts[2].flow.has_value());
  EXPECT_EQ(scene.caught.alerts[2].signature, "SMTP credentials in clear text");
}

TEST(DetectionRoom, TakesAccountsWithoutANameForDifferentOnesByClientAndServer) {
  Scene scene;
  scene.finding(0, "", severity::kHigh, "10.0.0.1");
  scene.finding(1, "", severity::kHigh, "10.0.0.2");
  scene.finding(2, "", severity::kHigh, "10.0.0.1");
  ASSERT_EQ(scene.caught.alerts.size(), 2U);
  EXPECT_EQ(scene.caught.alerts[0].subject,
            (Subject{SubjectType::kAccount, "unnamed, 10.0.0.1 at 192.0.2.25"}));
  EXPECT_EQ(scene.caught.alerts[1].subject.value, "unnamed, 10.0.0.2 at 192.0.2.25");
}

TEST(DetectionRoom, TellsAnAccountAgainWithinTheHourWhenAGuessTurnsOutToBeRight) {
  Scene scene;
  scene.finding(0, "bob", severity::kMedium);
  scene.finding(1, "bob", severity::kMedium);
  scene.finding(2, "bob", severity::kHigh);
  scene.finding(3, "bob", severity::kMedium);
  scene.finding(4, "bob", severity::kHigh);
  ASSERT_EQ(scene.caught.alerts.size(), 2U);
  EXPECT_EQ(scene.caught.alerts[1].severity, severity::kHigh);
}

TEST(DetectionRoom, CountsFindingsOfSignaturesItDoesNotKnow) {
  Scene scene;
  FindingRecord record;
  record.signature_id = 4242;
  scene.give(record, 0, "10.0.0.1");
  EXPECT_TRUE(scene.caught.alerts.empty());
  EXPECT_EQ(scene.room().counters().unknown_findings, 1U);
}

TEST(DetectionRoom, FollowsThresholdWindowSeverityAndSwitchOfTheSettings) {
  Scene scene;
  scene.settings.find("address_probing")->knobs = {2, 10};
  scene.settings.find("address_probing")->severity = 4;
  scene.settings.find("spambot_volume")->enabled = false;
  for (int n = 0; n < 200; ++n) scene.mail(n, "10.0.0.1");
  scene.probe(200, "10.0.0.1", 250);
  scene.probe(209.9, "10.0.0.1");
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  EXPECT_EQ(scene.caught.alerts[0].severity, 4);
  EXPECT_EQ(scene.caught.alerts[0].window_s, 10U);
}

TEST(DetectionRoom, WatchesAsManySubjectsAsAllowedAndCountsThoseItGaveUp) {
  Scene scene;
  scene.settings.subjects = 16;
  for (int round = 0; round < 5; ++round) {
    for (int n = 0; n < 17; ++n) scene.probe(round, "203.0.113." + std::to_string(n));
  }
  EXPECT_TRUE(scene.caught.alerts.empty());  // each was forgotten before it came back
  EXPECT_EQ(scene.room().counters().subjects_evicted, 5U * 17U - 16U);
}

}  // namespace
}  // namespace mailtap
