// test-transport.cpp - HTTP calls: what is sent, what comes back and how, how long each step may take, and
// whether a call that failed can have been heard.
#include "net/transport.hpp"

#include <algorithm>

#include "base/timer.hpp"
#include "support/check.hpp"
#include "support/fake-service.h"
#include "support/no-names.h"
#include "support/pictures.hpp"
#include "support/suite.h"
#include "wire/json.hpp"

using namespace seedream;
using namespace seedream::net;
using namespace std::chrono_literals;

namespace {

constexpr const char* path = "/api";
constexpr std::size_t no_limit = 1 << 30;
FakeService* service;

void setup() {
  service = fake_service_new();
}

void teardown() {
  fake_service_free(service);
}

std::string url() {
  return std::string(fake_service_get_url(service)) + path;
}

// Everything that a call told.
struct Heard {
  std::string order;  // a letter each: u, d (at most one in a row), b, p (likewise), a, f
  HttpAnswer head, answer;
  std::string pieces;
  std::vector<std::pair<guint64, guint64>> uploaded, downloaded;
  HttpFailure failure;
  bool done = false;

  void note(char what) {
    if (order.empty() || order.back() != what)
      order += what;
  }
  std::string message() const { return failure.error ? failure.error->message : ""; }
};

Listener listener(Heard* heard, bool in_pieces = false) {
  Listener all{.uploaded =
                   [heard](guint64 sent, guint64 total) {
                     heard->note('u');
                     heard->uploaded.emplace_back(sent, total);
                   },
               .downloaded =
                   [heard](guint64 received, guint64 total) {
                     heard->note('d');
                     heard->downloaded.emplace_back(received, total);
                   },
               .answered =
                   [heard](HttpAnswer answer) {
                     heard->note('a');
                     heard->answer = std::move(answer);
                     heard->done = true;
                   },
               .failed =
                   [heard](HttpFailure failure) {
                     heard->note('f');
                     heard->failure = std::move(failure);
                     heard->done = true;
                   }};
  if (in_pieces) {
    all.began = [heard](HttpAnswer head) {
      heard->note('b');
      heard->head = std::move(head);
    };
    all.piece = [heard](Bytes piece) {
      heard->note('p');
      heard->pieces += text_of(piece);
    };
  }
  return all;
}

HttpCall post(std::string body) {
  return {.method = "POST", .url = url(), .body = Bytes::of(std::move(body)), .body_type = "text/x-test"};
}

struct Terms {
  Patience patience{};
  std::size_t max_bytes = no_limit;
  bool in_pieces = false;
};

Heard heard_of(const HttpCall& call, const Terms& terms = {}) {
  Transport transport(terms.patience);
  Heard heard;
  const Flight flight = transport.send(call, terms.max_bytes, listener(&heard, terms.in_pieces));
  while (!heard.done)
    g_main_context_iteration(nullptr, TRUE);
  return heard;
}

void assert_failed_after(const Heard& heard, bool never_sent, const char* words) {
  ck_assert_msg(heard.order.ends_with('f'), "it was “%s”", heard.order.c_str());
  ck_assert(g_error_matches(heard.failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE));
  ck_assert_msg(heard.failure.never_sent == never_sent, "%s", heard.failure.error->message);
  ck_assert_msg(heard.message().find(words) != std::string::npos, "%s", heard.failure.error->message);
}

// A server that reads nothing. It says something to whoever comes, or only takes the connection.
class DeafServer {
 public:
  explicit DeafServer(const char* words = nullptr)
      : words_(words), listener_(Ref<GSocketListener>::adopt(g_socket_listener_new())) {
    port_ = g_socket_listener_add_any_inet_port(listener_.get(), nullptr, nullptr);
    if (words_)
      g_socket_listener_accept_async(listener_.get(), nullptr, on_accepted, this);
  }
  // What is under way when the server goes still ends.
  ~DeafServer() {
    g_socket_listener_close(listener_.get());
    while (g_main_context_iteration(nullptr, FALSE))
      ;
  }
  HttpCall call(const char* scheme, std::string body) const {
    return {.method = "POST",
            .url = format("%s://127.0.0.1:%d/", scheme, port_),
            .body = Bytes::of(std::move(body)),
            .body_type = "text/x-test"};
  }

