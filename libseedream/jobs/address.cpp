// jobs/address.cpp - which addresses a job may talk to.
#include "jobs/address.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cstring>

#include "net/reach.hpp"

namespace seedream::jobs {
namespace {

// Signs that no URL may hold, though some servers write them.
constexpr const char* odd_signs = "\"<>\\^`{|}";

// What a URL may be written with. Spaces, controls and the like make one that programs read differently.
bool is_plain(const std::string& url) {
  return std::all_of(url.begin(), url.end(),
                     [](char c) { return c > ' ' && c < 0x7F && !strchr(odd_signs, c); });
}

UriPtr parse(const std::string& url) {
  return UriPtr(is_plain(url) ? g_uri_parse(url.c_str(), G_URI_FLAGS_ENCODED, nullptr) : nullptr);
}

// In lower case and without the dot that may end a full name.
std::string host_of(GUri* uri) {
  const CharPtr lower(g_ascii_strdown(g_uri_get_host(uri), -1));
  std::string host = lower.get();
  if (host.ends_with('.'))
    host.pop_back();
  return host;
}

Ref<GInetAddress> literal(GUri* uri) {
  return Ref<GInetAddress>::adopt(g_inet_address_new_from_string(host_of(uri).c_str()));
}

bool is_loopback(GUri* uri) {
  const std::string host = host_of(uri);
  const auto address = literal(uri);
  return host == "localhost" || host.ends_with(".localhost") || (address && net::is_loopback(address.get()));
}

// "2130706433", "0x7f.1", "127.1": numbers that resolvers take for IPv4 addresses and readers do not.
bool is_disguised(GUri* uri) {
  const std::string host = host_of(uri);
  const std::string last = host.substr(host.rfind('.') + 1);
  const bool number = !last.empty() && (g_ascii_isdigit(last[0]) != 0);
  return number && !literal(uri);
}

// Addresses in somebody's own network, which a service has no business to send us to.
bool is_private(GUri* uri) {
  const auto address = literal(uri);
  return address ? !net::is_public(address.get()) : is_disguised(uri);
}

bool has_scheme(GUri* uri, const char* scheme) {
  return strcmp(g_uri_get_scheme(uri), scheme) == 0;
}

bool is_web(GUri* uri) {
  return uri && g_uri_get_host(uri) && *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) &&
         (has_scheme(uri, "https") || has_scheme(uri, "http"));
}

int port_of(GUri* uri) {
  const int port = g_uri_get_port(uri);
  return port != -1 ? port : has_scheme(uri, "https") ? 443 : 80;
}

// This machine has several names.
bool have_one_origin(GUri* a, GUri* b) {
  const bool one_host = host_of(a) == host_of(b) || (is_loopback(a) && is_loopback(b));
  return one_host && has_scheme(a, g_uri_get_scheme(b)) && port_of(a) == port_of(b);
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

Result<Done> check_web_address(const std::string& url) {
  if (is_web(parse(url).get()))
    return Done{};
  return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no web address of a picture."), url.c_str());
}

std::string percent_encode_odd(const std::string& url) {
  std::string out;
  for (const char c : url) {
    const bool odd = (c & 0x80) || (c && strchr(odd_signs, c));
    out += odd ? format("%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c))) : std::string(1, c);
  }
  return out;
}

std::string mark_of(const Secret& api_key, const std::string& provider, const std::string& base_url) {
  if (api_key.empty())
    return "";
  const std::string& key = api_key.text();
  const std::string where = provider + ' ' + base_url;
  const CharPtr mark(g_compute_hmac_for_string(G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(key.data()),
                                               key.size(), where.data(), gssize(where.size())));
  return mark.get();
}

Reach reach_of(const std::string& base_url) {
  const UriPtr base = parse(base_url);
  return base && is_loopback(base.get()) ? Reach::this_machine : Reach::anywhere;
}

ErrorPtr no_address() {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER,
                    _("The service names an address for its picture that is none."));
}

Result<Reach> check_picture_url(const std::string& url, const std::string& base_url) {
  const UriPtr uri = parse(url), base = parse(base_url);
  if (!is_web(uri.get()))
    return no_address();
  if (base && have_one_origin(uri.get(), base.get()))
    return reach_of(base_url);
  if (is_loopback(uri.get()) || is_private(uri.get()))
    return make_error(
        SEEDREAM_ERROR_BAD_ANSWER,
        _("The service names an address inside your own network for its picture; it was not followed."));
  if (!has_scheme(uri.get(), "https"))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER,
                      _("The service names an unencrypted address for its picture; it was not followed."));
  return Reach::public_only;
}

Result<std::string> follow(const std::string& url, const std::string& location) {
  CharPtr target(g_uri_resolve_relative(url.c_str(), location.c_str(), G_URI_FLAGS_ENCODED, nullptr));
  if (!target)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The picture's address leads nowhere."));
  return std::string(target.get());
}

}  // namespace seedream::jobs
