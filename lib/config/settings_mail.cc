// SPDX-License-Identifier: Apache-2.0
// The settings of what is made of a stream: patterns, dialogues, hosts, events, detections.
#include <iterator>

#include "config/setting_groups.h"

namespace mailtap {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = std::int64_t{1} << 30;
constexpr DurationNs kDayNs = 86'400 * kSecondNs;

std::vector<Setting> detector(const DetectorInfo& info, std::size_t index) {
  const std::string prefix = "detect." + std::string(info.name) + ".";
  const auto choice_at = [index](Config& c) -> DetectorChoice& { return c.detect.detectors[index]; };
  std::vector<Setting> settings = {
      flag(
          prefix + "enabled", [=](Config& c) { return &choice_at(c).enabled; },
          "Signature " + std::to_string(info.signature_id) + ": " + std::string(info.signature) + "."),
      number(
          prefix + "severity", [=](Config& c) { return &choice_at(c).severity; }, {0, 4},
          "1 high to 4; 0: as the detector judges."),
  };
  for (std::size_t i = 0; i < info.knobs.size(); ++i) {
    const Knob& knob = info.knobs[i];
    const Range range{static_cast<std::int64_t>(knob.min), static_cast<std::int64_t>(knob.max)};
    settings.push_back(number(
        prefix + std::string(knob.key), [=](Config& c) { return &choice_at(c).knobs[i]; }, range,
        std::string(knob.what) + "."));
  }
  return settings;
}

}  // namespace

std::vector<Setting> smtp_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.smtp.*pointer); }; };
  using S = SmtpSettings;
  const Range line{512, 65'535};
  const Range text{2048, kMiB};
  return {
      ports("smtp.ports", member(&S::ports), "Taken for mail by their number."),
      ports("smtp.implicit_tls_ports", member(&S::implicit_tls_ports), "TLS from the first byte (RFC 8314)."),
      flag("smtp.detect_on_any_port", member(&S::detect_on_any_port),
           "SMTP is found by what is said, on every port."),
      size("smtp.command_line_max", member(&S::command_line_max), line,
           "A longer command line is told and cut (RFC 5321 4.5.3.1 asks for 512)."),
      size("smtp.reply_line_max", member(&S::reply_line_max), line, "A longer reply line is told and cut."),
      size("smtp.auth_line_max", member(&S::auth_line_max), line, "In AUTH (RFC 4954 4 asks for 12288)."),
      size("smtp.reply_text_max", member(&S::reply_text_max), line, "All lines of one reply."),
      size("smtp.session_text_max", member(&S::session_text_max), line,
           "Banner, HELO, capabilities and user of a session."),
      size("smtp.transaction_text_max", member(&S::transaction_text_max), text,
           "Sender, parameters and recipients of a transaction."),
      number("smtp.recipients_max", member(&S::recipients_max), {1, 65'535},
             "Recipients listed; more are counted."),
      number("smtp.capabilities_max", member(&S::capabilities_max), {1, 1024}, "Capabilities listed."),
      number("smtp.pending_commands_max", member(&S::pending_commands_max), {8, 65'535},
             "Commands without a reply yet; the oldest is given up as unanswered."),
      size("smtp.pending_text_max", member(&S::pending_text_max), text, "Their arguments."),
      size("smtp.undecided_size_max", member(&S::undecided_bytes_max), line,
           "What a client sends behind DATA, AUTH and STARTTLS before the reply is seen."),
      number("smtp.invalid_lines_max", member(&S::invalid_lines_max), {1, 1000},
             "Lines in a row that make no sense until a flow is given up as not SMTP."),
  };
}

std::vector<Setting> match_settings() {
  return {
      flag(
          "match.cache", [](Config& c) { return &c.match.cache; },
          "Keep compiled patterns on disk: a start then takes milliseconds."),
      text(
          "match.cache_folder", [](Config& c) { return &c.match.cache_folder; },
          "Where; only its owner may be able to write it. Empty: mailtap/ under $XDG_CACHE_HOME or "
          "~/.cache."),
  };
}

std::vector<Setting> host_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.host.*pointer); }; };
  using H = HostSettings;
  return {
      duration("host.interval", member(&H::interval_ns), {kHostIntervalNsMin, kHostIntervalNsMax},
               "Time that one host event sums up; begins at whole multiples of it."),
      number("host.worker_hosts", member(&H::worker_hosts),
             {static_cast<std::int64_t>(kWorkerHostsMin), static_cast<std::int64_t>(kWorkerHostsMax)},
             "Addresses, by role, that a worker counts at once."),
      number("host.hosts", member(&H::hosts),
             {static_cast<std::int64_t>(kHostsMin), static_cast<std::int64_t>(kHostsMax)},
             "Addresses, by role, that the control core adds up at once."),
      size("host.sketch_size", member(&H::sketch_bytes),
           {static_cast<std::int64_t>(kHostSketchBytesMin), 64 * kGiB},
           "Memory for distinct counts, of all hosts together."),
      number("host.floor", member(&H::floor), {1, std::int64_t{1} << 40},
             "A host that did as many things is told."),
      number("host.top", member(&H::top), {0, static_cast<std::int64_t>(kHostTopMax)},
             "And the first so many of each column."),
  };
}

std::vector<Setting> event_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.event.*pointer); }; };
  using E = EventSettings;
  return {
      size("event.buffer_size", member(&E::buffer_bytes),
           {static_cast<std::int64_t>(kRecordBufferBytesMin), 16 * kMiB},
           "The longest record from a worker to the control core."),
      number("event.buffers", member(&E::buffers), {2, 65'536}, "Such buffers, a worker."),
      duration("event.worker_silent_max", member(&E::worker_silent_ns_max), {kMillisecondNs, kDayNs},
               "Live: a worker further behind the others than this is passed."),
  };
}

std::vector<Setting> detect_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.detect.*pointer); }; };
  const Range subjects{static_cast<std::int64_t>(kSubjectsMin), static_cast<std::int64_t>(kSubjectsMax)};
  std::vector<Setting> settings = {
      number("detect.subjects", member(&DetectSettings::subjects), subjects,
             "Subjects a window detector watches at once; the longest idle makes room."),
      number("detect.open", member(&DetectSettings::open), subjects,
             "Detections open at once, and subjects remembered as told."),
  };
  std::size_t index = 0;
  for (const DetectorInfo* info : all_detectors()) {
    std::vector<Setting> more = detector(*info, index++);
    std::move(more.begin(), more.end(), std::back_inserter(settings));
  }
  return settings;
}

}  // namespace mailtap
