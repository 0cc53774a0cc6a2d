// plugin/preview.hpp - what will be sent, or where the picture will go, before anything is: in the dialog.
// All that takes long is done in slices and in workers.
#pragma once
#include <gtk/gtk.h>

#include <functional>
#include <optional>

#include "base/timer.hpp"
#include "base/work.hpp"
#include "colours.hpp"
#include "layer-source.hpp"
#include "seedream.h"

namespace seedream::plugin {

struct Sight {
  GeglRectangle frame{};                     // what is shown, in the image's coordinates, pixels
  std::optional<GeglRectangle> place;        // where in it the picture goes; nothing: all over it
  std::function<Snapshot()> take;            // the pixels that are sent; none: nothing is sent
  std::function<Snapshot()> take_selection;  // what restricts the edit; none: nothing does
  GimpImage* backdrop = nullptr;             // is seen where nothing is sent; nullptr: there is none yet
};

class Preview {
 public:
  Preview();
  ~Preview();
  Preview(const Preview&) = delete;
  Preview& operator=(const Preview&) = delete;

  GtkWidget* widget() const { return area_; }
  // Shows it a moment later, unless something else is to be shown by then. model: what it is encoded for.
  // measured: is told what goes over the wire, when that is known; it is called with nullptr where nothing is
  // sent.
  void show(std::function<Sight()> look, Ref<SeedreamModel> model,
            std::function<void(SeedreamImage*)> measured);

 private:
  struct Picture;
  void look_now();
  void read_selection(Ref<GeglBuffer> pixels);
  void shrink(Ref<GeglBuffer> pixels, Ref<GeglBuffer> selection);
  void measure(const Ref<GeglBuffer>& pixels);
  void show_backdrop();
  double scale() const;
  void draw(cairo_t* cairo) const;

  GtkWidget* const area_;
  std::function<Sight()> look_;
  Ref<SeedreamModel> model_;
  std::function<void(SeedreamImage*)> measured_;
  Sight sight_;
  Colours colours_;
  Timer later_;
  Source slices_;
  Work work_;
  Ref<GCancellable> measuring_;
  std::shared_ptr<const Picture> picture_;
};

}  // namespace seedream::plugin
