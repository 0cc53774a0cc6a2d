// sandbox/options.cpp - what the command line says.
#include "sandbox/options.hpp"

#include "sandbox/faults.hpp"

namespace seedream::sandbox {
namespace {

std::string text(CharPtr p) {
  return p ? p.get() : "";
}

}  // namespace

Result<Options> read_options(int argc, char** argv) {
  Options o;
  int port = 0, latency = int(o.latency_ms), job = int(o.job_ms);
  gboolean list = FALSE, until_eof = FALSE, version = FALSE;
  char *key = nullptr, *picture = nullptr, *log = nullptr, **faults = nullptr;
  const GOptionEntry entries[] = {
      {"port", 0, 0, G_OPTION_ARG_INT, &port, "Listen on this port of 127.0.0.1 (default: a free one)", "N"},
      {"latency-ms", 0, 0, G_OPTION_ARG_INT, &latency, "Delay every API answer", "N"},
      {"job-ms", 0, 0, G_OPTION_ARG_INT, &job, "Let a job take so long (default: 600)", "N"},
      {"api-key", 0, 0, G_OPTION_ARG_STRING, &key, "Accept this key only (default: any)", "KEY"},
      {"picture", 0, 0, G_OPTION_ARG_FILENAME, &picture, "What to answer with (default: draw)",
       "draw|echo|FILE"},
      {"fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &faults, "Spoil every request, or the first COUNT",
       "NAME[=VALUE][@WHERE][:COUNT]"},
      {"list-faults", 0, 0, G_OPTION_ARG_NONE, &list, "List the faults and leave", nullptr},
      {"log", 0, 0, G_OPTION_ARG_FILENAME, &log, "Write a line of JSON per request", "FILE"},
      {"until-eof", 0, 0, G_OPTION_ARG_NONE, &until_eof, "End when standard input ends", nullptr},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and leave", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  std::unique_ptr<GOptionContext, Deleter<g_option_context_free>> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(),
                               "An offline stand-in for the services that draw with Seedream.");
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* raw = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &raw);
  const ErrorPtr error(raw);
  o.api_key = text(CharPtr(key));
  if (picture)
    o.picture = picture;
  g_free(picture);
  o.log = text(CharPtr(log));
  const std::unique_ptr<char*, Deleter<g_strfreev>> fault_list(faults);
  for (char** fault = faults; fault && *fault; ++fault)
    o.faults.emplace_back(*fault);

  if (!parsed)
    return make_error(SEEDREAM_ERROR_INVALID, "%s", error->message);
  if (argc > 1)
    return make_error(SEEDREAM_ERROR_INVALID, "“%s” is not an option", argv[1]);
  if (port < 0 || port > 65535 || latency < 0 || job < 0)
    return make_error(SEEDREAM_ERROR_INVALID, "A port is 0 to 65535, and times are not negative");
  for (const std::string& fault : o.faults)
    if (!is_fault(fault))
      return make_error(SEEDREAM_ERROR_INVALID, "There is no fault “%s”; --list-faults names them",
                        fault.c_str());
  if (o.picture != "draw" && o.picture != "echo") {
    char* data = nullptr;
    gsize size = 0;
    if (!g_file_get_contents(o.picture.c_str(), &data, &size, nullptr))
      return make_error(SEEDREAM_ERROR_INVALID, "Cannot read %s", o.picture.c_str());
    o.picture_bytes = Bytes::adopt(g_bytes_new_take(data, size));
  }
  o.port = unsigned(port);
  o.latency_ms = unsigned(latency);
  o.job_ms = unsigned(job);
  o.list_faults = list;
  o.until_eof = until_eof;
  o.version = version;
  return o;
}

}  // namespace seedream::sandbox
