// jobs/address.hpp - which addresses a job may talk to. Pure.
#pragma once
#include <string>

#include "base/http.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace seedream::jobs {

// A service's root as a user writes it, without the slash and API prefix that may stand behind it. Fails
// unless it is https, or http on this machine: a key must not cross a network in the clear.
Result<std::string> read_base_url(const std::string& text, const char* api_prefix);

// What a record keeps of a key, so that it can be known later whether it was this one that went to that root:
// a digest that only who has the key can make, and that tells nobody the key. Empty: there is no key.
std::string mark_of(const Secret& api_key, const std::string& provider, const std::string& base_url);

// Where the service with that root may be: on this machine if its root says so.
Reach reach_of(const std::string& base_url);

// Where a service says that its picture is, and where that may lead. Fails unless it is public https, or where
// the service itself is, which its user has named. What names lead to is for the transport to see.
Result<Reach> check_picture_url(const std::string& url, const std::string& base_url);

// What is said where a service names none.
ErrorPtr no_address();

// Whether somebody else can fetch a picture there. Fails unless it is http or https and written plainly.
Result<Done> check_web_address(const std::string& url);

// A URL with what no URL may hold, but servers write all the same, percent-encoded: { } | ^ ` " < > \\ and
// what is not ASCII. Spaces and controls stay, for check_picture_url() to refuse.
std::string percent_encode_odd(const std::string& url);

// An absolute URL for a redirect's target.
Result<std::string> follow(const std::string& url, const std::string& location);

}  // namespace seedream::jobs
