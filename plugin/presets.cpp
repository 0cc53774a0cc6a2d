// plugin/presets.cpp - prompts to begin with.
#include "presets.hpp"

#include <glib/gi18n.h>

#include <algorithm>

#include "key-file.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* group_name = "Seedream Preset";
constexpr const char* resource_folder = "/org/seedream/presets/";
constexpr const char* suffix = ".preset";

struct Entry {
  Preset preset;
  int order = 0;
};

std::string local_text_in(GKeyFile* file, const char* key) {
  const CharPtr text(g_key_file_get_locale_string(file, group_name, key, nullptr, nullptr));
  return text ? text.get() : "";
}

bool is_for(GKeyFile* file, const std::string& procedure) {
  const std::unique_ptr<char*, Deleter<g_strfreev>> names(
      g_key_file_get_string_list(file, group_name, "Procedures", nullptr, nullptr));
  return !names || g_strv_contains(names.get(), procedure.c_str());
}

// A file that is none is left out: a menu is no place to complain in.
void add(std::vector<Entry>& entries, const KeyFilePtr& file, const std::string& procedure, bool is_own) {
  Entry entry{{.name = local_text_in(file.get(), "Name"),
               .comment = local_text_in(file.get(), "Comment"),
               .group = text_in(file, group_name, "Group"),
               .prompt = text_in(file, group_name, "Prompt"),
               .is_own = is_own},
              g_key_file_get_integer(file.get(), group_name, "Order", nullptr)};
  if (!entry.preset.name.empty() && !entry.preset.prompt.empty() && is_for(file.get(), procedure))
    entries.push_back(std::move(entry));
}

std::string own_folder() {
  return CharPtr(g_build_filename(g_get_user_data_dir(), "seedream", "presets", nullptr)).get();
}

std::vector<Entry> own_entries(const std::string& procedure) {
  std::vector<Entry> entries;
  const std::unique_ptr<GDir, Deleter<g_dir_close>> folder(g_dir_open(own_folder().c_str(), 0, nullptr));
  while (const char* name = folder ? g_dir_read_name(folder.get()) : nullptr) {
    const KeyFilePtr file(g_key_file_new());
    const CharPtr path(g_build_filename(own_folder().c_str(), name, nullptr));
    if (g_str_has_suffix(name, suffix) && load(file, path.get()))
      add(entries, file, procedure, true);
  }
  std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) {
    return g_utf8_collate(a.preset.name.c_str(), b.preset.name.c_str()) < 0;
  });
  return entries;
}

}  // namespace

std::vector<Preset> presets_for(const std::string& procedure) {
  std::vector<Entry> entries;
  const std::unique_ptr<char*, Deleter<g_strfreev>> names(
      g_resources_enumerate_children(resource_folder, G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
  for (char** name = names.get(); name && *name; ++name) {
    const std::string path = std::string(resource_folder) + *name;
    const Bytes bytes =
        Bytes::adopt(g_resources_lookup_data(path.c_str(), G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
    const KeyFilePtr file(g_key_file_new());
    if (bytes && g_key_file_load_from_bytes(file.get(), bytes.get(), G_KEY_FILE_KEEP_TRANSLATIONS, nullptr))
      add(entries, file, procedure, false);
  }
  std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.order < b.order; });
  std::vector<Preset> presets;
  for (Entry& entry : entries)
    presets.push_back(std::move(entry.preset));
  for (Entry& entry : own_entries(procedure))
    presets.push_back(std::move(entry.preset));
  return presets;
}

Result<Done> save_preset(const std::string& name, const std::string& procedure, const std::string& prompt) {
  const KeyFilePtr file(g_key_file_new());
  g_key_file_set_string(file.get(), group_name, "Name", name.c_str());
  g_key_file_set_string(file.get(), group_name, "Procedures", (procedure + ";").c_str());
  g_key_file_set_string(file.get(), group_name, "Prompt", prompt.c_str());
  gsize size = 0;
  const CharPtr data(g_key_file_to_data(file.get(), &size, nullptr));
  const std::string folder = own_folder();
  if (g_mkdir_with_parents(folder.c_str(), 0700) != 0)
    return make_error(SEEDREAM_ERROR_INVALID, "%s: %s", folder.c_str(), g_strerror(errno));
  const CharPtr base(g_uuid_string_random());  // a name may hold what no file name may
  const auto target = Ref<GFile>::adopt(
      g_file_new_build_filename(folder.c_str(), (std::string(base.get()) + suffix).c_str(), nullptr));
  GError* raw = nullptr;
  if (!g_file_replace_contents(target.get(), data.get(), size, nullptr, FALSE, G_FILE_CREATE_PRIVATE, nullptr,
                               nullptr, &raw))
    return ErrorPtr(raw);
  return Done{};
}

}  // namespace seedream::plugin
