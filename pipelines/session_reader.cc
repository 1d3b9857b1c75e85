// SPDX-License-Identifier: Apache-2.0
#include "pipelines/session_reader.h"

#include <algorithm>
#include <cstring>

namespace mailtap {

SessionReader::SessionReader(const WorkerParts& parts, StreamReassembler& reassembler, HostDeltas& hosts,
                             RecordSender& sender, StageClock& clock)
    : parts_(parts),
      reassembler_(reassembler),
      hosts_(hosts),
      sender_(sender),
      clock_(clock),
      text_(parts.pipeline.text_page_bytes, parts.pipeline.text_pages),
      matcher_(*parts.patterns),
      sealer_(parts.sealing_key),
      scratch_(parts.smtp),
      detectors_(parts.detect),
      context_{matcher_, *parts.secrets, sealer_ ? &*sealer_ : nullptr, text_, parts.smtp, counters_,
               scratch_, *this},
      recipients_(parts.smtp.recipients_max) {}

bool SessionReader::is_mail_port(std::uint16_t port) const {
  return std::find(parts_.smtp.ports.begin(), parts_.smtp.ports.end(), port) != parts_.smtp.ports.end();
}

bool SessionReader::may_be_mail(const TcpSegment& segment) const {
  return parts_.smtp.detect_on_any_port || is_mail_port(segment.source_port) ||
         is_mail_port(segment.destination_port);
}

// A mail port decides at once: the server's, or where no handshake was seen, either one.
void SessionReader::open(Session& session) {
  bind(session);
  if (session.client_known) {
    if (is_mail_port(session.key.port[index_of(other(session.client))])) start_mail(session.client);
  } else if (is_mail_port(session.key.port[index_of(Side::kB)])) {
    start_mail(Side::kA);
  } else if (is_mail_port(session.key.port[index_of(Side::kA)])) {
    start_mail(Side::kB);
  }
}

void SessionReader::start_mail(Side client) {
  Session& session = *session_;
  session.client = client;
  session.phase = Phase::kMail;
  smtp::DialogueStart start;
  start.midstream = !session.client_known;
  const auto& tls_ports = parts_.smtp.implicit_tls_ports;
  const std::uint16_t server_port = session.key.port[index_of(other(client))];
  start.implicit_tls = std::find(tls_ports.begin(), tls_ports.end(), server_port) != tls_ports.end();
  session.dialogue = smtp::Dialogue(start);
}

void SessionReader::on_chunk(Side from, Bytes bytes, TimeNs time) {
  const StageScope scope(clock_, Stage::kSmtp);
  now_ = time;
  switch (session_->phase) {
    case Phase::kMail: return feed(from, bytes, time);
    case Phase::kProbing: return probe(from, bytes, time);
    case Phase::kNotOurs: return;
  }
}

void SessionReader::feed(Side from, Bytes bytes, TimeNs time) {
  Session& session = *session_;
  if (session.stream.one_sided()) tell_silence(other(from), time);
  session.dialogue.on_chunk(context_, session.role_of(from), bytes, time);
  if (!session.dialogue.wants_bytes()) reassembler_.skip(session.stream);
}

void SessionReader::tell_silence(Side of, TimeNs time) {
  Session& session = *session_;
  if (!session.stream.of(of).is(stream_mark::kAbsent) || session.silence_told[index_of(of)]) return;
  session.silence_told[index_of(of)] = true;
  session.dialogue.on_one_sided(context_, session.role_of(of), time);
}

namespace {

// In a probe page: { side, size } and the bytes, in the order in which they were said.
struct ProbePart {
  std::uint16_t size = 0;
  Side from = Side::kA;
};

}  // namespace

void SessionReader::probe(Side from, Bytes bytes, TimeNs time) {
  Session& session = *session_;
  std::array<std::uint8_t, smtp::kGuessBytesMax> first;
  Bytes judged = bytes;
  if (session.probe_page != kNoPage) {
    std::size_t n = 0;
    const std::uint8_t* page = text_.at(session.probe_page);
    for (std::size_t at = 0; at < session.probe_bytes;) {
      ProbePart part;
      std::memcpy(&part, page + at, sizeof part);
      at += sizeof part;
      const std::size_t taken = part.from == from ? std::min<std::size_t>(part.size, first.size() - n) : 0;
      std::memcpy(first.data() + n, page + at, taken);
      n += taken;
      at += part.size;
    }
    const std::size_t taken = std::min(bytes.size(), first.size() - n);
    std::memcpy(first.data() + n, bytes.data(), taken);
    judged = {first.data(), n + taken};
  }
  switch (smtp::guess_role(judged)) {
    case smtp::Guess::kNo: session.phase = Phase::kNotOurs; return;
    case smtp::Guess::kMaybe:
      if (!keep_for_probe(from, bytes)) session.phase = Phase::kNotOurs;
      return;
    case smtp::Guess::kSmtpClient: start_mail(from); break;
    case smtp::Guess::kSmtpServer: start_mail(other(from)); break;
  }
  replay_probe(time);
  feed(from, bytes, time);
}

// False: no page, or more than one page holds; such a flow is not mail.
bool SessionReader::keep_for_probe(Side from, Bytes bytes) {
  Session& session = *session_;
  if (session.probe_page == kNoPage && (session.probe_page = text_.take()) == kNoPage) {
    ++probes_refused_;
    return false;
  }
  if (session.probe_bytes + sizeof(ProbePart) + bytes.size() > text_.page_size()) return false;
  const ProbePart part{static_cast<std::uint16_t>(bytes.size()), from};
  std::uint8_t* at = text_.at(session.probe_page) + session.probe_bytes;
  std::memcpy(at, &part, sizeof part);
  std::memcpy(at + sizeof part, bytes.data(), bytes.size());
  session.probe_bytes += static_cast<std::uint32_t>(sizeof part + bytes.size());
  return true;
}

void SessionReader::replay_probe(TimeNs time) {
  Session& session = *session_;
  if (session.probe_page == kNoPage) return;
  const std::uint8_t* page = text_.at(session.probe_page);
  for (std::size_t at = 0; at < session.probe_bytes;) {
    ProbePart part;
    std::memcpy(&part, page + at, sizeof part);
    at += sizeof part;
    feed(part.from, {page + at, part.size}, time);
    at += part.size;
  }
  close_probe();
}

void SessionReader::on_gap(Side from, std::uint64_t bytes, TimeNs time) {
  const StageScope scope(clock_, Stage::kSmtp);
  now_ = time;
  session_->gap_bytes += bytes;
  if (session_->phase != Phase::kMail) return;
  session_->dialogue.on_gap(context_, session_->role_of(from), bytes, time);
  if (!session_->dialogue.wants_bytes()) reassembler_.skip(session_->stream);
}

void SessionReader::on_conflict(Side, TimeNs time) {
  const StageScope scope(clock_, Stage::kSmtp);
  now_ = time;
  if (session_->phase != Phase::kMail || session_->conflict_told) return;
  session_->conflict_told = true;
  tell_anomaly("OVERLAP_DIFFERENT_DATA");
}

void SessionReader::on_close(Side from, TimeNs time) {
  const StageScope scope(clock_, Stage::kSmtp);
  now_ = time;
  if (session_->phase == Phase::kMail) session_->dialogue.on_close(context_, session_->role_of(from), time);
}

void SessionReader::on_reset(Side, TimeNs time) { now_ = time; }

void SessionReader::end(EndReason reason, TimeNs now) {
  now_ = now;
  if (session_->phase != Phase::kMail) return;
  session_->dialogue.finish(context_, static_cast<smtp::EndReason>(reason), now);
  session_->phase = Phase::kNotOurs;
}

namespace {

using TunnelPage = std::array<Tunnel, 2>;  // by the side that sent

}  // namespace

// Not only the first of both: the sides' ids may differ, and which side comes first is the tap's doing.
void SessionReader::note_tunnel(const Tunnel& tunnel, Side from) {
  Session& session = *session_;
  TunnelPage kept{};
  if (session.tunnel_page != kNoPage) {
    std::memcpy(&kept, text_.at(session.tunnel_page), sizeof kept);
    if (kept[index_of(from)].kind != TunnelKind::kNone) return;
  } else if ((session.tunnel_page = text_.take()) == kNoPage) {
    tunnels_refused_ += session.tunnel_lost ? 0 : 1;
    session.tunnel_lost = true;
    return;
  }
  kept[index_of(from)] = tunnel;
  std::memcpy(text_.at(session.tunnel_page), &kept, sizeof kept);
}

// As the client sees it.
Tunnel SessionReader::tunnel() const {
  const Session& session = *session_;
  if (session.tunnel_page == kNoPage) return {};
  TunnelPage kept;
  std::memcpy(&kept, text_.at(session.tunnel_page), sizeof kept);
  if (kept[index_of(session.client)].kind != TunnelKind::kNone) return kept[index_of(session.client)];
  Tunnel back = kept[index_of(other(session.client))];
  std::swap(back.outer_source, back.outer_destination);
  return back;
}

void SessionReader::close() {
  close_probe();
  if (session_->tunnel_page == kNoPage) return;
  text_.give_back(session_->tunnel_page);
  session_->tunnel_page = kNoPage;
}

// What waited there may have been an AUTH line.
void SessionReader::close_probe() {
  Session& session = *session_;
  if (session.probe_page == kNoPage) return;
  text_.give_back_wiped(session.probe_page, session.probe_bytes);
  session.probe_page = kNoPage;
}

}  // namespace mailtap
