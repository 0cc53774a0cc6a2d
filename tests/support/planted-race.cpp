// support/planted-race.cpp - two threads write one number, and nothing tells when. A thread sanitizer must
// say so.
#include <cstdio>

#include "base/work.hpp"

using namespace seedream;

int main() {
  int number = 0;
  bool told = false;
  const Work work = Work::start<int>(
      [&number] {
        for (int i = 0; i < 1000; ++i)
          ++number;
        return 1;
      },
      [&told](int) { told = true; });
  for (int i = 0; i < 1000; ++i)
    ++number;
  while (!told)
    g_main_context_iteration(nullptr, TRUE);
  std::printf("%d\n", number);
}
