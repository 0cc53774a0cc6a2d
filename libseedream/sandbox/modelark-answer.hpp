// sandbox/modelark-answer.hpp - tells ModelArk's client of its pictures: of all at once, or of each by an
// event.
#pragma once
#include "sandbox/downloads.hpp"
#include "sandbox/modelark-order.hpp"

namespace seedream::sandbox::modelark {

class Delivery {
 public:
  Delivery(const Order& order, std::shared_ptr<Answer> answer, Faults& faults, Downloads& downloads);
  // One more picture is there.
  void show(unsigned index, const Bytes& picture);
  // No more will come.
  void finish();

 private:
  void write_picture(wire::JsonWriter& json, unsigned index, const Bytes& picture);
  void write_usage(wire::JsonWriter& json) const;
  void begin_event(wire::JsonWriter& json, const char* type) const;
  void send(const char* type, wire::JsonWriter& json, Piece piece = Piece::other);
  void finish_whole();
  void finish_stream();

  const std::shared_ptr<Answer> answer_;
  Faults& faults_;
  Downloads& downloads_;
  const Model& model_;
  const std::string model_id_, format_;
  const std::string name_;  // stands in the pictures' addresses
  const std::size_t inputs_;
  const unsigned count_;
  const Size size_;  // as ordered
  const bool base64_, stream_, searches_web_;
  const bool fails_, empty_, last_fails_;  // the faults
  wire::JsonWriter whole_;                 // the answer that is no stream
  bool streaming_ = false;
  unsigned generated_ = 0;
  gint64 tokens_ = 0;
};

}  // namespace seedream::sandbox::modelark
