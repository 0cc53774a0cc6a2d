// sandbox/painter.cpp - paints with GEGL. A new picture is a landscape whose sky, sun and hills come from the
// prompt; an edit is its input in another light; a composition lays the further inputs on the first like
// photographs. Each bears the prompt as a caption.
#include "sandbox/painter.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "image/picture.hpp"

namespace seedream::sandbox {
namespace {

// A stream of equal-looking numbers that depends on all that the order says.
class Chance {
 public:
  explicit Chance(const Order& order) {
    stir(order.prompt.data(), order.prompt.size());
    stir(reinterpret_cast<const char*>(&order.seed), sizeof order.seed);
    stir(reinterpret_cast<const char*>(&order.index), sizeof order.index);
    stir(order.digest.data(), order.digest.size());
  }
  // From low to high.
  double between(double low, double high) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return low + (high - low) * double(state_ >> 11) / double(1ull << 53);
  }

 private:
  void stir(const char* data, std::size_t size) {  // FNV-1a
    for (std::size_t i = 0; i < size; ++i)
      state_ = (state_ ^ guint8(data[i])) * 1099511628211ull;
  }
  guint64 state_ = 14695981039346656037ull;
};

Ref<GeglColor> colour(double hue, double saturation, double value, double alpha = 1) {
  auto channel = [&](double n) {
    const double k = std::fmod(n + hue * 6, 6);
    return value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0);
  };
  auto c = Ref<GeglColor>::adopt(gegl_color_new(nullptr));
  const float pixel[4] = {float(channel(5)), float(channel(3)), float(channel(1)), float(alpha)};
  gegl_color_set_pixel(c.get(), babl_format("R'G'B'A float"), pixel);
  return c;
}

// A GEGL graph that grows from below upwards.
class Canvas {
 public:
  Canvas(int width, int height)
      : graph_(Ref<GeglNode>::adopt(gegl_node_new())), width_(width), height_(height) {}

