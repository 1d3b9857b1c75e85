// SPDX-License-Identifier: Apache-2.0
#include "detect/alert_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "scene.h"

namespace mailtap {
namespace {

constexpr DetectorInfo kInfo = {.signature_id = 9001,
                                .rev = 1,
                                .name = "sample",
                                .signature = "Sample",
                                .category = "None",
                                .telling = Telling::kAggregated,
                                .techniques = {},
                                .knobs = {}};
constexpr DetectorInfo kOtherInfo = {.signature_id = 9000,
                                     .rev = 1,
                                     .name = "other",
                                     .signature = "Other",
                                     .category = "None",
                                     .telling = Telling::kAggregated,
                                     .techniques = {},
                                     .knobs = {}};

Occurrence occurrence(double second, const std::string& subject = "10.0.0.1", std::uint64_t count = 1) {
  Occurrence made;
  made.info = &kInfo;
  made.subject = {SubjectType::kHost, subject};
  made.time = at_second(second);
  made.first_seen = made.time;
  made.count = count;
  made.threshold = 5;
  made.window_ns = 60 * kSecondNs;
  return made;
}

class AlertBookTest : public ::testing::Test {
 protected:
  AlertCatcher caught;
  AlertBook book{caught, 100};

  std::vector<AlertState> states() const {
    std::vector<AlertState> all;
    for (const Alert& alert : caught.alerts) all.push_back(alert.state);
    return all;
  }
};

TEST_F(AlertBookTest, TellsWhenADetectionOpensAndEachTimeItHasGrownTenfold) {
  book.open(occurrence(0, "10.0.0.1", 5));
  for (int n = 0; n < 495; ++n) EXPECT_TRUE(book.grow(occurrence(1)));
  ASSERT_EQ(states(), (std::vector{AlertState::kOpened, AlertState::kGrown, AlertState::kGrown}));
  EXPECT_EQ(caught.alerts[0].count, 5U);
  EXPECT_EQ(caught.alerts[1].count, 50U);
  EXPECT_EQ(caught.alerts[2].count, 500U);
}

TEST_F(AlertBookTest, TellsAGrowthOfAThousandfoldOnce) {
  book.open(occurrence(0, "10.0.0.1", 5));
  book.grow(occurrence(1, "10.0.0.1", 6000));
  book.grow(occurrence(2, "10.0.0.1", 1));
  EXPECT_EQ(states(), (std::vector{AlertState::kOpened, AlertState::kGrown}));
}

TEST_F(AlertBookTest, ClosesAfterOneQuietWindowAndCarriesThatTime) {
  book.open(occurrence(0));
  book.grow(occurrence(30));
  book.advance(at_second(89.999));
  EXPECT_EQ(caught.alerts.size(), 1U);
  book.advance(at_second(5000));
  ASSERT_EQ(caught.alerts.size(), 2U);
  EXPECT_EQ(caught.alerts[1].state, AlertState::kClosed);
  EXPECT_EQ(caught.alerts[1].time, at_second(90));
  EXPECT_EQ(caught.alerts[1].first_seen, at_second(0));
  EXPECT_EQ(caught.alerts[1].last_seen, at_second(30));
  EXPECT_EQ(caught.alerts[1].count, 2U);
  EXPECT_EQ(book.next_due(), kTimeMax);
}

TEST_F(AlertBookTest, ClosesTheRestAtTheEndOfTheRun) {
  book.open(occurrence(0, "10.0.0.1"));
  book.open(occurrence(50, "10.0.0.2"));
  book.finish(at_second(61));
  ASSERT_EQ(caught.alerts.size(), 4U);
  EXPECT_EQ(caught.alerts[2].time, at_second(60));
  EXPECT_EQ(caught.alerts[3].time, at_second(61));
  EXPECT_EQ(caught.alerts[3].state, AlertState::kClosed);
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(AlertBookTest, CarriesTheFlowThatMadeItBeToldAndClosesWithTheLast) {
  FlowFacts flow;
  const auto seen_in = [&flow](double second, std::uint64_t flow_id) {
    flow.client_port = static_cast<std::uint16_t>(40'000 + flow_id);
    Occurrence made = occurrence(second);
    made.flow = &flow;
    made.flow_id = flow_id;
    return made;
  };
  book.open(seen_in(0, 7));
  book.grow(seen_in(1, 8));
  book.finish(at_second(2));
  ASSERT_EQ(caught.alerts.size(), 2U);
  EXPECT_EQ(caught.alerts[0].flow_id, 7U);
  EXPECT_EQ(caught.alerts[0].flow.value().client_port, 40'007);
  EXPECT_EQ(caught.alerts[1].flow_id, 8U);
  EXPECT_EQ(caught.alerts[1].flow.value().client_port, 40'008);
}

TEST_F(AlertBookTest, DoesNotGrowWhatIsNotOpen) {
  EXPECT_FALSE(book.grow(occurrence(0)));
  book.open(occurrence(0, "10.0.0.1"));
  EXPECT_FALSE(book.grow(occurrence(0, "10.0.0.2")));
  Occurrence other = occurrence(0);
  other.info = &kOtherInfo;
  EXPECT_FALSE(book.grow(other));
}

TEST_F(AlertBookTest, ClosesWhatIsDueAtOneInstantBySignatureAndSubject) {
  Occurrence other = occurrence(0, "10.0.0.9");
  other.info = &kOtherInfo;
  book.open(occurrence(0, "10.0.0.2"));
  book.open(occurrence(0, "10.0.0.1"));
  book.open(other);
  caught.alerts.clear();
  book.advance(at_second(100));
  ASSERT_EQ(caught.alerts.size(), 3U);
  EXPECT_EQ(caught.alerts[0].subject.value, "10.0.0.9");
  EXPECT_EQ(caught.alerts[1].subject.value, "10.0.0.1");
  EXPECT_EQ(caught.alerts[2].subject.value, "10.0.0.2");
}

TEST_F(AlertBookTest, KeepsFlowsAndEvidenceToTheirLimitsAndEachOnce) {
  const std::string longish(500, 'x');
  const std::string_view texts[] = {"one", "one", longish};
  Occurrence first = occurrence(0);
  first.evidence = texts;
  book.open(first);
  for (std::uint64_t n = 0; n < 100; ++n) {
    Occurrence next = occurrence(1);
    next.flow_id = 1 + n / 2;
    book.grow(next);
  }
  book.finish(at_second(2));
  const Alert& closed = caught.alerts.back();
  EXPECT_EQ(closed.flows.size(), AlertBook::kFlowsMax);
  EXPECT_EQ(closed.flows[0], 1U);
  EXPECT_EQ(closed.flows[1], 2U);
  ASSERT_EQ(closed.evidence.size(), 2U);
  EXPECT_EQ(closed.evidence[1].size(), AlertBook::kEvidenceBytesMax);
}

TEST_F(AlertBookTest, KeepsTheWorstSeverity) {
  Occurrence first = occurrence(0);
  first.severity = severity::kMedium;
  book.open(first);
  Occurrence worse = occurrence(1);
  worse.severity = severity::kHigh;
  book.grow(worse);
  book.grow(first);
  book.finish(at_second(2));
  EXPECT_EQ(caught.alerts.back().severity, severity::kHigh);
}

TEST_F(AlertBookTest, ClosesTheOneThatWouldCloseFirstWhenTooManyAreOpen) {
  AlertBook small(caught, 2);
  small.open(occurrence(0, "10.0.0.1"));
  small.open(occurrence(1, "10.0.0.2"));
  small.open(occurrence(2, "10.0.0.3"));
  EXPECT_EQ(small.size(), 2U);
  EXPECT_EQ(small.closed_early(), 1U);
  ASSERT_EQ(caught.alerts.size(), 4U);
  EXPECT_EQ(caught.alerts[2].subject.value, "10.0.0.1");
  EXPECT_EQ(caught.alerts[2].state, AlertState::kClosed);
  EXPECT_EQ(caught.alerts[2].time, at_second(2));
}

TEST_F(AlertBookTest, TellsAPeriodicOneOnceAPeriodAndNeverClosesIt) {
  const DurationNs hour = 3600 * kSecondNs;
  book.tell_once(occurrence(0), hour);
  book.tell_once(occurrence(10), hour);
  book.tell_once(occurrence(3599.9), hour);
  EXPECT_EQ(caught.alerts.size(), 1U);
  book.tell_once(occurrence(3600), hour);
  ASSERT_EQ(caught.alerts.size(), 2U);
  EXPECT_EQ(caught.alerts[1].count, 3U);  // with those that were kept back
  EXPECT_EQ(caught.alerts[1].first_seen, at_second(10));
  book.finish(at_second(9000));
  EXPECT_EQ(caught.alerts.size(), 2U);
}

TEST_F(AlertBookTest, ForgetsTheSubjectToldLongestAgoAtTheLimit) {
  AlertBook small(caught, 2);
  const DurationNs hour = 3600 * kSecondNs;
  for (const char* subject : {"a", "b", "c", "b"}) small.tell_once(occurrence(1, subject), hour);
  EXPECT_EQ(caught.alerts.size(), 3U);
  EXPECT_EQ(small.forgotten(), 1U);
  small.tell_once(occurrence(2, "a"), hour);
  EXPECT_EQ(caught.alerts.size(), 4U);
}

// Deadlines are told in the order of time, whether time advances by the nanosecond's need or in leaps.
TEST_F(AlertBookTest, TellsTheSameWhetherTimeAdvancesOftenOrOnlyBeforeRecords) {
  AlertCatcher other_caught;
  AlertBook other(other_caught, 100);
  std::mt19937 random(6);
  double second = 0;
  for (int step = 0; step < 3000; ++step) {
    const double before = second;
    second += random() % 20;
    for (double between = before; between < second; between += 3) other.advance(at_second(between));
    const Occurrence next = occurrence(second, "10.0.0." + std::to_string(random() % 9), 1 + random() % 4);
    for (AlertBook* each : {&book, &other}) {
      each->advance(next.time);
      each->open(next);
    }
  }
  const auto fields = [](const Alert& alert) {
    return std::tuple(alert.time, alert.subject.value, alert.state, alert.count, alert.last_seen);
  };
  ASSERT_EQ(caught.alerts.size(), other_caught.alerts.size());
  EXPECT_GT(caught.alerts.size(), 100U);
  for (std::size_t i = 0; i < caught.alerts.size(); ++i) {
    ASSERT_EQ(fields(caught.alerts[i]), fields(other_caught.alerts[i]));
  }
  EXPECT_TRUE(std::is_sorted(caught.alerts.begin(), caught.alerts.end(),
                             [](const Alert& a, const Alert& b) { return a.time < b.time; }));
}

}  // namespace
}  // namespace mailtap
