// SPDX-License-Identifier: Apache-2.0
// What the smtp room counts, one set a worker: written by the worker, read by anybody.
#pragma once

#include "base/counter.h"

namespace mailtap {

struct SmtpCounters {
  Counter commands;
  Counter replies;
  Counter transactions;
  Counter auth_exchanges;
  Counter anomalies;         // also those that are told no more in their session
  Counter text_lost;         // no page, or a limit: a text was cut or left out
  Counter pending_given_up;  // commands taken as unanswered because a limit was reached
  Counter not_smtp;          // sessions given up
  Counter gone_to_tls;
  Counter body_bytes;
};

}  // namespace mailtap
