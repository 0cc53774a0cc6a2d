// support/children.hpp - programs of their own, started within a test.
#pragma once
#include <sys/wait.h>
#include <unistd.h>
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

#include <csignal>
#include <functional>
#include <vector>

#include "support/check.hpp"

// Check's own, though no header of it says so.
extern "C" void set_fork_status(enum fork_status status);

namespace seedream::test {

// What a process has of its parent it never lets go of.
inline void look_for_no_leaks() {
#ifdef VALGRIND_CLO_CHANGE
  VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
}

// A program of its own. What it asserts, the test asserts.
inline pid_t start_child(const std::function<void()>& work) {
  const pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    set_fork_status(CK_FORK);  // what fails ends the program, which would run the tests that are left
    look_for_no_leaks();
    work();
    _exit(0);
  }
  return child;
}

inline void assert_ended_well(pid_t child) {
  int status = -1;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ended with %x", status);
}

// In the hardest way.
inline void end_at_once(pid_t child) {
  kill(child, SIGKILL);
  ck_assert_int_eq(waitpid(child, nullptr, 0), child);
}

inline void in_child(const std::function<void()>& work) {
  assert_ended_well(start_child(work));
}

struct Pipe {
  Pipe() { ck_assert_int_eq(pipe(ends), 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  bool read_number(unsigned* number) const { return read(ends[0], number, sizeof *number) == sizeof *number; }
  void write_number(unsigned number) const {
    ck_assert_int_eq(write(ends[1], &number, sizeof number), sizeof number);
  }

  int ends[2];

 private:
  void close_end(int which) {
    if (ends[which] >= 0)
      close(ends[which]);
    ends[which] = -1;
  }
};

// Programs that begin their work all at once. Returns when all have ended.
inline void race(unsigned programs, const std::function<void(unsigned)>& work) {
  Pipe gate;
  std::vector<pid_t> children;
  for (unsigned program = 0; program < programs; ++program)
    children.push_back(start_child([&] {
      gate.close_writer();
      unsigned ignored;
      gate.read_number(&ignored);  // until the gate opens for all
      work(program);
    }));
  gate.close_writer();
  for (pid_t child : children)
    assert_ended_well(child);
}

}  // namespace seedream::test