 private:
  static void on_accepted(GObject*, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<DeafServer*>(data);
    auto connection = Ref<GSocketConnection>::adopt(
        g_socket_listener_accept_finish(self->listener_.get(), result, nullptr, nullptr));
    if (connection)
      g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection.get())), self->words_,
                                strlen(self->words_), nullptr, nullptr, nullptr);
  }

  const char* const words_;
  Ref<GSocketListener> listener_;
  int port_ = 0;
};

}  // namespace

START_TEST(an_answer_brings_its_status_its_headers_and_its_body) {
  fake_service_answer_with(service, path, 418, "X-Generation-Id", "gen-1", "{}");
  const Heard heard = heard_of({.url = url()});
  assert_text_eq(heard.order, "da");
  ck_assert_uint_eq(heard.answer.status, 418);
  ck_assert(!heard.answer.succeeded());
  assert_text_eq(heard.answer.media_type, "application/json");
  assert_text_eq(heard.answer.header("x-generation-id"), "gen-1");
  assert_text_eq(heard.answer.header("x-none"), "");
  assert_text_eq(std::string(heard.answer.text()), "{}");
}
END_TEST

START_TEST(an_empty_answer_has_an_empty_body) {
  fake_service_answer(service, path, 200, nullptr, "");
  const Heard heard = heard_of({.url = url()});
  assert_text_eq(heard.order, "a");
  ck_assert_uint_eq(heard.answer.body.size(), 0);
  assert_text_eq(heard.answer.media_type, "");
}
END_TEST

constexpr struct {
  const char *sent, *read;
} media_types[] = {
    {"text/event-stream; charset=utf-8", "text/event-stream"},
    {"Text/Event-Stream", "text/event-stream"},
    {"application/json;charset=utf-8", "application/json"},
    {"nonsense", "nonsense"},
};

START_TEST(a_media_type_is_read_without_its_parameters) {
  fake_service_answer(service, path, 200, media_types[_i].sent, "x");
  assert_text_eq(heard_of({.url = url()}).answer.media_type, media_types[_i].read);
}
END_TEST

constexpr struct {
  const char* text;
  int seconds;  // -1: it says nothing
} waits[] = {
    {"0", 0},
    {"7", 7},
    {"86400", 86400},
    {"-5", 0},
    {"1e999", -1},
    {"Wed, 21 Oct 2015 07:28:00 GMT", 0},
    {"soon", -1},
    {"", -1},
    {"7.5", -1},
    {"99999999999999999999999", -1},
};

START_TEST(a_wish_for_patience_is_read) {
  fake_service_answer_with(service, path, 429, "Retry-After", waits[_i].text, "{}");
  const auto wait = heard_of({.url = url()}).answer.retry_after;
  ck_assert_int_eq(wait ? int(wait->count()) : -1, waits[_i].seconds);
}
END_TEST

START_TEST(a_date_to_come_is_read_as_the_time_until_then) {
  GDateTime* now = g_date_time_new_now_utc();
  GDateTime* later = g_date_time_add_seconds(now, 90);
  const CharPtr date(g_date_time_format(later, "%a, %d %b %Y %H:%M:%S GMT"));
  g_date_time_unref(later);
  g_date_time_unref(now);
  fake_service_answer_with(service, path, 503, "Retry-After", date.get(), "{}");
  const auto wait = heard_of({.url = url()}).answer.retry_after;
  ck_assert(wait && *wait <= 90s && *wait > 60s);
}
END_TEST

START_TEST(a_call_is_sent_as_it_is_written) {
  fake_service_answer(service, path, 200, nullptr, "");
  HttpCall call = post("some text");
  call.headers = {{"Authorization", "Bearer sk-1"}};
  const Heard heard = heard_of(call);
  const FakeRequest* request = fake_service_request(service, path, 0);
  assert_text_eq(request->method, "POST");
  assert_text_eq(request->content_type, "text/x-test");
  assert_text_eq(request->authorization, "Bearer sk-1");
  assert_text_eq(std::string(text_of(Bytes::share(request->body))), "some text");
  assert_text_eq(heard.order, "ua");
}
END_TEST

