// sandbox/openrouter-chat.cpp - OpenRouter's chat transport: the answer whole, or as a stream of chunks.
#include "sandbox/openrouter-drawing.hpp"
#include "wire/data-url.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using wire::JsonWriter;

constexpr unsigned keep_alive_ms = 250;  // so short that a picture's making shows several

// Calls again and again until it is dropped; what the action holds is held as long.
Source every(unsigned milliseconds, std::function<void()> action) {
  using Action = std::function<void()>;
  GSource* timer = g_timeout_source_new(milliseconds);
  g_source_set_callback(
      timer,
      [](gpointer data) noexcept -> gboolean {
        (*static_cast<Action*>(data))();
        return G_SOURCE_CONTINUE;
      },
      new Action(std::move(action)), [](gpointer data) noexcept { delete static_cast<Action*>(data); });
  g_source_attach(timer, nullptr);
  return Source(timer);
}

void write_head(JsonWriter& json, const Generation& generation, const char* object) {
  json.text("id", generation.id)
      .text("object", object)
      .integer("created", generation.created())
      .text("model", generation.model->id)
      .text("provider", provider_name);
}

void write_pictures(JsonWriter& json, const std::vector<Bytes>& pictures) {
  if (pictures.empty())
    return;
  json.begin_array("images");
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::string type = media_type_of(pictures[i]);
    json.begin_object()
        .text("type", "image_url")
        .integer("index", gint64(i))
        .begin_object("image_url")
        .text("url", wire::write_data_url(type.empty() ? "image/png" : type, pictures[i]))
        .end_object()
        .end_object();
  }
  json.end_array();
}

void write_finish(JsonWriter& json, const char* reason) {
  json.text("finish_reason", reason).text("native_finish_reason", reason).null("logprobs");
}

void write_metadata(JsonWriter& json, const Order& order) {
  if (!order.wants_metadata)
    return;
  json.begin_object("openrouter_metadata")
      .text("requested", order.generation.model->id)
      .text("strategy", "direct")
      .null("region")
      .text("summary", "available=1")
      .integer("attempt", 1)
      .boolean("is_byok", false)
      .begin_object("endpoints")
      .integer("total", 1)
      .begin_array("available")
      .begin_object()
      .text("provider", provider_name)
      .text("model", order.generation.model->id)
      .boolean("selected", true)
      .end_object()
      .end_array()
      .end_object()
      .end_object();
}

// Whole

Reply write_whole(const Order& order, const std::vector<Bytes>& pictures, const Refusal* failure) {
  JsonWriter json;
  json.begin_object();
  write_head(json, order.generation, "chat.completion");
  json.null("system_fingerprint").begin_array("choices").begin_object().integer("index", 0);
  write_finish(json, failure ? "error" : "stop");
  json.begin_object("message").text("role", "assistant").null("content").null("refusal").null("reasoning");
  write_pictures(json, pictures);
  json.end_object();
  if (failure)
    write_error(json, *failure);
  json.end_object().end_array();
  write_usage(json, order.generation);
  write_metadata(json, order);
  json.end_object();
  return json_reply(200, json);
}

Reply reply_with(const Order& order, const std::vector<Bytes>& pictures) {
  return write_whole(order, pictures, nullptr);
}

void answer_whole(const OrderPtr& order, Desk& desk) {
  if (!desk.faults.strikes("error-in-choice"))
    return draw_whole(order, desk, reply_with);
  order->generation.cost = 0;
  const Refusal failure = provider_failure();
  Reply reply = write_whole(*order, {}, &failure);
  reply.headers = headers_of(order->generation);
  order->answer->finish(std::move(reply));
}

// As a stream

struct Chunk {
  bool first = false;
  std::vector<Bytes> pictures;
  const char* finish_reason = nullptr;
  std::optional<Refusal> error, error_in_choice;
};

std::string write_chunk(const Order& order, const Chunk& chunk) {
  JsonWriter json;
  json.begin_object();
  write_head(json, order.generation, "chat.completion.chunk");
  if (chunk.error)
    write_error(json, *chunk.error);
  json.begin_array("choices").begin_object().integer("index", 0).begin_object("delta");
  if (chunk.first)
    json.text("role", "assistant");
  json.text("content", "");
  write_pictures(json, chunk.pictures);
  json.end_object();
  if (chunk.finish_reason)
    write_finish(json, chunk.finish_reason);
  else
    json.null("finish_reason");
  if (chunk.error_in_choice)
    write_error(json, *chunk.error_in_choice);
  json.end_object().end_array().end_object();
  return json.finish();
}

std::string write_last_chunk(const Order& order) {
  JsonWriter json;
  json.begin_object();
  write_head(json, order.generation, "chat.completion.chunk");
  json.begin_array("choices").end_array();
  write_usage(json, order.generation);
  write_metadata(json, order);
  json.end_object();
  return json.finish();
}

class Stream final : public std::enable_shared_from_this<Stream> {
 public:
  Stream(OrderPtr order, Desk& desk) : order_(std::move(order)), desk_(desk) {}

  void run() {
    if (desk_.faults.strikes("error-in-choice"))
      return break_off({.finish_reason = "error", .error_in_choice = provider_failure()});
    if (desk_.faults.strikes("error-in-chunk") || desk_.faults.strikes("job-fails"))
      return break_off({.finish_reason = "error", .error = provider_failure()});
    if (desk_.faults.strikes("job-sticks"))
      return begin();
    const auto self = shared_from_this();
    desk_.studio.accept(std::move(order_->asked.commission),
                        {.on_ready = [self] { self->begin(); },
                         .on_done = [self](const Canvasses& canvasses) { self->finish(canvasses); }});
  }

 private:
  void begin() {
    order_->answer->begin_stream(headers_of(order_->generation));
    begun_ = true;
    say_that_it_lives();
    keep_alive_ = every(keep_alive_ms, [self = shared_from_this()] { self->say_that_it_lives(); });
  }

  void say_that_it_lives() { order_->answer->write(": OPENROUTER PROCESSING\n\n"); }

  void send(const std::string& data, Piece piece = Piece::other) {
    order_->answer->write("data: " + data + "\n\n", piece);
  }

  void finish(const Canvasses& canvasses) {
    // Until the inputs are known to be good, what is wrong with them is said in a plain answer.
    if (!begun_)
      return order_->answer->finish(refuse(refusal_of(canvasses)));
    if (!canvasses.error.empty())
      return end_with({.finish_reason = "error", .error = refusal_of(canvasses)});
    const auto pictures = settle(*order_, canvasses, desk_);
    send(write_chunk(*order_, {.first = true, .pictures = pictures}),
         pictures.empty() ? Piece::other : Piece::picture);
    send(write_chunk(*order_, {.finish_reason = "stop"}));
    send(write_last_chunk(*order_));
    send("[DONE]");
    end();
  }

  // The status is out already, so a chunk says what is wrong, and nothing comes after it.
  void break_off(const Chunk& chunk) {
    begin();
    send(write_chunk(*order_, {.first = true}));
    end_with(chunk);
  }

  void end_with(const Chunk& chunk) {
    send(write_chunk(*order_, chunk));
    end();
  }

  void end() {
    keep_alive_ = {};
    order_->answer->end();
  }

  const OrderPtr order_;
  Desk& desk_;
  bool begun_ = false;
  Source keep_alive_;
};

}  // namespace

void draw_chat(const OrderPtr& order, Desk& desk) {
  if (order->asked.streamed && !desk.faults.strikes("not-streamed"))
    std::make_shared<Stream>(order, desk)->run();
  else
    answer_whole(order, desk);
}

}  // namespace seedream::sandbox::openrouter
