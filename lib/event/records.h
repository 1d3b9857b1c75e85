// SPDX-License-Identifier: Apache-2.0
// All kinds of records, for those who read every one.
#pragma once

#include "event/anomaly_record.h"      // IWYU pragma: export
#include "event/auth_record.h"         // IWYU pragma: export
#include "event/finding_record.h"      // IWYU pragma: export
#include "event/host_delta_record.h"   // IWYU pragma: export
#include "event/probe_record.h"        // IWYU pragma: export
#include "event/session_record.h"      // IWYU pragma: export
#include "event/stats_record.h"        // IWYU pragma: export
#include "event/transaction_record.h"  // IWYU pragma: export