START_TEST(an_upload_is_told_to_its_last_byte) {
  fake_service_answer(service, path, 200, nullptr, "");
  const Heard heard = heard_of(post(std::string(3'000'000, 'x')));
  ck_assert(std::is_sorted(heard.uploaded.begin(), heard.uploaded.end()));
  ck_assert_uint_gt(heard.uploaded.size(), 1);
  for (const auto& [sent, total] : heard.uploaded)
    ck_assert(sent <= total && total == 3'000'000);
  ck_assert_uint_eq(heard.uploaded.back().first, 3'000'000);
}
END_TEST

// The simple way: json-glib is given the whole picture as text.
START_TEST(a_picture_arrives_as_if_it_were_written_as_text) {
  fake_service_answer(service, path, 200, nullptr, "");
  const auto noise = test::noise(1'000'001);
  const Bytes picture = Bytes::adopt(g_bytes_new(noise.data(), noise.size()));
  wire::JsonWriter by_parts, simple;
  for (wire::JsonWriter* json : {&by_parts, &simple})
    json->begin_object().text("prompt", "a “pear”\n").begin_array("image");
  const CharPtr text(g_base64_encode(picture.data(), picture.size()));
  for (int i = 0; i < 2; ++i) {
    by_parts.base64("", "data:image/png;base64,", picture);
    simple.text("", std::string("data:image/png;base64,") + text.get());
  }
  for (wire::JsonWriter* json : {&by_parts, &simple})
    json->end_array().boolean("stream", true).end_object();
  HttpCall call = post("");
  call.body = by_parts.finish_body();
  const Heard heard = heard_of(call);
  const std::string wanted = simple.finish();
  ck_assert(text_of(Bytes::share(fake_service_request(service, path, 0)->body)) == wanted);
  ck_assert(heard.uploaded.back() == std::pair(guint64(wanted.size()), guint64(wanted.size())));
}
END_TEST

