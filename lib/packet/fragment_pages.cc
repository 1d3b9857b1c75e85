// SPDX-License-Identifier: Apache-2.0
#include "packet/fragment_pages.h"

#include <algorithm>
#include <cstring>

namespace mailtap {
namespace {

constexpr std::uint32_t kWordBits = 64;

std::uint32_t units_in(std::size_t octets) {
  return static_cast<std::uint32_t>((octets + kFragmentUnit - 1) / kFragmentUnit);
}

// Bits [from, to) of the word that begins at bit `base`.
std::uint64_t mask_of(std::uint32_t from, std::uint32_t to, std::uint32_t base) {
  const std::uint32_t low = std::clamp(from, base, base + kWordBits) - base;
  const std::uint32_t high = std::clamp(to, base, base + kWordBits) - base;
  if (low >= high) return 0;
  const std::uint64_t below_high = high == kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << high) - 1;
  return below_high & ~((std::uint64_t{1} << low) - 1);
}

// Calls visit(word, mask) for the words of bits [from, to).
template <typename Units, typename Visit>
void each_word(Units& units, std::uint32_t from, std::uint32_t to, Visit visit) {
  for (std::uint32_t word = from / kWordBits; word * kWordBits < to; ++word)
    visit(units[word], mask_of(from, to, word * kWordBits));
}

template <typename Units>
bool has_any(const Units& units, std::uint32_t from, std::uint32_t to) {
  std::uint64_t any = 0;
  each_word(units, from, to, [&any](std::uint64_t word, std::uint64_t mask) { any |= word & mask; });
  return any != 0;
}

template <typename Units>
bool has_all(const Units& units, std::uint32_t to) {
  std::uint64_t missing = 0;
  each_word(units, 0, to, [&missing](std::uint64_t word, std::uint64_t mask) { missing |= ~word & mask; });
  return missing == 0;
}

// Calls part(page's number, place in the page, bytes) for what of `data` lies in each page.
template <typename Part>
void each_part(std::uint32_t from, Bytes data, Part part) {
  while (!data.empty()) {
    const std::uint32_t place = from % kFragmentPageOctets;
    const std::size_t n = std::min<std::size_t>(data.size(), kFragmentPageOctets - place);
    part(from / kFragmentPageOctets, place, data.first(n));
    data = data.subspan(n);
    from += static_cast<std::uint32_t>(n);
  }
}

}  // namespace

std::size_t FragmentPages::lacking(const Places& places, std::uint32_t from, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t first = from / kFragmentPageOctets;
  const std::size_t last = (from + size - 1) / kFragmentPageOctets;
  std::size_t n = 0;
  for (std::size_t i = first; i <= last; ++i) n += places[i] == kNoPage ? 1U : 0U;
  return n;
}

FragmentPages::Put FragmentPages::put(Places& places, std::uint32_t from, Bytes data) {
  Put all;
  each_part(from, data, [this, &places, &all](std::uint32_t page, std::uint32_t place, Bytes part) {
    if (places[page] == kNoPage) places[page] = fresh_page();
    const Put one = put_into(places[page], place, part);
    all.fresh = all.fresh || one.fresh;
    all.differs = all.differs || one.differs;
  });
  return all;
}

FragmentPages::Put FragmentPages::put_into(PageIndex page, std::uint32_t from, Bytes data) {
  Units units = units_of(page);
  const std::uint32_t first = from / kFragmentUnit, end = first + units_in(data.size());
  if (has_any(units, first, end)) return merge_into(page, units, from, data);
  std::memcpy(octets_of(page) + from, data.data(), data.size());
  each_word(units, first, end, [](std::uint64_t& word, std::uint64_t mask) { word |= mask; });
  set_units(page, units);
  return {true, false};
}

FragmentPages::Put FragmentPages::merge_into(PageIndex page, Units& units, std::uint32_t from, Bytes data) {
  Put put;
  std::uint8_t* to = octets_of(page) + from;
  for (std::size_t at = 0; at < data.size(); at += kFragmentUnit) {
    const std::uint32_t unit = (from + static_cast<std::uint32_t>(at)) / kFragmentUnit;
    const std::size_t n = std::min<std::size_t>(kFragmentUnit, data.size() - at);
    std::uint64_t& word = units[unit / kWordBits];
    const std::uint64_t bit = std::uint64_t{1} << unit % kWordBits;
    if ((word & bit) != 0) {
      put.differs = put.differs || std::memcmp(to + at, data.data() + at, n) != 0;
      continue;
    }
    std::memcpy(to + at, data.data() + at, n);
    word |= bit;
    put.fresh = true;
  }
  set_units(page, units);
  return put;
}

bool FragmentPages::covers(const Places& places, std::uint32_t octets) const {
  for (std::uint32_t at = 0; at < octets; at += kFragmentPageOctets) {
    const PageIndex page = places[at / kFragmentPageOctets];
    if (page == kNoPage) return false;
    if (!has_all(units_of(page), units_in(std::min(kFragmentPageOctets, octets - at)))) return false;
  }
  return true;
}

bool FragmentPages::repeats(const Places& places, std::uint32_t from, Bytes data) const {
  bool same = true;
  each_part(from, data, [this, &places, &same](std::uint32_t page, std::uint32_t place, Bytes part) {
    same = same && std::memcmp(octets_of(places[page]) + place, part.data(), part.size()) == 0;
  });
  return same;
}

void FragmentPages::copy(const Places& places, std::uint32_t octets, std::uint8_t* to) const {
  for (std::uint32_t at = 0; at < octets; at += kFragmentPageOctets)
    std::memcpy(to + at, octets_of(places[at / kFragmentPageOctets]),
                std::min(kFragmentPageOctets, octets - at));
}

void FragmentPages::give_back(Places& places) {
  for (PageIndex& page : places) {
    if (page != kNoPage) pool_.give_back_wiped(page, page_bytes());
    page = kNoPage;
  }
}

PageIndex FragmentPages::fresh_page() {
  const PageIndex page = pool_.take();
  MAILTAP_CHECK(page != kNoPage);  // the caller has made room
  set_units(page, Units{});
  return page;
}

FragmentPages::Units FragmentPages::units_of(PageIndex page) const {
  Units units;
  std::memcpy(units.data(), pool_.at(page), sizeof units);
  return units;
}

void FragmentPages::set_units(PageIndex page, const Units& units) {
  std::memcpy(pool_.at(page), units.data(), sizeof units);
}

}  // namespace mailtap
