// SPDX-License-Identifier: Apache-2.0
// The order of each record's fields, for writing and reading alike: plain ones first, then texts, then lists
// (record_writer.h says why).
#include "event/records.h"

#include "event/record_reader.h"
#include "event/record_writer.h"

namespace mailtap {

namespace {

template <typename Self, typename Codec>
void transaction_fields(Self& self, Codec& codec) {
  codec(self.flow, self.tx_id, self.status, self.tls, self.has_mail, self.chunking, self.starttls_offered,
        self.ehlo_seen, self.last_code, self.size, self.recipients_sent, self.recipients_refused);
  codec(self.params, self.helo, self.mail_from, self.last_reply, self.authenticated_as, self.recipients);
}

template <typename Self, typename Codec>
void auth_fields(Self& self, Codec& codec) {
  codec(self.flow, self.result, self.secret_kind, self.tls, self.cleartext, self.initial_response,
        self.sealed_lost, self.code, self.hmac, self.secret_alone);
  codec(self.mechanism, self.username, self.authzid, self.reply, self.sealed);
}

template <typename Self, typename Codec>
void session_fields(Self& self, Codec& codec) {
  codec(self.flow, self.start, self.end, self.client_bytes, self.server_bytes, self.transactions,
        self.messages, self.recipients, self.recipients_rejected, self.auth_attempts, self.auth_successes,
        self.replies_other);
  codec(self.starttls_offered, self.starttls_requested, self.starttls_accepted, self.starttls_established,
        self.ehlo_seen, self.tls, self.end_reason);
  codec(self.banner, self.helo, self.fingerprint, self.capabilities, self.commands, self.replies);
}

template <typename Self, typename Codec>
void anomaly_fields(Self& self, Codec& codec) {
  codec(self.flow, self.tx_id, self.type, self.event);
}

template <typename Self, typename Codec>
void probe_fields(Self& self, Codec& codec) {
  codec(self.flow, self.verb, self.code);
}

template <typename Self, typename Codec>
void finding_fields(Self& self, Codec& codec) {
  codec(self.flow, self.signature_id, self.severity, self.subject_type, self.subject, self.evidence);
}

template <typename Self, typename Codec>
void host_delta_fields(Self& self, Codec& codec) {
  codec(self.ip, self.role, self.interval_start, self.interval_end, self.counts);
  codec(self.distinct_recipients, self.distinct_senders, self.distinct_servers);
}

template <typename Self, typename Codec>
void stats_fields(Self& self, Codec& codec) {
  codec(self.worker, self.counts, self.drops, self.cycles);
}

}  // namespace

void TransactionRecord::write(RecordWriter& writer) const { transaction_fields(*this, writer); }
void TransactionRecord::read(RecordReader& reader) { transaction_fields(*this, reader); }
void AuthRecord::write(RecordWriter& writer) const { auth_fields(*this, writer); }
void AuthRecord::read(RecordReader& reader) { auth_fields(*this, reader); }
void SessionRecord::write(RecordWriter& writer) const { session_fields(*this, writer); }
void SessionRecord::read(RecordReader& reader) { session_fields(*this, reader); }
void AnomalyRecord::write(RecordWriter& writer) const { anomaly_fields(*this, writer); }
void AnomalyRecord::read(RecordReader& reader) { anomaly_fields(*this, reader); }
void ProbeRecord::write(RecordWriter& writer) const { probe_fields(*this, writer); }
void ProbeRecord::read(RecordReader& reader) { probe_fields(*this, reader); }
void FindingRecord::write(RecordWriter& writer) const { finding_fields(*this, writer); }
void FindingRecord::read(RecordReader& reader) { finding_fields(*this, reader); }
void HostDeltaRecord::write(RecordWriter& writer) const { host_delta_fields(*this, writer); }
void HostDeltaRecord::read(RecordReader& reader) { host_delta_fields(*this, reader); }
void StatsRecord::write(RecordWriter& writer) const { stats_fields(*this, writer); }
void StatsRecord::read(RecordReader& reader) { stats_fields(*this, reader); }

}  // namespace mailtap
