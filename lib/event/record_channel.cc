// SPDX-License-Identifier: Apache-2.0
#include "event/record_channel.h"

#include "base/check.h"

namespace mailtap {

RecordChannel::RecordChannel(const EventSettings& settings, WhenFull when_full, Doorbell* control)
    : buffer_bytes_(settings.buffer_bytes),
      buffers_(settings.buffers),
      when_full_(when_full),
      control_(control),
      memory_(settings.bytes_a_worker()),
      filled_(settings.buffers),
      empty_(settings.buffers) {
  MAILTAP_CHECK(buffer_bytes_ >= kRecordBufferBytesMin && buffers_ >= 2);
  for (std::uint32_t index = 0; index < buffers_; ++index) empty_.push(index);
}

}  // namespace mailtap
