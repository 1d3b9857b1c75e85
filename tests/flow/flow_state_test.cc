// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_state.h"

#include <gtest/gtest.h>

#include "segments.h"

namespace mailtap {
namespace {

using namespace tcp_flag;

class FlowStateTest : public ::testing::Test {
 protected:
  void open() {
    state.restart(from_client(kSyn, 1000), Side::kA);
    EXPECT_EQ(state.observe(from_server(kSyn | kAck, 5000, 1001), Side::kB), Belongs::kHere);
    EXPECT_EQ(state.observe(from_client(kAck, 1001, 5001), Side::kA), Belongs::kHere);
  }
  Belongs client(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0) {
    return state.observe(from_client(flags, seq, ack), Side::kA);
  }
  Belongs server(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack) {
    return state.observe(from_server(flags, seq, ack), Side::kB);
  }
  FlowState state;
  FlowSettings settings;
};

TEST_F(FlowStateTest, TakesARepeatedSynForARetransmission) {
  open();
  EXPECT_EQ(client(kSyn, 1000), Belongs::kHere);
  EXPECT_EQ(server(kSyn | kAck, 5000, 1001), Belongs::kHere);
}

TEST_F(FlowStateTest, RemembersWhichSideShowedARightSumUntilTheNextConnection) {
  open();
  state.note_good_sum(Side::kB);
  EXPECT_FALSE(state.good_sum_seen(Side::kA));
  EXPECT_TRUE(state.good_sum_seen(Side::kB));
  EXPECT_EQ(server(kSyn | kAck, 5000, 1001), Belongs::kHere);
  EXPECT_TRUE(state.good_sum_seen(Side::kB));
  EXPECT_TRUE(state.opener_known());
  EXPECT_EQ(state.opener(), Side::kA);
  state.restart(from_client(kSyn, 77'000), Side::kA);
  EXPECT_FALSE(state.good_sum_seen(Side::kB));
}

TEST_F(FlowStateTest, KnowsLateSegmentsOfAClosedConnection) {
  open();
  state.set_closed();
  EXPECT_EQ(client(kAck, 1100, 5100), Belongs::kStale);
  EXPECT_EQ(client(kSyn, 1000), Belongs::kStale);
  EXPECT_EQ(server(kSyn | kAck, 5000, 1001), Belongs::kStale);
  EXPECT_EQ(server(kRst, 5001, 0), Belongs::kStale);
}

TEST_F(FlowStateTest, OpensANewConnectionOnTheSamePortsAfterTheClose) {
  open();
  state.set_closed();
  EXPECT_EQ(client(kSyn, 77'000), Belongs::kNew);
}

TEST_F(FlowStateTest, OpensANewConnectionByItsSynAckWhenThatComesFirst) {
  open();
  state.set_closed();
  EXPECT_EQ(server(kSyn | kAck, 88'000, 77'001), Belongs::kNew);
  state.restart(from_server(kSyn | kAck, 88'000, 77'001), Side::kB);
  EXPECT_EQ(client(kSyn, 77'000), Belongs::kHere);
  EXPECT_EQ(client(kAck, 77'001, 88'001), Belongs::kHere);
}

TEST_F(FlowStateTest, DoesNotBelieveASynWhileBothEndsTalkUntilItIsAnswered) {
  open();
  EXPECT_EQ(client(kSyn, 77'000), Belongs::kStale);
  EXPECT_EQ(client(kAck, 1001, 5001), Belongs::kHere);
  EXPECT_EQ(server(kSyn | kAck, 88'000, 77'001), Belongs::kNew);
}

TEST_F(FlowStateTest, OpensANewConnectionByAnotherSynWhereNobodyAnswered) {
  state.restart(from_client(kSyn, 1000), Side::kA);
  EXPECT_EQ(client(kSyn, 1000), Belongs::kHere);
  EXPECT_EQ(client(kSyn, 77'000), Belongs::kNew);
}

TEST_F(FlowStateTest, TakesASecondNumberOfTheServerForTheSameAnswer) {
  state.restart(from_client(kSyn, 1000), Side::kA);
  EXPECT_EQ(server(kSyn | kAck, 5000, 1001), Belongs::kHere);
  EXPECT_EQ(server(kSyn | kAck, 9000, 1001), Belongs::kHere);
}

TEST_F(FlowStateTest, TakesASynOutOfOrderForThisConnectionsOwn) {
  state.restart(from_client(kAck, 1051, 5001), Side::kA);
  EXPECT_EQ(server(kSyn | kAck, 5000, 1001), Belongs::kHere);
  EXPECT_EQ(client(kSyn, 1000), Belongs::kHere);
}

TEST_F(FlowStateTest, LivesExactlyAsLongAsItsKindMay) {
  state.restart(from_client(kSyn, 1000), Side::kA);
  const TimeNs tick = 65'536;
  EXPECT_FALSE(state.expired(settings.syn_idle_ns, settings));
  EXPECT_TRUE(state.expired(settings.syn_idle_ns + tick, settings));
  server(kSyn | kAck, 5000, 1001);
  EXPECT_FALSE(state.expired(settings.unknown_idle_ns, settings));
  EXPECT_TRUE(state.expired(settings.unknown_idle_ns + tick, settings));
  state.set_mail(3);
  EXPECT_FALSE(state.expired(settings.mail_idle_ns, settings));
  EXPECT_TRUE(state.expired(settings.mail_idle_ns + tick, settings));
  state.set_closed();
  EXPECT_TRUE(state.expired(settings.closed_linger_ns + tick, settings));
}

TEST_F(FlowStateTest, KeepsItsStartUntilItHasASession) {
  state.restart(from_client(kSyn, 1000, 0, 123'456'789), Side::kA);
  EXPECT_EQ(state.start(), 123'456'789);
  EXPECT_EQ(state.session(), kNoSession);
  state.set_mail(42);
  EXPECT_EQ(state.session(), 42U);
  state.set_gone_tls();
  EXPECT_EQ(state.session(), 42U);
  state.set_closed();
  EXPECT_EQ(state.session(), kNoSession);
}

}  // namespace
}  // namespace mailtap
