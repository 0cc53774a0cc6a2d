// support/end-of-call.hpp - sends one call and waits for what it comes to.
#pragma once
#include "net/transport.hpp"

namespace seedream {
namespace test {

// One of the two.
struct End {
  HttpAnswer answer;
  HttpFailure failure;
};

inline End end_of(const HttpCall& call, net::Patience patience = {}) {
  constexpr std::size_t max_body_bytes = 1000;
  net::Transport transport(patience);
  End end;
  bool done = false;
  const net::Flight flight = transport.send(call, max_body_bytes,
                                            {.answered =
                                                 [&](HttpAnswer answer) {
                                                   end.answer = std::move(answer);
                                                   done = true;
                                                 },
                                             .failed =
                                                 [&](HttpFailure failure) {
                                                   end.failure = std::move(failure);
                                                   done = true;
                                                 }});
  while (!done)
    g_main_context_iteration(nullptr, TRUE);
  return end;
}

}  // namespace test
}  // namespace seedream
