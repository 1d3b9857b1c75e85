// SPDX-License-Identifier: Apache-2.0
// Keeps so many connections going at once and emits their frames in order of time, until enough bytes are
// written. Memory: the connections of the moment, and the truth.
#ifndef MAILTAP_BENCH_TRAFFIC_GENERATOR_H_
#define MAILTAP_BENCH_TRAFFIC_GENERATOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "frame_sink.h"
#include "material.h"
#include "options.h"
#include "population.h"
#include "random.h"
#include "tcp_flow.h"
#include "truth.h"

namespace mailtap::traffic {

class Generator final : private FrameSink {
 public:
  // `told` hears of every mail session that has ended.
  Generator(const Options& options, FrameSink& next, std::function<void(const SessionTruth&)> told);

  void run();
  const Truth& truth() const { return truth_; }
  std::uint64_t mail_bytes() const { return mail_bytes_; }
  std::uint64_t contradicted_flows() const { return contradicted_; }

 private:
  struct Active {
    std::unique_ptr<SessionTruth> session;  // null: not mail
    bool stays_open = false;                // opened at the start, in nobody's place
    std::unique_ptr<TcpFlow> flow;
  };
  struct Due {
    std::uint64_t time_ns;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator>(const Due& that) const {
      return time_ns != that.time_ns ? time_ns > that.time_ns : order > that.order;
    }
  };

  void put(const Frame& frame) override;
  void start_open();
  void start_one(std::uint64_t time_ns);
  bool mail_is_next();
  void start_mail(MailPlan plan, std::uint64_t time_ns);
  void start_other(const Ends& ends, std::unique_ptr<Script> script, std::uint64_t time_ns,
                   bool stays_open = false);
  void schedule(Active active, std::uint64_t time_ns);
  void finish(Active& active, std::uint64_t time_ns);
  Carriage carriage();
  bool enough() const { return mail_bytes_ + other_bytes_ >= target_; }

  const Options& options_;
  FrameSink& next_;
  std::function<void(const SessionTruth&)> told_;
  Random random_;
  Material material_;
  Population population_;
  Truth truth_;
  std::uint64_t target_;
  std::uint64_t mail_bytes_ = 0;
  std::uint64_t other_bytes_ = 0;
  std::uint64_t contradicted_ = 0;
  std::uint64_t started_ = 0;
  bool mail_now_ = false;  // the connection whose frames come in
  bool attackers_left_ = true;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> queue_;
  std::vector<Active> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t order_ = 0;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_GENERATOR_H_
