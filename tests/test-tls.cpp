// test-tls.cpp - that a call goes over TLS to whom it is meant for and to nobody else, and what is told of
// that.
#include "net/transport.hpp"

#include <sys/socket.h>

#include "support/check.hpp"
#include "support/end-of-call.hpp"
#include "support/fake-service.h"
#include "support/files.h"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::net;
using namespace seedream::test;

namespace {

constexpr const char* path = "/api";
constexpr const char* key = "sk-tls-0123456789abcdef";

std::string certificate(const char* name) {
  return CharPtr(test_file_path(format("fixtures/tls/%s.pem", name).c_str())).get();
}

// As if the system's store held the authority; users put their own there.
void trust(const char* name) {
  GError* error = nullptr;
  const auto database = Ref<GTlsDatabase>::adopt(g_tls_file_database_new(certificate(name).c_str(), &error));
  ck_assert_msg(!error, "%s", error ? error->message : "");
  g_tls_backend_set_default_database(g_tls_backend_get_default(), database.get());
}

class Service {
 public:
  explicit Service(const char* name) : self_(fake_service_new_secure(certificate(name).c_str())) {
    fake_service_answer(self_, path, 200, "text/plain", "hello");
  }
  ~Service() { fake_service_free(self_); }
  FakeService* get() const { return self_; }
  std::string url() const { return std::string(fake_service_get_url(self_)) + path; }

 private:
  FakeService* self_;
};

End sent_to(const std::string& url, Patience patience = {}) {
  return end_of(
      {.method = "POST", .url = url, .bearer = key, .body = Bytes::of("x"), .body_type = "text/x-test"}, patience);
}

void assert_never_sent(const End& end, const char* words) {
  const GError* error = end.failure.error.get();
  ck_assert(error != nullptr);
  ck_assert_msg(
      g_error_matches(error, SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE) && strstr(error->message, words),
      "%s", error->message);
  ck_assert_msg(end.failure.never_sent, "%s", error->message);
}

constexpr struct {
  const char *certificate, *trusted, *words;
} distrusted[] = {
    {"self-signed", "authority", "nobody whom this machine trusts vouches for its certificate"},
    {"good", "self-signed", "nobody whom this machine trusts vouches for its certificate"},
    {"other-name", "authority", "its certificate is for another name"},
    {"expired", "authority", "its certificate has expired"},
    {"not-yet", "authority", "its certificate is not valid yet"},
};

constexpr const char* reset = "reset";  // the connection is, and nothing is said

// Reads what a client says first, answers with this and closes the connection.
class Cutter {
 public:
  explicit Cutter(std::string words)
      : words_(std::move(words)), listener_(Ref<GSocketListener>::adopt(g_socket_listener_new())) {
    port_ = g_socket_listener_add_any_inet_port(listener_.get(), nullptr, nullptr);
    g_socket_listener_accept_async(listener_.get(), nullptr, on_accepted, this);
  }
  ~Cutter() {
    g_socket_listener_close(listener_.get());
    while (g_main_context_iteration(nullptr, FALSE))
      ;
  }
  std::string url() const { return format("https://127.0.0.1:%d/", port_); }

 private:
  static void on_accepted(GObject*, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<Cutter*>(data);
    self->connection_ = Ref<GSocketConnection>::adopt(
        g_socket_listener_accept_finish(self->listener_.get(), result, nullptr, nullptr));
    if (self->connection_)
      g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(self->connection_.get())),
                                self->heard_, sizeof self->heard_, G_PRIORITY_DEFAULT, nullptr, on_heard,
                                self);
  }
  static void on_heard(GObject* source, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<Cutter*>(data);
    g_input_stream_read_finish(G_INPUT_STREAM(source), result, nullptr);
    GIOStream* stream = G_IO_STREAM(self->connection_.get());
    if (self->words_ == reset) {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      setsockopt(g_socket_get_fd(g_socket_connection_get_socket(self->connection_.get())), SOL_SOCKET,
                 SO_LINGER, &at_once, sizeof at_once);
      g_io_stream_close(stream, nullptr, nullptr);
      return;
    }
    g_output_stream_write_all(g_io_stream_get_output_stream(stream), self->words_.data(), self->words_.size(),
                              nullptr, nullptr, nullptr);
    g_io_stream_close(stream, nullptr, nullptr);
  }

  const std::string words_;
  Ref<GSocketListener> listener_;
  Ref<GSocketConnection> connection_;
  char heard_[4096];
  int port_ = 0;
};

