// SPDX-License-Identifier: Apache-2.0
#include "generator.h"

#include <algorithm>
#include <utility>

#include "mail_session.h"

namespace mailtap::traffic {
namespace {

constexpr std::uint64_t kSecond = 1000000000;
constexpr std::uint64_t kRecordHead = 16;
constexpr std::uint64_t kSettled = 300000;  // bytes until the share that was written says something

std::uint32_t concurrency_of(const Options& options) {
  if (options.flow.concurrency != 0) return options.flow.concurrency;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(options.bytes / 200000, 8, 300));
}

}  // namespace

Generator::Generator(const Options& options, FrameSink& next, std::function<void(const SessionTruth&)> told)
    : options_(options),
      next_(next),
      told_(std::move(told)),
      random_(options.seed),
      material_(random_.fork()),
      population_(options, random_.fork()),
      target_(options.bytes / (options.disorder.twice ? 2 : 1)) {
  for (const Address& relay : population_.relays()) truth_.relays.insert(relay);
}

void Generator::run() {
  start_open();
  const std::uint64_t begin = options_.start_s * kSecond + (options_.flow.open != 0 ? 5 * kSecond : 0);
  for (std::uint32_t i = concurrency_of(options_); i > 0; --i) start_one(begin + random_.below(100000000));
  while (!queue_.empty()) {
    const Due due = queue_.top();
    queue_.pop();
    Active& active = slots_[due.slot];
    mail_now_ = active.session != nullptr;
    const std::uint64_t wait_ns = active.flow->step(due.time_ns, *this);
    if (wait_ns != TcpFlow::kDone) {
      queue_.push({due.time_ns + wait_ns, order_++, due.slot});
      continue;
    }
    Active ended = std::move(active);
    free_slots_.push_back(due.slot);
    finish(ended, due.time_ns);
  }
}

void Generator::put(const Frame& frame) {
  (mail_now_ ? mail_bytes_ : other_bytes_) += frame.size + kRecordHead;
  next_.put(frame);
}

void Generator::start_open() {
  for (std::uint32_t i = 0; i < options_.flow.open; ++i) {
    const std::uint64_t time_ns = options_.start_s * kSecond + i * (4 * kSecond / options_.flow.open);
    if (random_.chance(options_.flow.open_mail))
      start_mail(population_.open_session(i), time_ns);
    else
      start_other(population_.open_connection(i), idle_script(), time_ns, true);
  }
}

// Attackers come in between the first ordinary sessions, all of them, however small the capture.
void Generator::start_one(std::uint64_t time_ns) {
  ++started_;
  MailPlan plan;
  if (attackers_left_ && (started_ % 4 == 0 || enough())) {
    attackers_left_ = population_.attack(plan);
    if (attackers_left_) return start_mail(std::move(plan), time_ns);
  }
  if (enough()) return;
  if (mail_is_next()) return start_mail(population_.session(), time_ns);
  const OtherKind kind = population_.other_kind();
  const Ends ends = population_.other_ends(kind);
  start_other(ends, other_script(kind, material_, random_.fork()), time_ns);
}

bool Generator::mail_is_next() {
  const std::uint64_t bytes = mail_bytes_ + other_bytes_;
  if (bytes < kSettled || options_.mail.share == 0 || options_.mail.share == 1) {
    return random_.chance(options_.mail.share);
  }
  return static_cast<double>(mail_bytes_) < options_.mail.share * static_cast<double>(bytes);
}

void Generator::start_mail(MailPlan plan, std::uint64_t time_ns) {
  Active active;
  active.session = std::make_unique<SessionTruth>();
  SessionTruth& session = *active.session;
  const Ends ends = plan.ends;
  active.stays_open = plan.ending == Ending::kStaysOpen;
  constexpr std::uint16_t kMailPorts[] = {25, 465, 587};
  session.off_port =
      std::find(std::begin(kMailPorts), std::end(kMailPorts), ends.port[1]) == std::end(kMailPorts);
  auto script = std::make_unique<MailSession>(std::move(plan), options_, material_, random_.fork(), session);
  active.flow = std::make_unique<TcpFlow>(ends, carriage(), options_.flow, random_.fork(), std::move(script),
                                          &session.tap);
  schedule(std::move(active), time_ns);
}

void Generator::start_other(const Ends& ends, std::unique_ptr<Script> script, std::uint64_t time_ns,
                            bool stays_open) {
  Active active;
  active.stays_open = stays_open;
  active.flow =
      std::make_unique<TcpFlow>(ends, carriage(), options_.flow, random_.fork(), std::move(script), nullptr);
  schedule(std::move(active), time_ns);
}

void Generator::schedule(Active active, std::uint64_t time_ns) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot] = std::move(active);
  queue_.push({time_ns, order_++, slot});
}

void Generator::finish(Active& active, std::uint64_t time_ns) {
  contradicted_ += active.flow->contradicted() ? 1 : 0;
  if (active.session == nullptr) {
    ++truth_.flows_other;
  } else {
    SessionTruth& session = *active.session;
    session.payload = active.flow->payload();
    truth_.add(session);
    if (told_) told_(session);
    const bool may_come_again =
        session.tls == Tls::kNone && session.attack == Attack::kNone && !active.stays_open;
    if (may_come_again && !enough() && random_.chance(options_.flow.reuse)) {
      return start_mail(population_.again(session.ends), time_ns + kSecond + random_.below(kSecond));
    }
  }
  if (!active.stays_open) start_one(time_ns + random_.below(2000000));
}

Carriage Generator::carriage() {
  Carriage carriage;
  carriage.round_trip_ns =
      random_.chance(0.5) ? random_.between(200000, 2000000) : random_.between(5000000, 30000000);
  carriage.segment_gap_ns = random_.between(6000, 40000);
  carriage.cuts = random_.chance(options_.flow.cuts);
  if (random_.chance(options_.disorder.skew)) {
    carriage.skew_ns[random_.below(2)] = std::uint64_t{random_.below(options_.disorder.skew_us) + 1} * 1000;
  }
  return carriage;
}

}  // namespace mailtap::traffic
