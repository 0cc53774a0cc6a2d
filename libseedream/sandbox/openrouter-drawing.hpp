// sandbox/openrouter-drawing.hpp - draws what a sound request asks for and answers it, each transport in its
// way.
#pragma once
#include "sandbox/openrouter-errors.hpp"
#include "sandbox/openrouter-ledger.hpp"

namespace seedream::sandbox::openrouter {

struct Desk {
  Faults& faults;
  Studio& studio;
  Ledger& ledger;
};

struct Order {
  Asked asked;
  Generation generation;
  bool wants_metadata = false;
  std::shared_ptr<Answer> answer;
};
using OrderPtr = std::shared_ptr<Order>;

void draw_chat(const OrderPtr& order, Desk& desk);
void draw_images(const OrderPtr& order, Desk& desk);

// Answers with the pictures once they are there, in one piece.
using Telling = Reply (*)(const Order& order, const std::vector<Bytes>& pictures);
void draw_whole(const OrderPtr& order, Desk& desk, Telling tell);

// Puts the generation down as finished; returns its pictures as they are given away: perhaps spoilt or left
// out.
std::vector<Bytes> settle(Order& order, const Canvasses& canvasses, Desk& desk);
// By its first bytes; empty: it is no picture.
std::string media_type_of(const Bytes& picture);
// The member "usage".
void write_usage(wire::JsonWriter& json, const Generation& generation);
Headers headers_of(const Generation& generation);

}  // namespace seedream::sandbox::openrouter
