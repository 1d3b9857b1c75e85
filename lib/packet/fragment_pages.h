// SPDX-License-Identifier: Apache-2.0
// The bytes of datagrams that are not whole yet: each lies in pages at the place it has in the datagram, and
// each page notes of which units of 8 octets it holds any (a fragment begins at a unit, and but for the last
// one it ends at one). Pages are wiped when they are given up: they may have held a password. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/page_pool.h"

namespace mailtap {

inline constexpr std::uint32_t kFragmentUnit = 8;
inline constexpr std::uint32_t kDatagramOctetsMax = 65'535;  // of payload; RFC 791 3.1, RFC 8200 3
inline constexpr std::uint32_t kFragmentPageOctets = 2048;   // of payload a page: one full Ethernet frame
inline constexpr std::uint32_t kPagesADatagram = kDatagramOctetsMax / kFragmentPageOctets + 1;

class FragmentPages {
 public:
  using Places = std::array<PageIndex, kPagesADatagram>;  // of one datagram; kNoPage: nothing there yet

  explicit FragmentPages(std::size_t pages) : pool_(page_bytes(), pages) {}

  static constexpr std::size_t page_bytes() { return sizeof(Units) + kFragmentPageOctets; }

  // Pages that put() will take. `from` is a multiple of kFragmentUnit, from + size <= kDatagramOctetsMax here
  // and below.
  static std::size_t lacking(const Places& places, std::uint32_t from, std::size_t size);
  std::size_t free() const { return pool_.pages() - pool_.used(); }

  struct Put {
    bool fresh = false;    // some of it was not there
    bool differs = false;  // some of it was there with other bytes, which stay
  };
  // There are lacking() pages free.
  Put put(Places& places, std::uint32_t from, Bytes data);

  // All of [0, octets) is there.
  bool covers(const Places& places, std::uint32_t octets) const;
  // It is there already, byte by byte; [from, from + size) is covered.
  bool repeats(const Places& places, std::uint32_t from, Bytes data) const;
  void copy(const Places& places, std::uint32_t octets, std::uint8_t* to) const;  // [0, octets) is covered

  void give_back(Places& places);

 private:
  using Units = std::array<std::uint64_t, kFragmentPageOctets / kFragmentUnit / 64>;  // a bit each

  Put put_into(PageIndex page, std::uint32_t from, Bytes data);
  Put merge_into(PageIndex page, Units& units, std::uint32_t from, Bytes data);
  PageIndex fresh_page();
  Units units_of(PageIndex page) const;
  void set_units(PageIndex page, const Units& units);
  std::uint8_t* octets_of(PageIndex page) { return pool_.at(page) + sizeof(Units); }
  const std::uint8_t* octets_of(PageIndex page) const { return pool_.at(page) + sizeof(Units); }

  PagePool pool_;
};

}  // namespace mailtap
