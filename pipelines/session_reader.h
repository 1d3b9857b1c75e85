// SPDX-License-Identifier: Apache-2.0
// What one worker does with the bytes of a session: finds out whether they are mail, gives them to the
// dialogue, and makes records and host counts of what the dialogue tells. One for all sessions of a worker:
// bind() says whose turn it is. The worker's thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/page_pool.h"
#include "crypt/sealed_box.h"
#include "detect/session_detector.h"
#include "event/record_sender.h"
#include "event/records.h"
#include "host/host_deltas.h"
#include "match/matcher.h"
#include "packet/tcp_segment.h"
#include "pipelines/session.h"
#include "pipelines/stage_clock.h"
#include "pipelines/worker_parts.h"
#include "smtp/dialogue.h"
#include "smtp/probe.h"
#include "tcp/stream_consumer.h"
#include "tcp/stream_reassembler.h"

namespace mailtap {

class SessionReader final : public StreamConsumer, private smtp::DialogueListener {
 public:
  // All outlive it.
  SessionReader(const WorkerParts& parts, StreamReassembler& reassembler, HostDeltas& hosts,
                RecordSender& sender, StageClock& clock);

  // False: neither port nor settings leave a chance that this flow is mail.
  bool may_be_mail(const TcpSegment& segment) const;

  void bind(Session& session) { session_ = &session; }
  void open(Session& session);             // a new one; binds it
  void end(EndReason reason, TimeNs now);  // tells what is open, then the session
  void close();                            // gives back what the bound session holds

  // The bound session's segment came in a tunnel. The first one of a side is kept.
  void note_tunnel(const Tunnel& tunnel, Side from);

  void on_chunk(Side from, Bytes bytes, TimeNs time) override;
  void on_gap(Side from, std::uint64_t bytes, TimeNs time) override;
  void on_conflict(Side from, TimeNs time) override;
  void on_close(Side from, TimeNs time) override;
  void on_reset(Side from, TimeNs time) override;

  const PagePool& text() const { return text_; }
  std::uint64_t pages_refused() const {
    return counters_.text_lost.get() + probes_refused_ + tunnels_refused_;
  }
  std::uint64_t truncated_frames() const { return truncated_frames_; }
  void count_truncated_frame() {
    ++session_->truncated_frames;
    ++truncated_frames_;
  }

 private:
  bool is_mail_port(std::uint16_t port) const;
  void probe(Side from, Bytes bytes, TimeNs time);
  bool keep_for_probe(Side from, Bytes bytes);
  void start_mail(Side client);
  void replay_probe(TimeNs time);
  void close_probe();
  Tunnel tunnel() const;
  void feed(Side from, Bytes bytes, TimeNs time);
  void tell_silence(Side of, TimeNs time);

  void on_transaction(const smtp::Transaction& told) override;
  void on_auth(const smtp::AuthExchange& told) override;
  void on_probe(const smtp::Probe& told, TimeNs time) override;
  void on_anomaly(smtp::Anomaly anomaly, TimeNs time) override;
  void on_session_end(const smtp::SessionSummary& told) override;

  RecordHead next_head();
  FlowFacts facts() const;
  template <typename Record>
  Record new_record() {
    Record record;
    record.head = next_head();
    record.flow = facts();
    return record;
  }
  void tell_anomaly(std::string_view name);
  void count(std::initializer_list<std::pair<HostColumn, std::uint64_t>> done);

  const WorkerParts& parts_;
  StreamReassembler& reassembler_;
  HostDeltas& hosts_;
  RecordSender& sender_;
  StageClock& clock_;
  PagePool text_;
  Matcher matcher_;
  std::optional<Sealer> sealer_;
  smtp::SmtpScratch scratch_;
  SmtpCounters counters_;
  SessionDetectors detectors_;
  smtp::DialogueContext context_;
  std::vector<Recipient> recipients_;  // of the record that is being made; as many as a dialogue lists
  Session* session_ = nullptr;
  TimeNs now_ = 0;  // of the call under way
  std::uint64_t probes_refused_ = 0;
  std::uint64_t tunnels_refused_ = 0;
  std::uint64_t truncated_frames_ = 0;
};

}  // namespace mailtap
