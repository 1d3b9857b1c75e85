// SPDX-License-Identifier: Apache-2.0
// What a run did not get to see, could not keep or did not tell, as the end of the report says it. Every
// counter of StatsCounts stands either in the table of losses or in that of what is no loss; a test finds one
// that stands in neither. Control core only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "event/stats_record.h"

namespace mailtap {

struct RunFacts;

struct Loss {
  std::string name;  // for a program: "gap_bytes", "records_lost_session"
  std::string text;  // for a person, behind the count: "gaps in TCP streams"; empty: told in parts
  std::uint64_t count = 0;
};

// The losses that have a counter of their own, those that are 0 too, then of the named ones those that are
// not 0.
std::vector<Loss> losses_of(const RunFacts& facts);

// How much there was, and how it stands now.
inline constexpr std::array kNoLoss = {
    &StatsCounts::packets,        &StatsCounts::bytes,          &StatsCounts::flows_open,
    &StatsCounts::flows_new,      &StatsCounts::sessions_open,  &StatsCounts::sessions_new,
    &StatsCounts::pages_used,     &StatsCounts::pages_total,    &StatsCounts::cycles_idle,
    &StatsCounts::cycles_busy,    &StatsCounts::fragments_seen, &StatsCounts::fragments_duplicate,
    &StatsCounts::fragments_tiny, &StatsCounts::datagrams_whole};

}  // namespace mailtap
