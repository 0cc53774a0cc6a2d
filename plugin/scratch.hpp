// plugin/scratch.hpp - images that nobody sees. What lies in one stays as it is although the user changes the
// document or closes it; GIMP shares the tiles, so it costs next to nothing.
#pragma once
#include <libgimp/gimp.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/glib-ptr.hpp"
#include "bounds.hpp"

namespace seedream::plugin {

class Scratch {
 public:
  // Of another's size, precision and profile; RGB where the other is indexed.
  explicit Scratch(GimpImage* like);
  Scratch(int width, int height, GimpImageBaseType type, GimpPrecision precision);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  GimpImage* image() const { return image_; }
  // From now on it is a document like any other, with an undo history.
  GimpImage* release();

 private:
  GimpImage* image_;  // owned by libgimp, deleted here
};

// The images that are open in GIMP, without anybody's scratch images.
std::vector<GimpImage*> open_images();

// What people call an image: its file's name, else what GIMP calls it.
std::string name_of(GimpImage* image);

// Where its file is; empty: it has none.
std::string uri_of(GimpImage* image);

// A drawable as it was when it was taken.
struct Snapshot {
  std::shared_ptr<Scratch> scratch;  // holds it
  GimpDrawable* drawable = nullptr;
  GeglRectangle bounds{};  // in the image's coordinates, pixels
};

// Layers as they are seen together, or one as it is seen by itself: with masks, opacity and effects, whether
// they are hidden or not. The lowest comes last, as in the stack.
Snapshot take_layers(GimpImage* image, std::span<GimpLayer* const> layers);
// The image as it is seen.
Snapshot take_visible(GimpImage* image);
// The values of a channel, a mask or the selection.
Snapshot take_channel(GimpImage* image, GimpChannel* channel);

}  // namespace seedream::plugin
