// plugin/settings.cpp - what the user has set up once.
#include "settings.hpp"

#include <libgimp/gimp.h>

#include "key-file.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* main_group = "seedream";
constexpr const char* url_group = "base-urls";

std::string path() {
  return CharPtr(g_build_filename(gimp_directory(), "seedream.ini", nullptr)).get();
}

Settings read() {
  const KeyFilePtr file(g_key_file_new());
  Settings read;
  if (!load(file, path()))
    return read;
  read.provider = text_in(file, main_group, "provider");
  read.model = text_in(file, main_group, "model");
  if (const std::string size = text_in(file, main_group, "size"); !size.empty())
    read.size = size;
  read.opens_images = g_key_file_get_boolean(file.get(), main_group, "opens-images", nullptr) != FALSE;
  read.originals = text_in(file, main_group, "originals");
  const std::unique_ptr<char*, Deleter<g_strfreev>> ids(
      g_key_file_get_keys(file.get(), url_group, nullptr, nullptr));
  for (char** id = ids.get(); id && *id; ++id)
    read.base_urls[*id] = text_in(file, url_group, *id);
  return read;
}

Settings& current() {
  static Settings read_once = read();
  return read_once;
}

}  // namespace

const Settings& settings() {
  return current();
}

Result<Done> change_settings(Settings changed) {
  const KeyFilePtr file(g_key_file_new());
  g_key_file_set_string(file.get(), main_group, "provider", changed.provider.c_str());
  g_key_file_set_string(file.get(), main_group, "model", changed.model.c_str());
  g_key_file_set_string(file.get(), main_group, "size", changed.size.c_str());
  g_key_file_set_boolean(file.get(), main_group, "opens-images", changed.opens_images);
  g_key_file_set_string(file.get(), main_group, "originals", changed.originals.c_str());
  for (const auto& [id, url] : changed.base_urls)
    if (!url.empty())
      g_key_file_set_string(file.get(), url_group, id.c_str(), url.c_str());
  GError* raw = nullptr;
  gsize size = 0;
  const CharPtr data(g_key_file_to_data(file.get(), &size, nullptr));
  if (!g_file_set_contents_full(path().c_str(), data.get(), gssize(size), G_FILE_SET_CONTENTS_CONSISTENT,
                                0600, &raw))
    return ErrorPtr(raw);
  current() = std::move(changed);
  return Done{};
}

SeedreamProvider* usual_provider() {
  const char* said = g_getenv("SEEDREAM_PROVIDER");
  SeedreamProvider* provider = said ? seedream_provider_lookup(said) : nullptr;
  if (!provider)
    provider = seedream_provider_lookup(settings().provider.c_str());
  gsize n = 0;
  return provider ? provider : seedream_provider_list(&n)[0];
}

Result<Ref<SeedreamClient>> new_client(SeedreamProvider* provider) {
  GError* raw = nullptr;
  const char* id = seedream_provider_get_id(provider);
  auto client = Ref<SeedreamClient>::adopt(seedream_client_new(id, &raw));
  if (!client)
    return ErrorPtr(raw);
  const auto url = settings().base_urls.find(id);
  if (url != settings().base_urls.end() && !g_getenv(seedream_provider_get_base_url_variable(provider)))
    seedream_client_set_base_url(client.get(), url->second.c_str());
  return client;
}

}  // namespace seedream::plugin
