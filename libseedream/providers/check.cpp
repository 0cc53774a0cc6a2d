// providers/check.cpp - whether a service can do what a request asks.
#include "providers/check.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "providers/size.hpp"

namespace seedream {
namespace {

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

ErrorPtr check_count_of_images(const Model& model, const Request& request) {
  const auto n = unsigned(request.images.size());
  const SeedreamOperation operation = request.operation;
  if (operation == SEEDREAM_OPERATION_GENERATE && n != 0)
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("Generating takes no pictures; edit one or compose several."));
  if (operation == SEEDREAM_OPERATION_EDIT && n != 1)
    return make_error(SEEDREAM_ERROR_INVALID, _("Editing takes one picture, not %u."), n);
  if (operation == SEEDREAM_OPERATION_COMPOSE && n < 2)
    return make_error(SEEDREAM_ERROR_INVALID, _("Composing takes two pictures or more, not %u."), n);
  if (n > model.inputs.max_count)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s takes %u pictures at most, not %u."), model.name.c_str(),
                      model.inputs.max_count, n);
  return nullptr;
}

// Everything else about a picture can be made to fit without changing what it shows.
ErrorPtr check_shapes(const Model& model, const Request& request) {
  const double most = model.inputs.max_ratio;
  for (std::size_t i = 0; i < request.images.size(); ++i) {
    const Pixels image = request.images[i];
    if (image.width && (image.ratio() > most || image.ratio() < 1 / most))
      return make_error(SEEDREAM_ERROR_INVALID,
                        _("Image %zu is %d×%d; %s takes shapes from 1:%g to %g:1. Crop or pad it."), i + 1,
                        image.width, image.height, model.name.c_str(), most, most);
  }
  return nullptr;
}

ErrorPtr check_count(const Model& model, const Request& request) {
  if (request.count < 1 || request.count > model.max_count)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s draws 1 to %u pictures at once here, not %u."),
                      model.name.c_str(), model.max_count, request.count);
  if (request.group && !model.draws_groups)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s draws no groups of pictures here."), model.name.c_str());
  // The limit of a group counts what goes in, too.
  const std::size_t all = request.images.size() + request.count;
  if (model.draws_groups && request.count > 1 && all > model.max_per_request)
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("%s counts input pictures and drawn ones together, %u at most, not %zu."),
                      model.name.c_str(), model.max_per_request, all);
  return nullptr;
}

ErrorPtr check_quality(const Provider& provider, const Model& model, const std::string& quality) {
  const auto& known = model.qualities;
  if (quality.empty() || std::find(known.begin(), known.end(), quality) != known.end())
    return nullptr;
  if (known.empty())
    return make_error(SEEDREAM_ERROR_INVALID, _("%s takes no quality for %s."), provider.name,
                      model.name.c_str());
  std::string all;
  for (const std::string& each : known)
    all += (all.empty() ? "" : ", ") + each;
  return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no quality of %s; it knows %s."), quality.c_str(),
                    provider.name, all.c_str());
}

// A wish that a service cannot meet is told afterwards; a word that means nothing is an error.
ErrorPtr check_format(const std::string& format) {
  const bool known = format.empty() || format == "png" || format == "jpeg" || format == "webp";
  return known ? nullptr
               : make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no format; it is png, jpeg or webp."),
                            format.c_str());
}

}  // namespace

Result<Done> check_request(const Provider& provider, const Model& model, const Request& request) {
  if (is_blank(request.prompt))
    return make_error(SEEDREAM_ERROR_INVALID, _("The prompt is empty; say what to draw."));
  if (!g_utf8_validate(request.prompt.data(), static_cast<gssize>(request.prompt.size()), nullptr))
    return make_error(SEEDREAM_ERROR_INVALID, _("The prompt is not UTF-8 text."));
  if (request.seed && !model.takes_seed)
    return make_error(SEEDREAM_ERROR_INVALID, _("%s takes no seed for %s."), provider.name,
                      model.name.c_str());
  if (auto error = check_count(model, request))
    return error;
  if (auto error = check_count_of_images(model, request))
    return error;
  if (auto error = check_shapes(model, request))
    return error;
  if (auto error = check_quality(provider, model, request.quality))
    return error;
  if (auto error = check_format(request.format))
    return error;
  if (auto size = choose_size(model, request); !size)
    return size.take_error();
  return Done{};
}

}  // namespace seedream
