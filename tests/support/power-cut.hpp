// support/power-cut.hpp - notes what this program does to the files below one folder, and shows the folder as
// a disk may have it after the power was cut at any of these moments. The system calls are overheard by
// functions of the same names, so power-cut.cpp must be part of the test's program, and no sync reaches the
// real disk there.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace seedream::test {

// One thing that was done.
struct Deed {
  enum class Kind { enter, leave, write, resize, sync, tell };
  Kind kind;
  unsigned node;       // the file or folder that it was done to
  std::string text;    // enter, leave: a name in the folder; write: the bytes
  std::size_t number;  // enter: which node gets the name; write: from which byte on; resize: to how many
};

// A file or folder as it was when it was made.
struct Node {
  bool is_folder;
  std::string path;  // below the root; the root's own is empty
};

struct Journal {
  std::vector<Node> nodes = {{true, ""}};
  std::vector<Deed> deeds;
  std::size_t begin = 0;  // the deeds before it were on the disk already
};

class Recorder;

// One at a time, in one thread. Only the calls that SQLite and the store need today are overheard: were there
// others, the disk of all deeds would not be like the real folder.
class Recording {
 public:
  explicit Recording(const std::string& root);  // what is in it counts as synced
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording();
  void tell();  // somebody was told that all so far has succeeded
  Journal finish();

 private:
  std::unique_ptr<Recorder> recorder_;
};

// What becomes of what nobody has synced: each deed may be left out or done, and a write may also be torn.
// Then it came to the disk up to some byte, or in some of its sectors, with rubbish, zeros or what was there
// before in the others.
class Whim {
 public:
  using Seed = std::mt19937::result_type;

  static Whim drop_all() { return Whim(0, 0, 1); }
  static Whim keep_all() { return Whim(0, 1, 0); }
  static Whim of(Seed seed);

  bool keeps();  // what is done or not
  void write(std::string_view bytes, std::size_t from, std::string* file);

 private:
  enum Fate { dropped, kept, torn };

  Whim(Seed seed, double keep, double drop)
      : dice_(seed), fate_({drop, keep, std::max(0.0, 1 - keep - drop)}) {}
  bool one_in(unsigned many) { return up_to(many - 1) == 0; }
  std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(dice_); }
  void write_sectors(std::string_view bytes, std::size_t from, std::string* file);

  std::mt19937 dice_;
  std::discrete_distribution<int> fate_;
};

// Stricter than any real one: a sync of a file makes its bytes durable, and nothing but a sync of its folder
// makes its name so.
class Disk {
 public:
  using Sync = std::function<bool(const Node&)>;

  // heeds: whether it does what it is told to sync. The journal lives longer.
  Disk(const Journal& journal, Sync heeds);
  void take(const Deed& deed);                                // the next one
  bool is_settled() const;                                    // all is synced
  void write_to(const std::string& folder, Whim whim) const;  // an empty one

 private:
  struct State {
    std::string content;
    std::map<std::string, std::size_t> names;
  };
  static void apply(const Deed& deed, State* state);
  State after(unsigned node, Whim* whim) const;
  void write_node(std::size_t node, const std::vector<State>& states, const std::string& path) const;

  const Journal& journal_;
  Sync heeds_;
  std::vector<State> synced_;                       // by node
  std::vector<std::vector<const Deed*>> unsynced_;  // by node, in order
};

}  // namespace seedream::test
