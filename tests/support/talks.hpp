// support/talks.hpp - talks with a service that is not there: requests, answers, and what an adapter makes of
// them.
#pragma once
#include <string>
#include <vector>

#include "providers/provider.hpp"
#include "wire/json.hpp"

namespace seedream::test {

// What the files in data/models say: each service's models, the recommended one first. Whatever the user who
// runs the tests has in his own folders does not count.
const Offers& offers();
// One of them, by our id; empty: the service's first. Ends the test where there is none.
const Model& model_of(std::string_view provider, std::string_view model = "");

// With as many pictures as the operation takes, prepared as the runner hands them on.
Request request_for(SeedreamOperation operation);

// A talk whose create has been sent.
std::unique_ptr<Exchange> opened(std::string_view provider,
                                 const Request& request = request_for(SEEDREAM_OPERATION_GENERATE));

HttpAnswer answer(unsigned status, const std::string& body, Headers headers = {});

// What the adapter makes of an event stream: its beginning, each event, and its end.
Steps hear_stream(Exchange& exchange, std::string_view stream, Headers headers = {});

// The steps as text, one after another: "accepted job-1; queued; ask GET /v1/jobs/job-1 in 50 ms; at URL;
// here 000102; cost 0.04; missing refused; finished; failed refused, free". A failure's price is free, paid
// or unknown; behind it stands "hopeless" where it is.
std::string told(const Steps& steps);

// An answer that lies in a file, .json for a whole one and .sse for a stream, and what an adapter makes of
// it.
struct Reply {
  const char* file;
  const char* told;
  const char* words = "";  // what the failures say among other things
};
void assert_heard(Exchange& exchange, const std::string& folder, const Reply& reply, Headers headers = {});
// By a talk whose create has just been sent.
void assert_heard(std::string_view provider, const std::string& folder, const Reply& reply,
                  Headers headers = {});
// That no file of a folder was forgotten.
void assert_all_heard(const std::string& folder, std::span<const Reply> replies);

// What the failures among them say to people.
std::string words_of(const Steps& steps);

// What goes over the wire.
std::string whole(const Body& body);

// The text of a file, named relative to tests/.
std::string file(const std::string& name);
// The files of a folder, sorted, named likewise.
std::vector<std::string> files_in(const std::string& folder);

// Where one text's JSON differs from another's, members' order aside; empty: nowhere.
std::string json_difference(std::string_view got, std::string_view wanted);

}  // namespace seedream::test
