// plugin/layer-sink.hpp - finished pictures to layers.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/work.hpp"
#include "pixels.hpp"
#include "scratch.hpp"
#include "slices.hpp"
#include "steps.hpp"

namespace seedream::plugin {

// Where in which image's stack, remembered when the job is submitted.
struct Spot {
  int image_id = 0;   // GIMP's; 0: a new image
  int above_id = 0;   // the item that the answer goes right above; 0: the top
  int parent_id = 0;  // the group it was in, for the case that the item is gone by then; 0: none
  int position = 0;   // its place in there
};

Spot top_of(GimpImage* image);
Spot above(GimpItem* item);

// What the new layers are beside pixels.
struct Look {
  std::string name;
  GimpLayerMode mode = GIMP_LAYER_MODE_NORMAL;
};

// Puts pictures into layers, aside first, where nobody sees them half done; the steps of insertion() then make them
// part of the document. Several pictures become a group, of which the first is seen.
class LayerSink {
 public:
  // Calls done when all the layers are filled. recipes: a text for each picture, kept on its layer; empty:
  // none.
  LayerSink(Spot spot, Setting setting, Look look, std::vector<Ref<GeglBuffer>> pictures,
            std::vector<std::string> recipes, std::function<void()> done);

  // Whether the image was closed meanwhile, or has not taken the layer. Then insertion() is no use.
  bool is_homeless() const;
  // inserted is called with the new layers, the first picture's first, unless this is homeless by then. The image's
  // selected layers stay selected. The steps are this object's.
  Steps insertion(std::function<void(std::vector<GimpLayer*>)> inserted);

 private:
  void next();
  void fill(Fitting fitting, Ref<GeglBuffer> pixels);
  void fill_mask(const Fitting& fitting);
  void finish_layer();
  void make_image();
  void copy_home();
  void insert_unseen();
  void restore_selected() const;

  const Spot spot_;
  Setting setting_;
  const Look look_;
  std::vector<Ref<GeglBuffer>> pictures_;
  const std::vector<std::string> recipes_;
  std::function<void()> done_;
  std::unique_ptr<Scratch> scratch_;
  GimpLayer* group_ = nullptr;      // in the scratch image, as the layers are; nullptr for a single picture
  std::vector<GimpLayer*> layers_;  // owned by libgimp
  GimpLayer* made_ = nullptr;         // the single one or the group, in its home
  std::vector<GimpLayer*> selected_;  // there, before
  bool is_at_home_ = false;           // when it was looked at last
  bool is_refused_ = false;           // GIMP could not do it
  Work work_;
  Source slices_;
};

// The parasite in which a layer keeps how it was made.
inline constexpr const char* recipe_parasite = "seedream-recipe";

}  // namespace seedream::plugin
