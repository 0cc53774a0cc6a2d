// sandbox/modelark-order.cpp - reads an order as ModelArk does: to the letter.
#include "sandbox/modelark-order.hpp"

#include "sandbox/order.hpp"

namespace seedream::sandbox::modelark {
namespace {

using wire::Json;
using Verdict = std::optional<Complaint>;

constexpr unsigned max_pictures = 15;  // references and outputs together

Complaint wrong(const char* param, const std::string& message) {
  return {.param = param, .message = message};
}

Complaint missing(const char* param) {
  return {.code = "MissingParameter", .param = param, .message = format("%s is required", param)};
}

// Anything in an object that is not one of these is refused by its name.
Verdict read_members(Json object, const std::string& path, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.members())
    if (!is_one_of(name, known))
      return Complaint{.param = path + name,
                       .message = format("%s%s is not supported", path.c_str(), name.c_str())};
  return std::nullopt;
}

Verdict read_boolean(Json body, const char* name, bool& value) {
  if (const Json member = body.at(name)) {
    if (!member.boolean())
      return wrong(name, "must be true or false");
    value = *member.boolean();
  }
  return std::nullopt;
}

Verdict read_model(Json body, Order& order) {
  if (!body.at("model"))
    return missing("model");
  order.model_id = word(body, "model", "");
  order.model = find_model(order.model_id);
  if (!order.model)
    return Complaint{.status = 404,
                     .code = "InvalidEndpointOrModel.NotFound",
                     .param = "model",
                     .message = "The model or endpoint does not exist or you do not have access to it"};
  return std::nullopt;
}

Verdict read_names(Json body, Order& order) {
  const Model& model = *order.model;
  for (const auto& [name, taken] :
       {std::pair("output_format", model.picks_format), {"tools", model.searches_web}})
    if (!taken && body.at(name))
      return wrong(name, "is not supported by this model");
  return read_members(body, "",
                      {"model", "prompt", "image", "size", "sequential_image_generation",
                       "sequential_image_generation_options", "stream", "response_format", "output_format",
                       "watermark", "optimize_prompt_options", "tools"});
}

Verdict read_prompt(Json body, Order& order) {
  if (!body.at("prompt"))
    return missing("prompt");
  order.commission.prompt = word(body, "prompt", "");
  if (order.commission.prompt.empty() || !body.at("prompt").is_string())
    return wrong("prompt", "must be a text that is not empty");
  return std::nullopt;
}

bool is_image_address(const std::string& url) {
  if (!url.starts_with("data:"))
    return !url.empty();
  const auto begin = url.find('/'), end = url.find(';');
  if (!url.starts_with("data:image/") || end == std::string::npos)
    return false;
  return is_one_of(std::string_view(url).substr(begin + 1, end - begin - 1),
                   {"jpeg", "png", "webp", "bmp", "tiff", "gif", "heic", "heif"});
}

Verdict read_images(Json body, Order& order) {
  const Json image = body.at("image");
  if (!image)
    return std::nullopt;
  const auto urls = image.is_string() ? std::vector{*image.text()} : texts(image);
  if (!urls)
    return wrong("image", "must be a string or an array of strings");
  if (urls->size() > order.model->max_inputs)
    return wrong("image", format("has more than %zu images", order.model->max_inputs));
  for (const std::string& url : *urls)
    if (!is_image_address(url))
      return wrong(
          "image",
          "must be a URL, or data:image/<format>;base64,<data> with the format's name in lower case");
  order.commission.inputs = *urls;
  order.commission.rules = {.min_side = 15, .max_ratio = 16};
  return std::nullopt;
}

Verdict read_size(Json body, Order& order) {
  const Model& model = *order.model;
  const std::string text = word(body, "size", "2048x2048");
  if (model.has_tier(text)) {
    order.commission.size = *size_of_tier(text);
    return std::nullopt;
  }
  const auto pixels = size_of_pixels(text);
  if (!pixels)
    return wrong("size", "is neither a size that this model knows nor WIDTHxHEIGHT");
  if (!model.draws(*pixels))
    return wrong("size", format("must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                                " pixels and a ratio from 1/16 to 16",
                                model.min_pixels, model.max_pixels));
  order.commission.size = *pixels;
  return std::nullopt;
}

Verdict read_group(Json body, Order& order) {
  constexpr const char* options_name = "sequential_image_generation_options";
  const std::string mode = word(body, "sequential_image_generation", "disabled");
  const bool group = mode == "auto";
  if (!is_one_of(mode, {"auto", "disabled"}))
    return wrong("sequential_image_generation", "must be auto or disabled");
  if (group && !order.model->draws_groups)
    return wrong("sequential_image_generation", "auto is not supported by this model");
  const Json options = body.at(options_name);
  if (options && (!options.is_object() || !group))
    return wrong(options_name, "must be an object, beside sequential_image_generation auto");
  if (auto verdict = read_members(options, std::string(options_name) + ".", {"max_images"}))
    return verdict;
  if (!group)
    return std::nullopt;
  const auto left = max_pictures - unsigned(order.commission.inputs.size());
  const auto count = whole_number(options, "max_images", left, 1, left);
  if (!count)
    return wrong("sequential_image_generation_options.max_images",
                 "must be 1 to 15, and no more than 15 together with the images");
  order.commission.count = *count;
  return std::nullopt;
}

Verdict read_optimizing(Json body, Order& order) {
  const Json options = body.at("optimize_prompt_options");
  if (options && !options.is_object())
    return wrong("optimize_prompt_options", "must be an object");
  if (auto verdict = read_members(options, "optimize_prompt_options.", {"mode", "thinking"}))
    return verdict;
  const std::string mode = word(options, "mode", "standard");
  if (mode != "standard" && !(mode == "fast" && order.model->optimizes_fast))
    return wrong("optimize_prompt_options.mode", "is not supported by this model");
  return std::nullopt;
}

Verdict read_tools(Json body, Order& order) {
  const Json tools = body.at("tools");
  if (tools && !tools.is_array())
    return wrong("tools", "must be an array");
  for (const Json tool : tools.items())
    if (word(tool, "type", "") != "web_search")
      return wrong("tools", "must be of the type web_search");
  order.searches_web = !tools.items().empty();
  return std::nullopt;
}

Verdict read_answer(Json body, Order& order) {
  const std::string format = word(body, "response_format", "url");
  if (!is_one_of(format, {"url", "b64_json"}))
    return wrong("response_format", "must be url or b64_json");
  order.base64 = format == "b64_json";
  order.commission.format = word(body, "output_format", std::string(order.model->usual_format).c_str());
  if (!is_one_of(order.commission.format, {"png", "jpeg"}))
    return wrong("output_format", "must be png or jpeg");
  order.commission.watermark = true;
  if (auto verdict = read_boolean(body, "watermark", order.commission.watermark))
    return verdict;
  if (auto verdict = read_boolean(body, "stream", order.stream))
    return verdict;
  if (order.stream && !order.model->streams)
    return wrong("stream", "is not supported by this model");
  return std::nullopt;
}

}  // namespace

Verdict read_order(Json body, Order& order) {
  for (const auto read : {read_model, read_names, read_prompt, read_images, read_size, read_group,
                          read_optimizing, read_tools, read_answer})
    if (auto verdict = read(body, order))
      return verdict;
  return std::nullopt;
}

}  // namespace seedream::sandbox::modelark
