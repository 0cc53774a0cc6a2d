// plugin/pixels.cpp - what is done to pixels in memory.
#include "pixels.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "bands.hpp"
#include "refine.hpp"

namespace seedream::plugin {
namespace {

Ref<GeglBuffer> new_buffer(const GeglRectangle& extent, const Babl* format) {
  return Ref<GeglBuffer>::adopt(gegl_buffer_new(&extent, format));
}

// The same pixels under other coordinates, without a copy.
Ref<GeglBuffer> moved(GeglBuffer* buffer, int x, int y) {
  return Ref<GeglBuffer>::adopt(
      GEGL_BUFFER(g_object_new(GEGL_TYPE_BUFFER, "source", buffer, "shift-x", -x, "shift-y", -y, nullptr)));
}

struct Scaling {
  double scale;
  double x, y;  // where the source's origin comes to lie
};

// Written into out, whose format and extent say what is wanted.
void resample(GeglBuffer* from, const Scaling& scaling, GeglBuffer* out) {
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglNode* source =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-source", "buffer", from, nullptr);
  GeglNode* scaled = gegl_node_new_child(graph.get(), "operation", "gegl:scale-ratio", "x", scaling.scale,
                                         "y", scaling.scale, "sampler", GEGL_SAMPLER_CUBIC, "abyss-policy",
                                         GEGL_ABYSS_CLAMP, nullptr);
  GeglNode* shifted = gegl_node_new_child(graph.get(), "operation", "gegl:translate", "x", scaling.x, "y",
                                          scaling.y, nullptr);
  GeglNode* sink = gegl_node_new_child(graph.get(), "operation", "gegl:write-buffer", "buffer", out, nullptr);
  gegl_node_link_many(source, scaled, shifted, sink, nullptr);
  gegl_node_process(sink);
}

// As wide and as soft as its edge says. GIMP's Feather counts a radius of 3.5 deviations.
Ref<GeglBuffer> widened(GeglBuffer* selection, const Edge& edge) {
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglNode* last =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-source", "buffer", selection, nullptr);
  const auto follow = [&](GeglNode* next) {
    gegl_node_link(last, next);
    last = next;
  };
  if (edge.grow > 0)  // the highest value within a disc
    follow(gegl_node_new_child(graph.get(), "operation", "gegl:median-blur", "radius", edge.grow,
                               "percentile", 100.0, "abyss-policy", 0, nullptr));
  if (edge.feather > 0)
    follow(gegl_node_new_child(graph.get(), "operation", "gegl:gaussian-blur", "std-dev-x",
                               edge.feather / 3.5, "std-dev-y", edge.feather / 3.5, "abyss-policy", 0,
                               "clip-extent", TRUE, nullptr));
  auto out = new_buffer(*gegl_buffer_get_extent(selection), babl_format("Y float"));
  follow(gegl_node_new_child(graph.get(), "operation", "gegl:write-buffer", "buffer", out.get(), nullptr));
  gegl_node_process(last);
  return out;
}

// Whether that many bits are more than a float holds.
bool needs_double(const Babl* format) {
  const Babl* type = babl_format_get_type(format, 0);
  return type == babl_type("u32") || type == babl_type("double");
}

// A pixel is the answer's where its middle lies in the scaled answer.
struct Cover {
  double left, top, right, bottom;
  bool holds(int x, int y) const {
    return x + 0.5 >= left && x + 0.5 < right && y + 0.5 >= top && y + 0.5 < bottom;
  }
};

// Gives rows of RGBA the source's transparency; what the answer does not reach becomes transparent.
template <typename T>
void take_alpha(std::vector<T>& pixels, const std::vector<T>& alpha, const GeglRectangle& rows,
                const Cover& cover) {
  for (int y = 0; y < rows.height; ++y)
    for (int x = 0; x < rows.width; ++x) {
      const auto i =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(rows.width) + static_cast<std::size_t>(x);
      pixels[i * 4 + 3] = cover.holds(rows.x + x, rows.y + y) ? alpha[i] : T(0);
    }
}

// Pixels in another format, by way of floating point: straight from 8-bit sRGB into another space's integers
// babl garbles them (seen in 0.1.114), and 8-bit values survive the way unchanged. alpha may be nullptr.
template <typename T>
void convert(GeglBuffer* from, GeglBuffer* alpha, const Cover& cover, const Colours& colours,
             GeglBuffer* to) {
  constexpr const char* type = sizeof(T) == sizeof(double) ? "double" : "float";
  const std::string name = std::string("R'G'B'A ") + type;
  const Babl* own = babl_format_with_space(name.c_str(), gegl_buffer_get_format(to));
  const Babl* written = colours.known_to_babl() ? own : colours.own();
  const GeglRectangle all = *gegl_buffer_get_extent(to);
  std::vector<T> pixels(static_cast<std::size_t>(all.width) * band * 4), alphas;
  if (alpha)
    alphas.resize(static_cast<std::size_t>(all.width) * band);
  for_bands(all, [&](const GeglRectangle& rows) {
    gegl_buffer_get(from, &rows, 1.0, own, pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    if (alpha) {
      gegl_buffer_get(alpha, &rows, 1.0, babl_format((std::string("A ") + type).c_str()), alphas.data(),
                      GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_CLAMP);
      take_alpha(pixels, alphas, rows, cover);
    }
    if constexpr (sizeof(T) == sizeof(double))
      colours.from_srgb(pixels.data(),
                        static_cast<std::size_t>(rows.width) * static_cast<std::size_t>(rows.height));
    gegl_buffer_set(to, &rows, 0, written, pixels.data(), GEGL_AUTO_ROWSTRIDE);
  });
}

// Whether these pixels are wanted just as they are: nothing is to be converted, and none is missing.
bool fits_as_it_is(GeglBuffer* placed, const GeglRectangle& room, const Babl* format) {
  const Babl* own = gegl_buffer_get_format(placed);
  const auto with_space = [own](const char* encoding) {
    return babl_format_with_space(encoding, babl_format_get_space(own));
  };
  return gegl_rectangle_contains(gegl_buffer_get_extent(placed), &room) &&
         format == with_space("R'G'B'A u8") && (own == format || own == with_space("R'G'B' u8"));
}

// The first time babl looks for the best way, which would keep the main loop waiting.
void get_ready_to_copy(GeglBuffer* from, const Babl* format) {
  const guint8 pixel[4] = {};
  guint8 out[4];
  babl_process(babl_fish(gegl_buffer_get_format(from), format), pixel, out, 1);
}

// How the area's own pixels become those of the room.
Scaling into_room(const Setting& setting, const GeglRectangle& room) {
  const double scale = double(room.width) / setting.area.width;
  return {scale, room.x - setting.area.x * scale, room.y - setting.area.y * scale};
}

}  // namespace

Ref<GeglBuffer> alpha_of(GeglBuffer* pixels, const GeglRectangle& area) {
  const Babl* format = gegl_buffer_get_format(pixels);
  if (!babl_format_has_alpha(format))
    return {};
  const Babl* type = babl_format_is_palette(format) ? babl_type("u8") : babl_format_get_type(format, 0);
  auto alpha = new_buffer(area, babl_format((std::string("A ") + babl_get_name(type)).c_str()));
  bool opaque = true;
  std::vector<double> values(static_cast<std::size_t>(area.width) * band);
  for_bands(area, [&](const GeglRectangle& rows) {
    const std::size_t n = static_cast<std::size_t>(rows.width) * static_cast<std::size_t>(rows.height);
    gegl_buffer_get(pixels, &rows, 1.0, babl_format("A double"), values.data(), GEGL_AUTO_ROWSTRIDE,
                    GEGL_ABYSS_CLAMP);
    opaque = opaque &&
             std::all_of(values.begin(), values.begin() + std::ptrdiff_t(n), [](double a) { return a >= 1; });
    gegl_buffer_set(alpha.get(), &rows, 0, babl_format("A double"), values.data(), GEGL_AUTO_ROWSTRIDE);
  });
  return opaque ? Ref<GeglBuffer>() : alpha;
}

Ref<GeglBuffer> shape_mask(GeglBuffer* selection, const Edge& edge, const GeglRectangle& area) {
  const Babl* format = gegl_buffer_get_format(selection);
  auto mask = new_buffer(area, format);
  if (edge.reach() == 0) {
    gegl_buffer_copy(selection, &area, GEGL_ABYSS_NONE, mask.get(), &area);
    return mask;
  }
  const auto wide = widened(selection, edge);
  const Babl* values = babl_format("Y float");
  std::vector<float> row(static_cast<std::size_t>(area.width) * band), limit(row.size());
  for_bands(area, [&](const GeglRectangle& rows) {
    gegl_buffer_get(wide.get(), &rows, 1.0, values, row.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    if (edge.clip) {
      gegl_buffer_get(selection, &rows, 1.0, values, limit.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      std::transform(row.begin(), row.end(), limit.begin(), row.begin(),
                     [](float a, float b) { return std::min(a, b); });
    }
    gegl_buffer_set(mask.get(), &rows, 0, values, row.data(), GEGL_AUTO_ROWSTRIDE);
  });
  return mask;
}

Fitting fitting_of(const Setting& setting, int width, int height) {
  const Fit fit = fit_answer(setting.frame, width, height),
            centred = centre_answer(setting.frame, width, height);
  if (setting.size == SizeRule::own)
    return {centred, {int(centred.x), int(centred.y), width, height}};
  if (setting.size == SizeRule::larger && fit.scale < 1)
    return {centred, enlarged(setting.area, fit, centred)};
  return {fit, setting.area};
}

Ref<GeglBuffer> fit_pixels(GeglBuffer* answer, const Setting& setting, const Babl* format) {
  const GeglRectangle extent = *gegl_buffer_get_extent(answer);
  const auto [fit, room] = fitting_of(setting, extent.width, extent.height);
  const Cover cover{fit.x, fit.y, fit.x + extent.width * fit.scale, fit.y + extent.height * fit.scale};
  Ref<GeglBuffer> placed;
  if (fit.exact) {
    placed = moved(answer, int(fit.x) - extent.x, int(fit.y) - extent.y);
  } else {
    placed = new_buffer(room, babl_format("RaGaBaA float"));
    resample(answer, {fit.scale, fit.x, fit.y}, placed.get());
  }
  Ref<GeglBuffer> alpha = setting.alpha;
  if (alpha && room.width != setting.area.width) {
    alpha = new_buffer(room, babl_format("A float"));
    resample(setting.alpha.get(), into_room(setting, room), alpha.get());
  }
  if (!alpha && setting.colours.known_to_babl() && fits_as_it_is(placed.get(), room, format)) {
    get_ready_to_copy(placed.get(), format);
    const auto part = Ref<GeglBuffer>::adopt(gegl_buffer_create_sub_buffer(placed.get(), &room));
    return moved(part.get(), -room.x, -room.y);
  }
  auto fitted = new_buffer(room, format);
  if (needs_double(format) || !setting.colours.known_to_babl())
    convert<double>(placed.get(), alpha.get(), cover, setting.colours, fitted.get());
  else
    convert<float>(placed.get(), alpha.get(), cover, setting.colours, fitted.get());
  refine(placed.get(), setting.colours, fitted.get());
  return moved(fitted.get(), -room.x, -room.y);
}

Ref<GeglBuffer> fit_mask(const Setting& setting, const Fitting& fitting, const Babl* format) {
  const GeglRectangle& room = fitting.room;
  if (room.width == setting.area.width && gegl_buffer_get_format(setting.mask.get()) == format)
    return moved(setting.mask.get(), -room.x, -room.y);
  auto mask = new_buffer(room, format);
  resample(setting.mask.get(), into_room(setting, room), mask.get());
  return moved(mask.get(), -room.x, -room.y);
}

}  // namespace seedream::plugin
