// SPDX-License-Identifier: Apache-2.0
#include "generator.h"

#include <gtest/gtest.h>

namespace mailtap::traffic {
namespace {

// A running hash of all that was written (FNV-1a).
class Hasher final : public FrameSink {
 public:
  void put(const Frame& frame) override {
    EXPECT_GE(frame.time_ns, last_ns_);
    last_ns_ = frame.time_ns;
    ++frames;
    for (std::size_t i = 0; i < frame.size; ++i) hash = (hash ^ frame.data[i]) * 1099511628211U;
  }
  std::uint64_t hash = 14695981039346656037U;
  std::uint64_t frames = 0;

 private:
  std::uint64_t last_ns_ = 0;
};

Options small(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  options.bytes = 500000;
  options.mail.size_max = 50000;
  return options;
}

std::uint64_t hash_of(const Options& options) {
  Hasher hasher;
  Generator generator(options, hasher, nullptr);
  generator.run();
  EXPECT_GT(hasher.frames, 100U);
  return hasher.hash;
}

TEST(Generator, MakesTheSameBytesForASeedAndOthersForAnother) {
  EXPECT_EQ(hash_of(small(5)), hash_of(small(5)));
  EXPECT_NE(hash_of(small(5)), hash_of(small(6)));
}

TEST(Generator, PutsEveryAttackerIntoTheSmallestCapture) {
  Options options = small(5);
  options.bytes = 1;
  Hasher hasher;
  Generator generator(options, hasher, nullptr);
  generator.run();
  EXPECT_EQ(generator.truth().probing.size(), options.mail.probing);
  EXPECT_EQ(generator.truth().guessing.size(), options.mail.guessing);
  EXPECT_EQ(generator.truth().spamming.size(), options.mail.spamming);
}

TEST(Generator, CountsTheSameInTheSumAsSessionBySession) {
  Hasher hasher;
  std::uint64_t sessions = 0;
  std::uint64_t recipients = 0;
  std::uint64_t rcpt = 0;
  const auto told = [&](const SessionTruth& session) {
    ++sessions;
    rcpt += session.verb("RCPT");
    for (const TransactionTruth& transaction : session.transactions) recipients += transaction.recipients;
  };
  const Options options = small(9);
  Generator generator(options, hasher, told);
  generator.run();
  EXPECT_EQ(sessions, generator.truth().flows_mail);
  EXPECT_EQ(recipients, generator.truth().recipients);
  EXPECT_EQ(rcpt, generator.truth().verbs.at("RCPT"));
}

TEST(Generator, HoldsConnectionsOpenThatNobodyCloses) {
  Options options = small(2);
  options.flow.open = 50;
  options.flow.open_mail = 1;
  Hasher hasher;
  Generator generator(options, hasher, nullptr);
  generator.run();
  EXPECT_EQ(generator.truth().flows_left_open, 50U);
}

}  // namespace
}  // namespace mailtap::traffic
