// SPDX-License-Identifier: Apache-2.0
#include "pipelines/engine.h"

#include <algorithm>
#include <array>
#include <new>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "pipelines/distributor.h"
#include "pipelines/steered_source.h"
#include "pipelines/worker.h"

namespace mailtap {
namespace {

std::vector<std::unique_ptr<RecordChannel>> make_channels(const WorkerParts& parts, unsigned workers,
                                                          Doorbell* bell) {
  std::vector<std::unique_ptr<RecordChannel>> channels;
  for (unsigned i = 0; i < workers; ++i)
    channels.push_back(std::make_unique<RecordChannel>(
        parts.event, parts.lossless ? WhenFull::kWait : WhenFull::kLose, bell));
  return channels;
}

std::vector<RecordChannel*> pointers(const std::vector<std::unique_ptr<RecordChannel>>& channels) {
  std::vector<RecordChannel*> found;
  found.reserve(channels.size());
  for (const auto& channel : channels) found.push_back(channel.get());
  return found;
}

// What still comes for a worker that could not be made goes back unread, so that the RX core does not wait
// for it.
void drain(PacketSource& source) {
  std::array<Frame, kBurstMax> frames;
  for (;;) {
    const Receipt receipt = source.receive(frames);
    source.release({frames.data(), receipt.count});
    if (receipt.state != SourceState::kMore) return;
  }
}

}  // namespace

Engine::Engine(const WorkerParts& parts, unsigned workers, PacketSource& source, ControlParts sinks,
               SourceThread source_thread)
    : parts_(parts),
      workers_(workers),
      source_(source),
      source_thread_(std::move(source_thread)),
      channels_(make_channels(parts, workers, parts.lossless ? &control_bell_ : nullptr)),
      control_(parts, sinks, pointers(channels_), parts.lossless ? &control_bell_ : nullptr),
      first_times_(workers, kTimeMax),
      last_times_(workers, kTimeMin) {
  MAILTAP_CHECK(workers >= 1 && workers <= kWorkersMax);
  if (workers == 1) return;
  for (unsigned i = 0; i < workers; ++i)
    rings_.push_back(std::make_unique<FrameRing>(parts.pipeline.ring_frames, kBurstMax));
}

std::shared_ptr<void> Engine::enter_source_thread() const {
  return source_thread_ ? source_thread_() : nullptr;
}

void Engine::run_workers(const std::atomic<bool>& stop, std::vector<std::thread>& threads) {
  const auto work = [this](unsigned number, PacketSource& source, const std::atomic<bool>& until) {
    try {
      Worker worker(static_cast<std::uint16_t>(number), parts_, source, *channels_[number], workers_ > 1);
      worker.run(until);
      first_times_[number] = worker.first_time();
      last_times_[number] = worker.last_time();
      return worker.state();
    } catch (const std::bad_alloc&) {  // from the constructor: a worker at work allocates nothing
      out_of_memory_.store(true);
      RecordSender(*channels_[number]).finish();
      return SourceState::kFailed;
    }
  };
  if (workers_ == 1) {
    threads.emplace_back([this, work, &stop] {
      const std::shared_ptr<void> held = enter_source_thread();
      state_ = work(0, source_, stop);
    });
    return;
  }
  for (unsigned i = 0; i < workers_; ++i)
    threads.emplace_back([this, work, i] {
      static const std::atomic<bool> never{false};  // the RX core hears the stop and ends the workers' rings
      SteeredSource source(*rings_[i], rx_bell_, parts_.sleeps, i == 0 ? &source_ : nullptr,
                           i == 0 ? &fragment_counters_ : nullptr);
      work(i, source, never);
      if (out_of_memory_.load()) drain(source);
    });
  threads.emplace_back([this, &stop] {
    const std::shared_ptr<void> held = enter_source_thread();
    try {
      Distributor distributor(source_, rings_, rx_bell_, parts_.packet, fragment_counters_, parts_.seed,
                              parts_.lossless, parts_.sleeps);
      distributor.run(stop);
      state_ = distributor.state();
    } catch (const std::bad_alloc&) {  // from the constructor, as above
      out_of_memory_.store(true);
      for (const auto& ring : rings_) {
        ring->ended.store(true, std::memory_order_release);
        ring->worker.ring();
      }
    }
  });
}

// The system gave no thread for one of them, the RX core being the last: the others end as if there were
// nothing to do.
void Engine::give_up_start(std::size_t started) {
  out_of_memory_.store(true);
  for (const auto& ring : rings_) {
    ring->ended.store(true, std::memory_order_release);
    ring->worker.ring();
  }
  for (std::size_t number = started; number < channels_.size(); ++number)
    RecordSender(*channels_[number]).finish();
}

EngineResult Engine::run(const std::atomic<bool>& stop) {
  std::vector<std::thread> threads;
  threads.reserve(std::size_t{workers_} + 1);
  try {
    run_workers(stop, threads);
  } catch (const std::system_error&) {
    give_up_start(threads.size());
  }
  control_.run();
  for (std::thread& thread : threads) thread.join();
  if (out_of_memory_.load()) throw std::bad_alloc();
  EngineResult result;
  result.state = state_;
  if (state_ == SourceState::kFailed) result.failure = source_.failure();
  const TimeNs first = *std::min_element(first_times_.begin(), first_times_.end());
  if (first != kTimeMax) {
    result.first = first;
    result.last = *std::max_element(last_times_.begin(), last_times_.end());
  }
  return result;
}

}  // namespace mailtap
