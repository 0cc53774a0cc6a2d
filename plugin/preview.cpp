// plugin/preview.cpp - what will be sent, in the dialog.
#include "preview.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include <algorithm>
#include <cmath>

#include "widgets.hpp"

namespace seedream::plugin {
namespace {

constexpr int room_width = 288, room_height = 216;  // of the area, in pixels of the screen at 1×
constexpr auto patience = std::chrono::milliseconds(120);
constexpr guint8 selected = 128;  // what is selected more than half is inside the outline

using SurfacePtr = std::shared_ptr<cairo_surface_t>;

SurfacePtr new_surface(int width, int height) {
  return {cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height), cairo_surface_destroy};
}

// All of a buffer, made smaller.
void get_small(GeglBuffer* from, double scale, int width, int height, const char* format, void* to,
               int stride) {
  const GeglRectangle* extent = gegl_buffer_get_extent(from);
  const GeglRectangle part{int(std::floor(extent->x * scale)), int(std::floor(extent->y * scale)), width,
                           height};
  gegl_buffer_get(from, &part, scale, babl_format(format), to, stride, GEGL_ABYSS_CLAMP);
}

SurfacePtr shrunk(GeglBuffer* pixels, double scale, int width, int height) {
  const auto surface = new_surface(width, height);
  cairo_surface_flush(surface.get());
  get_small(pixels, scale, width, height, "cairo-ARGB32", cairo_image_surface_get_data(surface.get()),
            cairo_image_surface_get_stride(surface.get()));
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

// Dark where nothing is selected, and black and white ants along the selection's edge.
SurfacePtr veil_of(GeglBuffer* selection, double scale, int width, int height) {
  std::vector<guint8> values(std::size_t(width) * std::size_t(height));
  get_small(selection, scale, width, height, "Y u8", values.data(), width);
  const auto at = [&](int x, int y) {
    return values[std::size_t(std::clamp(y, 0, height - 1)) * std::size_t(width) +
                  std::size_t(std::clamp(x, 0, width - 1))];
  };
  const auto surface = new_surface(width, height);
  cairo_surface_flush(surface.get());
  guint8* row = cairo_image_surface_get_data(surface.get());
  for (int y = 0; y < height; ++y, row += cairo_image_surface_get_stride(surface.get()))
    for (int x = 0; x < width; ++x) {
      const bool inside = at(x, y) >= selected;
      const bool edge = inside && (at(x - 1, y) < selected || at(x + 1, y) < selected ||
                                   at(x, y - 1) < selected || at(x, y + 1) < selected);
      const guint32 ant = (x + y) / 4 % 2 ? 0xffffffff : 0xff000000;
      const guint32 veil = guint32((255 - at(x, y)) * 110 / 255) << 24;
      reinterpret_cast<guint32*>(row)[x] = edge ? ant : veil;
    }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

// What transparency is shown as; libgimp's own cannot be called from C++.
void paint_checks(cairo_t* cairo, double width, double height) {
  constexpr int check = 8;
  cairo_set_source_rgb(cairo, 0.6, 0.6, 0.6);
  cairo_paint(cairo);
  cairo_set_source_rgb(cairo, 0.4, 0.4, 0.4);
  for (int y = 0; y < height; y += check)
    for (int x = y / check % 2 * check; x < width; x += 2 * check)
      cairo_rectangle(cairo, x, y, check, check);
  cairo_fill(cairo);
}

}  // namespace

// What is on the screen: made in a worker, drawn on the main thread.
struct Preview::Picture {
  SurfacePtr pixels;  // none: nothing is there to be seen
  SurfacePtr veil;    // over it; none: all of it changes
  GeglRectangle frame{};
  std::optional<GeglRectangle> place;
};

Preview::Preview() : area_(GTK_WIDGET(g_object_ref_sink(gtk_drawing_area_new()))) {
  gtk_widget_set_size_request(area_, room_width, room_height);
  gtk_style_context_add_class(gtk_widget_get_style_context(area_), GTK_STYLE_CLASS_FRAME);
  set_accessible_name(area_, _("Preview"));
  atk_object_set_role(gtk_widget_get_accessible(area_), ATK_ROLE_IMAGE);
  g_signal_connect(area_, "draw",
                   G_CALLBACK(+[](GtkWidget*, cairo_t* cairo, gpointer self) noexcept -> gboolean {
                     static_cast<const Preview*>(self)->draw(cairo);
                     return TRUE;
                   }),
                   this);
  gtk_widget_show(area_);
}

Preview::~Preview() {
  g_signal_handlers_disconnect_by_data(area_, this);
  if (measuring_)
    g_cancellable_cancel(measuring_.get());
  g_object_unref(area_);
}

void Preview::show(std::function<Sight()> look, Ref<SeedreamModel> model,
                   std::function<void(SeedreamImage*)> measured) {
  look_ = std::move(look);
  model_ = std::move(model);
  measured_ = std::move(measured);
  later_ = start_timer(patience, [this] { look_now(); });
}

void Preview::look_now() {
  slices_ = {};
  work_ = {};
  if (measuring_)
    g_cancellable_cancel(measuring_.get());
  measuring_ = {};
  sight_ = look_();
  if (!sight_.take)
    return show_backdrop();
  const Snapshot snapshot = sight_.take();
  colours_ = Colours(gimp_item_get_image(GIMP_ITEM(snapshot.drawable)));
  slices_ = read_pixels(snapshot, sight_.frame,
                        [this](Ref<GeglBuffer> pixels) { read_selection(std::move(pixels)); });
}

void Preview::read_selection(Ref<GeglBuffer> pixels) {
  if (!sight_.take_selection)
    return shrink(std::move(pixels), {});
  slices_ = read_values(sight_.take_selection(), sight_.frame,
                        [this, pixels](Ref<GeglBuffer> selection) { shrink(pixels, std::move(selection)); });
}

double Preview::scale() const {
  if (sight_.frame.width < 1 || sight_.frame.height < 1)
    return 1;
  const int zoom = gtk_widget_get_scale_factor(area_);
  return std::min({1.0, double(room_width * zoom) / sight_.frame.width,
                   double(room_height * zoom) / sight_.frame.height});
}

void Preview::shrink(Ref<GeglBuffer> pixels, Ref<GeglBuffer> selection) {
  struct Seen {
    std::shared_ptr<const Picture> picture;
    Ref<GeglBuffer> readable;
  };
  work_ = Work::start<Seen>(
      [pixels, selection, scale = scale(), sight = sight_, colours = colours_] {
        const int width = std::max(1, int(sight.frame.width * scale)),
                  height = std::max(1, int(sight.frame.height * scale));
        const Ref<GeglBuffer> readable = colours.known_to_babl() ? pixels : colours.to_srgb(pixels.get());
        auto picture = std::make_shared<Picture>();
        picture->pixels = shrunk(readable.get(), scale, width, height);
        if (selection)
          picture->veil = veil_of(selection.get(), scale, width, height);
        picture->frame = sight.frame;
        picture->place = sight.place;
        return Seen{picture, readable};
      },
      [this](Seen seen) {
        picture_ = seen.picture;
        gtk_widget_queue_draw(area_);
        measure(seen.readable);
      });
}

void Preview::measure(const Ref<GeglBuffer>& pixels) {
  const auto image = Ref<SeedreamImage>::adopt(seedream_image_new_from_buffer(pixels.get()));
  measuring_ = Ref<GCancellable>::adopt(g_cancellable_new());
  seedream_model_prepare_image_async(
      model_.get(), image.get(), measuring_.get(),
      [](GObject* model, GAsyncResult* result, gpointer self) noexcept {
        const auto prepared = Ref<SeedreamImage>::adopt(
            seedream_model_prepare_image_finish(SEEDREAM_MODEL(model), result, nullptr));
        if (prepared)  // else it was cancelled, and nobody may be there any more
          static_cast<Preview*>(self)->measured_(prepared.get());
      },
      this);
}

void Preview::show_backdrop() {
  auto picture = std::make_shared<Picture>();
  picture->frame = sight_.frame;
  picture->place = sight_.place;
  if (sight_.backdrop) {
    const double small = scale();
    const auto pixbuf = Ref<GdkPixbuf>::adopt(
        gimp_image_get_thumbnail(sight_.backdrop, std::max(1, int(sight_.frame.width * small)),
                                 std::max(1, int(sight_.frame.height * small)), GIMP_PIXBUF_KEEP_ALPHA));
    if (pixbuf)
      picture->pixels = {gdk_cairo_surface_create_from_pixbuf(pixbuf.get(), 1, nullptr),
                         cairo_surface_destroy};
  }
  picture_ = picture;
  gtk_widget_queue_draw(area_);
  measured_(nullptr);
}

void Preview::draw(cairo_t* cairo) const {
  GtkStyleContext* style = gtk_widget_get_style_context(area_);
  const int width = gtk_widget_get_allocated_width(area_), height = gtk_widget_get_allocated_height(area_);
  gtk_render_background(style, cairo, 0, 0, width, height);
  if (!picture_ || picture_->frame.width < 1 || picture_->frame.height < 1)
    return gtk_render_frame(style, cairo, 0, 0, width, height);
  const GeglRectangle& frame = picture_->frame;
  const double fit = std::min(double(width) / frame.width, double(height) / frame.height);
  const double zoom = gtk_widget_get_scale_factor(area_);
  const double shown_width =
      picture_->pixels
          ? std::min(fit * frame.width, cairo_image_surface_get_width(picture_->pixels.get()) / zoom)
          : fit * frame.width * 0.8;
  const double scale = shown_width / frame.width;
  cairo_translate(cairo, std::round((width - shown_width) / 2),
                  std::round((height - scale * frame.height) / 2));
  cairo_rectangle(cairo, 0, 0, shown_width, scale * frame.height);
  cairo_clip(cairo);
  paint_checks(cairo, shown_width, scale * frame.height);
  for (const auto& layer : {picture_->pixels, picture_->veil})
    if (layer) {
      cairo_save(cairo);
      const double pixel = shown_width / cairo_image_surface_get_width(layer.get());
      cairo_scale(cairo, pixel, pixel);
      cairo_set_source_surface(cairo, layer.get(), 0, 0);
      cairo_paint(cairo);
      cairo_restore(cairo);
    }
  if (!picture_->place)
    return;
  const double dashes[] = {4, 4};
  for (int pass = 0; pass < 2; ++pass) {
    cairo_rectangle(cairo, std::round((picture_->place->x - frame.x) * scale) + 0.5,
                    std::round((picture_->place->y - frame.y) * scale) + 0.5,
                    std::round(picture_->place->width * scale) - 1,
                    std::round(picture_->place->height * scale) - 1);
    cairo_set_line_width(cairo, 1);
    cairo_set_source_rgb(cairo, pass, pass, pass);
    cairo_set_dash(cairo, dashes, 2, pass * 4);
    cairo_stroke(cairo);
  }
}

}  // namespace seedream::plugin