  template <typename... Properties>
  GeglNode* node(const char* operation, Properties... properties) {
    return gegl_node_new_child(graph_.get(), "operation", operation, properties..., nullptr);
  }
  void tint(GeglColor* glass) { put_on("gegl:multiply", node("gegl:color", "value", glass)); }
  void lay(GeglNode* picture) {
    if (!top_) {
      top_ = picture;
      return;
    }
    put_on("gegl:over", picture);
  }
  // A picture, evenly scaled until it covers a box or fits into it, in the middle of it.
  enum class Scaling { covers, fits, fits_in_a_frame };
  void lay_picture(GeglBuffer* buffer, double x, double y, double width, double height, Scaling scaling) {
    const GeglRectangle* extent = gegl_buffer_get_extent(buffer);
    const double sx = width / extent->width, sy = height / extent->height;
    const double scale = scaling == Scaling::covers ? std::max(sx, sy) : std::min(sx, sy);
    const double left = x + (width - extent->width * scale) / 2,
                 top = y + (height - extent->height * scale) / 2;
    GeglNode* source = node("gegl:buffer-source", "buffer", buffer);
    GeglNode* placed = node("gegl:translate", "x", -double(extent->x), "y", -double(extent->y));
    GeglNode* scaled = node("gegl:scale-ratio", "x", scale, "y", scale, "sampler", GEGL_SAMPLER_LINEAR);
    GeglNode* moved = node("gegl:translate", "x", std::round(left), "y", std::round(top));
    GeglNode* cropped = node("gegl:crop", "x", x, "y", y, "width", width, "height", height);
    gegl_node_link_many(source, placed, scaled, moved, cropped, nullptr);
    if (scaling == Scaling::fits_in_a_frame)
      lay_frame(left, top, extent->width * scale, extent->height * scale);
    lay(cropped);
  }
  void lay_rectangle(double x, double y, double width, double height, GeglColor* fill) {
    GeglNode* flat = node("gegl:color", "value", fill);
    GeglNode* cropped = node("gegl:crop", "x", x, "y", y, "width", width, "height", height);
    gegl_node_link(flat, cropped);
    lay(cropped);
  }
  // A host may cut the margin off that it added to reach a shape we can draw, so the caption keeps clear of
  // the edge; and it gets smaller rather than leave the picture.
  void lay_caption(const std::string& prompt) {
    const double letters = std::max<double>(1, double(g_utf8_strlen(prompt.c_str(), -1)));
    const double strip = std::max(16.0, std::min(width_, height_) / 13.0), middle = height_ * 0.87;
    const double size = std::max(6.0, std::min(strip / 2, (width_ - strip) / (letters * 0.6)));
    const auto shade = colour(0, 0, 0, 0.5), ink = colour(0, 0, 1);
    lay_rectangle(0, std::round(middle - strip / 2), width_, std::round(strip), shade.get());
    lay_text(prompt, size, std::round(strip / 2), std::round(middle - size * 0.6), ink.get());
  }
  // Where the services put it: in the lower right corner.
  void lay_watermark() {
    const double size = std::max(6.0, std::min(width_, height_) / 32.0);
    const auto ink = colour(0, 0, 1);
    lay_text("AI generated", size, std::round(width_ - size * 8), std::round(height_ - size * 1.6),
             ink.get());
  }
  Ref<GeglBuffer> render() {
    auto buffer = image::new_buffer(width_, height_, babl_format("R'G'B' u8"));
    // In one piece: gegl_node_process() cuts its pieces by how fast the last one was, and the seams show in
    // the last bit.
    gegl_node_blit_buffer(top_, buffer.get(), gegl_buffer_get_extent(buffer.get()), 0, GEGL_ABYSS_NONE);
    return buffer;
  }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  void put_on(const char* operation, GeglNode* picture) {
    GeglNode* both = node(operation);
    gegl_node_link(top_, both);
    // Its successor, gegl_node_connect, is not in Debian 12's GEGL.
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    gegl_node_connect_to(picture, "output", both, "aux");
    G_GNUC_END_IGNORE_DEPRECATIONS
    top_ = both;
  }
  void lay_text(const std::string& words, double size, double x, double y, GeglColor* ink) {
    GeglNode* text =
        node("gegl:text", "string", words.c_str(), "font", "DejaVu Sans", "size", size, "color", ink);
    GeglNode* moved = node("gegl:translate", "x", x, "y", y);
    GeglNode* cropped =
        node("gegl:crop", "x", 0.0, "y", 0.0, "width", double(width_), "height", double(height_));
    gegl_node_link_many(text, moved, cropped, nullptr);
    lay(cropped);
  }
  void lay_frame(double x, double y, double width, double height) {
    const double border = std::max(2.0, std::min(width_, height_) / 100.0);
    const auto paper = colour(0, 0, 0.97);
    lay_rectangle(std::round(x - border), std::round(y - border), std::round(width + 2 * border),
                  std::round(height + 2 * border), paper.get());
  }

  Ref<GeglNode> graph_;
  GeglNode* top_ = nullptr;  // owned by the graph
  int width_, height_;
};

void lay_sky(Canvas& canvas, Chance& chance, double hue) {
  const auto zenith = colour(hue, 0.65, 0.45), horizon = colour(hue + chance.between(0.05, 0.2), 0.35, 0.98);
  GeglNode* sky =
      canvas.node("gegl:linear-gradient", "start-x", 0.0, "start-y", 0.0, "end-x", 0.0, "end-y",
                  canvas.height() * 0.75, "start-color", zenith.get(), "end-color", horizon.get());
  canvas.lay(sky);
  const auto glow = colour(hue + 0.5, 0.25, 1, 0.95), nothing = colour(hue + 0.5, 0.25, 1, 0);
  const double x = canvas.width() * chance.between(0.15, 0.85),
               y = canvas.height() * chance.between(0.15, 0.5);
  const double radius = std::min(canvas.width(), canvas.height()) * chance.between(0.12, 0.3);
  canvas.lay(canvas.node("gegl:radial-gradient", "start-x", x, "start-y", y, "end-x", x + radius, "end-y", y,
                         "start-color", glow.get(), "end-color", nothing.get()));
}

