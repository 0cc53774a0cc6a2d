// jobs/address.cpp - which addresses a job may talk to.
#include "jobs/address.hpp"

#include <glib/gi18n-lib.h>

#include <cstring>

namespace seedream::jobs {
namespace {

UriPtr parse(const std::string& url) {
  return UriPtr(g_uri_parse(url.c_str(), G_URI_FLAGS_ENCODED, nullptr));
}

Ref<GInetAddress> literal(const char* host) {
  return Ref<GInetAddress>::adopt(g_inet_address_new_from_string(host));
}

bool is_loopback(GUri* uri) {
  const char* host = g_uri_get_host(uri);
  const auto address = literal(host);
  return strcmp(host, "localhost") == 0 || (address && g_inet_address_get_is_loopback(address.get()));
}

// Addresses in somebody's own network, which a service has no business to send us to.
bool is_private(GUri* uri) {
  const auto address = literal(g_uri_get_host(uri));
  if (!address)
    return false;
  GInetAddress* a = address.get();
  const guint8* bytes = g_inet_address_to_bytes(a);
  const bool unique_local = g_inet_address_get_family(a) == G_SOCKET_FAMILY_IPV6 && (bytes[0] & 0xFE) == 0xFC;
  return unique_local || g_inet_address_get_is_any(a) || g_inet_address_get_is_loopback(a) ||
         g_inet_address_get_is_link_local(a) || g_inet_address_get_is_site_local(a) ||
         g_inet_address_get_is_multicast(a);
}

bool has_scheme(GUri* uri, const char* scheme) {
  return strcmp(g_uri_get_scheme(uri), scheme) == 0;
}

bool is_web(GUri* uri) {
  return uri && g_uri_get_host(uri) && *g_uri_get_host(uri) &&
         (has_scheme(uri, "https") || has_scheme(uri, "http"));
}

}  // namespace

Result<std::string> read_base_url(const std::string& text, const char* api_prefix) {
  std::string root = text;
  while (root.ends_with('/'))
    root.pop_back();
  if (api_prefix && root.ends_with(api_prefix))
    root.erase(root.size() - strlen(api_prefix));
  while (root.ends_with('/'))
    root.pop_back();
  const UriPtr uri = parse(root);
  if (!is_web(uri.get()) || g_uri_get_query(uri.get()) || g_uri_get_fragment(uri.get()))
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no base URL; write it like https://example.org."),
                      text.c_str());
  if (has_scheme(uri.get(), "http") && !is_loopback(uri.get()))
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("“%s” would send the key unencrypted; use https (http is for this machine only)."),
                      text.c_str());
  return root;
}

Result<Done> check_picture_url(const std::string& url, const std::string& base_url) {
  const UriPtr uri = parse(url), base = parse(base_url);
  if (!is_web(uri.get()))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER,
                      _("The service names an address for its picture that is none."));
  if (is_loopback(uri.get()) && is_loopback(base.get()))
    return Done{};
  if (is_loopback(uri.get()) || is_private(uri.get()))
    return make_error(
        SEEDREAM_ERROR_BAD_ANSWER,
        _("The service names an address inside your own network for its picture; it was not followed."));
  if (!has_scheme(uri.get(), "https"))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER,
                      _("The service names an unencrypted address for its picture; it was not followed."));
  return Done{};
}

Result<std::string> follow(const std::string& url, const std::string& location) {
  CharPtr target(g_uri_resolve_relative(url.c_str(), location.c_str(), G_URI_FLAGS_ENCODED, nullptr));
  if (!target)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The picture's address leads nowhere."));
  return std::string(target.get());
}

}  // namespace seedream::jobs
