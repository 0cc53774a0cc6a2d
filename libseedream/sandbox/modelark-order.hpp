// sandbox/modelark-order.hpp - reads an order as ModelArk does: to the letter.
#pragma once
#include "sandbox/models.hpp"
#include "sandbox/studio.hpp"
#include "wire/json.hpp"

namespace seedream::sandbox::modelark {

struct Order {
  Commission commission;
  const Model* model = nullptr;
  std::string model_id;  // as the client wrote it
  bool base64 = false;
  bool stream = false;
  bool searches_web = false;
};

// Why the order is not taken.
struct Complaint {
  unsigned status = 400;
  std::string code = "InvalidParameter";
  std::string param;
  std::string message;
};

// Nothing: the order is fine, and filled in.
std::optional<Complaint> read_order(wire::Json body, Order& order);

}  // namespace seedream::sandbox::modelark