void lay_hill(Canvas& canvas, Chance& chance, double hue, double ridge, double value) {
  std::string outline = format("M 0,%d", canvas.height());
  const double phase = chance.between(0, 6.3), waves = chance.between(1.5, 5),
               rise = chance.between(0.03, 0.09);
  for (int i = 0; i <= 48; ++i) {
    const double x = i / 48.0;
    const double y =
        ridge - rise * std::sin(phase + waves * x * 6.3) - rise / 3 * std::sin(phase * 3 + 23 * x);
    outline += format(" L %d,%d", int(x * canvas.width()), int(y * canvas.height()));
  }
  outline += format(" L %d,%d z", canvas.width(), canvas.height());
  auto path = Ref<GeglPath>::adopt(gegl_path_new_from_string(outline.c_str()));
  const auto fill = colour(hue, 0.55, value);
  canvas.lay(canvas.node("gegl:fill-path", "d", path.get(), "color", fill.get()));
}

void lay_landscape(Canvas& canvas, Chance& chance) {
  const double hue = chance.between(0, 1);
  lay_sky(canvas, chance, hue);
  const double land = chance.between(0, 1);
  for (int i = 0; i < 4; ++i)
    lay_hill(canvas, chance, land + i * 0.03, 0.55 + i * 0.12, 0.62 - i * 0.14);
}

// The input in another light: as if through coloured glass.
void lay_relit(Canvas& canvas, Chance& chance, GeglBuffer* input) {
  const GeglRectangle* extent = gegl_buffer_get_extent(input);
  const double shape = double(extent->width) / extent->height * canvas.height() / canvas.width();
  canvas.lay_picture(input, 0, 0, canvas.width(), canvas.height(), Canvas::Scaling::covers);
  // All of it, on itself: no part of an input is ever out of sight.
  if (std::abs(shape - 1) > 0.005)
    canvas.lay_picture(input, 0, 0, canvas.width(), canvas.height(), Canvas::Scaling::fits);
  const auto glass = colour(chance.between(0, 1), chance.between(0.25, 0.5), 1);
  canvas.tint(glass.get());
}

void lay_cards(Canvas& canvas, const std::vector<Ref<GeglBuffer>>& inputs) {
  const std::size_t n = inputs.size() - 1;
  const std::size_t columns = std::min<std::size_t>(n, 5), rows = (n + columns - 1) / columns;
  const double cell_width = canvas.width() / double(columns),
               cell_height = canvas.height() * 0.5 / double(rows);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t column = i % columns, row = i / columns;
    const double x = double(column) * cell_width, y = canvas.height() * 0.38 + double(row) * cell_height;
    canvas.lay_picture(inputs[i + 1].get(), x + cell_width * 0.1, y + cell_height * 0.1, cell_width * 0.8,
                       cell_height * 0.8, Canvas::Scaling::fits_in_a_frame);
  }
}

}  // namespace

Ref<GeglBuffer> paint(const Order& order) noexcept {
  // Pango and GEGL's text operation share state between threads: two at once do not paint the same twice.
  static std::mutex one_at_a_time;
  const std::lock_guard turn(one_at_a_time);
  Canvas canvas(order.width, order.height);
  Chance chance(order);
  if (order.inputs.empty())
    lay_landscape(canvas, chance);
  else
    lay_relit(canvas, chance, order.inputs.front().get());
  if (order.inputs.size() > 1)
    lay_cards(canvas, order.inputs);
  canvas.lay_caption(order.index == 0 ? order.prompt
                                      : format("%s (%u)", order.prompt.c_str(), order.index + 1));
  if (order.watermark)
    canvas.lay_watermark();
  return canvas.render();
}

}  // namespace seedream::sandbox