// What is read here, and not in a thread of its own, is let go of here.
START_TEST(nothing_of_a_body_is_held_once_the_answer_begins) {
  fake_service_answer(service, path, 200, nullptr, "x");
  std::vector<GThread*> freed;
  std::size_t freed_at_beginning = 0;
  const std::string text(100'000, 'x');
  const auto watched = [&](std::size_t size) {
    const auto note = [](gpointer all) {
      static_cast<std::vector<GThread*>*>(all)->push_back(g_thread_self());
    };
    return Bytes::adopt(g_bytes_new_with_free_func(text.data(), size, note, &freed));
  };
  Transport transport;
  Heard heard;
  Listener told = listener(&heard, true);
  told.began = [&](HttpAnswer) { freed_at_beginning = freed.size(); };
  HttpCall call = post("");
  call.body = Body(watched(10)).add_as_base64(watched(text.size())).add(watched(2));
  const Flight flight = transport.send(call, no_limit, std::move(told));
  call = {};
  ck_assert(freed.empty());
  while (!heard.done)
    g_main_context_iteration(nullptr, TRUE);
  ck_assert_uint_eq(freed_at_beginning, 3);
  ck_assert(freed == std::vector<GThread*>(3, g_thread_self()));
}
END_TEST

START_TEST(a_body_that_is_empty_is_sent_all_the_same) {
  fake_service_answer(service, path, 200, nullptr, "x");
  const Heard heard = heard_of(post(""));
  ck_assert(heard.order.ends_with("a"));
  assert_text_eq(fake_service_request(service, path, 0)->content_type, "text/x-test");
}
END_TEST

START_TEST(a_download_of_known_length_is_told_to_its_last_byte) {
  fake_service_answer(service, path, 200, "image/png", std::string(700'000, 'x').c_str());
  const Heard heard = heard_of({.url = url()});
  ck_assert(std::is_sorted(heard.downloaded.begin(), heard.downloaded.end()));
  ck_assert(heard.downloaded.back() == std::pair(guint64(700'000), guint64(700'000)));
}
END_TEST

START_TEST(a_download_of_unknown_length_is_told_without_one) {
  fake_service_begin(service, path, 200, "");
  fake_service_piece(service, path, "abc");
  fake_service_end(service, path);
  const Heard heard = heard_of({.url = url()});
  ck_assert(heard.downloaded.back() == std::pair(guint64(3), guint64(0)));
  assert_text_eq(std::string(heard.answer.text()), "abc");
}
END_TEST

START_TEST(a_success_comes_in_pieces_if_they_are_wanted) {
  fake_service_begin(service, path, 200, "Content-Type: text/event-stream\r\nX-Generation-Id: gen-1\r\n");
  fake_service_piece(service, path, "data: ");
  fake_service_piece(service, path, "1\n\n");
  fake_service_end(service, path);
  const Heard heard = heard_of({.url = url()}, {.in_pieces = true});
  ck_assert_msg(heard.order.starts_with("bp") && heard.order.ends_with("a"), "%s", heard.order.c_str());
  assert_text_eq(heard.head.media_type, "text/event-stream");
  assert_text_eq(heard.head.header("x-generation-id"), "gen-1");
  assert_text_eq(heard.pieces, "data: 1\n\n");
  ck_assert_uint_eq(heard.answer.body.size(), 0);
}
END_TEST

START_TEST(a_piece_is_told_before_the_next_one_is_sent) {
  fake_service_begin(service, path, 200, "");
  fake_service_piece(service, path, "one");
  fake_service_hold(service, path);
  fake_service_piece(service, path, "two");
  fake_service_end(service, path);
  Heard heard;
  Listener told = listener(&heard, true);
  told.piece = [&](Bytes piece) {
    heard.pieces += text_of(piece);
    if (heard.pieces == "one")
      fake_service_go_on(service);
  };
  Transport transport;
  const Flight flight = transport.send({.url = url()}, no_limit, std::move(told));
  while (!heard.done)
    g_main_context_iteration(nullptr, TRUE);
  assert_text_eq(heard.pieces, "onetwo");
}
END_TEST

START_TEST(a_refusal_comes_whole_though_pieces_are_wanted) {
  fake_service_answer(service, path, 400, "application/json", "{\"error\":1}");
  const Heard heard = heard_of({.url = url()}, {.in_pieces = true});
  assert_text_eq(heard.order, "da");
  assert_text_eq(std::string(heard.answer.text()), "{\"error\":1}");
}
END_TEST

START_TEST(a_redirect_is_an_answer_and_not_followed) {
  fake_service_answer_with(service, path, 302, "Location", "/elsewhere", "");
  const Heard heard = heard_of({.url = url()});
  ck_assert_uint_eq(heard.answer.status, 302);
  assert_text_eq(heard.answer.header("location"), "/elsewhere");
  ck_assert_uint_eq(fake_service_count_all(service), 1);
}
END_TEST

// Whole, and in pieces.
START_TEST(an_answer_over_the_limit_is_broken_off) {
  fake_service_answer(service, path, 200, nullptr, std::string(3 << 20, 'x').c_str());
  const Heard heard = heard_of({.url = url()}, {.max_bytes = 2 << 20, .in_pieces = _i == 1});
  ck_assert(heard.order.ends_with("f"));
  ck_assert(g_error_matches(heard.failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
  ck_assert(!heard.failure.never_sent);
  ck_assert_msg(heard.message().find("2 MiB") != std::string::npos, "%s", heard.failure.error->message);
  ck_assert_uint_le(heard.pieces.size(), 2 << 20);
}
END_TEST

START_TEST(an_answer_at_the_limit_is_taken) {
  fake_service_answer(service, path, 200, nullptr, std::string(2 << 20, 'x').c_str());
  const Heard heard = heard_of({.url = url()}, {.max_bytes = 2 << 20, .in_pieces = _i == 1});
  ck_assert(heard.order.ends_with("a"));
}
END_TEST

// 16 MiB of zeros, in 16 kB.
Bytes packed_zeros() {
  auto packer = Ref<GConverter>::adopt(G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9)));
  auto memory = Ref<GOutputStream>::adopt(g_memory_output_stream_new_resizable());
  auto stream = Ref<GOutputStream>::adopt(g_converter_output_stream_new(memory.get(), packer.get()));
  const std::string zeros(16 << 20, '\0');
  ck_assert(g_output_stream_write_all(stream.get(), zeros.data(), zeros.size(), nullptr, nullptr, nullptr));
  ck_assert(g_output_stream_close(stream.get(), nullptr, nullptr));
  return Bytes::adopt(g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory.get())));
}

START_TEST(a_packed_answer_is_measured_unpacked) {
  const Bytes packed = packed_zeros();
  fake_service_answer_whole(service, path, 200, nullptr, "Content-Encoding", "gzip", packed.get());
  const Heard heard = heard_of({.url = url()}, {.max_bytes = 1 << 20});
  ck_assert(heard.order.ends_with("f"));
  ck_assert(g_error_matches(heard.failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
  const Heard whole = heard_of({.url = url()});
  ck_assert_uint_eq(whole.answer.body.size(), 16 << 20);
}
END_TEST

START_TEST(a_refused_connection_was_never_heard) {
  const std::string nowhere = format("http://127.0.0.1:%d/", closed_port());
  assert_failed_after(heard_of({.url = nowhere}), true, "Cannot reach 127.0.0.1");
  assert_failed_after(
      heard_of({.method = "POST", .url = nowhere, .body = Bytes::of("x"), .body_type = "a/b"}), true,
      "Cannot reach 127.0.0.1");
}
END_TEST

START_TEST(a_name_that_nobody_knows_was_never_heard) {
  know_no_names();
  assert_failed_after(heard_of({.url = "https://api.example.org/"}), true, "Cannot reach api.example.org");
  assert_text_eq(last_wanted_name(), "api.example.org");
}
END_TEST

START_TEST(an_address_that_is_none_was_never_heard) {
  const Heard heard = heard_of({.url = "http://%zz/"});
  assert_text_eq(heard.order, "f");
  ck_assert(heard.failure.never_sent);
  ck_assert(g_error_matches(heard.failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}
END_TEST

START_TEST(a_server_that_cannot_secure_the_line_never_heard_the_call) {
  const DeafServer plain("HTTP/1.1 400 Bad Request\r\n\r\n");
  assert_failed_after(heard_of(plain.call("https", "x")), true, "No secure connection to 127.0.0.1");
}
END_TEST

START_TEST(a_line_that_is_not_secured_in_time_never_carried_the_call) {
  const DeafServer deaf;
  assert_failed_after(heard_of(deaf.call("https", "x"), {.patience = {.connect = 50ms}}), true,
                      "cannot be reached in time");
}
END_TEST

// With a body, and without one.
START_TEST(a_silent_server_may_have_heard) {
  fake_service_stall(service, path);
  const HttpCall call = _i == 0 ? HttpCall{.url = url()} : post("x");
  const Heard heard = heard_of(call, {.patience = {.first_byte = 50ms}});
  assert_failed_after(heard, false, "127.0.0.1 did not answer");
  ck_assert_uint_eq(fake_service_count(service, path), 1);
}
END_TEST

START_TEST(a_server_that_falls_silent_is_given_up) {
  fake_service_begin(service, path, 200, "");
  fake_service_piece(service, path, "one");
  fake_service_hold(service, path);
  const Heard heard = heard_of({.url = url()}, {.patience = {.idle = 50ms}, .in_pieces = _i == 1});
  assert_failed_after(heard, false, "fell silent");
  assert_text_eq(heard.pieces, _i == 1 ? "one" : "");
}
END_TEST

// Whoever cannot take more is not told more, for as long as that takes.
START_TEST(what_is_held_is_not_read) {
  const std::string whole(3u << 20, 'x');
  fake_service_answer(service, path, 200, "text/plain", whole.c_str());
  Heard heard;
  Flight flight;
  Listener told = listener(&heard, true);
  told.piece = [&](Bytes piece) {
    heard.pieces += text_of(piece);
    flight.hold();
  };
  Transport transport({.idle = 50ms});
  flight = transport.send({.url = url()}, no_limit, std::move(told));
  while (heard.pieces.empty())
    g_main_context_iteration(nullptr, TRUE);
  unsigned held = 0;
  while (!heard.done) {
    const std::size_t before = heard.pieces.size();
    bool over = false;
    const Timer wait = start_timer(held < 2 ? 150ms : 0ms, [&] { over = true; });
    while (!over)
      g_main_context_iteration(nullptr, TRUE);
    ck_assert_uint_eq(heard.pieces.size(), before);
    ck_assert(!heard.failure.error);
    ++held;
    flight.go_on();
    while (!heard.done && heard.pieces.size() == before)
      g_main_context_iteration(nullptr, TRUE);
  }
  ck_assert_uint_gt(held, 2);
  ck_assert(heard.pieces == whole);
}
END_TEST

START_TEST(a_server_that_stops_reading_is_given_up) {
  const DeafServer deaf;
  const Heard heard = heard_of(deaf.call("http", std::string(32 << 20, 'x')),
                               {.patience = {.first_byte = 60s, .idle = 100ms}});
  assert_failed_after(heard, false, "does not take what is sent");
}
END_TEST

// As long as each step is in time, the whole may take longer than any of them.
START_TEST(time_is_measured_step_by_step) {
  fake_service_begin(service, path, 200, "");
  for (int i = 0; i < 12; ++i) {
    fake_service_piece(service, path, "x");
    fake_service_hold(service, path);
  }
  fake_service_end(service, path);
  Heard heard;
  Transport transport({.connect = 60s, .first_byte = 60s, .idle = 400ms});
  std::vector<Timer> timers;
  Listener told = listener(&heard, true);
  told.piece = [&](Bytes piece) {
    heard.pieces += text_of(piece);
    timers.push_back(start_timer(50ms, [] { fake_service_go_on(service); }));
  };
  const Flight flight = transport.send({.url = url()}, no_limit, std::move(told));
  while (!heard.done)
    g_main_context_iteration(nullptr, TRUE);
  ck_assert_msg(heard.order.ends_with("a"), "%s", heard.message().c_str());
  assert_text_eq(heard.pieces, "xxxxxxxxxxxx");
}
END_TEST

constexpr const char* cuts[] = {
    "",
    "HTTP/1.1 2",
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n99\r\nhalf",
    "this is no HTTP at all\r\n\r\n",
};

// A create's answer that is lost, or no answer at all.
START_TEST(a_connection_that_breaks_may_have_carried_the_call) {
  fake_service_cut(service, path, cuts[_i]);
  assert_failed_after(heard_of(post("x")), false, "127.0.0.1");
  ck_assert_uint_eq(fake_service_count(service, path), 1);
}
END_TEST

// All at once, however many libsoup would like.
START_TEST(many_calls_are_sent_at_once) {
  constexpr std::size_t n = 15;
  fake_service_stall(service, path);
  Transport transport;
  std::vector<Heard> heard(n);
  std::vector<Flight> flights;
  for (Heard& each : heard)
    flights.push_back(transport.send(post("x"), no_limit, listener(&each)));
  const Timer patience = start_timer(10s, [] { ck_abort_msg("only some were sent"); });
  while (fake_service_count(service, path) < n)
    g_main_context_iteration(nullptr, TRUE);
}
END_TEST

// Where the flight is dropped: in the callback with this letter.
constexpr char places[] = {'u', 'd', 'b', 'p', 'a', 'f'};

struct Dropping {
  Flight flight;
  char at = 0;
  std::string order;
  // The captures must live as long as the callback runs, though it drops what holds it.
  void tell(char what, const std::shared_ptr<std::string>& captured) {
    order += what;
    if (what == at)
      flight = {};
    ck_assert_msg(*captured == "a text that is too long to be kept anywhere but on the heap", "%c", what);
  }
};

Listener dropping(Dropping* self) {
  auto captured =
      std::make_shared<std::string>("a text that is too long to be kept anywhere but on the heap");
  return {.uploaded = [=](guint64, guint64) { self->tell('u', captured); },
          .downloaded = [=](guint64, guint64) { self->tell('d', captured); },
          .began = [=](HttpAnswer) { self->tell('b', captured); },
          .piece = [=](Bytes) { self->tell('p', captured); },
          .answered = [=](HttpAnswer) { self->tell('a', captured); },
          .failed = [=](HttpFailure) { self->tell('f', captured); }};
}

START_TEST(a_dropped_call_tells_nothing_more) {
  Dropping self{.flight = {}, .at = places[_i], .order = {}};
  if (self.at == 'f')
    fake_service_cut(service, path, "");
  else
    fake_service_answer(service, path, 200, nullptr, std::string(900'000, 'x').c_str());
  Transport transport;
  self.flight = transport.send(post(std::string(300'000, 'y')), no_limit, dropping(&self));
  while (self.order.empty() || self.order.back() != self.at)
    g_main_context_iteration(nullptr, TRUE);
  // Whatever is still to come has its chance.
  Heard other = heard_of({.url = std::string(fake_service_get_url(service)) + "/other"});
  ck_assert_uint_eq(other.answer.status, 404);
  ck_assert_msg(self.order.back() == self.at, "%s", self.order.c_str());
  ck_assert_int_eq(std::count(self.order.begin(), self.order.end(), self.at), 1);
}
END_TEST

START_TEST(a_call_dropped_before_anything_happens_tells_nothing) {
  fake_service_answer(service, path, 200, nullptr, "x");
  Heard heard;
  Transport transport;
  { const Flight flight = transport.send({.url = url()}, no_limit, listener(&heard)); }
  heard_of({.url = std::string(fake_service_get_url(service)) + "/other"});
  assert_text_eq(heard.order, "");
}
END_TEST

namespace {

TCase* case_of_answers() {
  TCase* tcase = tcase_create("answers");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, an_answer_brings_its_status_its_headers_and_its_body);
  tcase_add_test(tcase, an_empty_answer_has_an_empty_body);
  tcase_add_loop_test(tcase, a_media_type_is_read_without_its_parameters, 0, int(std::size(media_types)));
  tcase_add_loop_test(tcase, a_wish_for_patience_is_read, 0, int(std::size(waits)));
  tcase_add_test(tcase, a_date_to_come_is_read_as_the_time_until_then);
  tcase_add_test(tcase, a_call_is_sent_as_it_is_written);
  tcase_add_test(tcase, an_upload_is_told_to_its_last_byte);
  tcase_add_test(tcase, a_picture_arrives_as_if_it_were_written_as_text);
  tcase_add_test(tcase, nothing_of_a_body_is_held_once_the_answer_begins);
  tcase_add_test(tcase, a_body_that_is_empty_is_sent_all_the_same);
  tcase_add_test(tcase, a_download_of_known_length_is_told_to_its_last_byte);
  tcase_add_test(tcase, a_download_of_unknown_length_is_told_without_one);
  tcase_add_test(tcase, a_success_comes_in_pieces_if_they_are_wanted);
  tcase_add_test(tcase, a_piece_is_told_before_the_next_one_is_sent);
  tcase_add_test(tcase, a_refusal_comes_whole_though_pieces_are_wanted);
  tcase_add_test(tcase, a_redirect_is_an_answer_and_not_followed);
  return tcase;
}

TCase* case_of_limits() {
  TCase* tcase = tcase_create("limits");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, an_answer_over_the_limit_is_broken_off, 0, 2);
  tcase_add_loop_test(tcase, an_answer_at_the_limit_is_taken, 0, 2);
  tcase_add_test(tcase, a_packed_answer_is_measured_unpacked);
  tcase_add_test(tcase, a_refused_connection_was_never_heard);
  tcase_add_test(tcase, a_name_that_nobody_knows_was_never_heard);
  tcase_add_test(tcase, an_address_that_is_none_was_never_heard);
  tcase_add_test(tcase, a_server_that_cannot_secure_the_line_never_heard_the_call);
  tcase_add_test(tcase, a_line_that_is_not_secured_in_time_never_carried_the_call);
  tcase_add_loop_test(tcase, a_silent_server_may_have_heard, 0, 2);
  tcase_add_loop_test(tcase, a_server_that_falls_silent_is_given_up, 0, 2);
  tcase_add_test(tcase, what_is_held_is_not_read);
  tcase_add_test(tcase, a_server_that_stops_reading_is_given_up);
  tcase_add_test(tcase, time_is_measured_step_by_step);
  tcase_add_loop_test(tcase, a_connection_that_breaks_may_have_carried_the_call, 0, int(std::size(cuts)));
  tcase_add_test(tcase, many_calls_are_sent_at_once);
  tcase_add_loop_test(tcase, a_dropped_call_tells_nothing_more, 0, int(std::size(places)));
  tcase_add_test(tcase, a_call_dropped_before_anything_happens_tells_nothing);
  return tcase;
}

}  // namespace

int main() {
  Suite* suite = suite_create("transport");
  suite_add_tcase(suite, case_of_answers());
  suite_add_tcase(suite, case_of_limits());
  return run_suite(suite);
}
