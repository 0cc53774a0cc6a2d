// plugin/arguments.hpp - the arguments that all procedures have, and how any argument is read. The config is
// the only copy of the settings.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

#include <string>
#include <vector>

#include "pixels.hpp"

namespace seedream::plugin {

std::string text_of(GimpProcedureConfig* config, const char* property);
int number_of(GimpProcedureConfig* config, const char* property);
bool is_on(GimpProcedureConfig* config, const char* property);

// prompt, provider, model, count, size, seed, native-size.
void add_common_arguments(GimpProcedure* procedure);
// destination: a layer of the image, or a new image.
void add_destination(GimpProcedure* procedure);
bool wants_new_image(GimpProcedureConfig* config);

// What native-size says.
SizeRule size_rule_of(GimpProcedureConfig* config);

// Which service the config means: its own choice, else the usual one.
SeedreamProvider* provider_of(GimpProcedureConfig* config);
// The model that is asked for, as that service offers it. What is not known is taken for the recommended one
// until the service has judged.
Ref<SeedreamModel> model_of(GimpProcedureConfig* config);

// The size that is asked for, in words: its own, else the settings'.
std::string size_of(GimpProcedureConfig* config);

// The frame of that many pixels or a little more that the model can draw, and the name to ask for it with.
struct Planned {
  std::string size;
  int width = 0, height = 0;  // pixels
};
Planned plan(GimpProcedureConfig* config, int width, int height);

// The request that the arguments describe.
Ref<SeedreamRequest> request_of(GimpProcedureConfig* config, SeedreamOperation operation,
                                const std::string& size);

// What procedures that make layers return: the layers and the jobs' ids.
void add_return_values(GimpProcedure* procedure);
void return_layers(GimpValueArray* values, const std::vector<GimpLayer*>& layers, const std::string& job_ids);

// A text without its line breaks, and without what is blank around it.
std::string on_one_line(const std::string& text);

// A layer's name: the beginning of the prompt, on one line.
std::string layer_name(const std::string& prompt);

}  // namespace seedream::plugin