using namespace std::string_literals;

const std::string cuts[] = {
    ""s,                                          // nothing
    "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03"s,  // the beginning of a greeting
    "\x15\x03\x03\x00\x02\x02\x28"s,              // a fatal alert
    "\x16\x03"s,
    reset,
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"s,
};

GString* logged;

GLogWriterOutput on_log(GLogLevelFlags, const GLogField* fields, gsize n, gpointer) noexcept {
  for (const GLogField* field = fields; field < fields + n; ++field) {
    g_string_append_len(
        logged, static_cast<const char*>(field->value),
        field->length < 0 ? gssize(strlen(static_cast<const char*>(field->value))) : gssize(field->length));
    g_string_append_c(logged, '\n');
  }
  return G_LOG_WRITER_HANDLED;
}

}  // namespace

START_TEST(a_certificate_that_an_authority_vouches_for_is_trusted) {
  trust("authority");
  const Service service("good");
  const End end = sent_to(service.url());
  ck_assert_msg(!end.failure.error, "%s", end.failure.error ? end.failure.error->message : "");
  assert_text_eq(std::string(end.answer.text()), "hello");
  assert_text_eq(fake_service_request(service.get(), path, 0)->authorization,
                 "Bearer sk-tls-0123456789abcdef");
}
END_TEST

START_TEST(a_certificate_that_is_wrong_is_explained_and_nothing_is_sent) {
  trust(distrusted[_i].trusted);
  const Service service(distrusted[_i].certificate);
  const End end = sent_to(service.url());
  assert_never_sent(end, distrusted[_i].words);
  assert_never_sent(end, "No secure connection to 127.0.0.1: ");
  ck_assert(end.failure.hopeless);
  ck_assert_uint_eq(fake_service_count_all(service.get()), 0);
}
END_TEST

// The machine's own store, whatever is in it, knows none of ours.
START_TEST(an_authority_that_nobody_has_set_up_is_not_trusted) {
  const Service service("good");
  assert_never_sent(sent_to(service.url()), "nobody whom this machine trusts");
  ck_assert_uint_eq(fake_service_count_all(service.get()), 0);
}
END_TEST

START_TEST(a_greeting_that_is_cut_never_carried_the_call) {
  const Cutter cutter(cuts[_i]);
  assert_never_sent(sent_to(cutter.url()), "127.0.0.1");
}
END_TEST

// Whatever a library has to say for those who look for faults.
START_TEST(no_log_tells_the_key) {
  logged = g_string_new("");
  g_setenv("G_MESSAGES_DEBUG", "all", TRUE);
  g_log_set_writer_func(on_log, nullptr, nullptr);
  trust("authority");
  const Service service("good"), bad("self-signed");
  ck_assert(!sent_to(service.url()).failure.error);
  ck_assert(bool(sent_to(bad.url()).failure.error));
  ck_assert_msg(strstr(logged->str, "TCP connection") != nullptr, "nothing was logged: %s", logged->str);
  ck_assert(strstr(logged->str, key) == nullptr);
  g_string_free(logged, TRUE);
}
END_TEST

int main() {
  Suite* suite = suite_create("tls");
  TCase* tcase = tcase_create("tls");
  // Each with a process of its own, for what is trusted is the process's.
  tcase_add_test(tcase, an_authority_that_nobody_has_set_up_is_not_trusted);
  tcase_add_test(tcase, a_certificate_that_an_authority_vouches_for_is_trusted);
  tcase_add_loop_test(tcase, a_certificate_that_is_wrong_is_explained_and_nothing_is_sent, 0,
                      int(std::size(distrusted)));
  tcase_add_loop_test(tcase, a_greeting_that_is_cut_never_carried_the_call, 0, int(std::size(cuts)));
  tcase_add_test(tcase, no_log_tells_the_key);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
