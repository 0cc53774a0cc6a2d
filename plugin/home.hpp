// plugin/home.hpp - which image a job belongs to, so that it is found again: after the plug-in has died,
// after GIMP has, and when the file is opened once more.
#pragma once
#include <libgimp/gimp.h>

#include <string>

#include "json-text.hpp"

namespace seedream::plugin {

struct Home {
  std::string mark;  // an id that the image bears; empty: there is no such image
  std::string uri;   // of its file; empty: it had none
  int image_id = 0;  // in the GIMP of that process
  gint64 gimp_pid = 0;
};

// Marks the image, in a way that changes neither its undo history nor whether it counts as saved.
Home home_of(GimpImage* image);
// The open image; nullptr: it is not open.
GimpImage* find_home(const Home& home);

void write_home(JsonText& out, const Home& home);
Home read_home(JsonObject* object);

}  // namespace seedream::plugin
