// net/reach.cpp - which addresses a call may be connected to.
#include "net/reach.hpp"

#include <string.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace seedream::net {
namespace {

using Octets = std::array<guint8, 16>;

struct Range {
  Octets prefix;
  unsigned bits;
};

// What IANA's registries of special purposes keep from the internet, and groups of machines.
constexpr Range special_4[] = {
    {{0}, 8},              // "this network"
    {{10}, 8},             // private
    {{100, 64}, 10},       // shared by a provider's customers
    {{127}, 8},            // this machine
    {{169, 254}, 16},      // link-local, where clouds tell their machines' secrets
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocols
    {{192, 0, 2}, 24},     // documentation
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarks
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // groups
    {{240}, 4},            // reserved, and everybody
};

constexpr Range global_6 = {{0x20}, 3};
constexpr Range special_6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocols: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    {{0x3F, 0xFF, 0x00}, 20},        // documentation
};

// An IPv4 address stands in them, at this octet.
constexpr struct {
  Range range;
  std::size_t at;
} carriers[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96}, 12},  // mapped
    {{{0x00, 0x64, 0xFF, 0x9B}, 96}, 12},                    // NAT64, which is how some reach all of IPv4
    {{{0x20, 0x02}, 16}, 2},                                 // 6to4
};

bool is_in(const Range& range, const guint8* octets) {
  const unsigned whole = range.bits / 8, rest = range.bits % 8;
  if (memcmp(range.prefix.data(), octets, whole) != 0)
    return false;
  return rest == 0 || ((range.prefix[whole] ^ octets[whole]) >> (8 - rest)) == 0;
}

template <std::size_t n>
bool is_in_any(const Range (&ranges)[n], const guint8* octets) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return is_in(range, octets); });
}

bool is_public_4(const guint8* octets) {
  return !is_in_any(special_4, octets);
}

bool is_public_6(const guint8* octets) {
  for (const auto& [range, at] : carriers)
    if (is_in(range, octets))
      return is_public_4(octets + at);
  return is_in(global_6, octets) && !is_in_any(special_6, octets);
}

}  // namespace

bool is_loopback(GInetAddress* address) {
  const guint8* octets = g_inet_address_to_bytes(address);
  const bool mapped =
      g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 && is_in(carriers[0].range, octets);
  return mapped ? octets[carriers[0].at] == 127 : g_inet_address_get_is_loopback(address) != FALSE;
}

bool is_public(GInetAddress* address) {
  const guint8* octets = g_inet_address_to_bytes(address);
  return g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 ? is_public_6(octets)
                                                                    : is_public_4(octets);
}

bool is_within(Reach reach, GInetAddress* address) {
  return reach == Reach::anywhere ||
         (reach == Reach::this_machine ? is_loopback(address) : is_public(address));
}

}  // namespace seedream::net
